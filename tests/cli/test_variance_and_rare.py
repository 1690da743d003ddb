"""`simseats variance` and `simseats rare`: screens, documents, bad events."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_commands import simseats

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"


@pytest.mark.parametrize("columns", ["60", "88"])
def test_the_split_fits_its_terminal(columns: str) -> None:
    found = simseats("variance", FLAGSHIP, "--draws", "512", COLUMNS=columns)
    assert found.returncode == 0
    assert "national" in found.stdout
    assert "JSDP, list seats" in found.stdout
    assert max(map(len, found.stdout.splitlines())) <= int(columns)


def test_the_split_as_a_document() -> None:
    document = json.loads(simseats("variance", FLAGSHIP, "--draws", "512", "--json").stdout)
    assert document["schema"] == "simseats.variance/1"
    for split in document["outcomes"]:
        shares = [index["value"] for index in split["shapley"].values()]
        assert sum(shares) == pytest.approx(1)


def test_a_scenario_without_uncertainty_has_nothing_to_split() -> None:
    found = simseats("variance", "scenarios/kazakhstan-2023-official.yaml", "--draws", "256")
    assert found.returncode == 0
    assert "nothing varies" in found.stdout


def test_a_rare_event_on_the_screen_and_as_a_document() -> None:
    arguments = ("rare", FLAGSHIP, "enters.baytaq", "--draws", "8192")
    assert "moved draws" in simseats(*arguments).stdout
    document = json.loads(simseats(*arguments, "--json").stdout)
    assert document["event"] == "enters.baytaq"
    assert 0 < document["probability"]["value"] < 0.002
    assert document["probability"]["mcse"] < document["plain"]["mcse"]


def test_what_is_no_event_is_a_usage_error() -> None:
    found = simseats("rare", FLAGSHIP, "enters.nobody")
    assert found.returncode == 2
    assert "enters.PARTY" in found.stderr
