"""What assumed irregularities change: seats, majorities, entries, ballots, as plain data."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.results.summary import Probability
from simulator.results.tally import error_of_mean
from simulator.vocabulary import DIGITS

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Estimate:
    """A mean over draws with its Monte Carlo standard error."""

    mean: float
    mcse: float

    @classmethod
    def of(cls, values: NDArray[Any], replicate: Ints | None = None) -> Estimate:
        """Return the mean of one value a draw; differences of paired draws make it paired.

        `replicate` numbers the replicate of each draw where draws are not independent.

        Examples
        --------
        >>> Estimate.of(np.array([1, 3, 1, 3]), np.array([0, 0, 1, 1]))
        Estimate(mean=2.0, mcse=0.0)
        """
        n, mean = values.size, float(values.mean())
        if replicate is not None:
            sizes = np.bincount(replicate)
            return cls(mean, error_of_mean(list(np.bincount(replicate, values) / sizes)))
        spread = float(values.std(ddof=1)) if n > 1 else 0.0
        return cls(mean, spread / math.sqrt(n))


def probability(happens: NDArray[np.bool_], replicate: Ints | None = None) -> Probability:
    """Return how often something happens, with the error of draws or of replicates."""
    own = [] if replicate is None else [int(n) for n in np.bincount(replicate, happens)]
    return Probability.of(int(happens.sum()), happens.size, own)


@dataclass(frozen=True)
class Difference:
    """Seats with less seats without, draw by draw."""

    estimate: Estimate
    at_least_one: Probability
    counts: tuple[tuple[int, int], ...]  # difference and draws, in order

    @classmethod
    def of(cls, values: Ints, replicate: Ints | None = None) -> Difference:
        """Return the distribution of differences of paired draws."""
        found, counted = np.unique(values, return_counts=True)
        return cls(
            Estimate.of(values, replicate),
            probability(values >= 1, replicate),
            tuple((int(d), int(n)) for d, n in zip(found, counted, strict=True)),
        )

    @property
    def draws(self) -> int:
        """Draws counted."""
        return sum(n for _, n in self.counts)

    def region(self, level: float = 0.9) -> list[int]:
        """Return the smallest set of differences that holds at least this share of draws.

        Examples
        --------
        >>> Difference.of(np.array([0, 0, 0, 1, 1, 1, 1, 2, 1, 0])).region()
        [0, 1]
        """
        chosen: list[int] = []
        held = 0
        for difference, draws in sorted(self.counts, key=lambda row: (-row[1], row[0])):
            if held >= level * self.draws:
                break
            chosen.append(difference)
            held += draws
        return sorted(chosen)


@dataclass(frozen=True)
class Amount:
    """A number of ballots: mean and 90% interval over draws."""

    mean: float
    low: int
    high: int

    @classmethod
    def of(cls, values: Ints) -> Amount:
        """Return the mean and the 5% and 95% quantiles, both of them values that occurred."""
        ordered = np.sort(values)
        n = ordered.size
        low = ordered[max(0, math.ceil(0.05 * n) - 1)]
        high = ordered[max(0, math.ceil(0.95 * n) - 1)]
        return cls(float(values.mean()), int(low), int(high))


@dataclass(frozen=True)
class Books:
    """The ledger of an operator on one tier: totals over options, and means by option."""

    added: Amount
    moved: Amount
    removed: Amount
    options: Mapping[str, tuple[float, float, float]]  # added, moved (signed), removed

    @property
    def ballots(self) -> float:
        """Mean number of ballots touched."""
        return self.added.mean + self.moved.mean + self.removed.mean


@dataclass(frozen=True)
class OperatorEffect:
    """One operator: what it is assumed to do, and what it changes."""

    id: str
    kind: str
    beneficiary: str | None
    basis: str
    source: str | None
    books: Mapping[str, Books]  # by tier
    alone: Mapping[str, Estimate]  # seats by entity when it acts alone
    shapley: Mapping[str, Estimate] | None  # its part of what all change together

    @property
    def ballots(self) -> float:
        """Mean number of ballots touched, over the tiers it acts on."""
        return sum(b.ballots for b in self.books.values())


@dataclass(frozen=True)
class Attribution:
    """Seats attributable to the assumed irregularities of a scenario, from paired draws."""

    mode: str
    draws: int
    infeasible: Probability | None  # inverse: draws with fewer votes than are to be taken back
    seats: Mapping[str, Mapping[str, Difference]]  # entity, tier
    majorities: Mapping[str, Probability]  # whether it is held by a single party
    coalitions: Mapping[str, Probability]  # the same for each declared coalition
    entries: Mapping[str, Probability]  # whether a party has list seats
    operators: tuple[OperatorEffect, ...]

    @property
    def ballots(self) -> float:
        """Mean number of ballots that the operators touch together."""
        return sum(o.ballots for o in self.operators)

    def votes_per_seat(self, entity: str) -> float | None:
        """Return ballots touched for each seat gained; None where nothing is gained."""
        gained = self.seats[entity]["total"].estimate.mean
        return self.ballots / gained if gained > 0 else None

    def beneficiaries(self) -> list[str]:
        """Return who is assumed to benefit, in the order of the operators."""
        return list(dict.fromkeys(o.beneficiary for o in self.operators if o.beneficiary))

    def to_dict(self) -> dict[str, Any]:
        """Return the document of the attribution."""
        return {
            "mode": self.mode,
            "draws": self.draws,
            "infeasible": self.infeasible.to_dict() if self.infeasible else None,
            "seats": {
                entity: {tier: _difference(d) for tier, d in tiers.items()}
                for entity, tiers in self.seats.items()
            },
            "votes_per_seat": {
                name: None if (v := self.votes_per_seat(name)) is None else round(v, 1)
                for name in self.beneficiaries()
            },
            "changes": {
                "majorities": {k: p.to_dict() for k, p in self.majorities.items()},
                "coalitions": {k: p.to_dict() for k, p in self.coalitions.items()},
                "entries": {k: p.to_dict() for k, p in self.entries.items()},
            },
            "operators": [_operator(o) for o in self.operators],
        }

    def to_json(self) -> str:
        """Return the document as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def shapley_weights(count: int) -> list[float]:
    """Return the weight of a subset of each size in the value of one who joins it.

    L. S. Shapley, "A value for n-person games" (1953): s! (n - s - 1)! / n!.

    Examples
    --------
    >>> shapley_weights(3)
    [0.3333333333333333, 0.16666666666666666, 0.3333333333333333]
    """
    whole = math.factorial(count)
    return [math.factorial(s) * math.factorial(count - s - 1) / whole for s in range(count)]


def shapley(values: Sequence[Ints], count: int) -> list[NDArray[np.float64]]:
    """Split what 2^count runs give, exactly: `values` by subset, read as bits of its index.

    Each value holds one number a draw (and entity); the parts add up to the value of all less the
    value of none, in every draw.

    Examples
    --------
    >>> parts = shapley([np.array([v]) for v in (0, 1, 2, 5)], 2)
    >>> [float(p[0]) for p in parts]
    [2.0, 3.0]
    """
    weights = shapley_weights(count)
    parts = []
    for one in range(count):
        total = np.zeros(values[0].shape)
        for subset in range(1 << count):
            if not subset >> one & 1:
                joined = values[subset | 1 << one] - values[subset]
                total += weights[subset.bit_count()] * joined
        parts.append(total)
    return parts


def _estimate(e: Estimate) -> dict[str, float]:
    return {"mean": round(e.mean, DIGITS), "mcse": round(e.mcse, DIGITS)}


def _difference(d: Difference) -> dict[str, Any]:
    return {
        **_estimate(d.estimate),
        "region90": d.region(),
        "at_least_one": d.at_least_one.to_dict(),
        "pmf": {str(k): round(n / d.draws, DIGITS) for k, n in d.counts},
    }


def _amount(a: Amount) -> dict[str, float]:
    return {"mean": round(a.mean, 3), "low": a.low, "high": a.high}


def _operator(o: OperatorEffect) -> dict[str, Any]:
    return {
        "id": o.id,
        "kind": o.kind,
        "beneficiary": o.beneficiary,
        "basis": o.basis,
        "source": o.source,
        "ballots": {
            tier: {
                "added": _amount(b.added), "moved": _amount(b.moved),
                "removed": _amount(b.removed),
                "by_option": {
                    name: {"added": round(a, 3), "moved": round(m, 3), "removed": round(r, 3)}
                    for name, (a, m, r) in b.options.items() if a or m or r
                },
            } for tier, b in o.books.items()
        },
        "alone": {name: _estimate(e) for name, e in o.alone.items()},
        "shapley": {name: _estimate(e) for name, e in o.shapley.items()} if o.shapley else None,
    }  # fmt: skip
