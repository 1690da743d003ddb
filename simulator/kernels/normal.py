"""Standard normals by name: Box-Muller on the words of Philox, in single precision.

G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", Annals of
Mathematical Statistics 29 (1958). One word gives the radius, the other the angle: 30 bits a signed
angle in a quarter turn, one bit the sign of the radius, one bit swaps sine and cosine, so that no
quadrant logic and no division is needed. The largest possible value is 6.66.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.kernels.elementary import expm1_32, log32
from simulator.kernels.inputs import F32, U32
from simulator.kernels.jit import entry, kernel, scalar
from simulator.kernels.layout import BLOCK, GROUP, PAD32, QUARTER
from simulator.kernels.philox import fill_words

_HALF = np.float32(0.5)
_UNIT31 = np.float32(2.0**-31)
_MINUS_TWO = np.float32(-2.0)
_QUARTER_TURN = np.float32(math.pi / 4 * 2.0**-29)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_HELD = np.float32(40.0)

_S1 = np.float32(-1.6666654611e-1)
_S2 = np.float32(8.3321608736e-3)
_S3 = np.float32(-1.9515295891e-4)
_C1 = np.float32(4.166664568298827e-2)
_C2 = np.float32(-1.388731625493765e-3)
_C3 = np.float32(2.443315711809948e-5)


@scalar
def box_muller(first, second):
    """Turn two words into two independent standard normals."""
    u = (np.float32(np.int32(first >> np.uint32(1))) + _HALF) * _UNIT31
    radius = np.float32(math.sqrt(_MINUS_TWO * log32(u)))
    # The top bit becomes the sign of the radius, the next one the order of sine and cosine.
    radius = np.int32(
        np.float32(radius).view(np.int32) ^ np.int32(second & np.uint32(1 << 31))
    ).view(np.float32)
    angle = np.float32(np.int32(second << np.uint32(2)) >> np.int32(2)) * _QUARTER_TURN
    square = angle * angle
    sine = ((_S3 * square + _S2) * square + _S1) * square * angle + angle
    cosine = ((_C3 * square + _C2) * square + _C1) * square * square - _HALF * square + _ONE
    swap = -np.int32((second >> np.uint32(30)) & np.uint32(1))
    sine_bits = np.float32(sine).view(np.int32)
    cosine_bits = np.float32(cosine).view(np.int32)
    mixed = (sine_bits ^ cosine_bits) & swap
    return (
        radius * np.int32(cosine_bits ^ mixed).view(np.float32),
        radius * np.int32(sine_bits ^ mixed).view(np.float32),
    )


@kernel
def fill_normals(work, row, words, first_draw, stream, attempt, key):
    """Fill row `row` of `work` (float32, PAD32 wide) with the normals of one name."""
    fill_words(words, first_draw, stream, attempt, key)
    for group in range(BLOCK // GROUP):
        for half in range(2):
            at = group * GROUP + half * 2 * QUARTER
            for lane in range(QUARTER):
                z0, z1 = box_muller(words[at + lane], words[at + QUARTER + lane])
                work[row, at + lane] = z0
                work[row, at + QUARTER + lane] = z1


@kernel
def fill_uniforms(work, row, words, first_draw, stream, attempt, key):
    """Fill row `row` of `work` with uniforms in (0, 1]."""
    fill_words(words, first_draw, stream, attempt, key)
    for lane in range(BLOCK):
        word = words[lane]
        work[row, lane] = (np.float32(np.int32(word >> np.uint32(1))) + _HALF) * _UNIT31


@scalar
def heavy(z, rate, scale):
    """Return a unit-variance Student t value that is monotone in the normal z.

    D. L. Wallace, "Bounds on normal approximations to Student's and the chi-square distributions",
    Annals of Mathematical Statistics 30 (1959): t = sqrt(nu (exp(rate z^2) - 1)) with
    rate = ((8 nu + 3) / (8 nu + 1))^2 / nu; `scale` is nu - 2, which standardises the variance.
    Beyond 40 standard deviations the value is held, so that
    the exponential of a shock stays finite.
    """
    tail = min(_HELD, np.float32(math.sqrt(scale * expm1_32(rate * z * z))))
    sign = np.float32(z).view(np.int32) & np.int32(-2147483648)
    return np.int32(np.float32(tail).view(np.int32) | sign).view(np.float32)


@kernel
def fill_rows(work, at, words, streams, start, stop, first_draw, key):
    """Fill rows at, at + 1, ... of `work` with the normals of streams[start:stop]."""
    for name in range(start, stop):
        fill_normals(work, at + name - start, words, first_draw, streams[name], np.uint32(0), key)


@kernel
def thicken(work, start, stop, rate, scale):
    """Replace the normals of rows start to stop by Student t values of unit variance."""
    if scale > _ZERO:
        for row in range(start, stop):
            for lane in range(BLOCK):
                work[row, lane] = heavy(work[row, lane], rate, scale)


@entry
def _fill_all(streams, first_draw, key, out, work, words):
    for name in range(streams.shape[0]):
        for start in range(0, out.shape[1], BLOCK):
            fill_normals(
                work, 0, words, first_draw + np.uint64(start), streams[name], np.uint32(0), key
            )
            for lane in range(BLOCK):
                out[name, start + lane] = work[0, lane]


def normals(streams: U32, first_draw: np.uint64, key: U32, out: F32) -> None:
    """Write the normals of each name into out (names, draws).

    The first draw is a multiple of 256 and the number of draws a multiple of BLOCK.
    """
    if out.shape[1] % BLOCK or int(first_draw) % GROUP:
        raise ValueError(f"draws come in blocks of {BLOCK}")
    work, words = np.empty((1, PAD32), np.float32), np.empty(BLOCK, np.uint32)
    _fill_all(streams, first_draw, key, out, work, words)
