"""Chances of passing the threshold, given everything but the party's own national error.

Conditional Monte Carlo: a draw knows the weights of all other options, so the chance that the
party's own normal carries it over the bar is a normal probability instead of a yes or no. P.
Glasserman, *Monte Carlo Methods in Financial Engineering* (2003), section 4.5.1, and S. Asmussen,
P. W. Glynn, *Stochastic Simulation* (2007), section V.4.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simulator.kernels.elementary import exp64, log64
from simulator.kernels.inputs import F32, F64, I64
from simulator.kernels.jit import kernel, scalar
from simulator.kernels.layout import BLOCK

UNIT = 2.0**30
_FLOOR = 0.03
_ALWAYS = -1e9
STEPS = 4
ROOTS, LOGS = 0, 1
FACTOR, RISE, SLOPE, SCORE = range(4)
ROWS = 4
VALID, ALL, LISTED = range(3)


class Chances(NamedTuple):
    """Room and constants of the estimate; C cells, K options, P parties, N replicates."""

    active: I64  # (1,) whether the block is used
    form: int  # ROOTS or LOGS: how a normal moves the weight of its option
    slope: F64  # (K,) of the root, or SD of the logarithm
    pull: F64  # (K, K) expected normal given the others
    own: F64  # (K,) SD of the normal given the others
    share: float  # of the threshold
    of_parties: int  # 1: the base is the votes for lists
    weight: F32  # (C * P,) lanes: of the parties
    cells: F64  # (C * 3,) lanes: valid ballots, weights of all options, of the parties
    mix: F32  # (1,) lanes: 1 / sqrt(g) of the national tails
    rows: F64  # (ROWS,) lanes
    sums: I64  # (N, P) chances in units of 2^-30
    squares: I64  # (P,) their squares in the same units
    passed: I64  # (N, P) draws in which the party did pass
    draws: I64  # (N,)


@scalar
def normal_cdf(x):
    """Return the standard normal distribution function.

    G. West, "Better approximations to cumulative normal functions", Wilmott Magazine (2005), after
    algorithm 5666 of J. F. Hart, *Computer Approximations* (1968); error below 1e-14.
    """
    size = min(abs(x), 37.0)
    top = 3.52624965998911e-02 * size + 0.700383064443688
    top = top * size + 6.37396220353165
    top = top * size + 33.912866078383
    top = top * size + 112.079291497871
    top = top * size + 221.213596169931
    top = top * size + 220.206867912376
    low = 8.83883476483184e-02 * size + 1.75566716318264
    low = low * size + 16.064177579207
    low = low * size + 86.7807322029461
    low = low * size + 296.564248779674
    low = low * size + 637.333633378831
    low = low * size + 793.826512519948
    low = low * size + 440.413735824752
    tail = size + 1.0 / (size + 2.0 / (size + 3.0 / (size + 4.0 / (size + 0.65))))
    density = exp64(-0.5 * size * size)
    beyond = density * top / low if size < 7.07106781186547 else density / (tail * 2.506628274631)
    return beyond if x <= 0.0 else 1.0 - beyond


@kernel
def keep_weights(weight, cells, cell, source, counted, parties):
    """Keep the weights of a cell and their sums, and its valid ballots (row 2 of `counted`)."""
    at = 3 * cell
    for lane in range(BLOCK):
        cells[at + VALID, lane] = counted[2, lane]
        cells[at + ALL, lane] = 0.0
    for i in range(source.shape[0]):
        if i == parties:
            for lane in range(BLOCK):
                cells[at + LISTED, lane] = cells[at + ALL, lane]
        for lane in range(BLOCK):
            cells[at + ALL, lane] += np.float64(source[i, lane])
    if parties == source.shape[0]:
        for lane in range(BLOCK):
            cells[at + LISTED, lane] = cells[at + ALL, lane]
    for p in range(parties):
        for lane in range(BLOCK):
            weight[cell * parties + p, lane] = source[p, lane]


@kernel
def keep_mix(mix, raw):
    """Keep the mixing variable of the national tails."""
    for lane in range(BLOCK):
        mix[0, lane] = raw[0, lane]


@kernel
def guess_factor(rows, cells, votes, bar, p, share):
    """Guess the factor on the weights of party p that brings it to the bar: one region, in all."""
    for lane in range(BLOCK):
        rows[RISE, lane] = 0.0
    for c in range(cells.shape[0] // 3):
        for lane in range(BLOCK):
            rows[RISE, lane] += cells[3 * c + VALID, lane]
    for lane in range(BLOCK):
        goal, now = share * bar[0, lane], max(votes[p, lane], 0.5)
        wanted = goal / max(rows[RISE, lane] - goal, 1.0)
        rows[FACTOR, lane] = wanted * max(rows[RISE, lane] - now, 0.5) / now


@kernel
def find_factor(rows, weight, cells, bar, p, parties, share, of_parties):
    """Find the factor on the weights of party p at which it is just at the bar, by Newton steps.

    The votes of the party are concave in the factor, so steps from below never pass the root.
    """
    kept = 1.0 - share if of_parties == 1 else 1.0
    for _ in range(STEPS):
        for lane in range(BLOCK):
            rows[RISE, lane] = 0.0 if of_parties == 1 else -share * bar[0, lane]
            rows[SLOPE, lane] = 0.0
        for c in range(cells.shape[0] // 3):
            at, own_row = 3 * c, c * parties + p
            for lane in range(BLOCK):
                own = np.float64(weight[own_row, lane])
                others = cells[at + ALL, lane] - own
                taken = share * (cells[at + LISTED, lane] - own) if of_parties == 1 else 0.0
                inverse = 1.0 / (rows[FACTOR, lane] * own + others)
                gain = cells[at + VALID, lane] * inverse
                rows[RISE, lane] += gain * (kept * rows[FACTOR, lane] * own - taken)
                rows[SLOPE, lane] += gain * inverse * own * (kept * others + taken)
        for lane in range(BLOCK):
            now = rows[FACTOR, lane]
            step = rows[RISE, lane] / max(rows[SLOPE, lane], 1e-300)
            rows[FACTOR, lane] = min(1e30, max(now * 0.125, now - step))


@kernel
def score_party(rows, normal, mix, form, p, slope, pull, own):
    """Turn the factor into the chance that the party's normal, given the others, reaches it."""
    for lane in range(BLOCK):
        rows[RISE, lane] = 0.0
    for j in range(pull.shape[0]):
        along = pull[p, j]
        if along != 0.0:
            for lane in range(BLOCK):
                rows[RISE, lane] += along * np.float64(normal[j, lane])
    steep, spread = slope[p], own[p]
    for lane in range(BLOCK):
        scale = np.float64(mix[0, lane])
        x = np.float64(normal[p, lane]) * scale
        factor = max(rows[FACTOR, lane], 1e-30)
        if form == ROOTS:
            root = max(_FLOOR, 1.0 + steep * x) * math.sqrt(factor)
            needed = (root - 1.0) / steep if root > _FLOOR else _ALWAYS
        else:
            needed = x + log64(factor) / steep
        rows[SCORE, lane] = normal_cdf((rows[RISE, lane] - needed / scale) / spread)


@kernel
def count_chance(
    rows, sums, squares, passed, votes, bar, p, own, numerator, denominator, least, lanes
):
    """Add the chances of a party in whole units, and the draws in which it did pass."""
    total, square, hits = np.int64(0), np.int64(0), np.int64(0)
    for lane in range(lanes):
        chance = rows[SCORE, lane]
        total += np.int64(chance * UNIT + 0.5)
        square += np.int64(chance * chance * UNIT + 0.5)
        if votes[p, lane] * denominator >= bar[0, lane] * numerator + least:
            hits += 1
    sums[own, p] += total
    squares[p] += square
    passed[own, p] += hits


@kernel
def estimate_chances(
    form, slope, pull, spread, share, of_parties, weight, cells, mix, rows, sums, squares, passed,
    draws, votes, normal, bar, parties, own, numerator, denominator, strict, lanes,
):  # fmt: skip
    """Add the chance of every party to pass, in the draws of a block; row 0 of `bar` is the base.

    The factor that Newton's steps find does not depend on the weight the party happens to have.
    """
    least = 1.0 if strict else 0.0
    for p in range(parties):
        guess_factor(rows, cells, votes, bar, p, share)
        find_factor(rows, weight, cells, bar, p, parties, share, of_parties)
        score_party(rows, normal, mix, form, p, slope, pull, spread)
        count_chance(
            rows, sums, squares, passed, votes, bar, p, own, numerator, denominator, least, lanes
        )
    draws[own] += lanes
