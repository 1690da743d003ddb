"""Single-member contests of a block of draws: the largest log-weight wins.

The winner of a plurality contest is the candidate of the largest weight, and the logarithm keeps
the order, so no exponential is needed. Seats go to parties and to independents as a group, so the
largest weight of each is kept and these are compared; equal ones go to the group listed first and
are counted. An option that cannot be elected is compared afterwards.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK
from simulator.kernels.tally import BARRED_FIRST, DISTRICT_TIE

_NEVER = np.float32(-1.0e30)
WINNER, TIE = 0, 1


@kernel
def open_contest(best, groups):
    """Set the largest weight of the first rows to nothing."""
    for row in range(groups):
        for lane in range(BLOCK):
            best[row, lane] = _NEVER


@kernel
def stand(best, group, shift, kind, local, row, base, spread):
    """Let a candidate stand for a group; the weight is base + shift + own shock."""
    for lane in range(BLOCK):
        weight = base + (shift[kind, lane] + spread * local[row, lane])
        best[group, lane] = max(best[group, lane], weight)


@kernel
def decide(best, who, groups):
    """Find the group of the largest weight in every lane, and whether it is shared."""
    for lane in range(BLOCK):
        who[WINNER, lane] = 0
        who[TIE, lane] = 0
    for group in range(1, groups):
        mark = np.int32(group)
        for lane in range(BLOCK):
            weight, top = best[group, lane], best[0, lane]
            ahead = -np.int32(weight > top)
            level = np.int32(weight == top)
            who[WINNER, lane] = (mark & ahead) | (who[WINNER, lane] & ~ahead)
            who[TIE, lane] = (who[TIE, lane] | level) & ~ahead
        for lane in range(BLOCK):
            best[0, lane] = max(best[group, lane], best[0, lane])


@kernel
def award(who, district, won, at, group, entity):
    """Give the seat to an entity where its group won, and count the win in row `at`."""
    mark = np.int32(group)
    for lane in range(BLOCK):
        seat = np.int32(who[WINNER, lane] == mark)
        district[entity, lane] += seat
        won[at, lane] += seat


@kernel
def close_contest(best, barred, who, state):
    """Count ties, and barred options (row `barred`) that came first."""
    for lane in range(BLOCK):
        state[DISTRICT_TIE, lane] += who[TIE, lane]
        state[BARRED_FIRST, lane] += np.int32(best[barred, lane] > best[0, lane])


@kernel
def field_shift(shift, normal, row, spread):
    """Fill shift row 1, the uncertainty that all independents share; row 0 stays zero."""
    for lane in range(BLOCK):
        shift[0, lane] = np.float32(0.0)
        shift[1, lane] = spread * normal[row, lane]
