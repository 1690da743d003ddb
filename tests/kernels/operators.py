"""One operator of the kernels on one place, callable from tests."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from simulator.kernels.irregularities import act
from simulator.kernels.jit import entry
from simulator.kernels.layout import BLOCK, PAD32, PAD64
from simulator.uncertainty.irregularities import Place


@entry
def act_once(
    votes, cast, made, taken, scratch, infeasible, booked, victim, option, add, move, cut, sign,
    own, people, extra, step,
):  # fmt: skip
    act(
        votes, votes.shape[0], cast, scratch, made, taken, 0, 0, add, move, cut, sign, own, victim,
        people, extra, step, infeasible, booked, option, votes.shape[0],
    )  # fmt: skip


class Acted:
    """A place after an operator, with its ledger."""

    def __init__(
        self, place: Place, *, made: float = 0.0, taken: float = 0.0, add: int = 0, move: int = 0,
        cut: int = 0, own: int = 0, victims: list[int] | None = None, inverse: bool = False,
        extra: float = 0.0, step: float = 0.05,
    ) -> None:  # fmt: skip
        count = len(place.votes)
        votes, cast = np.zeros((count, PAD64)), np.zeros((1, PAD64))
        votes[:] = np.array([float(n) for n in place.votes.values()])[:, None]
        cast[:] = float(place.ballots)
        hit = range(count) if cut == 2 else [k for k in range(count) if k != own]
        victim = np.array([k in (hit if victims is None else victims) for k in range(count)])
        booked, infeasible = np.zeros((3 * count, PAD64)), np.zeros((1, PAD64))
        act_once(
            votes, cast, np.full((1, PAD32), made, np.float32),
            np.full((1, PAD32), taken, np.float32), np.zeros((8, PAD64)), infeasible, booked,
            victim.astype(np.int8), np.arange(count), add, move, cut, -1.0 if inverse else 1.0,
            own, float(place.registered), extra, step,
        )  # fmt: skip
        assert (votes[:, :BLOCK] == votes[:, :1]).all()
        self.place = Place(
            place.registered, int(cast[0, 0]),
            dict(zip(place.votes, (int(v) for v in votes[:, 0]), strict=True)),
        )  # fmt: skip
        self.whole = bool((votes[:, 0] == np.floor(votes[:, 0])).all())
        self.infeasible = bool(infeasible[0, 0])
        self.added, self.moved, self.removed = booked[:, 0].reshape(3, count).astype(np.int64)


def single(x: float) -> Fraction:
    """Return the number that a float32 holds, exactly."""
    return Fraction(float(np.float32(x)))
