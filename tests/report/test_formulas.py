"""Other formulas on the same votes: the law itself, and every method as `allocate` gives it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from simulator import allocate
from simulator.allocation import registry
from simulator.engine.run import run, run_loaded
from simulator.report.formulas import METHODS, formulas
from simulator.results.run import Run
from simulator.scenario.load import load_text
from tests.engine.scenarios import scenarios
from tests.report.pages import flagship, plain


def test_official_counts_under_every_method() -> None:
    made = run("scenarios/kazakhstan-2023-official.yaml", draws=256)
    found = formulas(made)
    assert found is not None
    assert found.counted
    votes = {name: made.facts.scenario["parties"][name]["votes"] for name in made.facts.parties}
    cast = sum(votes.values()) + 248_291
    base = round(cast / (1 - 0.0239))
    law, *others = found.rows
    assert law.seats == (40, 8, 6, 6, 5, 4, 0)
    # The law is largest remainders with the Hare quota: it is not listed twice.
    assert len(others) == len(METHODS) - 1
    assert [row.moved for row in others] == sorted(row.moved for row in others)
    assert {row.label for row in others} == {registry.get(m).label for m in METHODS[1:]}
    for row in others:
        method = next(m for m in METHODS if registry.get(m).label == row.label)
        judge = allocate(votes, 69, method, threshold={"share": "5%", "base": base})
        assert dict(zip(votes, row.seats, strict=True)) == dict(judge.seats)
        moved = sum(abs(a - b) for a, b in zip(row.seats, law.seats, strict=True))
        assert row.moved == moved // 2


def test_means_of_the_draws_are_said_to_be_means() -> None:
    for made in (flagship(), plain()):
        found = formulas(made)
        assert found is not None
        assert not found.counted
        assert all(sum(row.seats) == made.facts.tiers["list"] for row in found.rows)


@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(text=scenarios())
def test_any_scenario_has_a_table_or_none(text: str) -> None:
    made = run_loaded(load_text(text), threads=1)
    found = formulas(made)
    if found is None:
        # No list tier, or one list alone passes on these votes.
        return
    assert found.rows[0].law
    assert {sum(row.seats) for row in found.rows} <= {made.facts.tiers["list"]}


@pytest.mark.parametrize("tiers", [{}, {"list": 1}, {"list": {"method": "x"}}, None, [1]])
def test_a_scenario_in_other_words_has_no_table(tiers: object) -> None:
    made = plain()
    scenario = {**made.facts.scenario, "tiers": tiers}
    assert formulas(Run(replace(made.facts, scenario=scenario), made.tally)) is None
