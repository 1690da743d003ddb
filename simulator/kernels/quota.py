"""Largest remainders for a block of draws, exact in whole numbers held in float64.

With T votes and S seats, party p starts from the nearest whole number to v S / T and keeps the
exact key e = v S - s T; the sum is then corrected one seat at a time, all draws of the block at
once. Every product is below 2^53 (proved when the plan is compiled), so no comparison is rounded.
Equal remainders go to the party listed first, and are counted.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.electorate import whole
from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK
from simulator.kernels.tally import LIST_TIE, NO_VOTES

_FAR = 9.0e15
TOTAL, LEFT, BEST, AT, NEXT, LAST = 0, 1, 2, 3, 4, 5


@kernel
def sum_votes(votes, scratch, state):
    """Put the votes of each lane into scratch row TOTAL; mark lanes without any vote."""
    for lane in range(BLOCK):
        scratch[TOTAL, lane] = 0.0
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            scratch[TOTAL, lane] += votes[p, lane]
    for lane in range(BLOCK):
        state[NO_VOTES, lane] = np.int32(scratch[TOTAL, lane] == 0.0)


@kernel
def round_quotients(votes, house, seats, key, scratch):
    """Give each party the nearest whole number to its quotient, halves down, exactly."""
    for lane in range(BLOCK):
        scratch[LEFT, lane] = house
        scratch[BEST, lane] = house / max(1.0, scratch[TOTAL, lane])
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            guess = whole(votes[p, lane] * scratch[BEST, lane])
            seats[p, lane] = guess
            key[p, lane] = votes[p, lane] * house - guess * scratch[TOTAL, lane]
        for lane in range(BLOCK):
            # The quotient was rounded; the key is exact and decides on which side of one half.
            up = 1.0 if 2.0 * key[p, lane] > scratch[TOTAL, lane] else 0.0
            down = 1.0 if 2.0 * key[p, lane] <= -scratch[TOTAL, lane] else 0.0
            change = (up - down) if votes[p, lane] > 0.0 else 0.0
            seats[p, lane] += change
            key[p, lane] -= change * scratch[TOTAL, lane]
        for lane in range(BLOCK):
            scratch[LEFT, lane] -= seats[p, lane]


@kernel
def correct_once(votes, seats, key, scratch):
    """Move every lane one seat closer to its house size; return whether any lane still moved."""
    parties = votes.shape[0]
    for lane in range(BLOCK):
        scratch[BEST, lane] = -_FAR
        scratch[AT, lane] = -1.0
    for p in range(parties):
        mark = np.float64(p)
        for lane in range(BLOCK):
            adding = scratch[LEFT, lane] > 0.0
            # Removing takes the smallest key; among equals the party listed last loses.
            candidate = key[p, lane] if adding else -key[p, lane]
            allowed = votes[p, lane] > 0.0 if adding else seats[p, lane] > 0.0
            better = candidate > scratch[BEST, lane] if adding else candidate >= scratch[BEST, lane]
            take = allowed and better
            scratch[BEST, lane] = candidate if take else scratch[BEST, lane]
            scratch[AT, lane] = mark if take else scratch[AT, lane]
    for lane in range(BLOCK):
        left = scratch[LEFT, lane]
        scratch[NEXT, lane] = 1.0 if left > 0.0 else (-1.0 if left < 0.0 else 0.0)
    for p in range(parties):
        mark = np.float64(p)
        for lane in range(BLOCK):
            step = scratch[NEXT, lane] if scratch[AT, lane] == mark else 0.0
            seats[p, lane] += step
            key[p, lane] -= step * scratch[TOTAL, lane]
    open_lanes = 0
    for lane in range(BLOCK):
        scratch[LEFT, lane] -= scratch[NEXT, lane] if scratch[AT, lane] >= 0.0 else 0.0
        open_lanes += 1 if scratch[LEFT, lane] != 0.0 and scratch[AT, lane] >= 0.0 else 0
    return open_lanes > 0


@kernel
def mark_ties(votes, seats, key, scratch, state):
    """Mark lanes where the last seat was decided by the order of equal remainders."""
    for lane in range(BLOCK):
        scratch[NEXT, lane] = -_FAR
        scratch[LAST, lane] = _FAR
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            following = key[p, lane] if votes[p, lane] > 0.0 else -_FAR
            held = key[p, lane] + scratch[TOTAL, lane] if seats[p, lane] > 0.0 else _FAR
            scratch[NEXT, lane] = max(scratch[NEXT, lane], following)
            scratch[LAST, lane] = min(scratch[LAST, lane], held)
    for lane in range(BLOCK):
        state[LIST_TIE, lane] = np.int32(scratch[NEXT, lane] == scratch[LAST, lane])


@kernel
def largest_remainders(votes, house, seats, key, scratch, state):
    """Allocate `house` seats to votes (parties, lanes); zero votes mean: not eligible.

    Hare quota T / S. Lanes without any vote keep all their seats unallocated.
    """
    sum_votes(votes, scratch, state)
    round_quotients(votes, house, seats, key, scratch)
    while correct_once(votes, seats, key, scratch):
        pass
    mark_ties(votes, seats, key, scratch, state)
