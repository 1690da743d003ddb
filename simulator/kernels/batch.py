"""Many elections at once: rows of votes in, rows of seats out, block by block.

The votes of a block are turned into lanes (one row a party, one lane an election), allocated, and
turned back; the block never leaves the nearest caches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.kernels.divisor import divisor_method
from simulator.kernels.inputs import F64
from simulator.kernels.jit import entry, kernel
from simulator.kernels.layout import BLOCK, PAD32, PAD64
from simulator.kernels.quota import largest_remainders
from simulator.kernels.tally import LIST_TIE, OVERFLOW, STATES, UNSURE

_TILE = 8
TIED, OVER, OPEN = 1, 2, 4


@kernel
def any_bits(rows, flat, start, count, by_column):
    """Return a number with every bit that some count of votes of the block has.

    It is at least as large as the largest, and negative if any is. `flat` is `rows` in memory
    order; where that is row after row the block is one stretch of it.
    """
    bits = np.int64(0)
    parties = rows.shape[1]
    if by_column is None:
        first = np.uint64(start * parties)
        for at in range(count * parties):
            bits |= np.int64(flat[first + np.uint64(at)])
    else:
        for p in range(parties):
            for lane in range(count):
                bits |= np.int64(rows[np.uint64(start) + np.uint64(lane), p])
    return bits


@kernel
def load_block(rows, start, by_column, votes):
    """Put a whole block of elections into the lanes."""
    # An index without sign needs no look at negative ones, which would stop vectorisation.
    first = np.uint64(start)
    parties = votes.shape[0]
    if by_column is None:
        for tile in range(0, BLOCK, _TILE):
            for p in range(parties):
                for lane in range(_TILE):
                    votes[p, tile + lane] = np.float64(rows[first + np.uint64(tile + lane), p])
    else:
        for p in range(parties):
            for lane in range(BLOCK):
                votes[p, lane] = np.float64(rows[first + np.uint64(lane), p])


@kernel
def load_rest(rows, start, count, votes):
    """Put the last elections into the lanes; those beyond are empty."""
    for p in range(votes.shape[0]):
        for lane in range(count):
            votes[p, lane] = np.float64(rows[start + lane, p])
        for lane in range(count, BLOCK):
            votes[p, lane] = 0.0


@kernel
def bar(votes, most, total, start, count, marks):
    """Empty the lanes with more votes for a party, or in all, than are proved exact.

    They are marked as not decided, and so are those with negative votes.
    """
    for lane in range(count):
        together, largest, least = 0.0, 0.0, 0.0
        for p in range(votes.shape[0]):
            together += votes[p, lane]
            largest = max(largest, votes[p, lane])
            least = min(least, votes[p, lane])
        if together > total or largest > most or least < 0.0:
            marks[start + lane] = np.uint8(OPEN)
            for p in range(votes.shape[0]):
                votes[p, lane] = 0.0


@kernel
def load(rows, flat, by_column, most, total, start, count, votes, marks):
    """Put the elections of a block into the lanes, and bar those that are not proved exact."""
    if count == BLOCK:
        load_block(rows, start, by_column, votes)
    else:
        load_rest(rows, start, count, votes)
    bits = any_bits(rows, flat, start, count, by_column)
    if bits < 0 or bits > most or bits * votes.shape[0] > total:
        bar(votes, most, total, start, count, marks)


class Room(NamedTuple):
    """The rows of one block."""

    votes: F64
    seats: F64
    claims: F64
    scratch: F64
    state: NDArray[np.int32]


def workspace(parties: int) -> Room:
    """Return the rows that one block of so many parties needs."""
    votes, seats, claims = (np.zeros((parties, PAD64)) for _ in range(3))
    state = np.zeros((STATES, PAD32), np.int32)
    return Room(votes, seats, claims, np.zeros((16, PAD64)), state)


@kernel
def store_block(seats, start, by_column, out):
    """Copy the seats of a whole block out."""
    first = np.uint64(start)
    parties = seats.shape[0]
    if by_column is None:
        for tile in range(0, BLOCK, _TILE):
            for p in range(parties):
                for lane in range(_TILE):
                    out[first + np.uint64(tile + lane), p] = np.int32(seats[p, tile + lane])
    else:
        for p in range(parties):
            for lane in range(BLOCK):
                out[first + np.uint64(lane), p] = np.int32(seats[p, lane])


@kernel
def store_rest(seats, start, count, out):
    """Copy the seats of the last lanes out."""
    for p in range(seats.shape[0]):
        for lane in range(count):
            out[start + lane, p] = np.int32(seats[p, lane])


@kernel
def store(seats, by_column, start, count, out):
    """Copy the seats of a block out."""
    if count == BLOCK:
        store_block(seats, start, by_column, out)
    else:
        store_rest(seats, start, count, out)


@kernel
def mark(state, start, count, marks):
    """Add marks for ties, overflow and doubt."""
    for lane in range(count):
        found = TIED * state[LIST_TIE, lane] + OVER * state[OVERFLOW, lane]
        marks[start + lane] |= np.uint8(found + OPEN * state[UNSURE, lane])


@entry
def remainder_rows(
    rows, flat, by_column, limit, house, den, rounding, own,
    votes, seats, key, scratch, state, out, marks,
):  # fmt: skip
    """Allocate every row by largest remainders; `marks` is zero before.

    `by_column` is None when `rows` and `out` lie in memory row after row: what is not needed is
    then not compiled.
    """
    elections = rows.shape[0]
    for start in range(0, elections, BLOCK):
        count = min(BLOCK, elections - start)
        load(rows, flat, by_column, limit, limit, start, count, votes, marks)
        if largest_remainders(votes, house, den, rounding, own, seats, key, scratch, state):
            mark(state, start, count, marks)
        store(seats, by_column, start, count, out)


@entry
def divisor_rows(
    rows, flat, by_column, limit, house, kind, split, exponent, table, numer, denom, degree,
    votes, seats, claim, scratch, state, out, marks,
):  # fmt: skip
    """Allocate every row by a divisor method; `marks` is zero before."""
    elections, parties = rows.shape
    for start in range(0, elections, BLOCK):
        count = min(BLOCK, elections - start)
        load(rows, flat, by_column, limit, parties * limit, start, count, votes, marks)
        if divisor_method(
            votes, house, kind, split, exponent, table, numer, denom, degree, seats, claim,
            scratch, state,
        ):  # fmt: skip
            mark(state, start, count, marks)
        store(seats, by_column, start, count, out)
