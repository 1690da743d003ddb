"""Undecided voters: a part of the vote whose split is drawn around the decided one.

share = (1 - u) decided + u a, a ~ Dirichlet(kappa decided), after J. J. Bon, T. Ballard,
B. Baffour, "Polling bias and undecided voter allocations", JRSS A 182 (2019): a fixed split of the
undecided understates the uncertainty.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.kernels.electorate import GAMMA_ATTEMPTS
from simulator.kernels.elementary import exp32, log32
from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK
from simulator.kernels.normal import fill_normals, fill_uniforms

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_HALF = np.float32(0.5)
_NINE = np.float32(9.0)
_TWO_THIRDS = np.float32(2.0 / 3.0)
_LEAST_SHAPE = np.float32(1e-6)
_LOWEST = np.float32(-80.0)


@kernel
def expect(shape, turnout, multiplier, share, concentration):
    """Fill the Dirichlet parameters of a block; turnout row 0 holds the sum of the weights."""
    for lane in range(BLOCK):
        turnout[0, lane] = _ZERO
    for i in range(share.shape[0]):
        own = share[i]
        for lane in range(BLOCK):
            shape[i, lane] = own * multiplier[i, lane]
            turnout[0, lane] += shape[i, lane]
    for i in range(share.shape[0]):
        for lane in range(BLOCK):
            part = shape[i, lane] / turnout[0, lane]
            shape[i, lane] = max(_LEAST_SHAPE, concentration * part)


@kernel
def gamma_lanes(raw, out, shape, words, row, first, stream, accept_stream, key):
    """Fill a row with gammas whose parameters differ by lane.

    G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000),
    always for the parameter plus one; u^(1 / parameter) takes it back.
    """
    missing = BLOCK
    for lane in range(BLOCK):
        out[row, lane] = -_ONE
    for attempt in range(GAMMA_ATTEMPTS + 1):
        if missing == 0:
            break
        fill_normals(raw, 0, words, first, stream, np.uint32(attempt), key)
        fill_uniforms(raw, 1, words, first, accept_stream, np.uint32(attempt), key)
        for lane in range(BLOCK):
            d = shape[row, lane] + _TWO_THIRDS
            x = raw[0, lane]
            t = _ONE + x / np.float32(math.sqrt(_NINE * d))
            if out[row, lane] < _ZERO and t > _ZERO:
                v = t * t * t
                if log32(raw[1, lane]) < _HALF * x * x + d * (_ONE - v + log32(v)):
                    out[row, lane] = d * v
                    missing -= 1
    # A fresh attempt number: the uniforms of the last proposal are not independent of it.
    fill_uniforms(raw, 1, words, first, accept_stream, np.uint32(GAMMA_ATTEMPTS + 1), key)
    for lane in range(BLOCK):
        # 48 rejections in a row have probability below 1e-50; the mode then stands in.
        drawn = out[row, lane] if out[row, lane] >= _ZERO else shape[row, lane] + _TWO_THIRDS
        back = max(_LOWEST, log32(raw[1, lane]) / shape[row, lane])
        out[row, lane] = drawn * exp32(back)


@kernel
def decide_late(multiplier, gammas, turnout, share, part):
    """Give the undecided part of the vote to the options by their gammas; the sum stays."""
    for lane in range(BLOCK):
        turnout[1, lane] = _ZERO
    for i in range(share.shape[0]):
        for lane in range(BLOCK):
            turnout[1, lane] += gammas[i, lane]
    for lane in range(BLOCK):
        turnout[1, lane] = part * (turnout[0, lane] / turnout[1, lane])
    for i in range(share.shape[0]):
        own = share[i]
        for lane in range(BLOCK):
            late = gammas[i, lane] * turnout[1, lane] / own
            multiplier[i, lane] = (_ONE - part) * multiplier[i, lane] + late
