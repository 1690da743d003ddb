"""Philox4x32-10: random words as a pure function of a key and a counter.

Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, section 3.3 and
table 2. The counter of a word is (draw group, name, attempt); see :mod:`simulator.kernels.normal`.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.jit import entry, kernel, scalar
from simulator.kernels.layout import BLOCK, GROUP, QUARTER

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint32(0x9E3779B9)
_W1 = np.uint32(0xBB67AE85)
_SHIFT = np.uint64(32)


@scalar
def _round(c0, c1, c2, c3, k0, k1):
    high_low_0 = _M0 * np.uint64(c0)
    high_low_1 = _M1 * np.uint64(c2)
    return (
        np.uint32(high_low_1 >> _SHIFT) ^ c1 ^ k0,
        np.uint32(high_low_1),
        np.uint32(high_low_0 >> _SHIFT) ^ c3 ^ k1,
        np.uint32(high_low_0),
    )


@scalar
def philox(c0, c1, c2, c3, k0, k1):
    """Return the four words of one counter: ten rounds, the key bumped by Weyl constants."""
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
    return _round(c0, c1, c2, c3, k0, k1)


@kernel
def fill_words(words, first_draw, stream, attempt, key):
    """Fill `words` (uint32, BLOCK) for the draws that start at `first_draw`, a multiple of GROUP.

    Draw d takes word (d mod 256) // 64 of counter (d div 256) * 64 + d mod 64: a pure function of
    d, written contiguously.
    """
    k0, k1 = np.uint32(key[0]), np.uint32(key[1])
    for group in range(BLOCK // GROUP):
        at = group * GROUP
        counter = (np.uint64(first_draw) + np.uint64(at)) >> np.uint64(2)
        # The lanes of a group never carry into the upper word: counters of a group are aligned.
        low, c1 = np.uint32(counter), np.uint32(counter >> _SHIFT)
        for lane in range(QUARTER):
            a, b, c, d = philox(
                np.uint32(low + np.uint32(lane)), c1, np.uint32(stream), np.uint32(attempt), k0, k1
            )
            words[at + lane] = a
            words[at + QUARTER + lane] = b
            words[at + 2 * QUARTER + lane] = c
            words[at + 3 * QUARTER + lane] = d


@entry
def philox_once(counter, key):
    """Return the words of a counter (uint32, 4) under a key (uint32, 2)."""
    return philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1])
