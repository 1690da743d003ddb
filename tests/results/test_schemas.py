"""The shipped schemas of results: whole, strict, and those of what is printed."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

import simulator
from simulator.scenario.export import RESULTS, result_schema_text
from tests.cli.test_commands import simseats
from tests.engine.test_comparison import town

SHARE = "tiers.list.threshold.share"


def check(name: str, document: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(json.loads(result_schema_text(name))).validate(document)


@pytest.mark.parametrize("name", RESULTS)
def test_every_schema_is_one_is_printed_and_has_its_name(name: str) -> None:
    schema = json.loads(simseats("schema", name).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["title"] == f"simseats.{name}/1"
    assert schema["properties"]["schema"]["const"] == schema["title"]


def test_schema_commands() -> None:
    assert simseats("schema", "--run").stdout == simseats("schema", "run").stdout
    assert simseats("schema").stdout == simseats("schema", "scenario").stdout
    assert simseats("schema", "runs").returncode == 2


@pytest.mark.parametrize("sampler", ["mc", "sobol"])
def test_comparisons_and_sweeps_have_the_form_of_their_schemas(sampler: str) -> None:
    block = "compare: [{name: x, set: {electorate.turnout: 50%}}]"
    for one in (
        simulator.compare(town(sampler), methods="all", draws=256),
        simulator.compare(town(sampler, block), draws=256),
        simulator.compare("scenarios/kazakhstan-2023.yaml", town(sampler), draws=256),
    ):
        check("comparison", json.loads(one.to_json()))
    for paths in ({SHARE: "4%,5%"}, {SHARE: "4%,5%", "electorate.turnout": "50%,60%"}):
        check("sweep", json.loads(simulator.sweep(town(sampler), paths, draws=256).to_json()))


@pytest.mark.parametrize("key", ["alternatives", "draws", "vote_base"])
def test_a_missing_or_an_unknown_key_is_noticed(key: str) -> None:
    document = simulator.compare(town(), methods="dhondt", draws=256).to_dict()
    for spoiled in (
        {k: v for k, v in document.items() if k != key}, {**document, f"{key}_too": 1},
    ):  # fmt: skip
        with pytest.raises(jsonschema.ValidationError):
            check("comparison", spoiled)
