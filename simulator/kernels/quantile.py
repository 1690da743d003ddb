"""Quantiles of the standard normal distribution, in order, the same bits everywhere."""

from __future__ import annotations

import math

from simulator.kernels.elementary import exp64
from simulator.kernels.inputs import F32
from simulator.kernels.jit import entry, kernel

_ROOT_TAU = math.sqrt(2.0 * math.pi)
_MOST_STEPS = 60


@kernel
def approach(x, target):
    """Return where the distribution function exceeds one half by `target`, starting at x.

    Newton's method on Phi(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3 5) + ...), M. Abramowitz,
    I. A. Stegun, *Handbook of Mathematical Functions*, 26.2.11. A start between zero and the
    solution converges from that side.
    """
    for _ in range(_MOST_STEPS):
        term, above, odd = x, x, 1.0
        while abs(term) > 1e-18 * abs(above):
            odd += 2.0
            term *= x * x / odd
            above += term
        density = exp64(-0.5 * x * x) / _ROOT_TAU
        move = above - target / density
        x -= move
        if abs(move) < 1e-13:
            break
    return x


@kernel
def fill_quantiles(out, offset, total):
    """Fill out[k] with the quantile of (k + offset) / total, from the middle to both ends."""
    middle = int(total * 0.5 - offset)
    x = 0.0
    for k in range(middle, -1, -1):
        x = approach(x, (k + offset) / total - 0.5)
        out[k] = x
    x = 0.0
    for k in range(middle + 1, out.shape[0]):
        x = approach(x, (k + offset) / total - 0.5)
        out[k] = x


@entry
def _fill(out, offset, total):
    fill_quantiles(out, offset, total)


def quantiles(offset: float, total: int, out: F32) -> None:
    """Write the normal quantiles of (k + offset) / total into out; 0 < k + offset < total."""
    if out.size:
        _fill(out, offset, float(total))
