"""One lane of a block in whole numbers: where floating point cannot tell, this decides.

The block kernels certify almost every draw at once: the claims that won a seat lie clearly above
those that did not. What is left, ties above all, comes here. Seats are moved one at a time until
no claim waits that is larger than one that was met, or equal to one of a party listed later.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.jit import kernel, scalar
from simulator.kernels.tally import LIST_TIE, OVERFLOW, UNSURE
from simulator.kernels.wide import compare_products

_NONE = -1
# A price far too low gives out many times the seats; the judge takes whole rounds of them back.
_MOST_STEPS = 4_096


@kernel
def move_seat(seats, lane, to, source, left):
    """Give a seat unless too many are held; then, or where that is one too many, take one back.

    Return the seats that are left.
    """
    if left >= 0:
        seats[to, lane] += 1.0
        left -= 1
    if left < 0:
        seats[source, lane] -= 1.0
        left += 1
    return left


@kernel
def remainder_lane(votes, lane, house, num, den, seats, state):
    """Allocate one lane by largest remainders v den - s num, from the seats found so far."""
    parties = votes.shape[0]
    left, whole = np.int64(house), np.int64(0)
    for p in range(parties):
        left -= np.int64(seats[p, lane])
        whole += np.int64(votes[p, lane]) * den // num
    state[OVERFLOW, lane] = np.int32(whole > house)
    if abs(left) > _MOST_STEPS:
        state[UNSURE, lane] = 1
        return
    while True:
        to, source = _NONE, _NONE
        following, held = np.int64(0), np.int64(0)
        for p in range(parties):
            v = np.int64(votes[p, lane])
            s = np.int64(seats[p, lane])
            key = v * den - s * num
            if v > 0 and (to == _NONE or key > following):
                to, following = p, key
            if s > 0 and (source == _NONE or key + num <= held):
                source, held = p, key + num
        both = to != _NONE and source != _NONE
        level = both and following == held
        unjust = both and to != source and (following > held or (level and to < source))
        if left == 0 and not unjust:
            state[LIST_TIE, lane] = np.int32(level)
            return
        if left > 0 and to == _NONE:
            return
        left = move_seat(seats, lane, to, source, left)


@kernel
def remainders_certain(seats, key, lane, house, guard):
    """Tell whether the seats add up and lie clearly above the remainders that were not met."""
    following, last, left = -1.0e300, 1.0e300, house
    for p in range(seats.shape[0]):
        left_over = key[p, lane] - seats[p, lane]
        following = max(following, left_over)
        last = min(last, left_over + 1.0 if seats[p, lane] > 0.0 else 1.0e300)
        left -= seats[p, lane]
    return left == 0.0 and last - following > guard


@kernel
def quotients_certain(claim, split, lane, house, guard, seats):
    """Tell whether the seats add up and lie clearly above the quotients that were not met."""
    following, last, left = 1.0e300, -1.0e300, house
    for p in range(seats.shape[0]):
        unit, s = claim[p, lane], seats[p, lane]
        following = min(following, (s + split) * unit)
        last = max(last, (s + (split - 1.0)) * unit if s > 0.0 else -1.0e300)
        left -= s
    return left == 0.0 and following - last > guard * last


@scalar
def order_claims(v, numerator, denominator, w, other_numerator, other_denominator):
    """Compare v denominator / numerator with the other; a zero numerator comes first.

    Among claims that are all divided by zero the larger party comes first.
    """
    if numerator == np.uint64(0) or other_numerator == np.uint64(0):
        if numerator != other_numerator and other_numerator == np.uint64(0):
            return -1
        if numerator != other_numerator:
            return 1
        return 1 if v > w else (0 if v == w else -1)
    return compare_products(v * denominator, other_numerator, w * other_denominator, numerator)


@kernel
def quotient_lane(votes, lane, house, numer, denom, degree, seats, state):
    """Allocate one lane by quotients v^degree denom[s] / numer[s], from the seats found so far."""
    parties = votes.shape[0]
    zero = np.uint64(0)
    left = np.int64(house)
    for p in range(parties):
        left -= np.int64(seats[p, lane])
    while True:
        to, source = _NONE, _NONE
        v_to, n_to, d_to = zero, zero, zero
        v_from, n_from, d_from = zero, zero, zero
        for p in range(parties):
            v = np.uint64(votes[p, lane])
            v = v * v if degree == 2 else v
            s = np.int64(seats[p, lane])
            if v > zero and s < house:
                n, d = numer[s], denom[s]
                if to == _NONE or order_claims(v, n, d, v_to, n_to, d_to) > 0:
                    to, v_to, n_to, d_to = p, v, n, d
            if s > 0:
                n, d = numer[s - 1], denom[s - 1]
                if source == _NONE or order_claims(v, n, d, v_from, n_from, d_from) <= 0:
                    source, v_from, n_from, d_from = p, v, n, d
        both = to != _NONE and source != _NONE
        order = order_claims(v_to, n_to, d_to, v_from, n_from, d_from) if both else -1
        unjust = both and to != source and (order > 0 or (order == 0 and to < source))
        if left == 0 and not unjust:
            state[LIST_TIE, lane] = np.int32(both and order == 0)
            return
        if left > 0 and to == _NONE:
            return
        left = move_seat(seats, lane, to, source, left)


@kernel
def float_lane(claim, lane, house, table, guard, seats, state):
    """Allocate one lane by table[s] / v in floating point; mark it unsure inside the guard.

    With guard zero the quotients are exact (divisors that are powers of two) and equal ones are
    ties. `claim` holds 1 / v; `table` starts with two entries for seats that are not there.
    """
    parties = claim.shape[0]
    left = np.int64(house)
    for p in range(parties):
        left -= np.int64(seats[p, lane])
    # Inside the guard seats could go back and forth between rounded claims.
    steps = 4 * house + 4 * parties
    while True:
        to, source = _NONE, _NONE
        following, held = 0.0, 0.0
        for p in range(parties):
            s = np.int64(seats[p, lane])
            if claim[p, lane] < 1.0e99 and s < house:
                key = table[s + 2] * claim[p, lane]
                if to == _NONE or key < following:
                    to, following = p, key
            if s > 0:
                key = table[s + 1] * claim[p, lane]
                if source == _NONE or key >= held:
                    source, held = p, key
        both = to != _NONE and source != _NONE
        level = both and following == held
        unjust = both and to != source and (following < held or (level and to < source))
        steps -= 1
        if (left == 0 and not unjust) or steps == 0:
            near = both and following - held <= guard * held
            state[LIST_TIE, lane] = np.int32(level)
            state[UNSURE, lane] = np.int32(guard > 0.0 and near)
            return
        if left > 0 and to == _NONE:
            return
        left = move_seat(seats, lane, to, source, left)
