"""Exponential and logarithm by polynomials, the same bits everywhere.

The library functions of a platform differ in their last bits and stay scalar inside compiled
loops. These reduce the argument with integers and evaluate a short polynomial: coefficients of
Cephes (S. L. Moshier, *Methods and Programs for Mathematical Functions*, 1989; `expf`, `logf`).
Relative error below 2e-7 on the ranges stated. The power in double precision sums the series of
the logarithm and the exponential to below 1e-12, which is enough for a first guess with a guard.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.jit import scalar

_LOG2E = np.float32(1.44269504088896341)
_LN2_HIGH = np.float32(0.693359375)
_LN2_LOW = np.float32(-2.12194440e-4)
# 1.5 * 2^23: adding it rounds to a whole number, which then stands in the low bits.
_ROUNDER = np.float32(12582912.0)
_ONE = np.float32(1.0)
_HALF = np.float32(0.5)

_E5 = np.float32(1.9875691500e-4)
_E4 = np.float32(1.3981999507e-3)
_E3 = np.float32(8.3334519073e-3)
_E2 = np.float32(4.1665795894e-2)
_E1 = np.float32(1.6666665459e-1)
_E0 = np.float32(5.0000001201e-1)

_L8 = np.float32(7.0376836292e-2)
_L7 = np.float32(-1.1514610310e-1)
_L6 = np.float32(1.1676998740e-1)
_L5 = np.float32(-1.2420140846e-1)
_L4 = np.float32(1.4249322787e-1)
_L3 = np.float32(-1.6668057665e-1)
_L2 = np.float32(2.0000714765e-1)
_L1 = np.float32(-2.4999993993e-1)
_L0 = np.float32(3.3333331174e-1)

_SPLIT = np.int32(0x3F3504F3)  # the bits of sqrt(1/2)
_MANTISSA = np.int32(0x007FFFFF)
_BITS = np.int32(23)


@scalar
def _reduce(x):
    """Split x = n ln 2 + r; return the bits that hold n, r and exp(r) - 1."""
    shifted = x * _LOG2E + _ROUNDER
    n = shifted - _ROUNDER
    r = x - n * _LN2_HIGH
    r = r - n * _LN2_LOW
    p = _E5 * r + _E4
    p = p * r + _E3
    p = p * r + _E2
    p = p * r + _E1
    p = p * r + _E0
    return np.float32(shifted).view(np.int32), r, p * (r * r) + r


@scalar
def exp32(x):
    """Return exp(x) for a float32 x in [-87, 88]."""
    bits, _, q = _reduce(x)
    return np.int32(np.float32(q + _ONE).view(np.int32) + (bits << _BITS)).view(np.float32)


@scalar
def expm1_32(x):
    """Return exp(x) - 1 for a float32 x in [0, 88], without cancellation near zero."""
    bits, _, q = _reduce(x)
    scale = np.int32(np.float32(_ONE).view(np.int32) + (bits << _BITS)).view(np.float32)
    return scale * q + (scale - _ONE)


@scalar
def log32(x):
    """Return the natural logarithm of a positive, normal float32."""
    raw = np.int32(np.float32(x).view(np.int32) - _SPLIT)
    exponent = np.int32(raw >> _BITS)
    mantissa = np.int32((raw & _MANTISSA) + _SPLIT).view(np.float32)
    e = np.float32(exponent)
    f = mantissa - _ONE
    square = f * f
    p = _L8 * f + _L7
    p = p * f + _L6
    p = p * f + _L5
    p = p * f + _L4
    p = p * f + _L3
    p = p * f + _L2
    p = p * f + _L1
    p = p * f + _L0
    y = p * f * square
    y = y + e * _LN2_LOW
    y = y - _HALF * square
    return (f + y) + e * _LN2_HIGH


_LN2 = 0.6931471805599453
_LN2_HIGH64 = 0.693147180369123816490
_LN2_LOW64 = 1.90821492927058770002e-10
_ROUNDER64 = 1.5 * 2.0**52
_SPLIT64 = np.int64(0x3FE6A09E667F3BCD)  # the bits of sqrt(1/2)
_MANTISSA64 = np.int64(0x000FFFFFFFFFFFFF)
_BITS64 = np.int64(52)
_ONE64 = np.int64(0x3FF0000000000000)


@scalar
def log64(x):
    """Return the natural logarithm of a positive, normal float64."""
    raw = np.float64(x).view(np.int64) - _SPLIT64
    exponent = np.float64(raw >> _BITS64)
    mantissa = np.int64((raw & _MANTISSA64) + _SPLIT64).view(np.float64)
    t = (mantissa - 1.0) / (mantissa + 1.0)
    u = t * t
    p = u * (1.0 / 17.0) + 1.0 / 15.0
    p = p * u + 1.0 / 13.0
    p = p * u + 1.0 / 11.0
    p = p * u + 1.0 / 9.0
    p = p * u + 1.0 / 7.0
    p = p * u + 1.0 / 5.0
    p = p * u + 1.0 / 3.0
    p = p * u + 1.0
    return exponent * _LN2 + 2.0 * t * p


@scalar
def exp64(x):
    """Return exp(x) for a float64 x in [-700, 700]."""
    shifted = x * (1.0 / _LN2) + _ROUNDER64
    n = shifted - _ROUNDER64
    r = x - n * _LN2_HIGH64
    r = r - n * _LN2_LOW64
    p = r * (1.0 / 39916800.0) + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    scale = np.int64(_ONE64 + (np.int64(n) << _BITS64)).view(np.float64)
    return p * scale


@scalar
def power64(x, exponent):
    """Return x ** exponent for x >= 1, within a relative error of 1e-12."""
    return exp64(log64(x) * exponent)


@scalar
def log2_roughly(x):
    """Return the binary logarithm of a positive float64, at most 0.09 too small."""
    bits = np.float64(x).view(np.int64) - _ONE64
    return np.float64(bits) * 2.0**-52
