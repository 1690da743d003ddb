"""Official results: the rule of the law, applied to the counted votes, gives the official seats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import simulator

FOLDER = Path(__file__).parent / "results"


def elections() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        found += YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return found


ELECTIONS = elections()


@pytest.mark.parametrize("case", ELECTIONS, ids=lambda c: f"{c['country']}: {c['election']}")
def test_the_official_seats(case: dict[str, Any]) -> None:
    found = simulator.allocate(
        case["votes"], case["seats"], case["method"], **case.get("options", {})
    )
    expected = {party: case["result"].get(party, 0) for party in case["votes"]}
    assert found.seats == expected
    assert found.certain == expected
    assert not found.ties
    assert case["source"]


def test_there_are_enough_of_them() -> None:
    assert len(ELECTIONS) >= 40
    assert len({case["country"] for case in ELECTIONS}) >= 12
    assert len({case["method"] for case in ELECTIONS}) >= 8
