"""What the kernels are measured against: plain loops, and the kernels alone on filled lanes.

The loops are what is written first: one election at a time, seat by seat. They are compiled as
the kernels are and exact while votes x seats stays below 2^52, where correctly rounded quotients
of whole numbers are in the right order. Every election needs a vote. Equal claims go to the party
listed first.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.divisor import divisor_method
from simulator.kernels.jit import entry
from simulator.kernels.quota import largest_remainders


@entry
def recomputed_quotients(rows, house, out):
    """Give each seat to the highest of quotients that are all divided anew, by D'Hondt."""
    elections, parties = rows.shape
    for draw in range(elections):
        for p in range(parties):
            out[draw, p] = 0
        for _ in range(house):
            best, most = 0, -1.0
            for p in range(parties):
                quotient = rows[draw, p] / (out[draw, p] + 1.0)
                if quotient > most:
                    best, most = p, quotient
            out[draw, best] += 1


@entry
def stored_quotients(rows, house, quotient, out):
    """Do the same with quotients that are kept: one division a seat; `quotient` is their row."""
    elections, parties = rows.shape
    for draw in range(elections):
        for p in range(parties):
            out[draw, p] = 0
            quotient[p] = np.float64(rows[draw, p])
        for _ in range(house):
            best, most = 0, -1.0
            for p in range(parties):
                if quotient[p] > most:
                    best, most = p, quotient[p]
            out[draw, best] += 1
            quotient[best] = rows[draw, best] / (out[draw, best] + 1.0)


@entry
def picked_remainders(rows, house, remainder, out):
    """Give whole Hare quotas, then pick the largest remainder for each seat left; no sorting."""
    elections, parties = rows.shape
    for draw in range(elections):
        total, left = np.int64(0), house
        for p in range(parties):
            total += rows[draw, p]
        for p in range(parties):
            claim = rows[draw, p] * house
            seats = claim // total
            out[draw, p] = seats
            remainder[p] = claim - seats * total
            left -= seats
        for _ in range(left):
            best = 0
            for p in range(1, parties):
                if remainder[p] > remainder[best]:
                    best = p
            out[draw, best] += 1
            remainder[best] = -1


@entry
def remainder_blocks(votes, house, den, rounding, own, seats, key, scratch, state):
    """Allocate blocks of lanes, shape (blocks, parties, lanes), by largest remainders.

    Seats of the last block stay. Return how many blocks had something to say.
    """
    found = 0
    for block in range(votes.shape[0]):
        if largest_remainders(votes[block], house, den, rounding, own, seats, key, scratch, state):
            found += 1
    return found


@entry
def divisor_blocks(
    votes, house, kind, split, exponent, table, numer, denom, degree, seats, claim, scratch, state
):
    """Allocate blocks of lanes, shape (blocks, parties, lanes), by a divisor method.

    Seats of the last block stay. Return how many blocks had something to say.
    """
    found = 0
    for block in range(votes.shape[0]):
        if divisor_method(
            votes[block], house, kind, split, exponent, table, numer, denom, degree, seats, claim,
            scratch, state,
        ):  # fmt: skip
            found += 1
    return found
