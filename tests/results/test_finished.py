"""Ranges of finished draws against plain sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.results.finished import Ranges, check_ranges, gaps, join

END = 30


@given(st.lists(st.tuples(st.integers(0, END - 1), st.integers(1, 6)), max_size=12))
def test_ranges_are_the_set_of_their_draws(pieces: list[tuple[int, int]]) -> None:
    ranges: Ranges = ()
    held: set[int] = set()
    for first, size in pieces:
        more = set(range(first, min(END, first + size)))
        if held & more:
            with pytest.raises(ValueError, match="finished in part already"):
                join(ranges, first, max(more) + 1)
            continue
        ranges = join(ranges, first, max(more) + 1)
        held |= more
        assert {d for start, stop in ranges for d in range(start, stop)} == held
        # Sorted, and two that touch are one.
        ends = [end for pair in ranges for end in pair]
        assert ends == sorted(set(ends))
    assert check_ranges([list(pair) for pair in ranges]) == ranges
    for stop in (0, END // 2, END):
        left = {d for a, b in gaps(ranges, stop) for d in range(a, b)}
        assert left == set(range(stop)) - held


@pytest.mark.parametrize("wrong", [[[0, 0]], [[-1, 3]], [[0, 4], [3, 5]]])
def test_what_is_no_set_of_ranges_is_refused(wrong: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"range|finished"):
        check_ranges(wrong)
