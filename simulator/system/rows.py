"""The law of a list tier applied to rows of whole votes: what the kernels do, outside a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.allocation.batch import allocate_many

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class ListRule:
    """A list tier as a function from votes and the base of the threshold to seats."""

    seats: int
    method: str
    parameters: Mapping[str, Any]
    share: Fraction  # of the threshold; zero without one
    strict: bool
    everybody: bool  # when no list passes: all of them (else the largest alone)
    lone: tuple[Fraction, int] | None  # factor and minimum of the clause for a single list

    def allocate(self, votes: Rows, base: Rows) -> Rows:
        """Return the seats of each row (rows, parties); `base` has one number a row.

        Examples
        --------
        >>> rule = ListRule(7, "dhondt", {}, Fraction(1, 10), False, True, None)
        >>> rule.allocate(np.array([[60, 31, 9]]), np.array([100])).tolist()
        [[5, 2, 0]]
        """
        own, bar = votes * self.share.denominator, base[:, None] * self.share.numerator
        passes = (own > bar if self.strict else own >= bar) & (votes > 0)
        none = ~passes.any(axis=1)
        if none.any():
            passes[none] = votes[none] > 0 if self.everybody else _largest(votes[none])
        found = allocate_many(
            np.where(passes, votes, 0), self.seats, self.method, **self.parameters
        )
        seats = np.asarray(found, np.int64)
        if self.lone is not None:
            # Lists that all were admitted because none passed are no single list.
            single = (passes.sum(axis=1) == 1) & ~none
            for row in np.flatnonzero(single):
                self._seat_runner_up(votes[row], int(passes[row].argmax()), seats[row])
        return seats

    def _seat_runner_up(self, votes: Rows, first: int, seats: Rows) -> None:
        """Admit the largest of the other lists with a reduced quotient."""
        assert self.lone is not None
        others = votes.copy()
        others[first] = 0
        second = int(others.argmax())
        if others[second] > 0:
            factor, least = self.lone
            one, two = int(votes[first]), int(votes[second])
            got = factor.numerator * two * self.seats // (factor.denominator * (one + two))
            seats[second] = min(max(got, least), self.seats)
            seats[first] = self.seats - seats[second]


def _largest(votes: Rows) -> NDArray[np.bool_]:
    """Return which list has the most votes: the first of equals."""
    return np.asarray(np.arange(votes.shape[1]) == votes.argmax(axis=1)[:, None])
