"""The limits of JSON schemas at the API: what of the standard it takes for an answer or a strict tool."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

_KEYS = {"type", "properties", "required", "items", "anyOf", "allOf", "$ref", "$defs", "definitions", "title",
         "description", "enum", "const", "format", "pattern", "default", "additionalProperties", "minItems"}
_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}
_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
_FORMS = {"properties": dict, "required": list, "enum": list, "anyOf": list, "allOf": list, "$defs": dict,
          "definitions": dict, "minItems": int, "description": str, "format": str, "pattern": str}
_STRICT_TOOLS, _OPTIONAL, _UNIONS, _DEPTH = 20, 24, 16, 40
_TOO_MUCH_REGEX = re.compile(r"\(\?[=!<]|\\[bB1-9]")
_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def format_problems(wanted: object) -> Iterator[str]:
    """What is wrong with an ``output_config.format``."""
    if not isinstance(wanted, Mapping) or wanted.get("type") != "json_schema":
        yield "output_config.format.type: Input should be 'json_schema'"
    elif set(wanted) - {"type", "schema"}:
        yield "output_config.format: Extra inputs are not permitted"
    elif not isinstance(wanted.get("schema"), Mapping):
        yield "output_config.format.schema: Field required"
    else:
        yield from problems([wanted["schema"]], "output_config.format.schema")


def tools_problems(tools: Iterable[Mapping]) -> Iterator[str]:
    """What is wrong with the definitions of a request's tools."""
    names: set[str] = set()
    strict = [tool for tool in tools if tool.get("strict")]
    for place, tool in enumerate(tools):
        name = tool.get("name")
        if not isinstance(name, str) or not _TOOL_NAME.fullmatch(name):
            yield f"tools.{place}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'"
        elif name in names:
            yield "tools: Tool names must be unique."
        elif not isinstance(tool.get("input_schema"), Mapping) or tool["input_schema"].get("type") != "object":
            yield f"tools.{place}.input_schema.type: Field required"
        names.add(str(name))
    if len(strict) > _STRICT_TOOLS:
        yield f"tools: at most {_STRICT_TOOLS} strict tools are supported"
    yield from problems([tool["input_schema"] for tool in strict if isinstance(tool.get("input_schema"), Mapping)],
                        "tools.input_schema")


def problems(schemas: list[Mapping], where: str) -> Iterator[str]:
    """What the API would refuse in the schemas of one request."""
    counts = {"optional": 0, "unions": 0}
    for schema in schemas:
        yield from _Walk(schema, counts).node(schema, where, ())
    if counts["optional"] > _OPTIONAL:
        yield f"{where}: Schemas contain too many optional parameters ({counts['optional']}), limit {_OPTIONAL}"
    if counts["unions"] > _UNIONS:
        yield f"{where}: Schemas contain too many parameters with union types ({counts['unions']}), limit {_UNIONS}"


class _Walk:
    """One walk through a schema, with its definitions at hand."""

    def __init__(self, root: Mapping, counts: dict):
        self.root, self.counts = root, counts

    def node(self, node: object, where: str, refs: tuple) -> Iterator[str]:
        if not isinstance(node, Mapping):
            yield f"{where}: a schema must be an object"
            return
        if wrong := [key for key, form in _FORMS.items() if key in node and not isinstance(node[key], form)]:
            yield f"{where}.{wrong[0]}: Input should be a valid {_FORMS[wrong[0]].__name__}"
            return
        if not all(isinstance(name, str) for name in node.get("required", ())):
            yield f"{where}.required: Input should be a list of strings"
            return
        if len(where) > 2000 or where.count(".") > _DEPTH:
            yield "Schema is too complex for compilation"
            return
        for key in sorted(set(node) - _KEYS):
            yield f"{where}: For '{node.get('type', 'any')}' type, property '{key}' is not supported"
        yield from self._scalars(node, where)
        yield from self._object(node, where, refs)
        yield from self._branches(node, where, refs)
        yield from self._reference(node, where, refs)

    def _scalars(self, node: Mapping, where: str) -> Iterator[str]:
        kinds = node.get("type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            if kind is not None and (not isinstance(kind, str) or kind not in _TYPES):
                yield f"{where}.type: '{kind}' is not supported"
        self.counts["unions"] += isinstance(kinds, list) and len(kinds) > 1
        if any(isinstance(choice, dict | list) for choice in node.get("enum", ())):
            yield f"{where}.enum: complex types are not supported in enums"
        if node.get("format") not in (None, *_FORMATS):
            yield f"{where}.format: '{node['format']}' is not supported"
        if _TOO_MUCH_REGEX.search(str(node.get("pattern", ""))):
            yield f"{where}.pattern: lookaround, backreferences and word boundaries are not supported"
        if node.get("minItems", 0) not in (0, 1):
            yield f"{where}: For 'array' type, 'minItems' values other than 0 or 1 are not supported"

    def _object(self, node: Mapping, where: str, refs: tuple) -> Iterator[str]:
        kinds = node.get("type")
        if kinds == "object" or (isinstance(kinds, list) and "object" in kinds):
            if node.get("additionalProperties") is not False:
                yield f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false"
        known = node.get("properties") or {}
        if lost := sorted(set(node.get("required", ())) - set(known)):
            yield f"{where}.required: '{lost[0]}' is not among the properties"
        self.counts["optional"] += len(set(known) - set(node.get("required", ())))
        for name, child in known.items():
            yield from self.node(child, f"{where}.{name}", refs)

    def _branches(self, node: Mapping, where: str, refs: tuple) -> Iterator[str]:
        if "items" in node:
            yield from self.node(node["items"], f"{where}.items", refs)
        self.counts["unions"] += "anyOf" in node
        for key in ("anyOf", "allOf"):
            for child in node.get(key, ()):
                yield from self.node(child, f"{where}.{key}", refs)

    def _reference(self, node: Mapping, where: str, refs: tuple) -> Iterator[str]:
        target = node.get("$ref")
        if target is None:
            return
        if "allOf" in node:
            yield f"{where}: allOf with $ref is not supported"
        name = re.fullmatch(r"#/(?:\$defs|definitions)/([^/]+)", str(target))
        found = name and {**self.root.get("definitions", {}), **self.root.get("$defs", {})}.get(name[1])
        if target in refs:
            yield f"{where}: Recursive schemas are not supported"
        elif found is None:
            yield f"{where}: $ref '{target}' is not supported"
        else:
            yield from self.node(found, where, (*refs, target))
