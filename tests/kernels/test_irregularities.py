"""Operators of the kernels against the exact reference, on whole ballots."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from simulator.kernels.irregularities import (
    ADD_COUNT,
    ADD_NEXT,
    ADD_SHARE,
    ADD_TARGET,
    CUT_ALL,
    CUT_VOTES,
    MOVE_LIFT,
    MOVE_NEXT,
    MOVE_SHARE,
)
from simulator.uncertainty.irregularities import Effect, Place
from tests.kernels.operators import Acted, single

intensities = st.floats(0, 0.875, width=32)


@st.composite
def places(draw: DrawFn, least: int = 0) -> Place:
    votes = draw(st.lists(st.integers(least, 10**6), min_size=2, max_size=7))
    cast = sum(votes) + draw(st.integers(0, 10**4))
    names = (f"p{k}" for k in range(len(votes)))
    return Place(cast + draw(st.integers(0, 10**6)), cast, dict(zip(names, votes, strict=True)))


def close(found: Place, exact: Place, slack: float) -> bool:
    """Tell whether all numbers agree within rounding: half a vote for each that was rounded."""
    pairs = [(found.ballots, exact.ballots)]
    pairs += [(found.votes[name], exact.votes[name]) for name in exact.votes]
    return all(abs(a - b) <= slack for a, b in pairs)


@given(places(), intensities, intensities)
def test_made_and_taken(place: Place, made: float, taken: float) -> None:
    found = Acted(place, made=made, taken=taken, add=ADD_SHARE, move=MOVE_SHARE)
    exact, _ = Effect("p0", made=single(made), taken=single(taken)).forward(place)
    assert found.whole
    assert found.place.feasible
    assert close(found.place, exact, len(place.votes) / 2 + 1)
    assert found.moved.sum() == 0
    assert found.added[0] == found.place.ballots - place.ballots
    assert found.place.votes["p0"] - place.votes["p0"] == found.added[0] + found.moved[0]


@given(places(least=1), st.floats(0, 0.5, width=32), st.floats(0, 0.5, width=32))
def test_undone_within_rounding(place: Place, made: float, taken: float) -> None:
    done = Acted(place, made=made, taken=taken, add=ADD_SHARE, move=MOVE_SHARE)
    back = Acted(done.place, made=made, taken=taken, add=ADD_SHARE, move=MOVE_SHARE, inverse=True)
    slack = 2 * len(place.votes) + 2
    if place.votes["p0"] > slack:
        assert not back.infeasible
    assert close(back.place, place, slack)
    assert back.place.feasible


@given(places(), intensities, intensities)
def test_an_inverse_that_asks_too_much_says_so(place: Place, made: float, taken: float) -> None:
    found = Acted(place, made=made, taken=taken, add=ADD_SHARE, move=MOVE_SHARE, inverse=True)
    exact, _ = Effect("p0", made=single(made), taken=single(taken)).inverse(place)
    slack = len(place.votes) / 2 + 2
    assert found.whole
    assert found.place.feasible
    if exact.votes["p0"] < -slack:
        assert found.infeasible
    if exact.votes["p0"] > slack:
        assert not found.infeasible
        assert close(found.place, exact, slack + 1e-6 * float(place.registered))


@given(places(), intensities)
def test_switching_conserves_turnout(place: Place, taken: float) -> None:
    found = Acted(place, taken=taken, move=MOVE_SHARE, victims=[1])
    assert found.place.ballots == place.ballots
    assert found.place.valid == place.valid
    moved = single(taken) * place.votes["p1"]
    assert abs(found.moved[0] - moved) <= Fraction(1, 2)


@given(places(), st.floats(0, 3e6, width=32), st.sampled_from([0.0, 12_000.0]))
def test_ballots_are_bounded_by_the_lists_of_voters(
    place: Place, count: float, extra: float
) -> None:
    found = Acted(place, made=count, add=ADD_COUNT, extra=extra)
    assert found.place.ballots <= place.registered + extra
    expected = min(single(count), place.registered + Fraction(extra) - place.ballots)
    assert abs(found.added[0] - expected) <= Fraction(1, 2)


@given(places(), intensities, st.sampled_from([CUT_VOTES, CUT_ALL]))
def test_removal_and_its_inverse(place: Place, share: float, cut: int) -> None:
    done = Acted(place, taken=share, cut=cut)
    kind = {"annulled": single(share)} if cut == CUT_ALL else {"removed": single(share)}
    exact, _ = Effect("p0" if cut == CUT_VOTES else None, **kind).forward(place)  # type: ignore[arg-type]
    slack = len(place.votes) / 2 + 1
    assert close(done.place, exact, slack)
    assert done.place.feasible
    back = Acted(done.place, taken=share, cut=cut, inverse=True)
    assert back.place.feasible
    if not back.infeasible:
        assert close(back.place, place, slack + (slack + 1) / (1 - share))


@given(places(least=1), st.floats(0, 0.0625, width=32))
def test_lifting_a_share(place: Place, lift: float) -> None:
    found = Acted(place, taken=lift, move=MOVE_LIFT)
    others = place.valid - place.votes["p0"]
    exact = min(Fraction(others), single(lift) * place.valid)
    assert abs(found.moved[0] - exact) <= Fraction(len(place.votes), 2)
    assert found.place.valid == place.valid
    back = Acted(found.place, taken=lift, move=MOVE_LIFT, inverse=True)
    if exact < others and not back.infeasible:
        assert close(back.place, place, len(place.votes) + 1)


@given(places(), st.floats(0, 1, width=32), st.floats(0, 1, width=32))
def test_topping_up(place: Place, target: float, clean: float) -> None:
    found = Acted(place, made=target, add=ADD_TARGET)
    goal = single(target) * place.registered
    assert abs(found.place.ballots - max(goal, Fraction(place.ballots))) <= 1
    back = Acted(found.place, made=target, taken=min(clean, target), add=ADD_TARGET, inverse=True)
    if place.ballots <= goal and not back.infeasible:
        assert abs(back.place.ballots - single(min(clean, target)) * place.registered) <= 1


@given(places(least=1))
def test_rewriting_reaches_round_numbers(place: Place) -> None:
    found = Acted(place, made=1.0, add=ADD_NEXT)
    step = Fraction(place.registered, 20)
    assert 0 <= found.added[0] <= step + 1
    above = -(-Fraction(place.ballots) // step) * step
    assert abs(found.place.ballots - above) <= 1
    lifted = Acted(place, taken=1.0, move=MOVE_NEXT)
    share = Fraction(lifted.place.votes["p0"], int(place.valid)) * 20
    assert abs(share - round(share)) <= Fraction(20 * len(place.votes), int(place.valid))
    assert lifted.place.valid == place.valid


@pytest.mark.parametrize(
    ("add", "move", "cut"),
    [(ADD_SHARE, MOVE_SHARE, 0), (ADD_COUNT, 0, 0), (ADD_TARGET, 0, 0), (ADD_NEXT, 0, 0),
     (0, MOVE_LIFT, 0), (0, MOVE_NEXT, 0), (0, 0, CUT_VOTES), (0, 0, CUT_ALL)],
)  # fmt: skip
@pytest.mark.parametrize("inverse", [False, True])
def test_nothing_assumed_changes_nothing(add: int, move: int, cut: int, inverse: bool) -> None:
    place = Place(10_007, 5_003, {"p0": 2_001, "p1": 1_999, "p2": 7, "p3": 0})
    # Undoing a target of zero means that nobody voted, so a target stays out of reach.
    made = 1.0 if inverse and add == ADD_TARGET else 0.0
    found = Acted(place, made=made, add=add, move=move, cut=cut, inverse=inverse)
    assert found.place == place
    assert not np.concatenate([found.added, found.moved, found.removed]).any()
