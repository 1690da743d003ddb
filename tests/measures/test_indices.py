"""Indices of proportionality and fragmentation against fractions and published figures."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from simulator.measures.fragmentation import effective_number
from simulator.measures.proportionality import (
    dhondt_index,
    gallagher,
    loosemore_hanby,
    rae,
    sainte_lague_index,
)

# Kazakhstan, 19 March 2023: votes for lists, list seats, and votes against all.
VOTES = [3_431_510, 693_938, 547_154, 535_139, 432_920, 331_058, 146_431]
SEATS = [40, 8, 6, 6, 5, 4, 0]
AGAINST_ALL = 248_291

elections = st.lists(
    st.tuples(st.integers(1, 10**9), st.integers(0, 700)), min_size=1, max_size=12
).filter(lambda rows: sum(s for _, s in rows) > 0)


def exact_shares(numbers: list[int]) -> list[Fraction]:
    return [Fraction(n, sum(numbers)) for n in numbers]


@given(elections)
def test_every_index_is_that_of_the_fractions(rows: list[tuple[int, int]]) -> None:
    votes, seats = [v for v, _ in rows], [s for _, s in rows]
    pairs = list(zip(exact_shares(votes), exact_shares(seats), strict=True))
    squares = sum((s - v) ** 2 for v, s in pairs)
    assert float(gallagher(votes, seats)) == pytest.approx(100 * math.sqrt(squares / 2), abs=1e-10)
    half = sum(abs(s - v) for v, s in pairs) / 2
    assert float(loosemore_hanby(votes, seats)) == pytest.approx(float(100 * half), abs=1e-10)
    chi = sum((s - v) ** 2 / v for v, s in pairs)
    assert float(sainte_lague_index(votes, seats)) == pytest.approx(float(100 * chi), rel=1e-9)
    advantage = max(s / v for v, s in pairs)
    assert float(dhondt_index(votes, seats)) == pytest.approx(float(advantage), rel=1e-12)
    large = [abs(s - v) for v, s in pairs if v > Fraction(1, 200)]
    mean = 100 * sum(large) / len(large)
    assert float(rae(votes, seats)) == pytest.approx(float(mean), abs=1e-10)
    for numbers in (votes, seats):
        laakso = 1 / sum(s * s for s in exact_shares(numbers))
        assert float(effective_number(numbers)) == pytest.approx(float(laakso), rel=1e-12)


@given(elections)
def test_bounds(rows: list[tuple[int, int]]) -> None:
    votes, seats = [v for v, _ in rows], [s for _, s in rows]
    assert 0 <= gallagher(votes, seats) <= loosemore_hanby(votes, seats) + 1e-9 <= 100 + 1e-9
    assert dhondt_index(votes, seats) >= 1 - 1e-12
    assert 1 - 1e-12 <= effective_number(votes) <= len(votes) + 1e-9


def test_proportional_seats_have_no_distance() -> None:
    for index in (gallagher, loosemore_hanby, rae, sainte_lague_index):
        assert index([50, 30, 20], [5, 3, 2]) == 0
    assert dhondt_index([50, 30, 20], [5, 3, 2]) == 1


def test_kazakhstan_on_both_vote_bases() -> None:
    both = [VOTES, SEATS], [[*VOTES, AGAINST_ALL], [*SEATS, 0]]
    found = [
        [round(float(f(v, s)), 3) for f in (gallagher, loosemore_hanby, rae, sainte_lague_index)]
        + [round(float(dhondt_index(v, s)), 4)]
        + [round(float(effective_number(n)), 3) for n in (v, s)]
        for v, s in both
    ]
    assert found == [
        [2.189, 2.692, 0.769, 2.501, 1.0713, 2.844, 2.679],
        [4.371, 6.200, 1.550, 6.661, 1.1148, 3.065, 2.679],
    ]


def test_new_zealand_depends_on_the_vote_base() -> None:
    """Votes of 2008 for all lists, and of the seven that have seats alone, are two numbers.

    The Maori Party's two overhang seats are counted: 122 members sat.
    """
    path = Path("tests/elections/results/new-zealand.yaml")
    cases = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    case = next(c for c in cases if "2008" in c["election"])
    seats = {**case["result"], "maori": case["result"]["maori"] + 2}
    assert sum(seats.values()) == 122
    votes = case["votes"]
    every = float(gallagher(list(votes.values()), [seats.get(p, 0) for p in votes]))
    seated = float(gallagher([votes[p] for p in seats], list(seats.values())))
    assert every > seated
    exact = [
        Fraction(votes[p], sum(votes.values())) - Fraction(seats.get(p, 0), 122) for p in votes
    ]
    assert every == pytest.approx(100 * math.sqrt(sum(d * d for d in exact) / 2))


def test_rows_are_draws() -> None:
    votes, seats = np.array([VOTES, VOTES[::-1]]), np.array([SEATS, SEATS[::-1]])
    for index in (gallagher, loosemore_hanby, rae, sainte_lague_index, dhondt_index):
        rows = index(votes, seats)
        assert rows.shape == (2,)
        assert rows == pytest.approx(float(index(VOTES, SEATS)))
    assert effective_number(seats).shape == (2,)


def test_seats_without_votes_are_infinitely_far() -> None:
    """A party may hold district seats where it has no votes on lists; nothing warns."""
    assert sainte_lague_index([10, 0], [1, 1]) == np.inf
    assert dhondt_index([10, 0], [1, 1]) == np.inf
    assert dhondt_index([10, 0], [2, 0]) == 1


@pytest.mark.parametrize(
    ("votes", "seats"), [([1, 2], [1, 2, 3]), ([-1, 2], [1, 1]), ([0, 0], [1, 1]), ([1, 2], [0, 0])]
)
def test_bad_input(votes: list[int], seats: list[int]) -> None:
    with pytest.raises(ValueError, match=r"votes"):
        gallagher(votes, seats)


def test_v27_the_figure_of_another_program() -> None:
    """The example that github.com/kerihenare/gallagher prints: New Zealand's votes of 2011."""
    votes = [
        1_058_636, 614_937, 247_372, 147_544, 59_237, 31_982, 24_168, 23_889, 13_443, 11_738,
        1_714, 1_595, 1_209,
    ]  # fmt: skip
    seats = [59, 34, 14, 8, 0, 3, 1, 1, 1, 0, 0, 0, 0]
    assert float(gallagher(votes, seats)) == pytest.approx(2.377974544114885, abs=1e-14)
