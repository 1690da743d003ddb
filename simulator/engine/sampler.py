"""Ways to fill the matrix of normals: independent, antithetic, Sobol', Latin hypercube.

Whatever the sampler, a draw is a function of seed and draw number. Samplers other than `mc` deal
the draws to 16 independent replicates, see :mod:`simulator.kernels.points`.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.kernels.layout import BLOCK, REPLICATES
from simulator.uncertainty.sobol import BITS, COORDINATES, direction_numbers

if TYPE_CHECKING:
    from simulator.engine.plan import Plan

SAMPLERS = ("mc", "antithetic", "sobol", "lhs")
ROUND = REPLICATES * BLOCK

Points = tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]

_NO_POINTS = np.zeros((0, 0, BITS + 1), np.uint32)
_LOCK = threading.Lock()
_TABLES: weakref.WeakKeyDictionary[Plan, dict[int, Points]] = weakref.WeakKeyDictionary()


def replicates(sampler: str) -> int:
    """Return the number of replicates of a sampler; independent draws need none."""
    return 1 if sampler == "mc" else REPLICATES


def replicate_of_draws(sampler: str, draws: int) -> NDArray[np.int64] | None:
    """Return the replicate of each of the first draws; None where draws are independent."""
    return None if sampler == "mc" else np.arange(draws) // BLOCK % REPLICATES


def whole_draws(sampler: str, draws: int) -> int:
    """Return the draws that a sampler makes when so many are asked for.

    Replicates have one size: a multiple of 256 points, for Sobol' points a power of two, because
    only complete powers of two are balanced (A. B. Owen, "On dropping the first Sobol' point",
    arXiv 2008.08051).

    >>> whole_draws("mc", 100_000), whole_draws("lhs", 100_000), whole_draws("sobol", 100_000)
    (100000, 102400, 131072)
    """
    if sampler == "mc":
        return draws
    rounds = -(-draws // ROUND)
    return ROUND * (1 << (rounds - 1).bit_length() if sampler == "sobol" else rounds)


def arguments(plan: Plan, seed: int) -> tuple[int, *Points]:
    """Return what a chunk needs to sample: the kind, and the points of each group of names."""
    kind = SAMPLERS.index(plan.sampler)
    if plan.sampler == "mc":
        return kind, _NO_POINTS, _NO_POINTS, _NO_POINTS
    with _LOCK:
        tables = _TABLES.setdefault(plan, {})
        if seed not in tables:
            tables[seed] = _points(plan, seed)
    return kind, *tables[seed]


def stream_key(seed: int) -> NDArray[np.uint32]:
    """Return the 64-bit key of a seed."""
    return np.random.SeedSequence(seed).generate_state(2, np.uint32).astype(np.uint32)


def _points(plan: Plan, seed: int) -> Points:
    """Return scrambled direction numbers (16, names, 33) of each group; zeros without Sobol'."""
    from simulator.kernels.points import scramble

    groups = (plan.names.national, plan.names.baseline, plan.names.local)
    tables = tuple(np.zeros((REPLICATES, len(g), BITS + 1), np.uint32) for g in groups)
    if plan.sampler == "sobol":
        key, scratch = stream_key(seed), np.zeros(BITS + 4, np.uint32)
        every = direction_numbers(COORDINATES)
        for streams, coordinates, table in zip(groups, plan.coordinates, tables, strict=True):
            directions = np.zeros((len(streams), BITS), np.uint32)
            known = coordinates < COORDINATES
            directions[known] = every[coordinates[known]]
            scramble(streams, directions, key, scratch, table)
    national, baseline, local = tables
    return national, baseline, local
