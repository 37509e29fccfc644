"""The features as the addon's data seed them, for benches without Odoo."""

import functools
import xml.etree.ElementTree as ET
from collections.abc import Mapping

from ..harness import ROOT
from . import asking

# isort: split
from l10n_cl_ai.llm.plan import ModelSpec, Plan

_DATA = ROOT / "l10n_cl_ai/data"


def seeded() -> list[Plan]:
    """Return what each feature of the addon's data asks with, but for who asks and where."""
    models = dict(_records("ai_model_data.xml", "l10n_cl_ai.model"))
    features = [values for _ident, values in _records("ai_feature_data.xml", "l10n_cl_ai.feature")]
    return [_seeded(feature, models) for feature in features]


@functools.cache
def allowed(code: str) -> tuple[str, ...]:
    """Return the paths that may leave with a feature of the addon's data."""
    features = (values for _ident, values in _records("ai_feature_data.xml", "l10n_cl_ai.feature"))
    return next(tuple(values["allowed_fields"].split()) for values in features if values["code"] == code)


def _records(file: str, model: str) -> list[tuple[str, dict[str, str]]]:
    root = ET.parse(_DATA / file).getroot()
    return [
        (record.get("id"), {one.get("name"): one.get("ref") or (one.text or "").strip() for one in record})
        for record in root.iter("record") if record.get("model") == model
    ]


def _seeded(feature: Mapping[str, str], models: Mapping[str, Mapping[str, str]]) -> Plan:
    names = [feature[name] for name in ("model_id", "escalation_model_id") if name in feature]
    return Plan(
        company_id=1, user_id=0, feature=feature["code"], prompt_version="1",
        models=tuple(_spec(feature, models[name]) for name in names), prices=asking.prices(),
        per_minute=int(feature["rate_per_minute"]), ttl=int(feature["ttl"]), deadline=float(feature["deadline"]),
        max_tokens=int(feature["max_tokens"]), max_input_bytes=int(feature.get("max_input_bytes", 200_000)),
        prompt_cache=feature.get("prompt_cache"),
    )


def _spec(feature: Mapping[str, str], model: Mapping[str, str]) -> ModelSpec:
    """Return the model as the feature uses it: what it does not take is not sent."""
    taken = {"effort": model.get("effort_levels", ""), "thinking": model.get("thinking_types", "")}
    given = {name: feature.get(name) for name in taken}
    return ModelSpec(model["name"], max_output=int(model["max_output_tokens"]),
                     **{name: value if value in taken[name].split() else None for name, value in given.items()})
