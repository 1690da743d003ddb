"""Count a block of draws: seat histograms, coalitions, chambers, fixed-point moments.

Everything that leaves this module is a whole number, so that tallies add up to the same bytes in
any order. Shares and turnout enter as deviations from a centre in units of 2^-22; the sums of one
chunk stay below 2^53 and are exact in float64.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK

UNIT = 2.0**22
_WHOLE = 1.5 * 2.0**52

(
    DRAWS, LIST_TIES, NOBODY, LONE, VACANT, DISTRICT_TIED, DISTRICT_TIES, BARRED, OVERFLOWED,
) = range(9)  # fmt: skip
FLAGS = 9
# Rows of Workspace.state.
(
    DISTRICT_TIE, BARRED_FIRST, LIST_TIE, NOBODY_PASSED, ONE_PASSED, NO_VOTES, OVERFLOW, UNSURE,
) = range(8)  # fmt: skip
STATES = 8

_SEED = np.uint64(0x9E3779B97F4A7C15)
_PRIME = np.uint64(0xFF51AFD7ED558CCD)
_PRIME2 = np.uint64(0xC4CEB9FE1A85EC53)
_MIX = np.uint64(32)
_FREE = np.uint64(0)
_SMALLEST = np.uint64(1)


@kernel
def add_moment(values, row, size, centre, scratch, moments, squares, at):
    """Add the deviations of values / size from the centre, and their squares, to row `at`.

    Lanes beyond the last draw carry weight zero in scratch row 2.
    """
    for lane in range(BLOCK):
        away = (values[row, lane] / size[0, lane] - centre) * UNIT
        scratch[3, lane] = ((away + _WHOLE) - _WHOLE) * scratch[2, lane]
    for lane in range(BLOCK):
        moments[at, lane] += scratch[3, lane]
        squares[at, lane] += scratch[3, lane] * scratch[3, lane]


@kernel
def count_moments(votes, ballots, people, scratch, size, centre, moments, squares, lanes):
    """Add option shares of the valid ballots, national turnout and regional turnout."""
    options = votes.shape[0]
    for lane in range(BLOCK):
        scratch[1, lane] = 0.0
        scratch[2, lane] = 1.0 if lane < lanes else 0.0
        size[0, lane] = 0.0
    for i in range(options):
        for lane in range(BLOCK):
            size[0, lane] += votes[i, lane]
    for lane in range(BLOCK):
        size[0, lane] = max(size[0, lane], 1.0)
    for i in range(options):
        add_moment(votes, i, size, centre[i], scratch, moments, squares, i)
    everybody = 0.0
    for r in range(people.shape[0]):
        everybody += people[r]
        for lane in range(BLOCK):
            scratch[1, lane] += ballots[r, lane]
    for lane in range(BLOCK):
        size[0, lane] = everybody
    add_moment(scratch, 1, size, centre[options], scratch, moments, squares, options)
    for r in range(people.shape[0]):
        for lane in range(BLOCK):
            size[0, lane] = people[r]
        at = options + 1 + r
        add_moment(ballots, r, size, centre[at], scratch, moments, squares, at)


@kernel
def chamber_hash(vector):
    """Hash a vector of seats; never 0, which marks a free slot."""
    h = _SEED
    for k in range(vector.shape[0]):
        h = (h ^ np.uint64(vector[k])) * _PRIME
        h = h ^ (h >> _MIX)
    h = h * _PRIME2
    h = h ^ (h >> _MIX)
    return max(h, _SMALLEST)


@kernel
def same_vector(stored, slot, vector):
    """Tell whether the chamber in a slot is this one."""
    same = True
    for k in range(vector.shape[0]):
        same = same and stored[slot, k] == vector[k]
    return same


@kernel
def add_chamber(hashes, chamber_count, vectors, limit, vector, times):
    """Count a chamber unless its hash is above the limit; slots are probed linearly."""
    h = chamber_hash(vector)
    if h > limit[0]:
        return
    mask = hashes.shape[0] - 1
    slot = np.int64(h >> np.uint64(20)) & mask
    while hashes[slot] != _FREE:
        if hashes[slot] == h and same_vector(vectors, slot, vector):
            chamber_count[slot] += times
            return
        slot = (slot + 1) & mask
    hashes[slot] = h
    chamber_count[slot] = times
    for k in range(vector.shape[0]):
        vectors[slot, k] = vector[k]


@kernel
def count_tier(seats, histogram, lanes):
    """Add the seats of one tier (entities, lanes) to its histogram."""
    for e in range(seats.shape[0]):
        for lane in range(lanes):
            histogram[e, np.int64(seats[e, lane])] += 1


@kernel
def count_totals(seats, district, total, histogram, largest, lanes):
    """Add up the tiers of every lane; count totals and the seats of the largest single party."""
    parties, entities = seats.shape[0], district.shape[0]
    for e in range(entities):
        for lane in range(lanes):
            here = np.int64(district[e, lane])
            if e < parties:
                here += np.int64(seats[e, lane])
            total[e, lane] = here
            histogram[e, here] += 1
    for lane in range(lanes):
        most = total[0, lane]
        for e in range(1, parties):
            most = max(most, total[e, lane])
        largest[most] += 1


@kernel
def count_coalitions(total, member, histogram, lanes):
    """Add the seats that each coalition holds together."""
    for q in range(member.shape[0]):
        for lane in range(lanes):
            together = np.int64(0)
            for e in range(member.shape[1]):
                together += np.int64(member[q, e]) * np.int64(total[e, lane])
            histogram[q, together] += 1


@kernel
def count_chambers(seats, district, vector, hashes, counted, vectors, limit, lanes):
    """Count the distinct chambers: list and district seats of every entity."""
    parties, entities = seats.shape[0], district.shape[0]
    for lane in range(lanes):
        for p in range(parties):
            vector[p] = np.int16(seats[p, lane])
        for e in range(entities):
            vector[parties + e] = np.int16(district[e, lane])
        add_chamber(hashes, counted, vectors, limit, vector, 1)


@kernel
def count_flags(state, flags, lanes):
    """Add ties and edge cases."""
    flags[DRAWS] += lanes
    for lane in range(lanes):
        flags[LIST_TIES] += state[LIST_TIE, lane]
        flags[NOBODY] += state[NOBODY_PASSED, lane]
        flags[LONE] += state[ONE_PASSED, lane]
        flags[VACANT] += state[NO_VOTES, lane]
        flags[DISTRICT_TIED] += 1 if state[DISTRICT_TIE, lane] > 0 else 0
        flags[DISTRICT_TIES] += state[DISTRICT_TIE, lane]
        flags[BARRED] += state[BARRED_FIRST, lane]
        flags[OVERFLOWED] += state[OVERFLOW, lane]
