"""The parts of a draw, each next to what numpy offers for the same work.

Run with `pytest benchmarks --benchmark-enable`; compare within a group of one run only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from benchmarks import reference
from benchmarks.plans import KEY, SHARE, streams, wallace
from simulator.kernels.divisor import STATIONARY, divisor_method
from simulator.kernels.elementary import exp32
from simulator.kernels.layout import BLOCK, PAD32, PAD64
from simulator.kernels.normal import fill_rows, thicken
from simulator.kernels.philox import fill_words
from simulator.kernels.quota import EXACT, largest_remainders
from simulator.kernels.tally import STATES

NAMES = streams(f"name/{i}" for i in range(32))
HOUSE = 69
PARTIES = 8
OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": {"nnan", "ninf", "nsz"}}


@numba.njit(**OPTIONS)
def words_of(words, names, key):
    """Make a block of words for every name."""
    for name in names:
        fill_words(words, np.uint64(0), name, np.uint32(0), key)


@numba.njit(**OPTIONS)
def normals_of(work, words, names, key):
    """Make a block of normals for every name."""
    fill_rows(work, 0, words, names, 0, names.shape[0], np.uint64(0), key)


@numba.njit(**OPTIONS)
def tails_of(work, base, rate, scale):
    """Copy the normals and thicken them."""
    for row in range(base.shape[0]):
        for lane in range(BLOCK):
            work[row, lane] = base[row, lane]
    thicken(work, 0, base.shape[0], rate, scale)


@numba.njit(**OPTIONS)
def exp_of(out, base):
    """Take the exponential of every lane."""
    for row in range(base.shape[0]):
        for lane in range(BLOCK):
            out[row, lane] = exp32(base[row, lane])


@numba.njit(**OPTIONS)
def hare_of(votes, seats, key, scratch, state):
    """Allocate by largest remainders."""
    largest_remainders(votes, 69.0, 69.0, EXACT, 0.0, seats, key, scratch, state)


@numba.njit(**OPTIONS)
def dhondt_of(votes, seats, claim, scratch, state, numer):
    """Allocate by D'Hondt; the table is for other divisors."""
    divisor_method(
        votes, 69.0, STATIONARY, 1.0, 1.0, scratch[0], numer, numer, 1, seats, claim, scratch, state
    )


def generator() -> np.random.Generator:
    """Return numpy's default generator, seeded."""
    return np.random.Generator(np.random.PCG64(1))


def shocks() -> np.ndarray:
    """Return a row of normals for every name."""
    return generator().standard_normal((NAMES.size, PAD32), np.float32)


def ballots() -> np.ndarray:
    """Return whole votes (lanes, parties) of elections like the flagship's."""
    share = np.array(SHARE[:PARTIES])
    return np.rint(generator().dirichlet(share * 1600, PAD64) * 6_366_441)


def kernel_words() -> Callable[[], Any]:
    """Return the work of the kernels on words."""
    words = np.empty(BLOCK, np.uint32)
    return lambda: words_of(words, NAMES, KEY)


def numpy_words() -> Callable[[], Any]:
    """Return the work of the numpy side on words."""
    bits = np.random.Generator(np.random.Philox(1))
    return lambda: bits.integers(0, 2**32, NAMES.size * BLOCK, np.uint32)


def kernel_normals() -> Callable[[], Any]:
    """Return the work of the kernels on normals."""
    work, words = np.empty((NAMES.size, PAD32), np.float32), np.empty(BLOCK, np.uint32)
    return lambda: normals_of(work, words, NAMES, KEY)


def numpy_normals() -> Callable[[], Any]:
    """Return the work of the numpy side on normals."""
    own, out = generator(), np.empty((NAMES.size, BLOCK), np.float32)
    return lambda: own.standard_normal(out=out, dtype=np.float32)


def kernel_tails() -> Callable[[], Any]:
    """Return the work of the kernels on heavy tails."""
    base = shocks()
    work, (rate, scale) = np.empty_like(base), wallace(6)
    return lambda: tails_of(work, base, np.float32(rate), np.float32(scale))


def numpy_tails() -> Callable[[], Any]:
    """Return the work of the numpy side on heavy tails."""
    base = shocks()[:, :BLOCK].copy()
    rate, scale = (np.float32(x) for x in wallace(6))
    return lambda: np.copysign(np.sqrt(scale * np.expm1(rate * np.square(base))), base)


def kernel_exp() -> Callable[[], Any]:
    """Return the work of the kernels on exponentials."""
    base = shocks()
    out = np.empty_like(base)
    return lambda: exp_of(out, base)


def numpy_exp() -> Callable[[], Any]:
    """Return the work of the numpy side on exponentials."""
    base = shocks()[:, :BLOCK].copy()
    out = np.empty_like(base)
    return lambda: np.exp(base, out=out)


def kernel_hare() -> Callable[[], Any]:
    """Return the work of the kernels on largest remainders."""
    votes = np.ascontiguousarray(ballots().T)
    seats, key, state = (
        np.zeros_like(votes),
        np.zeros_like(votes),
        np.zeros((STATES, PAD32), np.int32),
    )
    scratch = np.zeros((16, PAD64))
    return lambda: hare_of(votes, seats, key, scratch, state)


def numpy_hare() -> Callable[[], Any]:
    """Return the work of the numpy side on largest remainders."""
    votes = ballots()[:BLOCK].astype(np.int64)
    return lambda: reference.largest_remainders(votes, HOUSE)


def kernel_dhondt() -> Callable[[], Any]:
    """Return the work of the kernels on D'Hondt."""
    votes = np.ascontiguousarray(ballots().T)
    seats, claim = np.zeros_like(votes), np.zeros_like(votes)
    state, scratch = np.zeros((STATES, PAD32), np.int32), np.zeros((16, PAD64))
    numer = np.arange(1, HOUSE + 1, dtype=np.uint64)
    return lambda: dhondt_of(votes, seats, claim, scratch, state, numer)


def numpy_dhondt() -> Callable[[], Any]:
    """Return the work of the numpy side on D'Hondt."""
    votes = ballots()[:BLOCK].astype(np.int64)
    return lambda: reference.divisor_seats(votes, HOUSE, 1.0)


PARTS = {
    "words": (kernel_words, numpy_words),
    "normals": (kernel_normals, numpy_normals),
    "heavy tails": (kernel_tails, numpy_tails),
    "exponentials": (kernel_exp, numpy_exp),
    "hare": (kernel_hare, numpy_hare),
    "dhondt": (kernel_dhondt, numpy_dhondt),
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("side", ["kernel", "numpy"])
def test_part(part: str, side: str, benchmark: Any) -> None:
    """One block of 256 draws: 32 names, or 256 elections of 8 parties and 69 seats."""
    work = PARTS[part][side == "numpy"]()
    work()
    benchmark.group = part
    benchmark.extra_info["draws"] = BLOCK
    benchmark(work)
