"""Largest remainders for a block of draws, certified draw by draw.

A seat costs num / den votes. With quotients x = v den / num, allocation by largest remainders is
s = floor(x + c) for the cut c at which the seats add up: c between 0 and 1 where the remainders
fill the chamber, below 0 where whole quotas exceed it and the smallest remainders give way, above
1 where a party comes again after all others had one. The kernel starts from a common c that is
right on average, moves at most two seats, and looks how far the claim that was met last lies from
the next one. If that is more than rounding can be, the draw is certified; all other draws are
settled in whole numbers (kernels/lane.py). Equal remainders go to the party listed first, and are
counted.

F. Pukelsheim, *Proportional Representation*, 2nd ed., chapter 5 (shift-quota methods).
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.jit import kernel, scalar
from simulator.kernels.lane import remainder_lane, remainders_certain
from simulator.kernels.layout import BLOCK
from simulator.kernels.tally import LIST_TIE, NO_VOTES, OVERFLOW, UNSURE

EXACT, DROOP, FLOOR, CEIL, HALF_UP, OWN = range(6)

FAR = 1.0e300
_NOBODY, _BEYOND = -1.0e12, 1.0e11
_ROUNDED = 4.0e-15
# Scratch rows, shared with kernels/divisor.py.
TOTAL, LEFT, FIRST, SECOND, SIGN, MASK, CUT, PRICE, INVERSE, WHOLE, ELIGIBLE = range(11)


@kernel
def sum_votes(votes, scratch, state):
    """Put votes and number of eligible parties of each lane into scratch; mark empty lanes."""
    parties = votes.shape[0]
    for lane in range(BLOCK):
        scratch[TOTAL, lane] = votes[0, lane]
        scratch[ELIGIBLE, lane] = 1.0 if votes[0, lane] > 0.0 else 0.0
    # Two parties at a time: sums are whole numbers, and half the rows are read and written.
    for p in range(1, parties - 1, 2):
        for lane in range(BLOCK):
            v, w = votes[p, lane], votes[p + 1, lane]
            scratch[TOTAL, lane] += v + w
            scratch[ELIGIBLE, lane] += (1.0 if v > 0.0 else 0.0) + (1.0 if w > 0.0 else 0.0)
    if parties % 2 == 0:
        for lane in range(BLOCK):
            v = votes[parties - 1, lane]
            scratch[TOTAL, lane] += v
            scratch[ELIGIBLE, lane] += 1.0 if v > 0.0 else 0.0
    for lane in range(BLOCK):
        state[NO_VOTES, lane] = np.int32(scratch[TOTAL, lane] == 0.0)
        state[LIST_TIE, lane] = 0
        state[UNSURE, lane] = 0
        state[OVERFLOW, lane] = 0


@kernel
def set_price(den, rounding, own, scratch, state):
    """Put the numerator of the quota into scratch row PRICE, exactly."""
    for lane in range(BLOCK):
        total = scratch[TOTAL, lane]
        price = total
        if rounding != EXACT:
            # The division is rounded; the product is whole and puts it right.
            added = 0.5 * den if rounding == HALF_UP else 0.0
            low = np.floor((total + added) / den)
            low += (1.0 if (low + 1.0) * den <= total + added else 0.0) - (
                1.0 if low * den > total + added else 0.0
            )
            up = 1.0 if rounding == DROOP or (rounding == CEIL and low * den < total) else 0.0
            price = own if rounding == OWN else low + up
        empty = price <= 0.0
        unsure = empty and total > 0.0
        state[UNSURE, lane] = np.int32(unsure)
        scratch[PRICE, lane] = 1.0 if empty else price


@kernel
def take_from_left(seats, scratch):
    """Subtract the seats from those that are left, two parties at a time."""
    parties = seats.shape[0]
    for p in range(0, parties - 1, 2):
        for lane in range(BLOCK):
            scratch[LEFT, lane] -= seats[p, lane] + seats[p + 1, lane]
    if parties % 2 == 1:
        for lane in range(BLOCK):
            scratch[LEFT, lane] -= seats[parties - 1, lane]


@kernel
def round_quotients(votes, house, den, seats, key, scratch):
    """Give each party floor(x + c) seats and keep x; parties without votes are far below."""
    for lane in range(BLOCK):
        inverse = den / scratch[PRICE, lane]
        extra = scratch[TOTAL, lane] * inverse - house
        cut = 0.5 - extra / max(1.0, scratch[ELIGIBLE, lane])
        scratch[INVERSE, lane] = inverse
        scratch[CUT, lane] = min(cut, 0.999)
        scratch[LEFT, lane] = house if scratch[TOTAL, lane] > 0.0 else 0.0
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            x = votes[p, lane] * scratch[INVERSE, lane]
            s = max(np.floor(x + scratch[CUT, lane]), 0.0)
            seats[p, lane] = s
            key[p, lane] = x if votes[p, lane] > 0.0 else _NOBODY
            scratch[LEFT, lane] -= s


@scalar
def claim_seat(s, x, sign):
    """Return the claim of the seat that moves next, far away where there is none to lose."""
    claim = (s - x) * sign
    return FAR if s + sign < 0.0 else claim


@kernel
def find_remainders(seats, key, scratch):
    """Find the two claims that come next in the direction in which seats must move.

    Claims are signed so that the smallest moves first: s - x when adding, x - s when removing.
    Two parties at a time halve what is read and written of the claims found so far.
    """
    parties = seats.shape[0]
    for lane in range(BLOCK):
        scratch[SIGN, lane] = 1.0 if scratch[LEFT, lane] >= 0.0 else -1.0
        scratch[FIRST, lane] = FAR
        scratch[SECOND, lane] = FAR
    for p in range(0, parties - 1, 2):
        for lane in range(BLOCK):
            sign, first = scratch[SIGN, lane], scratch[FIRST, lane]
            one = claim_seat(seats[p, lane], key[p, lane], sign)
            two = claim_seat(seats[p + 1, lane], key[p + 1, lane], sign)
            less, more = min(one, two), max(one, two)
            scratch[SECOND, lane] = min(min(max(first, less), more), scratch[SECOND, lane])
            scratch[FIRST, lane] = min(first, less)
    if parties % 2 == 1:
        for lane in range(BLOCK):
            first = scratch[FIRST, lane]
            one = claim_seat(seats[parties - 1, lane], key[parties - 1, lane], scratch[SIGN, lane])
            scratch[SECOND, lane] = min(max(first, one), scratch[SECOND, lane])
            scratch[FIRST, lane] = min(first, one)


@kernel
def move_remainders(seats, key, scratch):
    """Move up to two seats in every lane that is short or over."""
    parties = seats.shape[0]
    for lane in range(BLOCK):
        left = abs(scratch[LEFT, lane])
        far = scratch[SECOND, lane] if left >= 2.0 else scratch[FIRST, lane]
        # Beyond the bound are parties that have no seat to lose, or no vote to win one.
        scratch[WHOLE, lane] = min(far, _BEYOND) if left > 0.0 else -FAR
    for p in range(0, parties - 1, 2):
        for lane in range(BLOCK):
            sign, far = scratch[SIGN, lane], scratch[WHOLE, lane]
            s, t = seats[p, lane], seats[p + 1, lane]
            seats[p, lane] = s + sign if claim_seat(s, key[p, lane], sign) <= far else s
            seats[p + 1, lane] = t + sign if claim_seat(t, key[p + 1, lane], sign) <= far else t
    if parties % 2 == 1:
        for lane in range(BLOCK):
            sign, s = scratch[SIGN, lane], seats[parties - 1, lane]
            moves = claim_seat(s, key[parties - 1, lane], sign) <= scratch[WHOLE, lane]
            seats[parties - 1, lane] = s + sign if moves else s


@kernel
def doubt_remainders(house, scratch):
    """Mark in row WHOLE the lanes that are not certified: 1 to look once more, 2 to settle."""
    for lane in range(BLOCK):
        left = scratch[LEFT, lane]
        first, second = scratch[FIRST, lane], scratch[SECOND, lane]
        # With nothing to move, the next claim must lie clearly below the cut.
        last = scratch[CUT, lane] - 1.0 if left == 0.0 else first
        following = first if left == 0.0 else min(second, first + 1.0)
        # Quotients are rounded in their last bits, and so are remainders.
        guard = _ROUNDED * (scratch[TOTAL, lane] * scratch[INVERSE, lane] + house + 100.0)
        scratch[MASK, lane] = guard
        apart = following - last > guard
        fewest = 0.0 if abs(left) < 1.5 else (1.0 if abs(left) < 2.5 else 2.0)
        doubt = fewest if apart else 2.0
        doubt = doubt if scratch[ELIGIBLE, lane] > 0.0 else 0.0
        scratch[WHOLE, lane] = doubt


@kernel
def doubt_overflow(votes, house, scratch, state):
    """Mark in row WHOLE also lanes without a price, or with too many whole quotas perhaps."""
    for lane in range(BLOCK):
        scratch[FIRST, lane] = 0.0
    for p in range(votes.shape[0]):
        for lane in range(BLOCK):
            x = votes[p, lane] * scratch[INVERSE, lane]
            scratch[FIRST, lane] += np.floor(x + scratch[MASK, lane])
    for lane in range(BLOCK):
        over = scratch[FIRST, lane] > house or state[UNSURE, lane] == 1
        scratch[WHOLE, lane] = 2.0 if over else scratch[WHOLE, lane]


@kernel
def settle_remainders(votes, house, den, seats, key, scratch, state):
    """Certify what needs one more look; settle the rest of the doubtful lanes in whole numbers.

    Return whether any lane was settled: only there can be a tie.
    """
    settled = False
    for lane in range(BLOCK):
        doubt = scratch[WHOLE, lane]
        if doubt == 0.0 or (
            doubt == 1.0 and remainders_certain(seats, key, lane, house, scratch[MASK, lane])
        ):
            continue
        remainder_lane(
            votes, lane, np.int64(house), np.int64(scratch[PRICE, lane]), np.int64(den), seats,
            state,
        )  # fmt: skip
        settled = True
    return settled


@kernel
def largest_remainders(votes, house, den, rounding, own, seats, key, scratch, state):
    """Allocate `house` seats to votes (parties, lanes); zero votes mean: not eligible.

    The quota is total / den, rounded, or `own` / den. Lanes without any vote keep all their seats
    unallocated. Every product stays below 2^53, which is proved before. Return whether `state` has
    anything to say about a lane.
    """
    sum_votes(votes, scratch, state)
    set_price(den, rounding, own, scratch, state)
    # A rounded quota is a whole number of votes.
    per = den if rounding in (EXACT, OWN) else 1.0
    round_quotients(votes, house, per, seats, key, scratch)
    find_remainders(seats, key, scratch)
    move_remainders(seats, key, scratch)
    doubt_remainders(house, scratch)
    if rounding != EXACT or den > house:
        doubt_overflow(votes, house, scratch, state)
    return settle_remainders(votes, house, per, seats, key, scratch, state)
