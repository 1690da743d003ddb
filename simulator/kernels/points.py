"""Normals that are not independent: Sobol' points, antithetic halves, Latin hypercubes.

Every sampler fills the same matrix of normals, one row a name and one lane a draw. Draws belong to
16 replicates in turn, block by block: block b is in replicate b mod 16. Replicates are independent
of each other and alike, so the spread of what they find is the error of their mean.

A block of Sobol' points holds 128 points of its replicate and their mirror images: the points
integrate what few names decide together, the mirror cancels what is odd in every name, however
many there are. On the flagship either alone cuts the variance of mean list seats by about seven,
both together by about ten.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.elementary import log32
from simulator.kernels.jit import entry, kernel, scalar
from simulator.kernels.layout import BLOCK, KEPT_LANE, REPLICATES
from simulator.kernels.normal import fill_normals, fill_rows
from simulator.kernels.philox import fill_words, philox

MC, ANTITHETIC, SOBOL, LATIN = 0, 1, 2, 3
ROUND = np.uint64(REPLICATES * BLOCK)
HALF = BLOCK // 2
HALF_BITS = 7
BITS = 32
SCRAMBLE = np.uint32(0xFFFFFFFF)  # the attempt that no draw ever makes
SHIFT = BITS  # column of a row of numbers that holds the digital shift

_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_HALF = np.float32(0.5)
_UNIT31 = np.float32(2.0**-31)
_TOP = np.int32(-2147483648)
_SCALE = np.float32(2.0 / 22.2)

_C12 = np.float32(-0.06754684448242188)
_C11 = np.float32(0.12007378786802292)
_C10 = np.float32(0.11732645332813263)
_C9 = np.float32(-0.313247948884964)
_C8 = np.float32(0.0705425813794136)
_C7 = np.float32(0.1192222312092781)
_C6 = np.float32(-0.032768364995718)
_C5 = np.float32(0.027854232117533684)
_C4 = np.float32(-0.13987940549850464)
_C3 = np.float32(0.272952139377594)
_C2 = np.float32(-0.5750021934509277)
_C1 = np.float32(2.3699324131011963)
_C0 = np.float32(4.477424144744873)


@scalar
def inverse_normal(word):
    """Return the standard normal quantile at (word + 1/2) / 2^32.

    With x = 2u - 1 the quantile is x f(w), w = -log(1 - x^2): M. Giles, "Approximating the erfinv
    function", GPU Computing Gems, Jade edition (2011), chapter 10. Here f is one minimax polynomial
    for all w, so that no lane needs a tail of its own; relative error below 5e-6. The distance to
    the nearer end is taken in whole numbers, which keeps the tails exact; the largest value is 6.3.
    """
    signed = np.int32(word ^ np.uint32(1 << 31))
    sign = signed & _TOP
    folded = np.int32(signed ^ (signed >> np.int32(31)))  # 0 is the middle, 2^31 - 1 an end
    away = (np.float32(folded) + _HALF) * _UNIT31
    near = (np.float32(np.int32(np.int32(2147483647) - folded)) + _HALF) * _UNIT31
    t = -log32(near * (_TWO - near)) * _SCALE - _ONE
    # Even and odd powers apart: two short chains instead of a long one.
    square = t * t
    even = _C12 * square + _C10
    odd = _C11 * square + _C9
    even = even * square + _C8
    odd = odd * square + _C7
    even = even * square + _C6
    odd = odd * square + _C5
    even = even * square + _C4
    odd = odd * square + _C3
    even = even * square + _C2
    odd = odd * square + _C1
    p = (even * square + _C0) + odd * t
    return np.int32(np.float32(p * away).view(np.int32) | sign).view(np.float32)


@kernel
def fill_points(words, point, numbers):
    """Fill half of `words` with 128 Sobol' points from number `point`, a multiple of 128.

    `numbers` has the 32 scrambled direction numbers of the coordinate and its digital shift. In
    natural binary order; the points of a complete power of two are the same as in Gray order.
    """
    base = np.uint32(numbers[SHIFT])
    rest, bit = point >> np.uint64(HALF_BITS), HALF_BITS
    while rest != np.uint64(0):
        if rest & np.uint64(1):
            base ^= numbers[bit]
        rest >>= np.uint64(1)
        bit += 1
    words[0] = base
    size = 1
    for bit in range(HALF_BITS):
        number = numbers[bit]
        for lane in range(size):
            words[size + lane] = words[lane] ^ number
        size *= 2


@scalar
def mix_byte(x, word):
    """Map 0..255 one to one onto itself: a key, an odd factor, a fold, all from one word."""
    mixed = np.int32(np.int32(x ^ (word >> np.int32(24))) * (word | np.int32(1))) & np.int32(255)
    return np.int32(mixed ^ (mixed >> np.int32(4)))


@kernel
def fill_latin(work, row, words, first_draw, stream, key):
    """Fill a row with one normal from each of 256 equally likely strata, in random order.

    The order is a random bijection of eight bits: four rounds of a key, an odd factor and a fold.
    """
    counter = np.uint64(first_draw) >> np.uint64(2)
    a, b, c, d = philox(
        np.uint32(counter), np.uint32(counter >> np.uint64(32)), np.uint32(stream), np.uint32(1),
        np.uint32(key[0]), np.uint32(key[1]),
    )  # fmt: skip
    fill_words(words, first_draw, stream, np.uint32(0), key)
    one, two, three, four = np.int32(a), np.int32(b), np.int32(c), np.int32(d)
    for lane in range(BLOCK):
        place = mix_byte(mix_byte(np.int32(lane), one), two)
        place = mix_byte(mix_byte(place, three), four)
        words[lane] = np.uint32(np.uint32(place) << np.uint32(24)) | np.uint32(
            words[lane] >> np.uint32(8)
        )
    for lane in range(BLOCK):
        work[row, lane] = inverse_normal(words[lane])


@kernel
def mirror(work, row):
    """Make the second half of a row the negative of the first: draws j and j + 128 are a pair."""
    for lane in range(HALF):
        work[row, HALF + lane] = -work[row, lane]


@kernel
def fill_one(work, row, words, first_draw, stream, key, sampler, numbers):
    """Fill a row with the normals of one name in the way of the sampler.

    A name without a coordinate (direction numbers 0) has independent normals.
    """
    if sampler == SOBOL and numbers[0] != np.uint32(0):
        fill_points(words, np.uint64(first_draw) // ROUND * np.uint64(HALF), numbers)
        for lane in range(HALF):
            work[row, lane] = inverse_normal(words[lane])
        mirror(work, row)
    elif sampler == LATIN:
        fill_latin(work, row, words, first_draw, stream, key)
    else:
        fill_normals(work, row, words, first_draw, stream, np.uint32(0), key)
        if sampler == ANTITHETIC:
            mirror(work, row)


@kernel
def sample_rows(work, words, streams, start, stop, first_draw, key, sampler, numbers):
    """Fill rows 0, 1, ... of `work` with the normals of streams[start:stop].

    `numbers` (replicates, streams, 33) is not read for independent draws.
    """
    if sampler == MC:
        fill_rows(work, 0, words, streams, start, stop, first_draw, key)
    else:
        own = numbers[replicate_of(first_draw)]
        for name in range(start, stop):
            fill_one(
                work, name - start, words, first_draw, streams[name], key, sampler, own[name]
            )  # fmt: skip


@kernel
def push_rows(work, push):
    """Stretch and move the normals of importance sampling; every fifth lane stays as it is.

    `push` (rows, 2) has factor and move of the first rows.
    """
    for row in range(push.shape[0]):
        factor, move = push[row, 0], push[row, 1]
        for lane in range(BLOCK):
            if lane % KEPT_LANE != 0:
                work[row, lane] = factor * work[row, lane] + move


@scalar
def replicate_of(first_draw):
    """Return the replicate to which the block of a draw belongs."""
    return (np.int64(first_draw) // BLOCK) % REPLICATES


@entry
def scramble(streams, directions, key, column, numbers):
    """Fill `numbers` (replicates, names, 33): scrambled direction numbers and digital shifts.

    Every direction number is multiplied by a random lower triangular matrix of bits with ones on
    the diagonal, one a name and replicate: J. Matousek, "On the L2-discrepancy for anchored boxes",
    Journal of Complexity 14 (1998), section 2.3. Names without a coordinate have directions 0 and
    keep zeros; `column` is scratch of 36 words.
    """
    for replicate in range(numbers.shape[0]):
        for name in range(streams.shape[0]):
            for k in range(0, BITS + 1, 4):
                column[k], column[k + 1], column[k + 2], column[k + 3] = philox(
                    np.uint32(k), np.uint32(replicate), streams[name], SCRAMBLE,
                    np.uint32(key[0]), np.uint32(key[1]),
                )  # fmt: skip
            for bit in range(BITS):
                top = np.uint32(1 << (BITS - 1 - bit))
                column[bit] = (column[bit] & np.uint32(top - np.uint32(1))) | top
            for j in range(BITS):
                direction, mixed = directions[name, j], np.uint32(0)
                for bit in range(BITS):
                    if direction & np.uint32(1 << (BITS - 1 - bit)):
                        mixed = np.uint32(mixed ^ column[bit])
                numbers[replicate, name, j] = mixed
            numbers[replicate, name, SHIFT] = column[BITS]
