"""Shocks to shares, turnout and whole ballots, for one block of draws.

Lanes are draws; every inner loop runs over the lanes of a few rows, which is what LLVM vectorises.
Normals are sampled before: rows of work.national, work.baseline and work.local, in the order that
:class:`simulator.kernels.inputs.Names` states.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.kernels.elementary import exp32, log32
from simulator.kernels.jit import kernel, scalar
from simulator.kernels.layout import BLOCK
from simulator.kernels.normal import fill_normals, fill_uniforms

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_THIRD = np.float32(1.0 / 3.0)
_NINE = np.float32(9.0)
_HALF = np.float32(0.5)
_FLOOR = np.float32(0.03)
_WHOLE = 1.5 * 2.0**52
GAMMA_ATTEMPTS = 48


@scalar
def whole(x):
    """Round a float64 below 2^51 in size to the nearest whole number, halves to even."""
    return (x + _WHOLE) - _WHOLE


@kernel
def mix_tails(raw, normal, start, freedom):
    """Put 1 / sqrt(g), g ~ chi2_nu / (nu - 2), into raw row 0; one when tails are normal."""
    for lane in range(BLOCK):
        raw[0, lane] = _ZERO if freedom > 0 else _ONE
    for j in range(start, start + freedom):
        for lane in range(BLOCK):
            raw[0, lane] += normal[j, lane] * normal[j, lane]
    if freedom > 0:
        standard = np.float32(freedom - 2)
        for lane in range(BLOCK):
            raw[0, lane] = np.float32(math.sqrt(standard / raw[0, lane]))


@kernel
def correlate(mixing, normal):
    """Multiply the first rows of `normal` by a lower triangular matrix, in place.

    From the last row up, so that a row is overwritten only when no later row needs it.
    """
    for i in range(mixing.shape[0] - 1, -1, -1):
        diagonal = mixing[i, i]
        for lane in range(BLOCK):
            normal[i, lane] *= diagonal
        for j in range(i):
            factor = mixing[i, j]
            if factor != _ZERO:
                for lane in range(BLOCK):
                    normal[i, lane] += factor * normal[j, lane]


@kernel
def angular(raw, normal, multiplier, ratio, slope):
    """Multiply each share by the square of its shocked root, mean-corrected.

    Covariance of the shares: c^2 (diag p - p p') to first order; raw row 0 mixes the tails.
    """
    for i in range(multiplier.shape[0]):
        steep, scale = slope[i], ratio[i]
        for lane in range(BLOCK):
            root = max(_FLOOR, _ONE + steep * (normal[i, lane] * raw[0, lane]))
            multiplier[i, lane] = scale * (root * root)


@kernel
def gamma_row(raw, out, words, row, first, stream, accept_stream, alpha, key):
    """Fill a row with gamma(alpha) / alpha: Marsaglia and Tsang (2000), attempts by counter.

    G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26.
    For alpha below one a gamma(alpha + 1) is multiplied by u^(1/alpha).
    """
    shape = alpha if alpha >= _ONE else alpha + _ONE
    d = shape - _THIRD
    c = _ONE / np.float32(math.sqrt(_NINE * d))
    missing = BLOCK
    for lane in range(BLOCK):
        out[row, lane] = -_ONE
    for attempt in range(GAMMA_ATTEMPTS + 1):
        if missing == 0:
            break
        fill_normals(raw, 0, words, first, stream, np.uint32(attempt), key)
        fill_uniforms(raw, 1, words, first, accept_stream, np.uint32(attempt), key)
        for lane in range(BLOCK):
            t = _ONE + c * raw[0, lane]
            if out[row, lane] < _ZERO and t > _ZERO:
                v = t * t * t
                x = raw[0, lane]
                if log32(raw[1, lane]) < _HALF * x * x + d * (_ONE - v + log32(v)):
                    out[row, lane] = d * v
                    missing -= 1
    if alpha < _ONE:
        # A fresh attempt number: the uniforms of the last proposal are not independent of it.
        fill_uniforms(raw, 1, words, first, accept_stream, np.uint32(GAMMA_ATTEMPTS + 1), key)
        for lane in range(BLOCK):
            out[row, lane] *= exp32(max(np.float32(-80.0), log32(raw[1, lane]) / alpha))
    for lane in range(BLOCK):
        # 48 rejections in a row have probability below 1e-50; the mode then stands in.
        value = out[row, lane] if out[row, lane] >= _ZERO else d
        out[row, lane] = value / alpha


@kernel
def draw_baselines(base, share, spread):
    """Turn normals into regional baselines around the given ones (R, K), in place."""
    options = share.shape[1]
    for r in range(share.shape[0]):
        for i in range(options):
            row, centre = r * options + i, share[r, i]
            for lane in range(BLOCK):
                base[row, lane] = centre * exp32(spread * base[row, lane])


@kernel
def rake(base, factor, mean, raw, weight, share, steps):
    """Find the factors that make the weighted regional shares return the national baseline.

    Iterative proportional fitting; the factors are applied with the swing.
    """
    options = share.shape[0]
    for i in range(options):
        for lane in range(BLOCK):
            factor[i, lane] = _ONE
    for _ in range(steps):
        for i in range(options):
            for lane in range(BLOCK):
                mean[i, lane] = _ZERO
        for r in range(weight.shape[0]):
            for lane in range(BLOCK):
                raw[0, lane] = _ZERO
            for i in range(options):
                row = r * options + i
                for lane in range(BLOCK):
                    raw[0, lane] += factor[i, lane] * base[row, lane]
            own = weight[r]
            for lane in range(BLOCK):
                raw[0, lane] = own / raw[0, lane]
            for i in range(options):
                row = r * options + i
                for lane in range(BLOCK):
                    mean[i, lane] += raw[0, lane] * base[row, lane]
        for i in range(options):
            target = share[i]
            for lane in range(BLOCK):
                factor[i, lane] = target / mean[i, lane]


@kernel
def logistic(turnout, logit, common, local, spread):
    """Fill the turnout row of a region: logit-normal around its baseline."""
    for lane in range(BLOCK):
        turnout[0, lane] = logit + (common[0, lane] + spread * local[0, lane])
    for lane in range(BLOCK):
        turnout[0, lane] = _ONE / (_ONE + exp32(-turnout[0, lane]))


@kernel
def lean(local, support):
    """Correlate the swing with the regional turnout shock, where the scenario says so."""
    for i in range(support.shape[0]):
        along = support[i]
        if along != _ZERO:
            across = np.float32(math.sqrt(_ONE - along * along))
            for lane in range(BLOCK):
                local[1 + i, lane] = across * local[1 + i, lane] + along * local[0, lane]


@kernel
def scale_swing(swing, local, spread):
    """Fill the swing of a region on the log scale."""
    for i in range(spread.shape[0]):
        own = spread[i]
        for lane in range(BLOCK):
            swing[i, lane] = own * local[1 + i, lane]


@kernel
def weigh(out, factor, swing):
    """Fill out = factor * exp(swing), row by row."""
    for i in range(out.shape[0]):
        for lane in range(BLOCK):
            out[i, lane] = factor[i, lane] * exp32(swing[i, lane])


@kernel
def weigh_baseline(weight, share, r):
    """Multiply the weights of region r by its given baseline."""
    for i in range(weight.shape[0]):
        own = share[r, i]
        for lane in range(BLOCK):
            weight[i, lane] *= own


@kernel
def weigh_drawn_baseline(weight, base, factor, r):
    """Multiply the weights of region r by its drawn and raked baseline."""
    options = weight.shape[0]
    for i in range(options):
        row = r * options + i
        for lane in range(BLOCK):
            weight[i, lane] *= factor[i, lane] * base[row, lane]


@kernel
def weigh_cell(out, weight, local, start, spread):
    """Fill cell weights: those of the region times the shock of the district."""
    for i in range(out.shape[0]):
        for lane in range(BLOCK):
            out[i, lane] = weight[i, lane] * exp32(spread * local[start + i, lane])


@kernel
def count_cell(out, raw, turnout, scratch, votes, ballots, r, people, share_valid):
    """Turn weights and turnout into whole ballots; add them to votes and to ballots row r.

    The options of a cell are cut from its valid ballots at rounded cumulative shares, so they are
    whole, non-negative and add up exactly; the last option takes what is left.
    """
    options = votes.shape[0]
    for lane in range(BLOCK):
        scratch[1, lane] = 0.0
        raw[0, lane] = _ZERO
    for i in range(options):
        for lane in range(BLOCK):
            raw[0, lane] += out[i, lane]
    for lane in range(BLOCK):
        cast = whole(people * np.float64(turnout[0, lane]))
        ballots[r, lane] += cast
        scratch[2, lane] = whole(cast * share_valid)
    for lane in range(BLOCK):
        scratch[3, lane] = scratch[2, lane] / np.float64(raw[0, lane])
        scratch[0, lane] = 0.0
    for i in range(options - 1):
        for lane in range(BLOCK):
            scratch[0, lane] += np.float64(out[i, lane])
        for lane in range(BLOCK):
            edge = min(whole(scratch[0, lane] * scratch[3, lane]), scratch[2, lane])
            scratch[4, lane] = edge - scratch[1, lane]
            scratch[1, lane] = edge
        for lane in range(BLOCK):
            votes[i, lane] += scratch[4, lane]
    for lane in range(BLOCK):
        votes[options - 1, lane] += scratch[2, lane] - scratch[1, lane]


@kernel
def log_rows(out, source):
    """Fill out = log(source), row by row."""
    for i in range(source.shape[0]):
        for lane in range(BLOCK):
            out[i, lane] = log32(source[i, lane])


@kernel
def add_rows(shift, one, two):
    """Fill shift rows 2 + i with the sum of the national and the regional log-shock of option i."""
    for i in range(one.shape[0]):
        for lane in range(BLOCK):
            shift[2 + i, lane] = one[i, lane] + two[i, lane]


@kernel
def clear(rows):
    """Set every lane of every row to zero."""
    for i in range(rows.shape[0]):
        for lane in range(BLOCK):
            rows[i, lane] = 0
