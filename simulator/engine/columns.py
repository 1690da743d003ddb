"""What is looked at in every draw of a comparison, as rows of whole numbers.

Seats by entity and tier, who has list seats, who holds a majority, and measures of how the list
seats fit the votes for lists, in units of 2^-16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.results.pairing import UNIT, Quantity
from simulator.vocabulary import INDEPENDENTS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MEASURES = ("parties", "gallagher", "loosemore-hanby", "votes without a seat")


@dataclass(frozen=True)
class Frame:
    """The parties, majorities and coalitions that the alternatives have together."""

    parties: tuple[str, ...]
    bars: tuple[str, ...]
    coalitions: tuple[str, ...]
    listed: bool  # whether any alternative has list seats
    districts: bool

    @property
    def entities(self) -> tuple[str, ...]:
        """Parties, and independents."""
        return (*self.parties, INDEPENDENTS)

    def quantities(self) -> tuple[Quantity, ...]:
        """Return everything that is looked at, in the order of the rows."""
        found = [Quantity(f"seats.{name}", "seats") for name in self.entities]
        if self.listed:
            found += [Quantity(f"list.{name}", "seats") for name in self.parties]
            found += [Quantity(f"enters.{name}", "probability") for name in self.parties]
            found += [Quantity(name, "measure") for name in MEASURES]
        if self.districts:
            found += [Quantity(f"district.{name}", "seats") for name in self.entities]
        found += [
            Quantity(f"{bar}: {holder}", "probability")
            for bar in self.bars
            for holder in (*self.parties, *self.coalitions)
        ]
        return tuple(found)


@dataclass(frozen=True)
class Chambers:
    """The seats and list votes of draws, one row a party of the frame, whichever it is."""

    listed: Ints  # (parties, draws)
    district: Ints  # (entities, draws)
    votes: Ints  # (parties, draws)

    @property
    def total(self) -> Ints:
        """All seats (entities, draws)."""
        total = self.district.copy()
        total[: self.listed.shape[0]] += self.listed
        return total


def tabulate(
    frame: Frame, chambers: Chambers, bars: Mapping[str, int],
    coalitions: Mapping[str, Sequence[str]],
) -> Ints:  # fmt: skip
    """Return the rows of the quantities of a frame (quantities, draws).

    A majority or a coalition that an alternative does not have is a row of zeros.
    """
    total, listed = chambers.total, chambers.listed
    rows: list[Ints] = [*total]
    if frame.listed:
        rows += [*listed]
        rows += [(seats > 0).astype(np.int64) for seats in listed]
        rows += measure(listed, chambers.votes)
    if frame.districts:
        rows += [*chambers.district]
    nothing = np.zeros(total.shape[1], np.int64)
    for bar in frame.bars:
        if bar not in bars:
            rows += [nothing] * (len(frame.parties) + len(frame.coalitions))
            continue
        rows += [(seats >= bars[bar]).astype(np.int64) for seats in total[:-1]]
        for name in frame.coalitions:
            inside = [frame.entities.index(member) for member in coalitions.get(name, ())]
            rows.append((total[inside].sum(axis=0) >= bars[bar]).astype(np.int64))
    return np.stack(rows)


def measure(seats: Ints, votes: Ints) -> list[Ints]:
    """Return how list seats fit votes for lists (parties, draws), in units of 2^-16.

    Parties with list seats; the least squares index and the index of Loosemore and Hanby, both in
    percentage points; the share of the votes for lists without a list seat, in percentage points.
    The sums run over parties one after the other, so that no machine adds in another order.

    Examples
    --------
    >>> votes = np.array([[3431510], [693938], [547154], [535139], [432920], [331058], [146431]])
    >>> found = measure(np.array([[40], [8], [6], [6], [5], [4], [0]]), votes)
    >>> [round(int(row[0]) / UNIT, 2) for row in found]
    [6.0, 2.19, 2.69, 2.39]
    """
    number = (seats > 0).sum(axis=0)
    squares, sizes = _zeros(seats), _zeros(seats)
    cast, house = votes.sum(axis=0), seats.sum(axis=0)
    some = (cast > 0) & (house > 0)
    cast, house = np.where(some, cast, 1), np.where(some, house, 1)
    wasted = np.where(seats == 0, votes, 0).sum(axis=0)
    for held, own in zip(seats, votes, strict=True):
        difference = held / house - own / cast
        squares = squares + difference * difference
        sizes = sizes + np.abs(difference)
    points = (100 * np.sqrt(squares / 2), 50 * sizes, 100 * wasted / cast)
    return [number * UNIT, *(np.rint(np.where(some, p, 0.0) * UNIT).astype(np.int64)
                             for p in points)]  # fmt: skip


def _zeros(seats: Ints) -> Floats:
    return np.zeros(seats.shape[1])
