"""The legal threshold and its edge cases, for a block of draws."""

from __future__ import annotations

import numpy as np

from simulator.kernels.inputs import BASE_BALLOTS, BASE_ELECTORATE, BASE_PARTY_VOTES
from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK
from simulator.kernels.tally import NOBODY_PASSED, ONE_PASSED

BAR = 0


@kernel
def threshold_base(votes, ballots, scratch, base, parties, electorate):
    """Put the number of which the threshold is a share into scratch row BAR."""
    start = electorate if base == BASE_ELECTORATE else 0.0
    for lane in range(BLOCK):
        scratch[BAR, lane] = start
    if base == BASE_BALLOTS:
        for r in range(ballots.shape[0]):
            for lane in range(BLOCK):
                scratch[BAR, lane] += ballots[r, lane]
    elif base != BASE_ELECTORATE:
        counted = parties if base == BASE_PARTY_VOTES else votes.shape[0]
        for i in range(counted):
            for lane in range(BLOCK):
                scratch[BAR, lane] += votes[i, lane]


@kernel
def apply_threshold(votes, eligible, scratch, state, numerator, denominator, strict):
    """Copy the votes of the lists that pass; mark lanes where nobody or only one passes.

    A list passes when votes * denominator >= base * numerator, in whole numbers (> when strict).
    """
    least = 1.0 if strict else 0.0
    for lane in range(BLOCK):
        scratch[BAR, lane] = scratch[BAR, lane] * numerator + least
        state[ONE_PASSED, lane] = 0
    for p in range(eligible.shape[0]):
        for lane in range(BLOCK):
            passes = votes[p, lane] * denominator >= scratch[BAR, lane]
            eligible[p, lane] = votes[p, lane] if passes else 0.0
        for lane in range(BLOCK):
            state[ONE_PASSED, lane] += np.int32(eligible[p, lane] > 0.0)
    for lane in range(BLOCK):
        passed = state[ONE_PASSED, lane]
        state[NOBODY_PASSED, lane] = np.int32(passed == 0)
        state[ONE_PASSED, lane] = np.int32(passed == 1)


@kernel
def admit(votes, eligible, state, everybody):
    """Where no list passes: admit every list, or the largest alone."""
    for lane in range(BLOCK):
        if state[NOBODY_PASSED, lane] == 1:
            best = 0
            for p in range(eligible.shape[0]):
                if everybody:
                    eligible[p, lane] = votes[p, lane]
                elif votes[p, lane] > votes[best, lane]:
                    best = p
            if not everybody:
                eligible[best, lane] = votes[best, lane]


@kernel
def runner_up(votes, eligible, lane):
    """Return the only list that passed and the largest of the others (-1: none has a vote)."""
    first, second = -1, -1
    for p in range(eligible.shape[0]):
        if eligible[p, lane] > 0.0:
            first = p
    for p in range(eligible.shape[0]):
        ahead = second < 0 or votes[p, lane] > votes[second, lane]
        if p != first and votes[p, lane] > 0.0 and ahead:
            second = p
    return first, second


@kernel
def seat_runner_up(votes, eligible, seats, state, house, numerator, denominator, minimum):
    """Apply the lone-list clause: the runner-up is admitted with a reduced quotient.

    It gets the whole part of factor * votes * seats / (votes of both), at least the minimum; every
    other seat goes to the list that passed. All in whole numbers.
    """
    for lane in range(BLOCK):
        if state[ONE_PASSED, lane] == 1:
            first, second = runner_up(votes, eligible, lane)
            if second >= 0:
                one, two = np.int64(votes[first, lane]), np.int64(votes[second, lane])
                got = numerator * two * house // (denominator * (one + two))
                got = min(max(got, minimum), house)
                seats[first, lane] = np.float64(house - got)
                seats[second, lane] = np.float64(got)
