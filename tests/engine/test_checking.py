"""What a run checks of itself: each check fails when what it checks is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.engine import checking
from simulator.engine.checking import check_run
from simulator.engine.execute import simulate
from simulator.engine.plan import Plan, compile_plan
from simulator.results.checks import Checks, totals_add_up
from simulator.results.tally import Tally
from simulator.scenario.load import load, load_text
from simulator.scenario.schema import Scenario

OFFICIAL = "scenarios/kazakhstan-2023-official.yaml"
# Of everything that a threshold can be a share of: the judge is told another number by each.
TOWN = """
schema: simseats/1
name: Town
electorate: {{registered: 90_000, turnout: 60%, invalid: 3%}}
parties: {{a: 46%, b: 31%, c: 9%, d: 6%, e: 5%}}
tiers:
  list:
    seats: 37
    method: {method}
    threshold: {{share: {share}, of: {of}, compare: "{compare}"}}
uncertainty: {{effective_sample: 300}}
"""


def checked(scenario: Scenario) -> tuple[Plan, Tally, Checks]:
    plan = compile_plan(scenario)
    tally = simulate(plan, 5, 0, 1024)
    return plan, tally, check_run(scenario, plan, tally, 5)


def town(method: str, share: str = "5%", of: str = "valid", compare: str = ">=") -> Scenario:
    text = TOWN.format(method=method, share=share, of=of, compare=compare)
    return load_text(text).scenario


@pytest.mark.parametrize("method", ["largest-remainder", "dhondt", "adams", "huntington-hill"])
@pytest.mark.parametrize(
    ("share", "of"),
    [("5%", "valid"), ("5%", "party-votes"), ("5%", "ballots"), ("3%", "electorate"),
     ("99%", "valid"), ("40%", "valid")],
)  # fmt: skip
def test_the_judge_agrees_with_every_base_of_the_threshold(
    method: str, share: str, of: str
) -> None:
    for compare in (">=", ">"):
        found = checked(town(method, share, of, compare))[2]
        assert found == Checks(None, {}, True, 100, 0)


def test_the_judge_sees_another_law() -> None:
    scenario = town("dhondt")
    other = town("sainte-lague")
    plan, tally, _ = checked(scenario)
    found = check_run(other, plan, tally, 5)
    assert found.differing > 30
    assert not found.passed


def test_a_seat_too_many_in_one_draw_is_found() -> None:
    plan, tally, found = checked(town("dhondt"))
    assert found.totals
    row = tally.counts.list_seats[0, 0]
    at = int(row.nonzero()[0][0])
    row[at] -= 1
    row[at + 1] += 1
    assert not totals_add_up(tally, plan.seats["list"], plan.seats["district"])


def test_a_draw_that_is_not_counted_for_every_party_is_found() -> None:
    plan, tally, _ = checked(town("dhondt"))
    row = tally.counts.district_seats[0, -1]
    row[0] -= 1
    assert not totals_add_up(tally, plan.seats["list"], plan.seats["district"])


def test_the_official_result_is_reproduced_or_said_to_differ() -> None:
    scenario = load(OFFICIAL).scenario
    assert checked(scenario)[2].official is True
    assert checked(town("dhondt"))[2].official is None
    other = load(OFFICIAL, ("tiers.list.threshold.share=6%",)).scenario
    found = checked(other)[2]
    assert found.official is False
    assert found.elsewise == {"amanat": 42, "respublica": 7, "aqjol": 7, "jsdp": 0}
    assert found.passed  # another law than the official one is not a fault of the program


def test_large_chambers_are_checked_in_fewer_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = town("dhondt")
    monkeypatch.setattr(checking, "MOST_CLAIMS", 37 * 5 * 20)
    assert checked(scenario)[2].rechecked == 20
    monkeypatch.setattr(checking, "MOST_CLAIMS", 1)
    assert checked(scenario)[2].rechecked == checking.FEWEST_DRAWS


def test_a_run_with_too_few_draws_checks_what_there_is() -> None:
    scenario = town("dhondt")
    plan = replace(compile_plan(scenario), sampler="mc")
    tally = simulate(plan, 5, 0, 7)
    assert check_run(scenario, plan, tally, 5).rechecked == 7
