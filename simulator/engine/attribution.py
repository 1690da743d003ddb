"""Seats attributable to assumed irregularities: the same draws with and without them.

All random numbers are addressed by name, so a draw without an operator is the same election
without it: the same voters, the same errors of the polls. Differences of such pairs have little
noise, and none where nothing changes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.engine import distortion
from simulator.engine.execute import Draws, draw, most_draws, threads_available
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.sampler import replicate_of_draws, whole_draws
from simulator.kernels.layout import GROUP
from simulator.results.attribution import (
    Amount,
    Attribution,
    Books,
    Difference,
    Estimate,
    OperatorEffect,
    probability,
    shapley,
)
from simulator.results.summary import Probability
from simulator.scenario.load import Loaded, load
from simulator.scenario.schema import Scenario
from simulator.vocabulary import INDEPENDENTS

MOST_DRAWS = 16_384
# Stations times draws times subsets: some seconds of work.
MOST_VISITS = 2**28
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
    infeasible: NDArray[np.bool_]  # by draw


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
        Instead of those of the scenario; at most 16 384 draws, fewer where stations are
        simulated, and whole replicates of the sampler.
    threads
        Worker threads; the result is the same for any number.

    Raises
    ------
    ValueError
        The scenario assumes no irregularities.

    Examples
    --------
    >>> path = "scenarios/kazakhstan-2023-irregularities.yaml"
    >>> found = attribute_irregularities(path, draws=4096)
    >>> found.mode, found.draws, [o.id for o in found.operators]
    ('forward', 4096, ['stuffing', 'carousels', 'proxies'])
    """
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario)
    settings = loaded.scenario.simulation
    plan = compile_plan(loaded.scenario)
    count = draws if draws is not None else settings.draws
    start = seed if seed is not None else settings.seed
    return attribute(loaded.scenario, plan, start, count, threads)


def pair(plan: Plan, draws: int) -> tuple[Plan, int]:
    """Return the plan and the number of draws that are paired: fewer where stations are simulated.

    Where whole replicates would take too long, the draws are independent.
    """
    found, most = plan.distortion, most_draws(plan) or MOST_DRAWS
    if found is not None and found.stations.people.size:
        runs = 1 << min(len(found.ids), MOST_SPLIT)
        visits = found.stations.people.size * runs
        most = min(most, max(GROUP, MOST_VISITS // visits // GROUP * GROUP))
    count = min(draws, most, MOST_DRAWS)
    whole = whole_draws(plan.sampler, count)
    if whole > most and plan.sampler != "mc":
        plan, whole = replace(plan, sampler="mc"), count
    return plan, whole


def attribute(
    scenario: Scenario, plan: Plan, seed: int, draws: int, threads: int | None = None
) -> Attribution:
    """Return what the operators of a plan change in its first draws."""
    declared = scenario.irregularities
    found = plan.distortion
    if found is None or declared is None:
        raise ValueError("the scenario assumes no irregularities")
    plan, draws = pair(plan, draws)
    count, inverse = len(found.ids), found.inverse
    outcomes, ledgers = _run_subsets(plan, seed, draws, threads)
    none, every = outcomes[0], outcomes[(1 << count) - 1]
    with_them, without = (none, every) if inverse else (every, none)
    sign = -1 if inverse else 1
    values = {s: sign * (o.total - none.total) for s, o in outcomes.items()}
    split = count <= MOST_SPLIT
    parts = shapley([values[s] for s in range(1 << count)], count) if split else None
    compare = Comparison(
        scenario, plan, with_them, without, replicate_of_draws(plan.sampler, draws)
    )
    own = compare.replicate
    return Attribution(
        mode=declared.mode,
        draws=draws,
        infeasible=probability(ledgers.infeasible, own) if inverse else None,
        seats=compare.seats(),
        majorities=compare.majorities(),
        coalitions=compare.coalitions(),
        entries=compare.entries(),
        operators=tuple(
            OperatorEffect(
                id=o.id, kind=o.kind, beneficiary=o.beneficiary, basis=o.basis, source=o.source,
                books={t: _books(plan, ledgers, t, k) for t in ledgers.totals if t in o.tiers},
                alone=_by_entity(plan, values[1 << k], own),
                shapley=_by_entity(plan, parts[k], own) if parts is not None else None,
            ) for k, o in enumerate(declared.operators)
        ),
    )  # fmt: skip


def _run_subsets(
    plan: Plan, seed: int, draws: int, threads: int | None
) -> tuple[dict[int, Outcome], Ledgers]:
    """Run every subset of the operators, or where these are many: none, each alone, all."""
    assert plan.distortion is not None
    count = len(plan.distortion.ids)
    every = (1 << count) - 1
    subsets = range(every) if count <= MOST_SPLIT else [0, *(1 << o for o in range(count))]
    with ThreadPoolExecutor(threads or threads_available()) as pool:
        whole = pool.submit(_keep_books, plan, seed, draws)
        others = {s: pool.submit(_run, plan, seed, draws, s) for s in subsets}
        outcomes = {s: future.result() for s, future in others.items()}
        outcomes[every], ledgers = whole.result()
    return outcomes, ledgers


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
    pieces, infeasible = [], []
    tiers = ["list", *(["district"] if found.operators.contested else [])]
    totals: dict[str, list[Seats]] = {tier: [] for tier in tiers}
    sums: dict[str, Seats] = {}
    for start in range(0, draws, _PIECE):
        size = min(_PIECE, draws - start)
        more = distortion.arguments(plan, size)
        pieces.append(draw(plan, seed, start, size, assumed=more))
        rows = more[1]
        infeasible.append(rows.impossible > 0)
        for tier in tiers:
            ledger = rows.ledger if tier == "list" else rows.ledger_district
            # What is moved is signed: it sums to zero, so the gains count.
            gains = np.maximum(ledger, 0).sum(axis=2)
            totals[tier].append(gains)
            sums[tier] = sums.get(tier, 0) + ledger.sum(axis=3)
    return _outcome(pieces), Ledgers(
        {tier: np.concatenate(parts, axis=2) for tier, parts in totals.items()},
        {tier: total / draws for tier, total in sums.items()},
        np.concatenate(infeasible),
    )


def _books(plan: Plan, ledgers: Ledgers, tier: str, operator: int) -> Books:
    totals, means = ledgers.totals[tier][operator], ledgers.means[tier][operator]
    names = plan.options if tier == "list" else (*plan.entities, "not electable")
    added, moved, removed = (Amount.of(totals[part]) for part in range(3))
    rows = zip(names, *means, strict=True)
    return Books(added, moved, removed, {n: (float(a), float(m), float(r)) for n, a, m, r in rows})


def _by_entity(
    plan: Plan, values: NDArray[np.float64] | Seats, replicate: Seats | None
) -> dict[str, Estimate]:
    return {name: Estimate.of(values[:, e], replicate) for e, name in enumerate(plan.entities)}


@dataclass(frozen=True)
class Comparison:
    """The same draws with and without all operators."""

    scenario: Scenario
    plan: Plan
    one: Outcome
    two: Outcome
    replicate: Seats | None

    def seats(self) -> dict[str, dict[str, Difference]]:
        """Return by entity and tier the seats with the operators less those without."""
        found: dict[str, dict[str, Difference]] = {}
        for e, name in enumerate(self.plan.entities):
            found[name] = {}
            if name != INDEPENDENTS and self.plan.seats["list"]:
                found[name]["list"] = self._difference(self.one.list, self.two.list, e)
            if self.plan.seats["district"]:
                found[name]["district"] = self._difference(self.one.district, self.two.district, e)
            found[name]["total"] = self._difference(self.one.total, self.two.total, e)
        return found

    def _difference(self, one: Seats, two: Seats, column: int) -> Difference:
        return Difference.of(one[:, column] - two[:, column], self.replicate)

    def majorities(self) -> dict[str, Probability]:
        """Return for each majority how often a party holds it on one side only."""
        count = len(self.plan.parties)
        one, two = self.one.total[:, :count], self.two.total[:, :count]
        return {
            name: probability(((one >= seats) != (two >= seats)).any(axis=1), self.replicate)
            for name, seats in self._bars().items()
        }

    def coalitions(self) -> dict[str, Probability]:
        """Return the same for each declared coalition, as `majority: coalition`."""
        found = {}
        for coalition, members in self.plan.coalitions.items():
            inside = [self.plan.entities.index(name) for name in members]
            one, two = (o.total[:, inside].sum(axis=1) for o in (self.one, self.two))
            for name, seats in self._bars().items():
                differs = (one >= seats) != (two >= seats)
                found[f"{name}: {coalition}"] = probability(differs, self.replicate)
        return found

    def entries(self) -> dict[str, Probability]:
        """Return for each party how often it has list seats on one side only."""
        if not self.plan.seats["list"]:
            return {}
        differs = (self.one.list > 0) != (self.two.list > 0)
        return {
            name: probability(differs[:, p], self.replicate)
            for p, name in enumerate(self.plan.parties)
        }

    def _bars(self) -> dict[str, int]:
        return dict(self.scenario.majorities) or {"majority": self.scenario.seats // 2 + 1}
