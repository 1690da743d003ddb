"""The correction that keeps the mean of every share at what is expected, on fixed points.

An error on the logarithm of a share moves the mean of all shares. A vector added to the errors
undoes it; raking finds it over the points of a lattice, which are the same for every seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.kernels.elementary import log64
from simulator.kernels.inputs import F32, F64, National
from simulator.kernels.jit import entry
from simulator.kernels.layout import BLOCK, PAD32
from simulator.kernels.national import draw_nation
from simulator.kernels.quantile import fill_quantiles

POINTS = 1 << 14
STEPS = 5
# A lattice of N. M. Korobov (Doklady Akademii Nauk SSSR 124, 1959): coordinate j of point i is the
# fractional part of i a^j / POINTS. Among all a = 5 (mod 8) this one makes the worst pair of the
# first 65 coordinates best, by the figure that I. H. Sloan and S. Joe call P2 (*Lattice Methods for
# Multiple Integration*, 1994, section 4.4).
GENERATOR = 5965


class Room(NamedTuple):
    """Rows for one block of points: the part of a workspace that the national layer needs."""

    raw: F32
    national: F32
    multiplier: F32


@entry
def _rake(nation, room, share, step, quantile, total, correction):
    fill_quantiles(quantile, 0.5, float(POINTS))
    options = share.shape[0]
    for _ in range(STEPS):
        total[:] = 0.0
        for start in range(0, POINTS, BLOCK):
            for j in range(step.shape[0]):
                for lane in range(BLOCK):
                    room.national[j, lane] = quantile[(start + lane) * step[j] % POINTS]
            draw_nation(nation.layer, nation, room, np.uint64(0), total)
            for lane in range(BLOCK):
                whole = 0.0
                for i in range(options):
                    whole += share[i] * np.float64(room.multiplier[i, lane])
                for i in range(options):
                    total[i] += share[i] * np.float64(room.multiplier[i, lane]) / whole
        for i in range(options):
            correction[i] -= log64(total[i] / POINTS / share[i])
            nation.layer.centre[i] = np.float32(correction[i])


def centre(nation: National, share: F64, rank: Sequence[int]) -> None:
    """Set the centre of a layer of errors on the logarithm, in place.

    Parameters
    ----------
    nation
        A national layer that is logit-normal or a bootstrap.
    share
        Expected shares (K,), positive, sum one.
    rank
        Coordinate of each option: by its name, so that the order of a ballot does not matter.
    """
    options = share.size
    room = Room(
        raw=np.zeros((2, PAD32), np.float32),
        national=np.zeros((options + nation.freedom, PAD32), np.float32),
        multiplier=np.zeros((options, PAD32), np.float32),
    )
    powers = [*rank, *range(options, options + nation.freedom)]
    step = np.array([pow(GENERATOR, power, POINTS) for power in powers], np.int64)
    quantile = np.zeros(POINTS, np.float32)
    _rake(nation, room, share, step, quantile, np.zeros(options), np.zeros(options))
