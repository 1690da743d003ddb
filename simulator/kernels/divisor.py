"""Stationary divisor methods for a block of draws, exact in whole numbers held in float64.

The signpost between s and s + 1 seats is s + split (1: D'Hondt, 1/2: Sainte-Lague). A common
multiplier gives a first allocation that is right for some house size (F. Pukelsheim, *Proportional
Representation*, 2nd ed., section 6.7 on the recommended multiplier); seats are then added or
removed one at a time, all draws at once, comparing quotients by cross-multiplication. A last pass
looks for a pair in the wrong order, which only a rounded first step could leave, and mends it.
Equal quotients go to the party listed first, and are counted.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK
from simulator.kernels.quota import AT, BEST, LEFT, TOTAL, sum_votes
from simulator.kernels.tally import LIST_TIE

# Scratch rows of this module, after those of quota: numerator and denominator of the best
# quotient, and of the quotient of the last seat given.
VOTES, SIGN, NEXT_VOTES, NEXT_SIGN, LAST_VOTES, LAST_SIGN, FROM = 6, 7, 8, 9, 10, 11, 12


@kernel
def jump(votes, house, split, seats, scratch):
    """Give each party floor(v mu + 1 - split) seats for the recommended multiplier mu."""
    parties = votes.shape[0]
    for lane in range(BLOCK):
        scratch[LEFT, lane] = house
        numerator = max(house + parties * (split - 0.5), 0.0)
        scratch[BEST, lane] = numerator / max(1.0, scratch[TOTAL, lane])
    for p in range(parties):
        for lane in range(BLOCK):
            first = math.floor(votes[p, lane] * scratch[BEST, lane] + (1.0 - split))
            seats[p, lane] = max(first, 0.0) if votes[p, lane] > 0.0 else 0.0
        for lane in range(BLOCK):
            scratch[LEFT, lane] -= seats[p, lane]


@kernel
def find_next_and_last(votes, split, seats, scratch):
    """Find the largest quotient still waiting and the smallest that holds a seat.

    Rows AT and FROM get their parties (-1: none); quotients stay as pairs votes / signpost.
    """
    for lane in range(BLOCK):
        scratch[AT, lane] = -1.0
        scratch[FROM, lane] = -1.0
        scratch[NEXT_VOTES, lane] = 0.0
        scratch[NEXT_SIGN, lane] = 1.0
        scratch[LAST_VOTES, lane] = 1.0
        scratch[LAST_SIGN, lane] = 0.0
    for p in range(votes.shape[0]):
        mark = np.float64(p)
        for lane in range(BLOCK):
            v, sign = votes[p, lane], seats[p, lane] + split
            take = v * scratch[NEXT_SIGN, lane] > scratch[NEXT_VOTES, lane] * sign
            scratch[NEXT_VOTES, lane] = v if take else scratch[NEXT_VOTES, lane]
            scratch[NEXT_SIGN, lane] = sign if take else scratch[NEXT_SIGN, lane]
            scratch[AT, lane] = mark if take else scratch[AT, lane]
        for lane in range(BLOCK):
            v, sign = votes[p, lane], seats[p, lane] - 1.0 + split
            holds = seats[p, lane] > 0.0
            # Among equals the party listed last is the first to lose its seat.
            lower = v * scratch[LAST_SIGN, lane] <= scratch[LAST_VOTES, lane] * sign
            take = holds and lower
            scratch[LAST_VOTES, lane] = v if take else scratch[LAST_VOTES, lane]
            scratch[LAST_SIGN, lane] = sign if take else scratch[LAST_SIGN, lane]
            scratch[FROM, lane] = mark if take else scratch[FROM, lane]


@kernel
def step(votes, seats, scratch):
    """Add, remove or swap one seat a lane; return whether any lane changed."""
    for lane in range(BLOCK):
        left, to, source = scratch[LEFT, lane], scratch[AT, lane], scratch[FROM, lane]
        waiting = scratch[NEXT_VOTES, lane] * scratch[LAST_SIGN, lane]
        holding = scratch[LAST_VOTES, lane] * scratch[NEXT_SIGN, lane]
        unjust = waiting > holding or (waiting == holding and to < source)
        swap = left == 0.0 and to >= 0.0 and source >= 0.0 and to != source and unjust
        add = (left > 0.0 and to >= 0.0) or swap
        remove = (left < 0.0 and source >= 0.0) or swap
        scratch[AT, lane] = to if add else -1.0
        scratch[FROM, lane] = source if remove else -1.0
        scratch[LEFT, lane] = left - (1.0 if add else 0.0) + (1.0 if remove else 0.0)
    for p in range(votes.shape[0]):
        mark = np.float64(p)
        for lane in range(BLOCK):
            gain = 1.0 if scratch[AT, lane] == mark else 0.0
            loss = 1.0 if scratch[FROM, lane] == mark else 0.0
            seats[p, lane] += gain - loss
    changed = 0
    for lane in range(BLOCK):
        changed += 1 if scratch[AT, lane] >= 0.0 or scratch[FROM, lane] >= 0.0 else 0
    return changed > 0


@kernel
def divisor_method(votes, house, split, seats, scratch, state):
    """Allocate `house` seats to votes (parties, lanes) by signposts s + split, split > 0."""
    sum_votes(votes, scratch, state)
    jump(votes, house, split, seats, scratch)
    find_next_and_last(votes, split, seats, scratch)
    while step(votes, seats, scratch):
        find_next_and_last(votes, split, seats, scratch)
    find_next_and_last(votes, split, seats, scratch)
    for lane in range(BLOCK):
        to, source = scratch[AT, lane], scratch[FROM, lane]
        waiting = scratch[NEXT_VOTES, lane] * scratch[LAST_SIGN, lane]
        holding = scratch[LAST_VOTES, lane] * scratch[NEXT_SIGN, lane]
        tied = to >= 0.0 and source >= 0.0 and waiting == holding
        state[LIST_TIE, lane] = np.int32(tied)
