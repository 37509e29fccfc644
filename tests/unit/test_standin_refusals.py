"""The stand-in refuses what the real API refuses, and takes what it takes."""

import json

import anthropic
import pytest
import standin
from hypothesis import given, settings
from hypothesis import strategies as st
from standin import refusals, replies, tokens
from standin.prompt_cache import PromptCache
from standin_client import HAIKU, OPUS, SCHEMA, SONNET, asked, client, structured

_TOOL = {"name": "buscar", "description": "Busca", "input_schema": {"type": "object", "properties": {}}}
_TURN = [{"role": "user", "content": "Hola"}]
_USE = {"type": "tool_use", "id": "toolu_1", "name": "buscar", "input": {}}
_DOCUMENT = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Uno"},
             "citations": {"enabled": True}}


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


def _property(**schema):
    """A schema with one property."""
    return structured({"type": "object", "properties": {"x": schema}, "required": ["x"], "additionalProperties": False})


def _text(**changes):
    return {"role": "user", "content": [{"type": "text", "text": "Hola", **changes}]}


def _marked(*lives):
    return [{"type": "text", "text": "Fijo", "cache_control": {"type": "ephemeral", "ttl": ttl}} for ttl in lives]


def _optional(number):
    names = {f"p{n}": {"type": "string"} for n in range(number)}
    return structured({"type": "object", "properties": names, "required": [], "additionalProperties": False})


def _unions(number):
    names = {f"p{n}": {"anyOf": [{"type": "string"}, {"type": "null"}]} for n in range(number)}
    return structured({"type": "object", "properties": names, "required": list(names), "additionalProperties": False})


_RECURSIVE = {
    "type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}, "required": ["next"],
    "additionalProperties": False,
    "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}, "required": ["next"],
                       "additionalProperties": False}},
}
REFUSED = {
    "temperature": ({"temperature": 1}, "temperature: Extra inputs"),
    "top_p": ({"top_p": 1}, "top_p: Extra inputs"),
    "top_k": ({"top_k": 5}, "top_k: Extra inputs"),
    "output_format": ({"output_format": {"type": "json_schema"}}, "output_format: Extra inputs"),
    "anything unknown": ({"seed": 3}, "seed: Extra inputs"),
    "prefill": ({"messages": [*_TURN, {"role": "assistant", "content": "{"}]}, "prefill"),
    "thinking with a budget": ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "'enabled' is not supported"),
    "budget beside adaptive": ({"thinking": {"type": "adaptive", "budget_tokens": 9}}, "budget_tokens: Extra"),
    "sonnet without thought": ({"model": SONNET, "thinking": {"type": "disabled"}}, "'disabled' is not supported"),
    "opus without thought": ({"model": OPUS, "thinking": {"type": "disabled"}}, "'disabled' is not supported"),
    "no thought at great effort": ({"thinking": {"type": "disabled"}, "output_config": {"effort": "max"}}, "above"),
    "thinking of no kind": ({"thinking": {"type": "deep"}}, "thinking.type"),
    "effort of no kind": ({"output_config": {"effort": "huge"}}, "effort"),
    "effort of an older model": ({"model": "claude-haiku-4-5", "output_config": {"effort": "low"}}, "effort"),
    "forced tool, sonnet": ({"model": SONNET, "tools": [_TOOL], "tool_choice": {"type": "any"}}, "forced tool use"),
    "forced tool, opus": ({"model": OPUS, "tools": [_TOOL], "tool_choice": {"type": "tool", "name": "buscar"}},
                          "forced tool use"),
    "choice without tools": ({"tool_choice": {"type": "auto"}}, "while providing tools"),
    "choice of another tool": ({"tools": [_TOOL], "tool_choice": {"type": "tool", "name": "x"}}, "not found"),
    "two tools of a name": ({"tools": [_TOOL, _TOOL]}, "unique"),
    "tool's name": ({"tools": [{**_TOOL, "name": "con espacio"}]}, "String should match"),
    "too many strict tools": ({"tools": [
        {**_TOOL, "name": f"t{n}", "strict": True,
         "input_schema": {"type": "object", "properties": {}, "additionalProperties": False}} for n in range(21)]},
        "20 strict tools"),
    "strict tool, open object": ({"tools": [{**_TOOL, "strict": True}]}, "additionalProperties"),
    "no max_tokens": ({"max_tokens": None}, "max_tokens: Field required"),
    "max_tokens beyond the model": ({"max_tokens": 64_001}, "64000"),
    "max_tokens in words": ({"max_tokens": "many"}, "valid integer"),
    "no messages": ({"messages": []}, "at least one message"),
    "messages of no form": ({"messages": "hola"}, "list of objects"),
    "another role": ({"messages": [{"role": "system", "content": "x"}]}, "role"),
    "empty text": ({"messages": [_text(text="  ")]}, "non-whitespace"),
    "citations on the user's text": ({"messages": [_text(citations=[{"type": "char_location"}])]}, "citations"),
    "document of the assistant": ({"messages": [*_TURN, {"role": "assistant", "content": [_DOCUMENT]}, *_TURN]},
                                  "not expected"),
    "result of no use": ({"messages": [{"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "toolu_9", "content": "ok"}]}]}, "unexpected `tool_use_id`"),
    "use without result": ({"messages": [*_TURN, {"role": "assistant", "content": [_USE]}, *_TURN]}, "without"),
    "five marks": ({"system": _marked(*["5m"] * 5)}, "maximum of 4"),
    "another life": ({"system": _marked("1d")}, "cache_control"),
    "long life after a short one": ({"system": _marked("5m", "1h")}, "must not come after"),
    "who asks, too long": ({"metadata": {"user_id": "u" * 257}}, "user_id"),
    "more about who asks": ({"metadata": {"email": "x"}}, "metadata"),
    "format of no kind": ({"output_config": {"format": {"type": "json"}}}, "json_schema"),
    "citations with a schema": ({"messages": [{"role": "user", "content": [_DOCUMENT, {"type": "text", "text": "?"}]}],
                                 "output_config": structured()}, "incompatible with citations"),
    "open object": ({"output_config": structured({"type": "object", "properties": {}})}, "additionalProperties"),
    "minimum": ({"output_config": _property(type="integer", minimum=0)}, "'minimum' is not supported"),
    "multipleOf": ({"output_config": _property(type="integer", multipleOf=2)}, "'multipleOf' is not supported"),
    "maxLength": ({"output_config": _property(type="string", maxLength=9)}, "'maxLength' is not supported"),
    "minItems": ({"output_config": _property(type="array", items={"type": "string"}, minItems=2)}, "'minItems'"),
    "maxItems": ({"output_config": _property(type="array", items={"type": "string"}, maxItems=2)}, "'maxItems'"),
    "uniqueItems": ({"output_config": _property(type="array", items={}, uniqueItems=True)}, "'uniqueItems'"),
    "oneOf": ({"output_config": _property(oneOf=[{"type": "string"}])}, "'oneOf' is not supported"),
    "objects in an enum": ({"output_config": _property(enum=[{"a": 1}])}, "complex types"),
    "another format": ({"output_config": _property(type="string", format="rut")}, "format"),
    "lookahead": ({"output_config": _property(type="string", pattern="^(?=a)")}, "lookaround"),
    "word boundary": ({"output_config": _property(type="string", pattern=r"\bRUT\b")}, "word boundaries"),
    "reference outwards": ({"output_config": _property(**{"$ref": "https://ejemplo.cl/s.json"})}, "$ref"),
    "allOf beside a reference": ({"output_config": _property(**{"$ref": "#/$defs/a", "allOf": []})}, "allOf with"),
    "recursion": ({"output_config": structured(_RECURSIVE)}, "Recursive"),
    "25 optional": ({"output_config": _optional(25)}, "optional parameters"),
    "17 unions": ({"output_config": _unions(17)}, "union types"),
    "required, not there": ({"output_config": structured({**SCHEMA, "required": ["other"]})}, "not among"),
    "schema of no form": ({"output_config": _property(enum="send")}, "valid list"),
}
TAKEN = {
    "schema with a pattern": {"output_config": _property(type="string", pattern="^[A-Z][0-9]{2}$", default="A00")},
    "24 optional": {"output_config": _optional(24)},
    "16 unions": {"output_config": _unions(16)},
    "no thought for Haiku": {"thinking": {"type": "disabled"}, "output_config": {"effort": "high"}},
    "thought between tools": {"model": SONNET, "thinking": {"type": "between_tools"}},
    "budget of an older model": {"model": "claude-haiku-4-5", "thinking": {"type": "enabled", "budget_tokens": 1024}},
    "prefill of an older model": {"model": "claude-haiku-4-5", "messages": [*_TURN, {"role": "assistant",
                                                                                     "content": "{"}]},
    "marks": {"system": _marked("1h", "1h", "5m", "5m")},
    "nothing but the cache filled": {"max_tokens": 0},
    "a tool's result": {"tools": [_TOOL], "messages": [*_TURN, {"role": "assistant", "content": [_USE]}, {
        "role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok"}]}]},
    "forced tool, haiku": {"tools": [_TOOL], "tool_choice": {"type": "any"}},
    "metadata": {"metadata": {"user_id": "u" * 256}},
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(server, name):
    wrong, words = REFUSED[name]
    with pytest.raises(anthropic.BadRequestError) as refused:
        _ask(server, wrong)
    assert words in refused.value.api_message
    assert refused.value.type == "invalid_request_error"
    assert server.calls[-1].billed == standin.Usage()


@pytest.mark.parametrize("name", TAKEN)
def test_taken(server, name):
    assert _ask(server, TAKEN[name]).usage.input_tokens > 0


@pytest.mark.parametrize("model", ["claude-none", "claude-3-5-haiku-20241022"])
def test_models_unknown_or_retired_are_not_found(server, model):
    with pytest.raises(anthropic.NotFoundError) as refused:
        _ask(server, {"model": model})
    assert refused.value.type == "not_found_error" and model in refused.value.api_message


def test_a_prompt_longer_than_the_model_reads_is_refused(server):
    with pytest.raises(anthropic.BadRequestError, match="prompt is too long"):
        _ask(server, {"messages": [{"role": "user", "content": "a " * 110_000}]})


def test_a_refused_request_takes_no_step_of_the_script(server):
    server.reset()
    server.script("overloaded")
    with pytest.raises(anthropic.BadRequestError):
        _ask(server, {"temperature": 0})
    with pytest.raises(anthropic.OverloadedError):
        _ask(server, {})


def test_counting_refuses_the_same(server):
    with pytest.raises(anthropic.BadRequestError, match="prefill"):
        client(server).messages.count_tokens(model=HAIKU, messages=[*_TURN, {"role": "assistant", "content": "{"}])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    | st.sampled_from(["object", "array", "#/$defs/a", "user", "assistant", "text", "tool_use", "adaptive"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "properties", "items", "enum", "$ref", "$defs", "anyOf", "required", "a", "role",
                         "content", "text", "cache_control", "format", "schema", "effort", "name", "input_schema",
                         "strict", "description", "pattern", "minItems", "source", "data", "ttl", "input"]),
        inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["messages", "system", "tools", "tool_choice", "output_config", "thinking",
                                        "metadata", "cache_control", "stream", "stop_sequences", "max_tokens"]),
                       _JSON, max_size=3))
@settings(max_examples=400)
def test_any_body_is_taken_or_refused_and_what_is_taken_is_answered(changes):
    _taken_and_answered_or_refused(asked("Hola", **changes))


# Only words of schemas: the first that is none would be all that is ever refused.
_NODES = st.recursive(
    st.sampled_from([{"type": "string"}, {"$ref": "#/$defs/a"}, {"enum": ["a", 1, None]}, {"type": ["null"]}, {}]),
    lambda inner: st.dictionaries(
        st.sampled_from(["type", "properties", "items", "enum", "$ref", "anyOf", "allOf", "required", "const", "format",
                         "description", "pattern", "minItems", "additionalProperties"]),
        st.one_of(inner, st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
                  st.sampled_from(["object", "array", "integer", ["array", "null"], False, 1, "date", "^a+$", ["a"]])),
        max_size=4),
    max_leaves=10,
)


@given(_NODES)
@settings(max_examples=600)
def test_any_schema_is_taken_or_refused_and_what_is_taken_is_answered(schema):
    closed = {"type": "object", "properties": {"x": schema}, "additionalProperties": False, "$defs": {"a": schema}}
    _taken_and_answered_or_refused(asked("Hola", output_config=structured(closed)))
    strict = {**_TOOL, "strict": True, "input_schema": closed}
    _taken_and_answered_or_refused(asked("Hola", tools=[strict], tool_choice={"type": "any"}))


@given(st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": _JSON}), max_size=3))
@settings(max_examples=400)
def test_any_dialogue_is_taken_or_refused_and_what_is_taken_is_answered(messages):
    _taken_and_answered_or_refused(asked("Hola", messages=messages))


def _taken_and_answered_or_refused(body):
    try:
        model = refusals.check(body)
    except refusals.Refused as refused:
        assert refused.status == 400 and refused.message
        return
    usage = PromptCache().usage(model, body)
    reply = replies.build(model, body, standin.Step(), usage, 1)
    assert reply.usage.prompt == tokens.prompt(body)
    assert json.loads(json.dumps(reply.message()))["usage"]["input_tokens"] == usage.input


def _ask(server, changes):
    body = asked("Hola", **changes)
    if body["max_tokens"] is None:
        del body["max_tokens"]
    return client(server).post("/v1/messages", body=body, cast_to=anthropic.types.Message)
