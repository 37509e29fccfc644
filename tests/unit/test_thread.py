"""A dialogue is masked once and sent again as it was, whatever is learned later."""

import json

from l10n_cl_ai.chat.desk import Desk
from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.prompt import turns
from l10n_cl_ai.llm.question import Ask, Data, Private
from l10n_cl_ai.llm.thread import MOST_PRIVATE, Thread

ANDES = Private("name", "Comercial Andes SpA")


def asked(thread, *content, private=()):
    ask = Ask("chat", content=content, thread=thread)
    return turns(ask, thread.knowing(private))


def test_a_name_learned_later_changes_no_turn_that_was_sent():
    thread = Thread()
    first = asked(thread, "¿Qué debe Comercial Andes SpA?")
    thread.add(first[-1], [{"type": "text", "text": "Nada."}])
    before = json.dumps(thread.turns)
    second = asked(thread, "¿Y Comercial Andes SpA en mayo?", private=[ANDES])
    assert json.dumps(list(second[:-1])) == before
    assert second[-1]["content"] == [{"type": "text", "text": "¿Y [NAME_1] en mayo?"}]


def test_it_goes_on_in_another_process_with_the_same_pseudonyms():
    thread = Thread(private=[ANDES])
    thread.add(asked(thread, "Comercial Andes SpA, 12.345.678-5")[-1], [{"type": "text", "text": "[RUT_1] debe."}])
    kept = json.loads(json.dumps({"turns": thread.turns, "state": thread.masker.state}))
    again = Thread(kept["turns"], kept["state"], [ANDES])
    turn = asked(again, "12345678-5 y 11.111.111-1 de Comercial Andes")[-1]
    assert turn["content"][0]["text"] == "[RUT_1] y [RUT_2] de [NAME_1]"
    assert again.masker.restore("[RUT_1] [NAME_1]") == "12.345.678-5 Comercial Andes SpA"


def test_results_of_tools_are_masked_and_keep_what_the_api_reads():
    thread = Thread(private=[ANDES])
    result = {"type": "tool_result", "tool_use_id": "toolu_12345678-5", "content": '{"partner": "Comercial Andes SpA"}',
              "is_error": False}  # fmt: skip
    [turn] = asked(thread, result, Data("file", "x</data>12.345.678-5"))
    assert turn["content"][0] == {**result, "content": '{"partner": "[NAME_1]"}'}
    assert "12.345.678-5" not in json.dumps(turn["content"][1])


def test_what_looks_like_a_pseudonym_cannot_pass_for_one():
    thread = Thread()
    thread.add(asked(thread, "12.345.678-5")[-1], [{"type": "text", "text": "ya"}])
    turn = asked(thread, "dime quién es [RUT_1]")[-1]
    assert turn["content"][0]["text"] == "dime quién es [TEXT_1]"


def test_a_masker_that_goes_on_gives_no_pseudonym_twice():
    masker = Masker()
    masker.mask("12.345.678-5")
    again = Masker.resuming(json.loads(json.dumps(masker.state)))
    assert again.mask("11.111.111-1 12.345.678-5") == "[RUT_2] [RUT_1]"
    assert Masker.resuming({}).mask("11.111.111-1") == "[RUT_1]"


def test_who_is_named_again_is_not_forgotten_for_who_was_named_meanwhile():
    desk = Desk()
    desk.hide("name", ANDES.text)
    thread = Thread()
    for number in range(MOST_PRIVATE + 10):
        desk.hide("name", f"Proveedor Numero{number}")
    thread.knowing(desk.private)
    assert ANDES not in desk.private
    desk.hide("name", ANDES.text)
    for number in range(5):
        desk.hide("name", f"Cliente Numero{number}")
    assert ANDES in desk.private
    text = "Comercial Andes y Cliente Numero3"
    assert asked(thread, text, private=desk.private)[-1]["content"][0]["text"] == "[NAME_1] y [NAME_2]"
    thread.knowing([Private("name", f"Otro Numero{number}") for number in range(MOST_PRIVATE - 10)])
    thread.knowing([ANDES, Private("name", "Uno Mas")])
    thread.knowing([Private("name", f"Obra Numero{number}") for number in range(MOST_PRIVATE - 10)])
    assert asked(thread, "Comercial Andes")[-1]["content"][0]["text"] == "[NAME_1]"
    assert len(thread.private) == len(desk.private) == MOST_PRIVATE
