"""The tally in statistics: every estimate with its Monte Carlo error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.results.tally import Tally


@dataclass(frozen=True)
class Probability:
    """An estimated probability; at 0 and 1 the error is the bound of the rule of three."""

    value: float
    mcse: float

    @classmethod
    def of(cls, hits: int, draws: int) -> Probability:
        """Return hits out of draws.

        >>> Probability.of(0, 1000)
        Probability(value=0.0, mcse=0.003)
        """
        p = hits / draws
        if hits in {0, draws}:
            return cls(p, min(1.0, 3.0 / draws))
        return cls(p, math.sqrt(p * (1.0 - p) / draws))


@dataclass(frozen=True)
class SeatDistribution:
    """The distribution of a number of seats: exact counts of draws by number of seats."""

    counts: tuple[int, ...]

    @property
    def draws(self) -> int:
        """Draws counted."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """Mean number of seats."""
        return sum(s * c for s, c in enumerate(self.counts)) / self.draws

    @property
    def sd(self) -> float:
        """Standard deviation, from whole sums."""
        n = self.draws
        first = sum(s * c for s, c in enumerate(self.counts))
        second = sum(s * s * c for s, c in enumerate(self.counts))
        return math.sqrt((n * second - first * first) / (n * max(1, n - 1)))

    @property
    def mcse(self) -> float:
        """Monte Carlo standard error of the mean."""
        return self.sd / math.sqrt(self.draws)

    @property
    def median(self) -> int:
        """Smallest number of seats that at least half of the draws do not exceed."""
        return self.quantile(0.5)

    def quantile(self, level: float) -> int:
        """Return the smallest number of seats with at least this share of draws at or below."""
        cumulated, need = 0, level * self.draws
        for seats, count in enumerate(self.counts):
            cumulated += count
            if cumulated >= need:
                return seats
        return len(self.counts) - 1

    def region(self, level: float = 0.9) -> set[int]:
        """Return the smallest set of seat numbers that holds at least this share of draws.

        A set and not an interval: a party at the threshold has "0 or 4" seats.

        >>> sorted(SeatDistribution((39, 0, 0, 6, 52, 3)).region(0.9))
        [0, 4]
        """
        order = sorted(range(len(self.counts)), key=lambda s: (-self.counts[s], s))
        chosen: set[int] = set()
        held, need = 0, level * self.draws
        for seats in order:
            if held >= need:
                break
            chosen.add(seats)
            held += self.counts[seats]
        return chosen

    def at_least(self, seats: int) -> Probability:
        """Return the probability of this many seats or more."""
        return Probability.of(sum(self.counts[max(0, seats) :]), self.draws)

    @property
    def pmf(self) -> dict[int, float]:
        """Return the probability of every number of seats that occurred."""
        return {s: c / self.draws for s, c in enumerate(self.counts) if c}


@dataclass(frozen=True)
class Chamber:
    """A chamber that occurred: seats by tier and entity, and in how many draws."""

    list: tuple[int, ...]
    district: tuple[int, ...]
    draws: int

    def total(self, entity: int) -> int:
        """Return all seats of an entity."""
        return self.district[entity] + (self.list[entity] if entity < len(self.list) else 0)


@dataclass(frozen=True)
class Summary:
    """What a run says, by entity (parties in order, then independents)."""

    draws: int
    list: tuple[SeatDistribution, ...]
    district: tuple[SeatDistribution, ...]
    total: tuple[SeatDistribution, ...]
    coalitions: tuple[SeatDistribution, ...]
    largest: SeatDistribution
    typical: Chamber
    chambers: int
    capped: bool
    flags: Mapping[str, int]


def _distributions(histogram: NDArray[np.int64]) -> tuple[SeatDistribution, ...]:
    return tuple(SeatDistribution(tuple(int(c) for c in row)) for row in histogram)


def summarise(tally: Tally) -> Summary:
    """Return the summary of a tally with at least one draw."""
    counts = tally.counts
    counted, vectors = tally.chambers()
    return Summary(
        draws=tally.draws,
        list=_distributions(counts.list_seats),
        district=_distributions(counts.district_seats),
        total=_distributions(counts.total_seats),
        coalitions=_distributions(counts.coalition_seats),
        largest=_distributions(counts.largest[None, :])[0],
        typical=typical_chamber(tally, counted, vectors),
        chambers=len(counted),
        capped=tally.capped,
        flags=tally.flags,
    )


def typical_chamber(
    tally: Tally, counted: NDArray[np.int64], vectors: NDArray[np.int16]
) -> Chamber:
    """Return the chamber that occurred and moves the fewest seats on average: the medoid.

    The mean distance to all draws is a sum over parties and tiers, so the histograms suffice.
    Among equals the more frequent chamber, then the first in canonical order.
    """
    parties = tally.shape.parties
    histograms = [*tally.counts.list_seats, *tally.counts.district_seats]
    cost = np.zeros(len(counted), np.int64)
    for column, histogram in enumerate(histograms):
        seats = np.arange(len(histogram))
        distance = np.abs(seats[:, None] - seats[None, :]) @ histogram
        cost += distance[vectors[:, column]]
    best = np.lexsort((-counted, cost))[0]
    vector = [int(s) for s in vectors[best]]
    return Chamber(tuple(vector[:parties]), tuple(vector[parties:]), int(counted[best]))


def seats_text(numbers: Sequence[int] | set[int]) -> str:
    """Return a set of seat numbers as people say it: 38–43, 0 or 4, 0 or 3–5.

    >>> seats_text({0, 3, 4, 5}), seats_text({0, 4}), seats_text({6})
    ('0 or 3–5', '0 or 4', '6')
    """
    ordered = sorted(numbers)
    runs: list[list[int]] = []
    for number in ordered:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
