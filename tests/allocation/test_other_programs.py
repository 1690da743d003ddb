"""The unit tests of other programs, on ours (V14)."""

from __future__ import annotations

import pytest

import simulator
from simulator.errors import TiedSeats


@pytest.mark.parametrize(
    ("method", "votes", "seats", "expected"),
    [
        ("sainte-lague", ("4.16", "3.38", "2.46"), 10, (4, 3, 3)),
        ("dhondt", (4160, 3380, 2460), 10, (4, 4, 2)),
        ("dhondt", (4160, 7, 2460), 10, (6, 0, 4)),
    ],
)
def test_v14_adibender_coalitions(
    method: str, votes: tuple[object, ...], seats: int, expected: tuple[int, ...]
) -> None:
    """tests/testthat/test-basic-functions.R of adibender/coalitions."""
    named = dict(zip("abc", votes, strict=True))
    assert tuple(simulator.allocate(named, seats, method).seats.values()) == expected


def test_v14_a_tie_is_a_tie() -> None:
    """There a warning and the seat to one of them by lot; here an error unless a rule decides."""
    votes = {"a": 360, "b": 280}
    with pytest.raises(TiedSeats):
        simulator.allocate(votes, 15, "dhondt")
    assert simulator.allocate(votes, 15, "dhondt", ties="report").ties
    listed = simulator.allocate(votes, 15, "dhondt", ties="listed-order").seats
    assert listed == {"a": 9, "b": 6}
