"""The checks that every run makes of itself, by ways that share nothing with the kernels."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.engine.execute import draw, most_draws
from simulator.engine.plan import Plan
from simulator.engine.reallocation import threshold_bases
from simulator.results.checks import Checks, totals_add_up
from simulator.results.tally import Tally
from simulator.scenario.official import apply_law, compare_official
from simulator.scenario.schema import Scenario

# The judge takes about a microsecond a seat and party: so many draws cost a fraction of a second.
MOST_DRAWS, FEWEST_DRAWS = 100, 16
MOST_CLAIMS = 100_000


def check_run(scenario: Scenario, plan: Plan, tally: Tally, seed: int) -> Checks:
    """Return whether official seats are reproduced, totals add up, and the judge agrees.

    The judge (:func:`simulator.allocation.law.allocate_by_law`) allocates the whole votes of the
    first draws again, in fractions.

    Examples
    --------
    >>> from simulator import load
    >>> from simulator.engine.execute import simulate
    >>> from simulator.engine.plan import compile_plan
    >>> scenario = load("scenarios/kazakhstan-2023-official.yaml").scenario
    >>> plan = compile_plan(scenario)
    >>> check_run(scenario, plan, simulate(plan, 1, 0, 256), 1)
    Checks(official=True, elsewise={}, totals=True, rechecked=100, differing=0)
    """
    official, elsewise = _official(scenario)
    rechecked, differing = _recheck(scenario, plan, seed, tally.draws)
    return Checks(
        official=official,
        elsewise=elsewise,
        totals=totals_add_up(tally, plan.seats["list"], plan.seats["district"]),
        rechecked=rechecked,
        differing=differing,
    )


def _official(scenario: Scenario) -> tuple[bool | None, Mapping[str, int]]:
    """Return whether the rule gives the official list seats, and the seats that differ."""
    found = compare_official(scenario)
    if found is None or "list" not in found.expected:
        return None, {}
    official = found.expected["list"]
    elsewise = {name: n for name, n in found.computed["list"].items() if n != official.get(name, 0)}
    return not elsewise, elsewise


def _recheck(scenario: Scenario, plan: Plan, seed: int, draws: int) -> tuple[int, int]:
    """Return how many draws the judge allocated again, and in how many its seats are others."""
    tier, parties = scenario.tiers.list, len(plan.parties)
    if tier is None:
        return 0, 0
    size = min(MOST_DRAWS, max(FEWEST_DRAWS, MOST_CLAIMS // (tier.seats * parties)))
    size = min(size, draws, most_draws(plan) or size)
    drawn = draw(plan, seed, 0, size)
    differing = 0
    bases = threshold_bases(plan.law, drawn, parties)
    for votes, base, seats in zip(
        drawn.votes.tolist(), bases.tolist(), drawn.list_seats.tolist(), strict=True
    ):
        differing += list(apply_law(tier, votes[:parties], base).seats) != seats
    return size, differing
