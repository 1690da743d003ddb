"""Elections laid out as the kernels want them, and the kernels made callable from Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from simulator.kernels.layout import BLOCK, PAD32, PAD64
from simulator.kernels.quota import EXACT, largest_remainders
from simulator.kernels.tally import LIST_TIE, NO_VOTES, NOBODY_PASSED, ONE_PASSED, STATES
from simulator.kernels.threshold import admit, apply_threshold, seat_runner_up

njit = numba.njit(nogil=True, error_model="numpy")


@njit
def _law(votes, base, eligible, seats, key, scratch, state, house, numbers, flags):  # type: ignore[no-untyped-def]
    for lane in range(BLOCK):
        scratch[0, lane] = base[lane]
    apply_threshold(votes, eligible, scratch, state, numbers[0], numbers[1], flags[0] == 1)
    admit(votes, eligible, state, flags[1] == 1)
    largest_remainders(eligible, float(house), float(house), EXACT, 0.0, seats, key, scratch, state)
    if flags[2] == 1:
        seat_runner_up(votes, eligible, seats, state, house, 7, 10, 2)


@dataclass(frozen=True)
class Allocated:
    """What the kernels say about a block of elections, one row an election."""

    seats: NDArray[np.int64]
    tied: NDArray[np.bool_]
    vacant: NDArray[np.bool_]
    nobody: NDArray[np.bool_]
    one: NDArray[np.bool_]


def _rows(elections: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    votes = np.zeros((len(elections[0]), PAD64))
    votes[:, : len(elections)] = np.array(elections, dtype=np.float64).T
    return votes


def _room(parties: int) -> tuple[NDArray[np.float64], ...]:
    return (np.zeros((parties, PAD64)), np.zeros((parties, PAD64)), np.zeros((16, PAD64)))


def _read(seats: NDArray[np.float64], state: NDArray[np.int32], n: int) -> Allocated:
    flag = state[:, :n] > 0
    return Allocated(
        seats[:, :n].T.astype(np.int64), flag[LIST_TIE], flag[NO_VOTES], flag[NOBODY_PASSED],
        flag[ONE_PASSED],
    )  # fmt: skip


def law(
    elections: Sequence[Sequence[int]], bases: Sequence[int], house: int, share: tuple[int, int],
    *, strict: bool, admit_all: bool, lone: bool,
) -> Allocated:  # fmt: skip
    """Allocate at most BLOCK elections by a law with a threshold."""
    parties = len(elections[0])
    seats, key, scratch = _room(parties)
    state = np.zeros((STATES, PAD32), np.int32)
    base = np.zeros(BLOCK)
    base[: len(bases)] = bases
    _law(
        _rows(elections), base, np.zeros((parties, PAD64)), seats, key, scratch, state, house,
        np.array(share, np.float64), np.array([strict, admit_all, lone], np.int64),
    )  # fmt: skip
    return _read(seats, state, len(elections))
