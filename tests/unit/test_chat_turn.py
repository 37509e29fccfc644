"""A turn asks, looks things up and asks again, within its limits, and says what it took."""

from decimal import Decimal

from l10n_cl_ai.chat.tool import ToolAnswer
from l10n_cl_ai.chat.turn import LAST_ROUND, MOST_CALLS, Caps, Turn
from l10n_cl_ai.llm.cost import Usage
from l10n_cl_ai.llm.question import Answer, Reason, Status
from l10n_cl_ai.llm.thread import Thread


def uses(*names, text=""):
    return [
        *([{"type": "text", "text": text}] if text else []),
        *(
            {"type": "tool_use", "id": f"t{at}", "name": name, "input": {"n": at}}
            for at, name in enumerate(names)
        ),
    ]


class Provider:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self, *blocks, **more):
        self.blocks, self.more, self.asked, self.parents = list(blocks), more, [], []
        self.kept = self.waited = 0
        self.stopped = False
        self.events = []
        self.thread = Thread()

    def ask(self, content, parent_id):
        self.asked.append(list(content))
        self.parents.append(parent_id)
        said = self.blocks.pop(0) if len(self.blocks) > 1 else self.blocks[0]
        if isinstance(said, Answer):
            return said
        text = "".join(block["text"] for block in said if block["type"] == "text")
        return Answer(
            Status.ANSWERED, value=text, text=text, blocks=said, received=said, request_id=len(self.asked),
            cost=Decimal("0.01"), usage=Usage(100, 20), sent={"role": "user", "content": list(content)},
        )  # fmt: skip

    def look(self, name, values):
        return ToolAnswer(f"{name} {values['n']}", failed=name == "broken", summary=f"{name}!")

    def wait(self, seconds):
        self.waited += seconds
        return self.stopped

    def run(self, caps=Caps()):  # noqa: B008
        turn = Turn(
            self.thread, self.ask, self.look, lambda name: f"Mirando {name}",
            lambda at, step: self.events.append((at, step.label, step.state, step.detail)),
            self.keep, self.wait, caps,
        )  # fmt: skip
        return turn.run(["¿Qué hay?"])

    def keep(self):
        self.kept += 1


def test_an_answer_at_once_needs_one_round():
    provider = Provider([{"type": "text", "text": "Hola."}])
    said = provider.run()
    assert (said.text, said.reason, said.limit, said.cost, said.request_ids) == (
        "Hola.",
        None,
        False,
        Decimal("0.01"),
        [1],
    )
    assert [turn["role"] for turn in provider.thread.turns] == ["user", "assistant"]
    assert provider.kept == 1


def test_it_looks_up_what_the_model_wants_and_asks_again():
    provider = Provider(uses("invoices", "broken", text="Veamos"), [{"type": "text", "text": "Son dos."}])
    said = provider.run()
    assert said.text == "Son dos."
    assert provider.asked[1] == [
        {"type": "tool_result", "tool_use_id": "t0", "content": "invoices 0", "is_error": False},
        {"type": "tool_result", "tool_use_id": "t1", "content": "broken 1", "is_error": True},
    ]
    assert provider.events == [
        (0, "Mirando invoices", "running", ""), (0, "Mirando invoices", "done", "invoices!"),
        (1, "Mirando broken", "running", ""), (1, "Mirando broken", "failed", "broken!"),
    ]  # fmt: skip
    assert provider.parents == [None, 1]
    assert said.cost == Decimal("0.02") and said.request_ids == [1, 2]


def test_who_never_stops_looking_is_told_and_then_ended():
    provider = Provider(uses("invoices", text="Un momento"))
    said = provider.run(Caps(rounds=4))
    assert (len(provider.asked), said.limit, said.reason, said.text) == (
        4,
        True,
        Reason.TRUNCATED,
        "Un momento",
    )
    assert LAST_ROUND in provider.asked[3]
    assert all(LAST_ROUND not in content for content in provider.asked[:3])


def test_the_money_of_a_turn_ends_it():
    said = Provider(uses("invoices")).run(Caps(usd=Decimal("0.03")))
    assert (said.cost, said.limit) == (Decimal("0.03"), True)


def test_the_tokens_of_a_turn_end_it():
    provider = Provider(uses("invoices"))
    assert provider.run(Caps(tokens=240)).limit
    assert len(provider.asked) == 2


def test_too_many_calls_at_once_are_not_run():
    provider = Provider(uses(*["invoices"] * (MOST_CALLS + 2)), [{"type": "text", "text": "ya"}])
    provider.run()
    assert [block["is_error"] for block in provider.asked[1]] == [False] * MOST_CALLS + [True] * 2
    assert len(provider.events) == 2 * MOST_CALLS


def test_a_refusal_ends_it_and_says_why():
    provider = Provider(Answer(Status.NOT_EVALUATED, Reason.OVER_BUDGET, detail="Diario"))
    said = provider.run()
    assert (said.reason, said.detail, said.text, said.request_ids) == (Reason.OVER_BUDGET, "Diario", "", [])
    assert provider.thread.turns == [] and provider.kept == 0


def test_a_stopped_answer_keeps_what_came_and_what_it_cost():
    sent = {"role": "user", "content": ["¿?"]}
    provider = Provider(Answer(
        Status.NOT_EVALUATED, Reason.TRUNCATED, text="Hasta aquí", stopped=True, cost=Decimal("0.004"), request_id=9,
        sent=sent, received=[{"type": "text", "text": "Hasta aquí"}]))  # fmt: skip
    said = provider.run()
    assert (said.stopped, said.text, said.cost) == (True, "Hasta aquí", Decimal("0.004"))
    assert provider.thread.turns[-1]["content"] == [{"type": "text", "text": "Hasta aquí"}]


def test_once_stopped_no_tool_is_run():
    provider = Provider(uses("invoices", "partners"), Answer(Status.NOT_EVALUATED, Reason.TRUNCATED, stopped=True))
    provider.stopped = True
    assert provider.run().stopped
    assert provider.events == []
    assert [block["is_error"] for block in provider.asked[1]] == [True, True]


def test_a_limit_of_the_minute_in_the_middle_is_waited_for_once():
    limited = Answer(Status.NOT_EVALUATED, Reason.RATE_LIMITED, retry_after=2.0)
    provider = Provider(uses("invoices"), limited, [{"type": "text", "text": "ya"}])
    assert provider.run().text == "ya"
    assert provider.waited == 2.0


def test_a_limit_of_the_minute_at_the_beginning_is_told_at_once():
    provider = Provider(Answer(Status.NOT_EVALUATED, Reason.RATE_LIMITED, retry_after=2.0))
    assert provider.run().reason is Reason.RATE_LIMITED
    assert provider.waited == 0
