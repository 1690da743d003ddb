"""The tally in statistics: every estimate with its Monte Carlo error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.results.tally import Tally, error_of_mean
from simulator.vocabulary import DIGITS


@dataclass(frozen=True)
class Probability:
    """An estimated probability; at 0 and 1 the error is the bound of the rule of three."""

    value: float
    mcse: float

    def to_dict(self) -> dict[str, float]:
        """Return it as documents state it."""
        return {"probability": round(self.value, DIGITS), "mcse": round(self.mcse, DIGITS)}

    @classmethod
    def of(cls, hits: int, draws: int, replicates: Sequence[int] = ()) -> Probability:
        """Return hits out of draws; in `replicates` of equal size, when draws are not independent.

        Their error is the spread of the replicates; the bound of the rule of three holds for them
        too, since they spread points more evenly than chance.

        >>> Probability.of(0, 1000)
        Probability(value=0.0, mcse=0.003)
        >>> round(Probability.of(250, 1000, [120, 130]).mcse, 12)
        0.01
        """
        p = hits / draws
        if hits in {0, draws}:
            return cls(p, min(1.0, 3.0 / draws))
        if not replicates:
            return cls(p, math.sqrt(p * (1.0 - p) / draws))
        each = draws / len(replicates)
        # Replicates that agree to the draw still differ by what one draw cannot show.
        least = 1.0 / (each * math.sqrt(12.0 * len(replicates)))
        return cls(p, max(error_of_mean([n / each for n in replicates]), least))


@dataclass(frozen=True)
class SeatDistribution:
    """The distribution of a number of seats: exact counts of draws by number of seats."""

    counts: tuple[int, ...]
    replicates: tuple[tuple[int, ...], ...] = ()  # the same by replicate; none: independent draws

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
        if self.replicates:
            return error_of_mean([SeatDistribution(own).mean for own in self.replicates])
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
        start = max(0, seats)
        own = [sum(counts[start:]) for counts in self.replicates]
        return Probability.of(sum(self.counts[start:]), self.draws, own)

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
    """Return the distributions of histograms (replicates, rows, seats + 1), one a row."""
    if histogram.shape[0] == 1:
        return tuple(SeatDistribution(tuple(row)) for row in histogram[0].tolist())
    total = histogram.sum(axis=0).tolist()
    parts = histogram.swapaxes(0, 1).tolist()
    return tuple(
        SeatDistribution(tuple(row), tuple(tuple(own) for own in part))
        for row, part in zip(total, parts, strict=True)
    )


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
        largest=_distributions(counts.largest[:, None, :])[0],
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
    counts = tally.counts
    histograms = [*counts.list_seats.sum(axis=0), *counts.district_seats.sum(axis=0)]
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
