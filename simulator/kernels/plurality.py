"""Single-member contests of a block of draws: the largest log-weight wins.

The winner of a plurality contest is the candidate of the largest weight, and the logarithm keeps
the order, so no exponential is needed. Equal weights go to the candidate listed first, and are
counted; an option that cannot be elected is compared afterwards.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK
from simulator.kernels.tally import BARRED_FIRST, DISTRICT_TIE

_NEVER = np.float32(-1.0e30)
WEIGHT, TOP, BARRED = 0, 1, 2
WINNER, TIE = 0, 1


@kernel
def open_contest(best, who):
    """Set the leader of a contest to nobody."""
    for lane in range(BLOCK):
        best[TOP, lane] = _NEVER
        best[BARRED, lane] = _NEVER
    for lane in range(BLOCK):
        who[WINNER, lane] = 0
        who[TIE, lane] = 0


@kernel
def candidate_weight(best, shift, kind, local, row, base, spread):
    """Fill best row WEIGHT with the log-weight of a candidate: base + shift + own shock."""
    for lane in range(BLOCK):
        best[WEIGHT, lane] = base + (shift[kind, lane] + spread * local[row, lane])


@kernel
def challenge(best, who, entity):
    """Let the candidate in row WEIGHT challenge the leader."""
    mark = np.int32(entity)
    for lane in range(BLOCK):
        weight, top = best[WEIGHT, lane], best[TOP, lane]
        ahead = -np.int32(weight > top)
        level = np.int32(weight == top)
        who[WINNER, lane] = (mark & ahead) | (who[WINNER, lane] & ~ahead)
        who[TIE, lane] = (who[TIE, lane] | level) & ~ahead
    for lane in range(BLOCK):
        best[TOP, lane] = max(best[WEIGHT, lane], best[TOP, lane])


@kernel
def bar(best):
    """Remember the weight of an option that cannot be elected."""
    for lane in range(BLOCK):
        best[BARRED, lane] = max(best[BARRED, lane], best[WEIGHT, lane])


@kernel
def award(who, district, won, at, entity):
    """Give the seat where `entity` won, and count the win in row `at`."""
    mark = np.int32(entity)
    for lane in range(BLOCK):
        seat = np.int32(who[WINNER, lane] == mark)
        district[entity, lane] += seat
        won[at, lane] += seat


@kernel
def close_contest(best, who, state):
    """Count ties, and barred options that came first."""
    for lane in range(BLOCK):
        state[DISTRICT_TIE, lane] += who[TIE, lane]
        state[BARRED_FIRST, lane] += np.int32(best[BARRED, lane] > best[TOP, lane])


@kernel
def field_shift(shift, normal, row, spread):
    """Fill shift row 1, the uncertainty that all independents share; row 0 stays zero."""
    for lane in range(BLOCK):
        shift[0, lane] = np.float32(0.0)
        shift[1, lane] = spread * normal[row, lane]
