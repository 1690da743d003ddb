"""Exact binomial variables by counters: inversion where few are expected, else rejection.

W. Hörmann, "The generation of binomial random variates", Journal of Statistical Computation and
Simulation 46 (1993), algorithm BTRS: transformed rejection with a squeeze, and the ratio of
probabilities with Stirling's correction (table and series of W. Feller, *An Introduction to
Probability Theory and Its Applications*, 1968, II.9). Every attempt has words of its own, so a
value is a pure function of seed, name and draw.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.kernels.elementary import exp64, log64
from simulator.kernels.jit import kernel, scalar
from simulator.kernels.layout import BLOCK
from simulator.kernels.philox import fill_words

FEW = 10.0
_FARTHEST = 110.0  # with fewer than ten expected, more has probability below 1e-70
ATTEMPTS = 64
_UNIT32 = 2.0**-32
_UNIT64 = 2.0**-64

# ln k! - ln of Stirling's approximation at k, for k below ten.
_STIRLING = np.array(
    [
        0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509,
        0.01664469118982119, 0.01387612882307075, 0.01189670994589177, 0.01041126526197209,
        0.009255462182712733, 0.008330563433362871,
    ]
)  # fmt: skip


@scalar
def _stirling(k):
    """Return what Stirling's approximation of ln k! lacks."""
    if k < 10.0:
        return _STIRLING[np.int64(k)]
    square = (k + 1.0) * (k + 1.0)
    return (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / (k + 1.0)


@scalar
def _log_rest(p):
    """Return log(1 - p) for p in [0, 1/2], accurate for small p."""
    if p > 0.125:
        return log64(1.0 - p)
    t = p / (2.0 - p)
    u = t * t
    s = u * (1.0 / 13.0) + 1.0 / 11.0
    s = s * u + 1.0 / 9.0
    s = s * u + 1.0 / 7.0
    s = s * u + 1.0 / 5.0
    s = s * u + 1.0 / 3.0
    return -2.0 * t * (s * u + 1.0)


@scalar
def invert(n, p, u):
    """Return the binomial of n trials at which the distribution function exceeds u; n p < 10."""
    term = exp64(n * _log_rest(p))
    odds = p / (1.0 - p)
    last = min(n, _FARTHEST)
    k = 0.0
    while u > term and k < last:
        u -= term
        k += 1.0
        term *= odds * (n - k + 1.0) / k
    return k


@scalar
def accept(n, p, one, two):
    """Return the binomial of one attempt from two uniforms, or -1; p <= 1/2 and n p >= 10."""
    spread = math.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    u = one - 0.5
    side = 0.5 - abs(u)
    k = math.floor((2.0 * a / side + b) * u + n * p + 0.5)
    if side >= 0.07 and two <= 0.92 - 4.2 / b:
        return k
    if k < 0.0 or k > n:
        return -1.0
    alpha = (2.83 + 5.1 / b) * spread
    v = log64(two * alpha / (a / (side * side) + b))
    odds = p / (1.0 - p)
    m = math.floor((n + 1.0) * p)
    bound = (
        (m + 0.5) * log64((m + 1.0) / (odds * (n - m + 1.0)))
        + (n + 1.0) * log64((n - m + 1.0) / (n - k + 1.0))
        + (k + 0.5) * log64(odds * (n - k + 1.0) / (k + 1.0))
        + (_stirling(m) + _stirling(n - m) - _stirling(k) - _stirling(n - k))
    )
    return k if v <= bound else -1.0


@kernel
def binomial_row(scratch, words, first, stream, key):
    """Fill scratch row 3 with binomials: trials in row 1, probabilities in row 2; uses row 4."""
    fill_words(words, first, stream, np.uint32(0), key)
    for lane in range(BLOCK):
        scratch[4, lane] = np.float64(words[lane]) * _UNIT32
    fill_words(words, first, stream, np.uint32(1), key)
    missing = 0
    for lane in range(BLOCK):
        n, p = scratch[1, lane], scratch[2, lane]
        small = min(p, 1.0 - p)
        if n * small < FEW:
            u = scratch[4, lane] + (np.float64(words[lane]) + 0.5) * _UNIT64
            k = invert(n, small, u)
            scratch[3, lane] = k if p <= 0.5 else n - k
        else:
            scratch[3, lane] = -1.0
            missing += 1
    for attempt in range(1, ATTEMPTS + 1):
        if missing == 0:
            break
        fill_words(words, first, stream, np.uint32(2 * attempt), key)
        for lane in range(BLOCK):
            scratch[4, lane] = (np.float64(words[lane]) + 0.5) * _UNIT32
        fill_words(words, first, stream, np.uint32(2 * attempt + 1), key)
        for lane in range(BLOCK):
            if scratch[3, lane] < 0.0:
                n, p = scratch[1, lane], scratch[2, lane]
                two = (np.float64(words[lane]) + 0.5) * _UNIT32
                k = accept(n, min(p, 1.0 - p), scratch[4, lane], two)
                if k >= 0.0:
                    scratch[3, lane] = k if p <= 0.5 else n - k
                    missing -= 1
    for lane in range(BLOCK):
        # 64 rejections in a row have probability below 1e-40; the mean then stands in.
        if scratch[3, lane] < 0.0:
            scratch[3, lane] = math.floor(scratch[1, lane] * scratch[2, lane])
