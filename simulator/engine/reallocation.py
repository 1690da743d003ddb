"""List seats of votes that were already drawn, under another law: no draw is made again."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.allocation import registry
from simulator.allocation.batch import allocate_many
from simulator.engine.execute import Draws
from simulator.engine.plan import Plan
from simulator.kernels import inputs
from simulator.kernels.inputs import Law
from simulator.scenario.schema import ListTier

Ints = NDArray[np.int64]

# What the votes, the turnout and the contests of a draw follow from; the law is not among it.
_VOTES = (
    "options", "parties", "salt", "named", "coordinates", "sampler", "nation", "regions",
    "contests", "layers", "distortion",
)  # fmt: skip


def same_votes(one: Plan, two: Plan) -> bool:
    """Tell whether two plans draw the same votes and the same district seats."""
    return (
        one.law.electorate == two.law.electorate
        and _same(one.law.held, two.law.held)
        and all(_same(getattr(one, name), getattr(two, name)) for name in _VOTES)
    )


def _same(one: Any, two: Any) -> bool:
    """Tell whether two values are equal, arrays inside them included."""
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray):
        return one.shape == two.shape and bool((one == two).all())
    if isinstance(one, tuple | list):
        return len(one) == len(two) and all(map(_same, one, two))
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key]) for key in one)
    if is_dataclass(one):
        return all(_same(getattr(one, f.name), getattr(two, f.name)) for f in fields(one))
    return bool(one == two)


def reallocate(plan: Plan, tier: ListTier | None, drawn: Draws) -> tuple[Ints, Ints]:
    """Return list seats (draws, parties) and district seats (draws, entities) under a plan's law.

    `drawn` are draws of a plan with the same votes. The same rules as in the kernels of a run:
    threshold, rules for no list and for a lone list, method, ties in the order of the lists.

    Examples
    --------
    >>> from simulator import load
    >>> from simulator.engine.execute import draw
    >>> from simulator.engine.plan import compile_plan
    >>> scenario = load("scenarios/kazakhstan-2023-official.yaml").scenario
    >>> plan = compile_plan(scenario)
    >>> reallocate(plan, scenario.tiers.list, draw(plan, 1, 0, 1))[0].tolist()
    [[40, 8, 6, 6, 5, 4, 0]]
    """
    parties = len(plan.parties)
    votes = np.asfortranarray(drawn.votes[:, :parties])
    district = np.asarray(drawn.district_seats)
    if tier is None:
        return np.zeros_like(votes), district
    eligible, alone = _admit(plan.law, votes, threshold_bases(plan.law, drawn, parties))
    method = registry.get(tier.method)
    rows = allocate_many(eligible, tier.seats, method.id, **tier.parameters)
    seats: Ints = np.asarray(rows).astype(np.int64)
    if plan.law.lone_clause:
        _seat_runner_up(plan.law, votes, eligible, alone, seats)
    return seats, district


def threshold_bases(law: Law, drawn: Draws, parties: int) -> Ints:
    """Return the number of which the threshold is a share, one a draw."""
    if law.threshold_base == inputs.BASE_ELECTORATE:
        return np.full(drawn.votes.shape[0], int(law.electorate))
    if law.threshold_base == inputs.BASE_BALLOTS:
        # Turnout is a quotient of whole numbers below 2^31, so the product is nearest to one.
        return np.rint(drawn.turnout * law.electorate).astype(np.int64)
    counted = parties if law.threshold_base == inputs.BASE_PARTY_VOTES else drawn.votes.shape[1]
    return np.asarray(drawn.votes[:, :counted].sum(axis=1))


def _admit(law: Law, votes: Ints, base: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the votes of the lists that are admitted, and where one list alone passed."""
    own = votes * int(law.threshold_denominator)
    bar = (base * int(law.threshold_numerator) + int(law.threshold_strict))[:, None]
    eligible = np.where(own >= bar, votes, 0)
    passed = (eligible > 0).sum(axis=1)
    nobody = np.flatnonzero(passed == 0)
    if law.admit_all:
        eligible[nobody] = votes[nobody]
    else:
        largest = votes[nobody].argmax(axis=1)
        eligible[nobody, largest] = votes[nobody, largest]
    return np.asfortranarray(eligible), passed == 1


def _seat_runner_up(
    law: Law, votes: Ints, eligible: Ints, alone: NDArray[np.bool_], seats: Ints
) -> None:
    """Apply the clause for a lone list: the runner-up is admitted with a reduced quotient."""
    rows = np.flatnonzero(alone)
    first = (eligible[rows] > 0).argmax(axis=1)
    others = votes[rows]
    others[np.arange(rows.size), first] = 0
    second = others.argmax(axis=1)
    two = others[np.arange(rows.size), second]
    some = two > 0
    rows, first, second, two = rows[some], first[some], second[some], two[some]
    one = votes[rows, first]
    got = law.lone_numerator * two * law.seats // (law.lone_denominator * (one + two))
    got = np.minimum(np.maximum(got, law.lone_minimum), law.seats)
    seats[rows, first] = law.seats - got
    seats[rows, second] = got
