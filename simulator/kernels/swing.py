"""How a place follows the nation: swing kernels, their mixture, and what turnout does to shares.

A place has a baseline p0 and a shock e; the nation was expected at p and is drawn at s. The usual
kernel multiplies weights, p0 (s / p) exp(e), and is the one that :mod:`simulator.kernels.chunk`
inlines; here are the others. The rows of a block, K for each of four kinds:

- 0: drawn national shares s;
- K: odds of s over odds of p;
- 2 K: shock e of the place;
- 3 K: shares by one kernel, before they are normalised.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.elementary import exp32
from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_LEAST_SHARE = np.float32(1e-6)
_LEAST_FACTOR = np.float32(0.03)
_TINY = np.float32(1e-7)
# A shock beyond 40 would overflow single precision together with that of the district.
_HELD = np.float32(40.0)


@kernel
def share_out(rows, raw, multiplier, share):
    """Fill the drawn national shares and their odds over the expected odds."""
    options = share.shape[0]
    for lane in range(BLOCK):
        raw[0, lane] = _ZERO
    for i in range(options):
        own = share[i]
        for lane in range(BLOCK):
            rows[i, lane] = own * multiplier[i, lane]
            raw[0, lane] += rows[i, lane]
    for i in range(options):
        own, other = share[i], max(_TINY, _ONE - share[i])
        for lane in range(BLOCK):
            drawn = rows[i, lane] / raw[0, lane]
            rows[i, lane] = drawn
            rows[options + i, lane] = (drawn * other) / (own * max(_TINY, _ONE - drawn))


@kernel
def normalise(rows, raw):
    """Divide every row by the sum of the rows."""
    for lane in range(BLOCK):
        raw[0, lane] = _ZERO
    for i in range(rows.shape[0]):
        for lane in range(BLOCK):
            raw[0, lane] += rows[i, lane]
    for i in range(rows.shape[0]):
        for lane in range(BLOCK):
            rows[i, lane] /= raw[0, lane]


@kernel
def shock_region(rows, swing):
    """Fill the shock of a place with that of its region."""
    options = swing.shape[0]
    for i in range(options):
        for lane in range(BLOCK):
            rows[2 * options + i, lane] = max(-_HELD, min(_HELD, swing[i, lane]))


@kernel
def shock_place(rows, swing, local, row, spread):
    """Fill the shock of a place: that of its region and, from `row` on, its own."""
    options = swing.shape[0]
    for i in range(options):
        for lane in range(BLOCK):
            shock = swing[i, lane] + spread * local[row + i, lane]
            rows[2 * options + i, lane] = max(-_HELD, min(_HELD, shock))


@kernel
def swing_softmax(rows, home, share):
    """Follow by weights: p0 (s / p) exp(e)."""
    options = share.shape[0]
    for i in range(options):
        own = share[i]
        for lane in range(BLOCK):
            ratio = rows[i, lane] / own
            rows[3 * options + i, lane] = home[i, lane] * ratio * exp32(rows[2 * options + i, lane])


@kernel
def swing_logit(rows, home):
    """Follow by odds: logit p0 + logit s - logit p + e."""
    options = home.shape[0]
    for i in range(options):
        for lane in range(BLOCK):
            factor = rows[options + i, lane] * exp32(rows[2 * options + i, lane])
            odds = home[i, lane] * factor
            rows[3 * options + i, lane] = odds / ((_ONE - home[i, lane]) + odds)


@kernel
def swing_proportional(rows, home, share):
    """Follow in proportion: p0 (s / p) (1 + e), the factor at least 0.03."""
    options = share.shape[0]
    for i in range(options):
        own = share[i]
        for lane in range(BLOCK):
            ratio = rows[i, lane] / own
            factor = max(_LEAST_FACTOR, _ONE + rows[2 * options + i, lane])
            rows[3 * options + i, lane] = home[i, lane] * ratio * factor


@kernel
def swing_additive(rows, home, share):
    """Follow in points: p0 + (s - p) + p0 e, at least a millionth."""
    options = share.shape[0]
    for i in range(options):
        own = share[i]
        for lane in range(BLOCK):
            moved = home[i, lane] * (_ONE + rows[2 * options + i, lane]) + (rows[i, lane] - own)
            rows[3 * options + i, lane] = max(_LEAST_SHARE, moved)


@kernel
def blend(out, rows, raw, part):
    """Add the normalised shares of one kernel to `out`, times its part of the mixture."""
    options = out.shape[0]
    for lane in range(BLOCK):
        raw[0, lane] = _ZERO
    for i in range(options):
        for lane in range(BLOCK):
            raw[0, lane] += rows[3 * options + i, lane]
    for lane in range(BLOCK):
        raw[0, lane] = part / raw[0, lane]
    for i in range(options):
        for lane in range(BLOCK):
            out[i, lane] += raw[0, lane] * rows[3 * options + i, lane]


@kernel
def deviate(turnout, common, local, spread):
    """Fill turnout row 1, how far the logit of a region's turnout lies from the expected one."""
    for lane in range(BLOCK):
        turnout[1, lane] = common[0, lane] + spread * local[0, lane]


@kernel
def turn_out(turnout, logit, local, row, spread):
    """Fill turnout row 0 of a district: its own level, what its region does, its own shock."""
    for lane in range(BLOCK):
        away = logit + (turnout[1, lane] + spread * local[row, lane])
        turnout[0, lane] = _ONE / (_ONE + exp32(-away))


@kernel
def favour(swing, turnout, differential):
    """Move the swing of an option with the turnout of its region."""
    for i in range(differential.shape[0]):
        slope = differential[i]
        if slope != _ZERO:
            for lane in range(BLOCK):
                moved = swing[i, lane] + slope * turnout[1, lane]
                swing[i, lane] = max(-_HELD, min(_HELD, moved))


@kernel
def stand_apart(best, group, log_multiplier, swing, k, nation, region, local, row, base, spread):
    """Let a nominee stand who follows party k by `nation` nationally and `region` in the region."""
    for lane in range(BLOCK):
        follows = nation * log_multiplier[k, lane] + region * swing[k, lane]
        weight = base + (follows + spread * local[row, lane])
        best[group, lane] = max(best[group, lane], weight)
