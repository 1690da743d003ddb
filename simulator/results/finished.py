"""Which draws are finished: their tally, and their numbers as ranges.

Batches finish in any order and can be lost, so that what is finished need not be the first draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.results.tally import Tally

Ranges = tuple[tuple[int, int], ...]  # first and behind the last; sorted, apart from each other


def join(ranges: Ranges, first: int, stop: int) -> Ranges:
    """Return the ranges with one more, merged with those it touches.

    Raises
    ------
    ValueError
        When a draw would be in them twice.

    Examples
    --------
    >>> join(((0, 4), (8, 12)), 4, 8)
    ((0, 12),)
    >>> join(((0, 4),), 3, 6)
    Traceback (most recent call last):
    ValueError: draws 3 to 5 are finished in part already
    """
    before = [r for r in ranges if r[1] <= first]
    after = [r for r in ranges if r[0] >= stop]
    if first >= stop or len(before) + len(after) < len(ranges):
        raise ValueError(f"draws {first} to {stop - 1} are finished in part already")
    if before and before[-1][1] == first:
        first = before.pop()[0]
    if after and after[0][0] == stop:
        stop = after.pop(0)[1]
    return (*before, (first, stop), *after)


def gaps(ranges: Ranges, stop: int) -> Iterator[tuple[int, int]]:
    """Yield what the ranges leave out of the draws below `stop`.

    >>> list(gaps(((0, 4), (8, 12)), 20))
    [(4, 8), (12, 20)]
    """
    first = 0
    for start, end in ranges:
        if first < min(start, stop):
            yield first, min(start, stop)
        first = end
    if first < stop:
        yield first, stop


def check_ranges(ranges: Sequence[Sequence[int]]) -> Ranges:
    """Return ranges as they are kept, or raise ValueError when they overlap or are no ranges."""
    found: Ranges = ()
    for first, stop in ranges:
        if not 0 <= first < stop:
            raise ValueError(f"{first} to {stop} is no range of draws")
        found = join(found, first, stop)
    return found


@dataclass
class Finished:
    """The draws that are finished: their numbers and their tally."""

    tally: Tally
    ranges: Ranges = ()

    @property
    def draws(self) -> int:
        """How many draws are finished."""
        return sum(stop - first for first, stop in self.ranges)

    def add(self, first: int, tally: Tally) -> None:
        """Add the tally of the draws from `first` on, each of them once."""
        if tally.draws:
            ranges = join(self.ranges, first, first + tally.draws)
            self.tally.add(tally)
            self.ranges = ranges

    def gaps(self, draws: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of draws below `draws` that are not finished."""
        return gaps(self.ranges, draws)
