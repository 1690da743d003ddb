"""Seat totals as properties: every draw of every compiled system, and the printed table."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
from hypothesis import given, settings

from simulator.allocation import registry
from simulator.allocation.law import LoneClause, allocate_by_law
from simulator.engine.execute import Draws, draw
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.run import run_loaded
from simulator.report.terminal import render
from simulator.scenario.load import load, load_text
from simulator.scenario.schema import Scenario
from tests.engine.scenarios import scenarios

DRAWS = 300  # not a multiple of the block: the lanes beyond are thrown away


def base_of(scenario: Scenario, plan: Plan, draws: Draws, k: int) -> int:
    """Return the base of the threshold of one draw, from what was recorded."""
    tier = scenario.tiers.list
    of = tier.threshold.of if tier is not None and tier.threshold is not None else "valid"
    if of == "party-votes":
        return int(draws.votes[k, : len(plan.parties)].sum())
    if of == "ballots":
        return round(draws.turnout[k] * plan.law.electorate)
    if of == "electorate":
        return int(plan.law.electorate)
    return int(draws.votes[k].sum())


def judge(scenario: Scenario, plan: Plan, draws: Draws, k: int) -> tuple[int, ...]:
    """Return the list seats of one draw by the exact twin."""
    tier = scenario.tiers.list
    assert tier is not None
    lone = tier.lone_list
    return allocate_by_law(
        [int(v) for v in draws.votes[k, : len(plan.parties)]],
        base=base_of(scenario, plan, draws, k),
        seats=tier.seats,
        method=registry.get(tier.method).id,
        parameters=tier.parameters,
        threshold=tier.threshold.share if tier.threshold else None,
        strict=tier.threshold is not None and tier.threshold.compare == ">",
        none_pass=tier.none_pass,
        lone=LoneClause(lone.factor, lone.minimum) if lone else None,
    ).seats


@given(scenarios())
@settings(max_examples=60)
def test_every_draw_of_every_system_adds_up(text: str) -> None:
    scenario = load_text(text).scenario
    plan = compile_plan(scenario)
    draws = draw(plan, scenario.simulation.seed, 256, DRAWS)
    voted = draws.votes[:, : len(plan.parties)].sum(axis=1) > 0
    assert (draws.votes >= 0).all()
    assert (draws.list_seats >= 0).all()
    assert (draws.list_seats.sum(axis=1) == np.where(voted, plan.seats["list"], 0)).all()
    assert (draws.district_seats.sum(axis=1) == plan.seats["district"]).all()
    assert (draws.list_seats[draws.votes[:, : len(plan.parties)] == 0] == 0).all()
    assert (draws.votes.sum(axis=1) <= draws.turnout * plan.law.electorate + 0.5).all()
    if scenario.tiers.list is not None:
        for k in range(0, DRAWS, 37):
            assert tuple(draws.list_seats[k]) == judge(scenario, plan, draws, k)


@given(scenarios())
@settings(max_examples=25)
def test_the_printed_table_adds_up(text: str) -> None:
    found = run_loaded(load_text(text), threads=1)
    table = render(found)
    total = re.search(
        r"^  total .*?(\d+)(?: +(\d+) +(\d+))?  (\d+ in every|seats vacant)", table, re.M
    )
    assert total is not None
    if not found.summary.flags["no_votes"]:
        assert int(total.group(1)) == found.facts.seats
        assert found.facts.seats == sum(found.facts.tiers.values())
        typical = found.summary.typical
        assert sum(typical.list) == found.facts.tiers["list"]
        assert sum(typical.district) == found.facts.tiers["district"]


def test_every_draw_of_the_flagship_is_a_mazhilis() -> None:
    scenario = load("scenarios/kazakhstan-2023.yaml").scenario
    plan = compile_plan(scenario)
    draws = draw(plan, scenario.simulation.seed, 0, 16_384)
    assert (draws.list_seats.sum(axis=1) == 69).all()
    assert (draws.district_seats.sum(axis=1) == 29).all()
    ballots = np.rint(draws.turnout * plan.law.electorate).astype(np.int64)
    for party in range(len(plan.parties)):
        below = 20 * draws.votes[:, party] < ballots
        assert (draws.list_seats[below, party] == 0).all()
        assert (draws.list_seats[~below, party] > 0).all()
    for k in range(0, 16_384, 64):
        assert tuple(draws.list_seats[k]) == judge(scenario, plan, draws, k)


def test_the_largest_country_stays_exact() -> None:
    parties = "\n".join(f"  p{k}: {{share: 2.5%}}" for k in range(40))
    text = f"""schema: simseats/1
name: Largest
parties:
{parties}
tiers:
  list: {{seats: 1000, threshold: {{share: 2.3%, of: ballots}}}}
  district: {{seats: 1000}}
electorate:
  registered: 2_000_000_000
  turnout: 70%
  field: {{nominees: [p0, p1, p2], independents: 3, basis: invented}}
"""
    scenario = load_text(text).scenario
    plan = compile_plan(scenario)
    draws = draw(plan, 5, 0, 256)
    assert (draws.list_seats.sum(axis=1) == 1000).all()
    assert (draws.district_seats.sum(axis=1) == 1000).all()
    for k in range(0, 256, 16):
        assert tuple(draws.list_seats[k]) == judge(scenario, plan, draws, k)


def test_t10_without_uncertainty_the_draw_is_the_count() -> None:
    scenario = load("scenarios/kazakhstan-2023-official.yaml").scenario
    draws = draw(compile_plan(scenario), 3, 0, 256)
    votes = [party.votes or 0 for party in scenario.parties.values()]
    # Shares are single precision: the national count is right to one ballot in two million.
    assert np.abs(draws.votes - np.array(votes) * draws.votes[0].sum() / sum(votes)).max() < 4


def test_t10_equal_parties_lead_equally_often() -> None:
    text = "schema: simseats/1\nname: Equal\nparties: {a: 25%, b: 25%, c: 25%, d: 25%}\n"
    text += "tiers: {list: {seats: 101, method: dhondt}}\nsimulation: {draws: 40_000, seed: 9}\n"
    plan = compile_plan(load_text(text).scenario)
    votes = draw(plan, 9, 0, 40_000).votes
    first = np.bincount(votes.argmax(axis=1), minlength=4) / 40_000
    error = (0.25 * 0.75 / 40_000) ** 0.5
    assert np.abs(first - 0.25).max() < 4 * error


def test_raked_baselines_return_the_national_shares() -> None:
    """Without national error and swing the expected ballots reproduce the polled shares."""
    loaded = load(
        "scenarios/kazakhstan-2023.yaml",
        ("uncertainty.kernel=fixed", "uncertainty.region.sd=0", "uncertainty.district.sd=0",
         "uncertainty.turnout.national_sd=0", "uncertainty.turnout.region_sd=0",
         "uncertainty.turnout.district_sd=0"),
    )  # fmt: skip
    plan = compile_plan(loaded.scenario)
    votes = draw(plan, 1, 0, 2048).votes
    shares = votes / votes.sum(axis=1, keepdims=True)
    for k, name in enumerate(plan.options):
        assert np.abs(shares[:, k] - plan.shares[name]).max() < 3e-6


def test_threshold_is_exact_at_the_edge() -> None:
    """7% of 100 votes is 7: a list with exactly the threshold passes, one vote less does not."""
    outcome = allocate_by_law(
        [93, 7], base=100, seats=10, method="largest-remainder", threshold=Fraction(7, 100)
    )
    assert not outcome.one_passed
    outcome = allocate_by_law(
        [94, 6], base=100, seats=10, method="largest-remainder", threshold=Fraction(7, 100)
    )
    assert outcome.one_passed
