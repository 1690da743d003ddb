"""Products of two 64-bit numbers compared exactly, in 128 bits."""

from __future__ import annotations

import numpy as np

from simulator.kernels.jit import scalar

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@scalar
def high_word(a, b):
    """Return the upper 64 bits of a * b."""
    a0, a1 = a & _LOW, a >> _HALF
    b0, b1 = b & _LOW, b >> _HALF
    middle = a1 * b0 + ((a0 * b0) >> _HALF)
    other = a0 * b1 + (middle & _LOW)
    return a1 * b1 + (middle >> _HALF) + (other >> _HALF)


@scalar
def compare_products(a, b, c, d):
    """Return 1, 0 or -1 as a * b is more than, equal to or less than c * d; all uint64."""
    high, other_high = high_word(a, b), high_word(c, d)
    low, other_low = a * b, c * d
    above = high > other_high or (high == other_high and low > other_low)
    equal = high == other_high and low == other_low
    return 1 if above else (0 if equal else -1)
