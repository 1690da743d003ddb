"""The scenario language as JSON Schema, draft 7, which editors understand; and that of results."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from simulator.scenario.schema import Scenario

DRAFT = "http://json-schema.org/draft-07/schema#"
_SHARE = [{"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%\s*$"}, {"type": "number"}]
_TABLE = {"type": "string", "pattern": r"\.csv$", "description": "A CSV file beside the scenario."}

# Short forms that validation expands before the models see them: definition, and what may stand
# in its place.
_SHORT: dict[str, list[dict[str, Any]]] = {
    "Party": [*_SHARE, {"type": "null"}],
    "Threshold": _SHARE,
    "Polls": [{"type": "array", "items": {"$ref": "#/definitions/Poll"}}, _TABLE],
    "Uncertainty": [{"const": "fixed"}],
}
_TABLES = {
    "Electorate": ("regions", "districts", "candidates"),
    "Polls": ("items",),
    "Uncertainty": ("errors",),
}


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenarios."""
    schema = Scenario.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    definitions: dict[str, Any] = schema.pop("$defs")
    for name, keys in _TABLES.items():
        for key in keys:
            properties = definitions[name]["properties"]
            known = properties[key]
            described = {k: known.pop(k) for k in ("description", "default") if k in known}
            properties[key] = {"anyOf": [known, _TABLE], **described}
    for name, forms in _SHORT.items():
        definitions[f"{name}Long"] = definitions[name]
        definitions[name] = {"anyOf": [{"$ref": f"#/definitions/{name}Long"}, *forms]}
    return {"$schema": DRAFT, **schema, "definitions": definitions}


def scenario_schema_text() -> str:
    """Return the JSON Schema of scenarios as text."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


RESULTS = ("run", "comparison", "sweep")


def result_schema_text(name: str) -> str:
    """Return the JSON Schema of a document of results, one of `RESULTS`, as text.

    >>> json.loads(result_schema_text("sweep"))["title"]
    'simseats.sweep/1'
    """
    file = resources.files("simulator") / "schemas" / f"{name}.schema.json"
    return file.read_text(encoding="utf-8")
