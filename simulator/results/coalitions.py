"""Who needs whom: minimal winning coalitions, pivotal parties, power and correlation of seats.

Everything is counted in the distinct chambers of a run. They do not know their replicate, so
errors are the binomial ones of as many independent draws, which is conservative where draws are
spread evenly. Independents count as one bloc.

A coalition wins when it holds the seats of a majority; it is minimal when no member can leave it
without its losing: W. H. Riker, *The Theory of Political Coalitions* (1962), and M. Laver, N.
Schofield, *Multiparty Government* (1990), chapter 5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.measures.power import banzhaf, deegan_packel, holler, shapley_shubik
from simulator.results.run import Run
from simulator.results.summary import Probability
from simulator.vocabulary import DIGITS

MOST_LISTED = 200
# Subsets of entities are tried one by one up to so many; chambers times subsets at once.
MOST_ENTITIES = 10
_ROOM = 2**22
INDICES = {
    "banzhaf": banzhaf, "shapley_shubik": shapley_shubik, "deegan_packel": deegan_packel,
    "holler": holler,
}  # fmt: skip

Ints = NDArray[np.int64]
Group = tuple[int, ...]


@dataclass(frozen=True)
class Winning:
    """A coalition that is minimal winning in some draws."""

    members: tuple[str, ...]
    probability: Probability
    typical: bool  # whether it is minimal winning in the typical chamber


@dataclass(frozen=True)
class Pivot:
    """How often a coalition holds a majority with a party and does not without it."""

    coalition: str  # empty: everybody, so that there is no majority without the party
    party: str
    probability: Probability


@dataclass(frozen=True)
class Game:
    """One majority: who can reach it together, and who is needed."""

    majority: str
    seats: int
    winning: tuple[Winning, ...] | None  # None where chambers were dropped
    every: bool  # whether all that occurred are listed
    pivots: tuple[Pivot, ...] | None
    power: dict[str, dict[str, Fraction]]  # of the typical chamber; empty where none can win


def minimal_winning(quota: int, seats: Sequence[int], most: int = MOST_LISTED) -> list[list[int]]:
    """Return the minimal winning coalitions, each as positions in ascending order.

    Parties join from the largest down, so the last to join is the smallest: the coalition is
    minimal as soon as it wins. At most `most` are returned.

    Examples
    --------
    The Bundestag of 2017 without independents: CDU/CSU, SPD, AfD, FDP, Left, Greens.

    >>> minimal_winning(355, [246, 153, 94, 80, 69, 67])[:2]
    [[0, 1], [0, 2, 3]]
    """
    order = sorted((k for k in range(len(seats)) if seats[k] > 0), key=lambda k: -seats[k])
    rest = [0]
    for k in reversed(order):
        rest.insert(0, rest[0] + seats[k])

    def grow(at: int, held: int, inside: list[int]) -> Iterator[list[int]]:
        for step in range(at, len(order)):
            if held + rest[step] < quota:
                return
            k = order[step]
            if held + seats[k] >= quota:
                yield sorted([*inside, k])
            else:
                yield from grow(step + 1, held + seats[k], [*inside, k])

    found: list[list[int]] = []
    for coalition in grow(0, 0, []):
        if len(found) == most:
            break
        found.append(coalition)
    return found


def games(run: Run) -> tuple[Game, ...]:
    """Return what each majority of a run needs."""
    counted, held = _chambers(run)
    majorities = run.facts.majorities
    few = np.count_nonzero(held.any(axis=0)) <= MOST_ENTITIES
    every: list[dict[Group, int]] | None = None
    if few and not run.summary.capped:
        every = _count_every(list(majorities.values()), counted, held)
    return tuple(
        _game(run, name, seats, counted, held, every[k] if every is not None else None)
        for k, (name, seats) in enumerate(majorities.items())
    )


def _chambers(run: Run) -> tuple[Ints, Ints]:
    """Return draws (n,) and all seats by entity (n, entities) of the distinct chambers."""
    counted, vectors = run.tally.chambers()
    parties = len(run.facts.parties)
    held = vectors[:, parties:].astype(np.int64)
    held[:, :parties] += vectors[:, :parties]
    return counted, held


def _game(
    run: Run, name: str, seats: int, counted: Ints, held: Ints, hits: dict[Group, int] | None
) -> Game:
    entities, typical = run.facts.entities, run.summary.typical
    chamber = [typical.total(e) for e in range(len(entities))]
    power = {}
    if 1 <= seats <= sum(chamber):
        power = {
            index: dict(zip(entities, measure(seats, chamber), strict=True))
            for index, measure in INDICES.items()
        }
    if run.summary.capped:
        return Game(name, seats, None, False, None, power)
    of_typical = minimal_winning(seats, chamber)
    every = hits is not None
    if hits is None:
        groups = [tuple(group) for group in of_typical]
        hits = {group: _count_minimal(seats, counted, held, group) for group in groups}
    usual = {tuple(group) for group in of_typical}
    order = sorted(hits.items(), key=lambda item: (-item[1], len(item[0]), item[0]))
    winning = tuple(
        Winning(
            tuple(entities[e] for e in group), Probability.of(count, run.draws), group in usual
        ) for group, count in order[:MOST_LISTED]
    )  # fmt: skip
    return Game(
        name, seats, winning, every and len(order) <= MOST_LISTED,
        _pivots(run, seats, counted, held), power,
    )  # fmt: skip


def _count_every(quotas: Sequence[int], counted: Ints, held: Ints) -> list[dict[Group, int]]:
    """Return for each quota in how many draws each set of entities is minimal winning.

    Sets without a hit, and entities that never have a seat, are left out.
    """
    present = np.flatnonzero(held.any(axis=0))
    sets = 1 << len(present)
    hits = np.zeros((len(quotas), sets))
    step = max(1, _ROOM // sets)
    for start in range(0, len(held), step):
        some = np.ascontiguousarray(held[start : start + step, present].T.astype(np.int16))
        together = np.zeros((sets, some.shape[1]), np.int16)
        smallest = np.full(together.shape, np.iinfo(np.int16).max, np.int16)
        for chosen in range(1, sets):
            last = (chosen & -chosen).bit_length() - 1
            rest = chosen & (chosen - 1)
            np.add(together[rest], some[last], out=together[chosen])
            np.minimum(smallest[rest], some[last], out=smallest[chosen])
        # Whole numbers below 2^53: sums of floats are exact in any order.
        weights = counted[start : start + step].astype(np.float64)
        without = together - smallest
        for k, quota in enumerate(quotas):
            minimal = (together >= quota) & (without < quota)
            hits[k] += minimal.astype(np.float64) @ weights
    return [
        {
            tuple(int(e) for b, e in enumerate(present) if chosen >> b & 1): int(own[chosen])
            for chosen in np.flatnonzero(own).tolist()
        } for own in hits
    ]  # fmt: skip


def _count_minimal(quota: int, counted: Ints, held: Ints, group: Sequence[int]) -> int:
    """Return in how many draws a coalition is minimal winning."""
    seats = held[:, list(group)]
    together = seats.sum(axis=1)
    minimal = (together >= quota) & (together - seats.min(axis=1) < quota)
    return int(counted[minimal].sum())


def _pivots(run: Run, quota: int, counted: Ints, held: Ints) -> tuple[Pivot, ...]:
    """Return how often each member of each declared coalition, and of everybody, is needed."""
    entities = run.facts.entities
    groups = {name: list(group) for name, group in run.facts.coalitions.items()}
    found = []
    for name, members in {**groups, "": list(entities)}.items():
        together = held[:, [entities.index(m) for m in members]].sum(axis=1)
        for party in members:
            left = together - held[:, entities.index(party)]
            hits = int(counted[(together >= quota) & (left < quota)].sum())
            if name or hits:
                found.append(Pivot(name, party, Probability.of(hits, run.draws)))
    return tuple(found)


def correlations(run: Run) -> dict[str, dict[str, float | None]] | None:
    """Return the correlation of all seats of each two entities over draws.

    Sums are whole numbers, so nothing is rounded before the last step. None for an entity whose
    seats never move; None instead of everything where chambers were dropped.
    """
    if run.summary.capped:
        return None
    counted, held = _chambers(run)
    entities, n = run.facts.entities, run.draws
    first = [int(x) for x in counted @ held]
    second = [[int(x) for x in row] for row in (held * counted[:, None]).T @ held]
    size = range(len(entities))
    products = [[n * second[a][b] - first[a] * first[b] for b in size] for a in size]
    return {
        entities[a]: {
            entities[b]: _ratio(products[a][b], products[a][a], products[b][b]) for b in size
        } for a in size
    }  # fmt: skip


def _ratio(product: int, one: int, two: int) -> float | None:
    """Return a correlation from whole sums; None where a variance is zero."""
    return round(product / math.sqrt(one * two), DIGITS) if one and two else None


def to_plain(run: Run) -> dict[str, Any]:
    """Return all of it for the document of a run."""
    return {
        "independents": "one bloc",
        "majorities": {game.majority: _plain(game) for game in games(run)},
        "correlation": correlations(run),
    }


def _plain(game: Game) -> dict[str, Any]:
    winning, pivots = game.winning, game.pivots
    return {
        "seats": game.seats,
        "minimal_winning": None if winning is None else [
            {"members": list(w.members), "typical": w.typical, **w.probability.to_dict()}
            for w in winning
        ],
        "every": game.every,
        "pivotal": None if pivots is None else [
            {"coalition": p.coalition or None, "party": p.party, **p.probability.to_dict()}
            for p in pivots
        ],
        "power": {
            index: {party: str(value) for party, value in values.items()}
            for index, values in game.power.items()
        },
    }  # fmt: skip
