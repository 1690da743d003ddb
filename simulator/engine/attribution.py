"""Seats attributable to assumed irregularities: the same draws with and without them.

All random numbers are addressed by name, so a draw without an operator is the same election
without it: the same voters, the same errors of the polls. Differences of such pairs have little
noise, and none where nothing changes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.engine import distortion
from simulator.engine.execute import Draws, draw, threads_available
from simulator.engine.plan import Plan, compile_plan
from simulator.kernels.layout import GROUP
from simulator.results.attribution import (
    Amount,
    Attribution,
    Books,
    Difference,
    Estimate,
    OperatorEffect,
    shapley,
)
from simulator.results.summary import Probability
from simulator.scenario.load import Loaded, load
from simulator.scenario.schema import Scenario
from simulator.vocabulary import INDEPENDENTS

MOST_DRAWS = 16_384
MOST_STATION_VISITS = 2**24
MOST_SPLIT = 6
_PIECE = 4_096

Seats = NDArray[np.int64]


@dataclass(frozen=True)
class Outcome:
    """Seats of every draw under one set of operators: (draws, parties), (draws, entities)."""

    list: Seats
    district: Seats

    @property
    def total(self) -> Seats:
        """All seats (draws, entities)."""
        total = self.district.copy()
        total[:, : self.list.shape[1]] += self.list
        return total


@dataclass(frozen=True)
class Ledgers:
    """What operators did: per draw in all (operators, 3, draws), per option on average."""

    totals: dict[str, Seats]
    means: dict[str, NDArray[np.float64]]  # (operators, 3, options or entities)
    infeasible: int


def attribute_irregularities(
    scenario: str | os.PathLike[str] | Loaded,
    *,
    draws: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
) -> Attribution:
    """Return what the assumed irregularities of a scenario change.

    Parameters
    ----------
    scenario
        A file, or what :func:`simulator.load` returned, with a part `irregularities`.
    draws, seed
        Instead of those of the scenario; at most 16 384 draws, fewer where stations are simulated.
    threads
        Worker threads; the result is the same for any number.

    Raises
    ------
    ValueError
        The scenario assumes no irregularities.

    Examples
    --------
    >>> found = attribute_irregularities("scenarios/kazakhstan-2023-irregularities.yaml", draws=256)
    >>> found.mode, found.draws, [o.id for o in found.operators]
    ('forward', 256, ['stuffing', 'carousels', 'proxies'])
    """
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario)
    settings = loaded.scenario.simulation
    plan = compile_plan(loaded.scenario)
    count = draws if draws is not None else settings.draws
    start = seed if seed is not None else settings.seed
    return attribute(loaded.scenario, plan, start, count, threads)


def draws_for(plan: Plan, draws: int) -> int:
    """Return how many of these draws are paired: fewer where stations are simulated."""
    found = plan.distortion
    most = MOST_DRAWS
    if found is not None and found.stations.people.size:
        runs = 1 << min(len(found.ids), MOST_SPLIT)
        visits = max(1, found.stations.people.size * runs)
        most = min(most, max(GROUP, MOST_STATION_VISITS * 4 // visits // GROUP * GROUP))
    return min(draws, most)


def attribute(
    scenario: Scenario, plan: Plan, seed: int, draws: int, threads: int | None = None
) -> Attribution:
    """Return what the operators of a plan change in its first draws."""
    found, declared = plan.distortion, scenario.irregularities
    if found is None or declared is None:
        raise ValueError("the scenario assumes no irregularities")
    draws, count = draws_for(plan, draws), len(found.ids)
    split = count <= MOST_SPLIT
    every = (1 << count) - 1
    subsets = list(range(1 << count)) if split else [0, every, *(1 << o for o in range(count))]
    with ThreadPoolExecutor(threads or threads_available()) as pool:
        whole = pool.submit(_keep_books, plan, seed, draws)
        others = {s: pool.submit(_run, plan, seed, draws, s) for s in subsets if s != every}
        outcomes = {s: future.result() for s, future in others.items()}
        outcomes[every], ledgers = whole.result()
    sign = -1 if found.inverse else 1
    without, with_them = (outcomes[0], outcomes[every])[::sign]
    values = {s: sign * (o.total - outcomes[0].total) for s, o in outcomes.items()}
    parts = shapley([values[s] for s in range(1 << count)], count) if split else None
    return Attribution(
        mode=declared.mode,
        draws=draws,
        infeasible=Probability.of(ledgers.infeasible, draws) if found.inverse else None,
        seats=_differences(plan, with_them, without),
        majorities=_majorities(scenario, plan, with_them.total, without.total),
        coalitions=_coalitions(scenario, plan, with_them.total, without.total),
        entries={
            name: _changed(with_them.list[:, p] > 0, without.list[:, p] > 0)
            for p, name in enumerate(plan.parties)
        } if plan.seats["list"] else {},
        operators=tuple(
            OperatorEffect(
                id=o.id, kind=o.kind, beneficiary=o.beneficiary, basis=o.basis, source=o.source,
                books={t: _books(plan, ledgers, t, k) for t in ledgers.totals if t in o.tiers},
                alone=_by_entity(plan, values[1 << k]),
                shapley=_by_entity(plan, parts[k]) if parts is not None else None,
            ) for k, o in enumerate(declared.operators)
        ),
    )  # fmt: skip


def _run(plan: Plan, seed: int, draws: int, subset: int) -> Outcome:
    """Return the seats of the draws when only the operators of a subset act."""
    found = plan.distortion
    assert found is not None
    switched = distortion.switch(plan, [bool(subset >> o & 1) for o in range(len(found.ids))])
    pieces = [
        draw(switched, seed, start, min(_PIECE, draws - start)) for start in range(0, draws, _PIECE)
    ]
    return _outcome(pieces)


def _outcome(pieces: Sequence[Draws]) -> Outcome:
    return Outcome(
        np.concatenate([p.list_seats for p in pieces]),
        np.concatenate([p.district_seats for p in pieces]),
    )


def _keep_books(plan: Plan, seed: int, draws: int) -> tuple[Outcome, Ledgers]:
    """Return the draws with all operators, and their ledgers."""
    found = plan.distortion
    assert found is not None
    pieces, infeasible = [], 0
    tiers = ["list", *(["district"] if found.operators.contested else [])]
    totals: dict[str, list[Seats]] = {tier: [] for tier in tiers}
    sums: dict[str, Seats] = {}
    for start in range(0, draws, _PIECE):
        size = min(_PIECE, draws - start)
        more = distortion.arguments(plan, size)
        pieces.append(draw(plan, seed, start, size, operators=more))
        rows = more[1]
        infeasible += int(rows.impossible.sum())
        for tier in tiers:
            ledger = rows.ledger if tier == "list" else rows.ledger_district
            # What is moved is signed: it sums to zero, so the gains count.
            gains = np.maximum(ledger, 0).sum(axis=2)
            totals[tier].append(gains)
            sums[tier] = sums.get(tier, 0) + ledger.sum(axis=3)
    return _outcome(pieces), Ledgers(
        {tier: np.concatenate(parts, axis=2) for tier, parts in totals.items()},
        {tier: total / draws for tier, total in sums.items()},
        infeasible,
    )


def _books(plan: Plan, ledgers: Ledgers, tier: str, operator: int) -> Books:
    totals, means = ledgers.totals[tier][operator], ledgers.means[tier][operator]
    names = plan.options if tier == "list" else (*plan.entities, "not electable")
    added, moved, removed = (Amount.of(totals[part]) for part in range(3))
    rows = zip(names, *means, strict=True)
    return Books(added, moved, removed, {n: (float(a), float(m), float(r)) for n, a, m, r in rows})


def _by_entity(plan: Plan, values: NDArray[np.float64] | Seats) -> dict[str, Estimate]:
    return {name: Estimate.of(values[:, e]) for e, name in enumerate(plan.entities)}


def _differences(
    plan: Plan, with_them: Outcome, without: Outcome
) -> dict[str, dict[str, Difference]]:
    """Return by entity and tier the seats with the operators less those without."""
    found: dict[str, dict[str, Difference]] = {}
    for e, name in enumerate(plan.entities):
        tiers = {}
        if name != INDEPENDENTS and plan.seats["list"]:
            tiers["list"] = Difference.of(with_them.list[:, e] - without.list[:, e])
        if plan.seats["district"]:
            tiers["district"] = Difference.of(with_them.district[:, e] - without.district[:, e])
        tiers["total"] = Difference.of(with_them.total[:, e] - without.total[:, e])
        found[name] = tiers
    return found


def _changed(one: NDArray[np.bool_], two: NDArray[np.bool_]) -> Probability:
    return Probability.of(int((one != two).sum()), one.size)


def _majorities(scenario: Scenario, plan: Plan, one: Seats, two: Seats) -> dict[str, Probability]:
    """Return for each majority how often a party holds it on one side only."""
    count = len(plan.parties)
    found = {}
    for name, seats in _bars(scenario).items():
        differs = (one[:, :count] >= seats) != (two[:, :count] >= seats)
        found[name] = Probability.of(int(differs.any(axis=1).sum()), one.shape[0])
    return found


def _coalitions(scenario: Scenario, plan: Plan, one: Seats, two: Seats) -> dict[str, Probability]:
    """Return the same for each declared coalition, as `majority: coalition`."""
    found = {}
    for coalition, members in plan.coalitions.items():
        inside = [plan.entities.index(name) for name in members]
        held, kept = one[:, inside].sum(axis=1), two[:, inside].sum(axis=1)
        for name, seats in _bars(scenario).items():
            found[f"{name}: {coalition}"] = _changed(held >= seats, kept >= seats)
    return found


def _bars(scenario: Scenario) -> dict[str, int]:
    return dict(scenario.majorities) or {"majority": scenario.seats // 2 + 1}
