"""A question's schema and the model that reads its answer, as a feature writes them: for the tests and the bench."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from l10n_cl_ai.llm.answers import StrictAnswer
from l10n_cl_ai.llm.question import Abstained


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Finding(StrictAnswer):
    rule: str = Field(max_length=40)
    severity: Severity
    line: int | None = Field(ge=1, le=1000)
    tone: Literal["Alto", "Bajo"] | None = None


class Review(StrictAnswer):
    """Accepts what the schema says, and beyond it that what contradicts itself is refused."""

    verdict: Literal["send", "review", "unknown"]
    confidence: float = Field(ge=0, le=1)
    findings: tuple[Finding, ...]

    @classmethod
    def from_json(cls, value: Any) -> "Review":
        review = super().from_json(value)
        if review.verdict == "unknown":
            raise Abstained("the model does not know")
        if review.verdict == "send" and any(one.severity is Severity.ERROR for one in review.findings):
            raise ValueError("it says send and finds an error")
        return review


SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["verdict", "confidence", "findings"],
    "properties": {
        "verdict": {"type": "string", "enum": ["send", "review", "unknown"]},
        "confidence": {"type": "number", "description": "0 to 1"},
        "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
    },
    "$defs": {
        "finding": {
            "type": "object",
            "additionalProperties": False,
            "required": ["rule", "severity", "line"],
            "properties": {
                "rule": {"type": "string"},
                "severity": {"type": "string", "enum": ["error", "warning"]},
                "line": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                "tone": {"type": ["string", "null"], "enum": ["Alto", "Bajo", None]},
            },
        },
    },
}

VALUE = {
    "verdict": "review",
    "confidence": 0.75,
    "findings": [{"rule": "F04 {neto} \"IVA\" ñ", "severity": "warning", "line": 3, "tone": "Alto"},
                 {"rule": "F11", "severity": "error", "line": None}],
}  # fmt: skip
