"""The same draws under two rules: whole-number sums of values and of their differences.

Every value of a draw is a whole number: seats, an event (0 or 1), or a measure in units of 2^-16.
So sums do not depend on their order, and a difference of two sums is the sum of the differences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.kernels.layout import BLOCK
from simulator.results.attribution import Estimate
from simulator.results.summary import Probability, SeatDistribution
from simulator.results.tally import error_of_mean

UNIT = 2**16

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Quantity:
    """What is looked at in every draw: a number of seats, an event, or a measure."""

    name: str
    kind: str  # "seats", "probability" or "measure"

    @property
    def unit(self) -> int:
        """The whole number that stands for one."""
        return UNIT if self.kind == "measure" else 1


def moved(seats: Ints, reference: Ints) -> Ints:
    """Return how many seats of each draw are another's: arrays (entities, draws).

    Of chambers of one size it is half the sum of the differences; where one is larger, the seats
    that have to be added or taken away count too.

    Examples
    --------
    >>> moved(np.array([[5], [3], [2]]), np.array([[6], [2], [2]])).tolist()
    [1]
    >>> moved(np.array([[5], [6]]), np.array([[5], [3]])).tolist()
    [3]
    """
    difference = seats - reference
    gains = np.maximum(difference, 0).sum(axis=0)
    losses = np.maximum(-difference, 0).sum(axis=0)
    return np.asarray(np.maximum(gains, losses))


class PairCounts:
    """What is counted of one alternative beside the reference; `add` is exact and order-free."""

    def __init__(self, quantities: int, entities: int, seats: int, replicates: int) -> None:
        self.draws = 0
        self.replicates = replicates
        self.sums = np.zeros((replicates, quantities), np.int64)
        self.differences = np.zeros((replicates, quantities), np.int64)
        self.differs = np.zeros(quantities, np.bool_)
        # Of independent draws only. Squares of measures outgrow 64 bits in a long run.
        self.squares = [0] * quantities
        self.difference_squares = [0] * quantities
        self.moved = np.zeros((replicates, seats + 1), np.int64)
        self.seats = np.zeros((entities, seats + 1), np.int64)

    def count(self, values: Ints, reference: Ints, seats: Ints, reference_seats: Ints) -> None:
        """Count draws: values (quantities, draws) and seats (entities, draws) of both.

        Where there are replicates, the draws come in whole rounds of all of them.
        """
        difference = values - reference
        self.draws += values.shape[1]
        self.sums += self._by_replicate(values)
        self.differences += self._by_replicate(difference)
        self.differs |= difference.any(axis=1)
        for k in range(values.shape[0] if self.replicates == 1 else 0):
            self.squares[k] += int(values[k] @ values[k])
            self.difference_squares[k] += int(difference[k] @ difference[k])
        steps = moved(seats, reference_seats).reshape(self._shape(values.shape[1]))
        for own in range(self.replicates):
            found = np.bincount(steps[:, own].ravel(), minlength=self.moved.shape[1])
            self.moved[own] += found
        for row, held in zip(self.seats, seats, strict=True):
            row += np.bincount(held, minlength=row.size)

    def _shape(self, draws: int) -> tuple[int, ...]:
        """Return the shape that puts the replicates of draws on an axis of their own."""
        return (-1, self.replicates, BLOCK if self.replicates > 1 else draws)

    def _by_replicate(self, values: Ints) -> Ints:
        shaped = values.reshape(values.shape[0], *self._shape(values.shape[1]))
        return np.asarray(shaped.sum(axis=(1, 3)).T)

    def add(self, other: PairCounts) -> None:
        """Add the counts of other draws."""
        self.draws += other.draws
        self.differs |= other.differs
        for name in ("sums", "differences", "moved", "seats"):
            getattr(self, name)[...] += getattr(other, name)
        for name in ("squares", "difference_squares"):
            mine, theirs = getattr(self, name), getattr(other, name)
            mine[:] = [a + b for a, b in zip(mine, theirs, strict=True)]

    def estimate(self, column: int, quantity: Quantity) -> Estimate:
        """Return the mean of a quantity over the draws."""
        sums = [int(s) for s in self.sums[:, column]]
        if quantity.kind == "probability":
            found = Probability.of(sum(sums), self.draws, sums if self.replicates > 1 else ())
            return Estimate(found.value, found.mcse)
        return mean_of(sums, self.squares[column], self.draws, quantity.unit)

    def difference(self, column: int, quantity: Quantity) -> Estimate:
        """Return the mean difference to the reference, with the error of paired draws."""
        sums = [int(s) for s in self.differences[:, column]]
        square = self.difference_squares[column]
        found = mean_of(sums, square, self.draws, quantity.unit)
        if quantity.kind != "probability":
            return found
        if not self.differs[column]:
            # No draw differs: the rule of three bounds how often draws do.
            return Estimate(0.0, min(1.0, 3.0 / self.draws))
        least = 0.0
        if self.replicates > 1:
            least = math.sqrt(self.replicates / 12.0) / self.draws
        return Estimate(found.mean, max(found.mcse, least))

    def moves(self) -> SeatDistribution:
        """Return the distribution of seats moved."""
        parts = tuple(tuple(row) for row in self.moved.tolist()) if self.replicates > 1 else ()
        return SeatDistribution(tuple(self.moved.sum(axis=0).tolist()), parts)

    def distribution(self, entity: int) -> SeatDistribution:
        """Return the distribution of the seats of an entity."""
        return SeatDistribution(tuple(self.seats[entity].tolist()))


def mean_of(sums: Sequence[int], square: int, draws: int, unit: int) -> Estimate:
    """Return a mean and its error from sums by replicate (one: independent draws) and squares.

    >>> mean_of([4], 10, 4, 1)
    Estimate(mean=1.0, mcse=0.7071067811865476)
    >>> mean_of([1, 3], 0, 4, 1)
    Estimate(mean=1.0, mcse=0.5)
    """
    total = sum(sums)
    mean = total / draws / unit
    if len(sums) > 1:
        each = draws / len(sums)
        return Estimate(mean, error_of_mean([s / each / unit for s in sums]))
    spread = (draws * square - total * total) / (draws * max(1, draws - 1))
    return Estimate(mean, math.sqrt(spread / draws) / unit)
