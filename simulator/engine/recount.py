"""How many ballots a recount is taken to change, and how few votes from the threshold are near."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from simulator.engine.plan import Plan
from simulator.results.closeness import counted_in, in_per_cent
from simulator.results.facts import Assumption
from simulator.scenario.closeness import Closeness
from simulator.scenario.schema import Scenario


def count_ballots(scenario: Scenario, plan: Plan) -> tuple[Fraction, int, int]:
    """Return the ballots expected, those that a recount changes, and the votes near the threshold.

    Examples
    --------
    >>> from simulator import load
    >>> from simulator.engine.plan import compile_plan
    >>> found = load("scenarios/kazakhstan-2023.yaml", ("closeness.threshold=2000",)).scenario
    >>> count_ballots(found, compile_plan(found))[1:]
    (6479, 2000)
    """
    stated = scenario.closeness or Closeness()
    ballots = sum((area.ballots for area in plan.geography.areas), Fraction(0))

    def whole(size: Fraction | int) -> int:
        return size if isinstance(size, int) else max(1, round(size * ballots))

    recount = whole(stated.recount)
    return ballots, recount, recount if stated.threshold is None else whole(stated.threshold)


def name_recount(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    """Yield what is counted as close."""
    tier, stated = scenario.tiers.list, scenario.closeness or Closeness()
    if tier is None:
        return
    ballots, recount, near = count_ballots(scenario, plan)
    own = stated.threshold is not None
    words = f"{counted_in(recount, 'ballot')} ({in_per_cent(float(recount / ballots))})"
    if tier.threshold is not None and not own:
        words += "; near the threshold: as many"
    origin = "scenario" if "recount" in stated.model_fields_set else "default"
    yield Assumption("recount", words, origin)
    if tier.threshold is not None and own:
        yield Assumption(
            "near the threshold", f"within {counted_in(near, 'vote')} of it", "scenario"
        )
