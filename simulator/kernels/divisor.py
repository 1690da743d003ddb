"""Divisor methods for a block of draws, certified draw by draw.

A common multiplier gives a first allocation that is right for some house size (F. Pukelsheim,
*Proportional Representation*, 2nd ed., section 4.6 on jump-and-step). Then at most two seats move,
and the kernel looks how far the quotient that was met last lies from the next one. If that is more
than rounding can be, the draw is certified; all other draws are settled in whole numbers
(kernels/lane.py), or marked as unsure where their divisors are no such numbers. Claims are kept as
divisor / votes, smallest first. Equal quotients go to the party listed first, and are counted.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.elementary import log2_roughly, power64
from simulator.kernels.jit import kernel, scalar
from simulator.kernels.lane import float_lane, quotient_lane, quotients_certain
from simulator.kernels.layout import BLOCK
from simulator.kernels.quota import (
    CUT,
    ELIGIBLE,
    FAR,
    FIRST,
    LEFT,
    MASK,
    PRICE,
    SECOND,
    SIGN,
    TOTAL,
    WHOLE,
    sum_votes,
    take_from_left,
)

# How divisors are given: s + split; a table; s + 1 on powers of the votes; powers of two.
STATIONARY, TABLE, POWER, DOUBLING = range(4)

_NOBODY, _BEYOND = 1.0e100, 1.0e60
# In the place of a divisor zero: below every other claim, larger parties first.
_SMALLEST = 1.0e-30
_GUARD, _POWER_GUARD = 1.0e-13, 1.0e-10


@kernel
def invert(votes, claim):
    """Keep 1 / votes; a party without votes is far behind everybody."""
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            v = votes[p, lane]
            claim[p, lane] = 1.0 / v if v > 0.0 else _NOBODY


@kernel
def raise_votes(votes, claim, exponent, scratch):
    """Keep 1 / votes^exponent, and their sum instead of the votes."""
    for lane in range(BLOCK):
        scratch[TOTAL, lane] = 0.0
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            v = votes[p, lane]
            weight = power64(max(v, 1.0), exponent)
            claim[p, lane] = 1.0 / weight if v > 0.0 else _NOBODY
            scratch[TOTAL, lane] += weight if v > 0.0 else 0.0


@kernel
def jump(claim, house, split, seats, scratch):
    """Give each party floor(v mu + 1 - split) seats for the recommended multiplier mu."""
    for lane in range(BLOCK):
        scratch[LEFT, lane] = house if scratch[ELIGIBLE, lane] > 0.0 else 0.0
        numerator = max(house + scratch[ELIGIBLE, lane] * (split - 0.5), 0.0)
        scratch[CUT, lane] = numerator / max(1.0e-300, scratch[TOTAL, lane])
    for p in range(claim.shape[0]):
        for lane in range(BLOCK):
            s = np.floor(scratch[CUT, lane] / claim[p, lane] + (1.0 - split))
            s = min(max(s, 0.0), house) if claim[p, lane] < _NOBODY else 0.0
            seats[p, lane] = s
    take_from_left(seats, scratch)


@kernel
def jump_votes(votes, house, split, seats, claim, scratch):
    """Do the same from the votes, without a division in between, and keep 1 / votes."""
    for lane in range(BLOCK):
        scratch[LEFT, lane] = house if scratch[ELIGIBLE, lane] > 0.0 else 0.0
        numerator = max(house + scratch[ELIGIBLE, lane] * (split - 0.5), 0.0)
        scratch[CUT, lane] = numerator / max(1.0, scratch[TOTAL, lane])
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            v = votes[p, lane]
            s = np.floor(v * scratch[CUT, lane] + (1.0 - split))
            s = min(max(s, 0.0), house) if v > 0.0 else 0.0
            claim[p, lane] = 1.0 / v if v > 0.0 else _NOBODY
            seats[p, lane] = s
            scratch[LEFT, lane] -= s


@kernel
def jump_doublings(votes, house, seats, scratch):
    """Start divisors 1, 2, 4, ... from logarithms: each seat costs one doubling."""
    for lane in range(BLOCK):
        scratch[LEFT, lane] = house if scratch[ELIGIBLE, lane] > 0.0 else 0.0
        scratch[PRICE, lane] = 0.0
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            v = votes[p, lane]
            scratch[PRICE, lane] += log2_roughly(max(v, 1.0)) if v > 0.0 else 0.0
    for lane in range(BLOCK):
        parties = max(1.0, scratch[ELIGIBLE, lane])
        scratch[CUT, lane] = (house - scratch[PRICE, lane]) / parties + 0.5
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            v = votes[p, lane]
            s = np.floor(log2_roughly(max(v, 1.0)) + scratch[CUT, lane])
            s = min(max(s, 0.0), house) if v > 0.0 else 0.0
            seats[p, lane] = s
    take_from_left(seats, scratch)


@scalar
def claim_quotient(s, unit, price, sign):
    """Return the claim of the seat that moves next, far away where there is none to lose."""
    found = (s + price) * (unit * sign)
    return FAR if s + sign < 0.0 else found


@scalar
def claim_again(s, unit, found, sign):
    """Return the claim of the seat that the same party moves after the one `found`."""
    return FAR if s + (sign + sign) < 0.0 else found + unit


@kernel
def find_quotients(claim, split, seats, scratch):
    """Find the two claims that come next in the direction in which seats must move.

    Claims are signed so that the smallest moves first; the second may be the same party's.
    Two parties at a time halve what is read and written of the claims found so far.
    """
    parties = seats.shape[0]
    for lane in range(BLOCK):
        adding = scratch[LEFT, lane] >= 0.0
        scratch[SIGN, lane] = 1.0 if adding else -1.0
        scratch[PRICE, lane] = max(split, _SMALLEST) if adding else split - 1.0
        scratch[FIRST, lane] = FAR
        scratch[SECOND, lane] = FAR
    for p in range(0, parties - 1, 2):
        for lane in range(BLOCK):
            sign, price = scratch[SIGN, lane], scratch[PRICE, lane]
            s, unit = seats[p, lane], claim[p, lane]
            t, other = seats[p + 1, lane], claim[p + 1, lane]
            one, two = claim_quotient(s, unit, price, sign), claim_quotient(t, other, price, sign)
            again = min(claim_again(s, unit, one, sign), claim_again(t, other, two, sign))
            less, more = min(one, two), max(one, two)
            second = min(min(max(scratch[FIRST, lane], less), more), again)
            scratch[SECOND, lane] = min(second, scratch[SECOND, lane])
            scratch[FIRST, lane] = min(scratch[FIRST, lane], less)
    if parties % 2 == 1:
        for lane in range(BLOCK):
            sign, unit, s = scratch[SIGN, lane], claim[parties - 1, lane], seats[parties - 1, lane]
            one = claim_quotient(s, unit, scratch[PRICE, lane], sign)
            second = min(max(scratch[FIRST, lane], one), claim_again(s, unit, one, sign))
            scratch[SECOND, lane] = min(second, scratch[SECOND, lane])
            scratch[FIRST, lane] = min(scratch[FIRST, lane], one)


@scalar
def count_moves(s, unit, price, sign, far):
    """Return how many of a party's next two seats move."""
    found = claim_quotient(s, unit, price, sign)
    again = claim_again(s, unit, found, sign)
    return (1.0 if found <= far else 0.0) + (1.0 if again <= far else 0.0)


@kernel
def move_quotients(claim, seats, scratch):
    """Move up to two seats in every lane that is short or over."""
    parties = seats.shape[0]
    for lane in range(BLOCK):
        left = abs(scratch[LEFT, lane])
        far = scratch[SECOND, lane] if left >= 2.0 else scratch[FIRST, lane]
        # Beyond the bound are parties that have no seat to lose, or no vote to win one.
        scratch[WHOLE, lane] = min(far, _BEYOND) if left > 0.0 else -FAR
    for p in range(0, parties - 1, 2):
        for lane in range(BLOCK):
            sign, price, far = scratch[SIGN, lane], scratch[PRICE, lane], scratch[WHOLE, lane]
            s, t = seats[p, lane], seats[p + 1, lane]
            seats[p, lane] = s + sign * count_moves(s, claim[p, lane], price, sign, far)
            seats[p + 1, lane] = t + sign * count_moves(t, claim[p + 1, lane], price, sign, far)
    if parties % 2 == 1:
        for lane in range(BLOCK):
            sign, price, far = scratch[SIGN, lane], scratch[PRICE, lane], scratch[WHOLE, lane]
            s = seats[parties - 1, lane]
            moves = count_moves(s, claim[parties - 1, lane], price, sign, far)
            seats[parties - 1, lane] = s + sign * moves


@kernel
def doubt_quotients(guard, scratch):
    """Mark in row WHOLE the lanes that are not certified: 1 to look once more, 2 to settle."""
    for lane in range(BLOCK):
        # Read first, so that no branch is left.
        left, cut = scratch[LEFT, lane], scratch[CUT, lane]
        first, second = scratch[FIRST, lane], scratch[SECOND, lane]
        last = cut if left == 0.0 else first
        following = first if left == 0.0 else second
        apart = following - last > guard * abs(last)
        fewest = 0.0 if abs(left) < 1.5 else (1.0 if abs(left) < 2.5 else 2.0)
        doubt = fewest if apart else 2.0
        doubt = doubt if scratch[ELIGIBLE, lane] > 0.0 else 0.0
        scratch[WHOLE, lane] = doubt


@kernel
def find_in_table(claim, table, seats, scratch):
    """Find the smallest claim that waits and the largest that was met."""
    for lane in range(BLOCK):
        scratch[FIRST, lane] = FAR
        scratch[SECOND, lane] = -FAR
    for p in range(seats.shape[0]):
        for lane in range(BLOCK):
            at = np.int64(seats[p, lane])
            scratch[FIRST, lane] = min(scratch[FIRST, lane], table[at + 2] * claim[p, lane])
            scratch[SECOND, lane] = max(scratch[SECOND, lane], table[at + 1] * claim[p, lane])


@kernel
def move_in_table(claim, table, seats, scratch):
    """Move one seat in every lane that is short or over."""
    for lane in range(BLOCK):
        left = scratch[LEFT, lane]
        scratch[MASK, lane] = scratch[FIRST, lane] if left > 0.0 else -FAR
        scratch[WHOLE, lane] = scratch[SECOND, lane] if left < 0.0 else FAR
    for p in range(seats.shape[0]):
        for lane in range(BLOCK):
            at = np.int64(seats[p, lane])
            gain = 1.0 if table[at + 2] * claim[p, lane] <= scratch[MASK, lane] else 0.0
            loss = 1.0 if table[at + 1] * claim[p, lane] >= scratch[WHOLE, lane] else 0.0
            seats[p, lane] += gain - loss
            scratch[LEFT, lane] -= gain - loss


@kernel
def doubt_table(guard, scratch):
    """Mark in row WHOLE the lanes that are not certified."""
    for lane in range(BLOCK):
        clear = scratch[FIRST, lane] - scratch[SECOND, lane] > guard * scratch[SECOND, lane]
        clear = clear and scratch[LEFT, lane] == 0.0
        scratch[WHOLE, lane] = 0.0 if clear or scratch[ELIGIBLE, lane] == 0.0 else 2.0


@kernel
def settle_quotients(
    votes, claim, house, kind, split, guard, table, numer, denom, degree, seats, scratch, state
):
    """Certify what needs one more look; settle the rest of the doubtful lanes.

    In whole numbers where the divisors are such, else as far as floating point goes. Return
    whether any lane was settled: only there can be a tie.
    """
    settled = False
    for lane in range(BLOCK):
        doubt = scratch[WHOLE, lane]
        if doubt == 0.0 or (
            doubt == 1.0 and quotients_certain(claim, split, lane, house, guard, seats)
        ):
            continue
        if kind in (STATIONARY, TABLE):
            quotient_lane(votes, lane, np.int64(house), numer, denom, degree, seats, state)
        else:
            exact = 0.0 if kind == DOUBLING else guard
            float_lane(claim, lane, np.int64(house), table, exact, seats, state)
        settled = True
    return settled


@kernel
def divisor_method(
    votes, house, kind, split, exponent, table, numer, denom, degree, seats, claim, scratch, state
):
    """Allocate `house` seats to votes (parties, lanes); zero votes mean: not eligible.

    The divisor of a party with s seats is table[s + 2] in floating point (two entries come before
    for seats that are not there) and (numer[s] / denom[s]) ** (1 / degree) in whole numbers, where
    it is such a number. `split` places the first allocation. Return whether `state` has anything
    to say about a lane.
    """
    guard = _POWER_GUARD if kind == POWER else _GUARD
    sum_votes(votes, scratch, state)
    if kind == POWER:
        raise_votes(votes, claim, exponent, scratch)
        jump(claim, house, split, seats, scratch)
    elif kind == DOUBLING:
        invert(votes, claim)
        jump_doublings(votes, house, seats, scratch)
    else:
        jump_votes(votes, house, split, seats, claim, scratch)
    if kind in (STATIONARY, POWER):
        find_quotients(claim, split, seats, scratch)
        move_quotients(claim, seats, scratch)
        doubt_quotients(guard, scratch)
    else:
        find_in_table(claim, table, seats, scratch)
        move_in_table(claim, table, seats, scratch)
        find_in_table(claim, table, seats, scratch)
        doubt_table(guard, scratch)
    return settle_quotients(
        votes, claim, house, kind, split, guard, table, numer, denom, degree, seats, scratch, state
    )
