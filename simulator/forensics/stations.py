"""The results of polling stations as columns of whole numbers, and those that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.errors import StationError

Counts = npt.NDArray[np.int64]
Column = Sequence[int] | Counts

# With this bound sums over millions of stations are exact in float64, and products in int64.
MOST_VOTERS = 10**9


@dataclass(frozen=True, eq=False)
class Stations:
    """Polling stations whose numbers can be true: one row a station.

    Attributes
    ----------
    registered
        Registered voters, above zero.
    cast
        Ballots cast, or handed out: at most the registered. Turnout is `cast / registered`.
    counted
        Ballots that shares are of: found in the boxes, or the valid ones.
    leader
        Votes of the leading party or candidate, at most the ballots counted.

    Raises
    ------
    StationError
        E602: lengths differ, a number is not whole, or a station is impossible; see `screen`.

    Examples
    --------
    >>> Stations([1000, 800], [500, 480], [498, 475], [250, 190]).others.tolist()
    [248, 285]
    """

    registered: Counts
    cast: Counts
    counted: Counts
    leader: Counts

    def __post_init__(self) -> None:
        names = ("registered", "cast", "counted", "leader")
        columns = [_whole(getattr(self, name), name) for name in names]
        for name, column in zip(names, columns, strict=True):
            object.__setattr__(self, name, column)
        if len({len(column) for column in columns}) != 1:
            raise StationError("E602", "the columns of stations differ in length")
        for why, bad in _impossible(*columns).items():
            if bad.any():
                raise StationError("E602", f"station {int(np.argmax(bad))}: {why}")

    def __len__(self) -> int:
        return len(self.registered)

    @property
    def others(self) -> Counts:
        """Ballots counted that are not for the leader."""
        return self.counted - self.leader

    def select(self, keep: npt.NDArray[np.bool_]) -> Stations:
        """Return the stations that a mask keeps."""
        columns = (self.registered, self.cast, self.counted, self.leader)
        return Stations(*(column[keep] for column in columns))


def screen(
    registered: Column, cast: Column, counted: Column, leader: Column
) -> tuple[Stations, dict[str, int]]:
    """Return the usable stations, and how many were left out for which reason.

    More ballots than registered voters is itself worth a question: such stations are counted, not
    repaired. Nothing else is left out.

    Examples
    --------
    >>> usable, left_out = screen([100, 0, 50], [60, 5, 51], [60, 5, 51], [30, 1, 20])
    >>> len(usable), left_out
    (1, {'no registered voters': 1, 'more ballots than registered voters': 1})
    """
    names = ("registered", "cast", "counted", "leader")
    given = (registered, cast, counted, leader)
    columns = [_whole(column, name) for column, name in zip(given, names, strict=True)]
    keep = np.ones(len(columns[0]), dtype=bool)
    left_out: dict[str, int] = {}
    for why, bad in _impossible(*columns).items():
        if found := int(np.count_nonzero(bad & keep)):
            left_out[why] = found
        keep &= ~bad
    return Stations(*(column[keep] for column in columns)), left_out


def _impossible(
    registered: Counts, cast: Counts, counted: Counts, leader: Counts
) -> dict[str, npt.NDArray[np.bool_]]:
    """Return masks of the stations whose numbers cannot all be true, by reason."""
    return {
        "no registered voters": registered == 0,
        "more ballots than registered voters": cast > registered,
        "more votes for the leader than ballots counted": leader > counted,
    }


def _whole(values: Column, name: str) -> Counts:
    """Return a column as whole numbers from zero up."""
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise StationError("E602", f"{name} is not a list of whole numbers")
    if array.size and (int(array.min()) < 0 or int(array.max()) > MOST_VOTERS):
        raise StationError("E602", f"{name} has a number below zero or above {MOST_VOTERS:,}")
    return array.astype(np.int64)
