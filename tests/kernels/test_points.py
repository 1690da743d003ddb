"""Sobol' points, mirrored pairs and Latin hypercubes against their definitions and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from scipy.stats import qmc

from simulator.kernels import points
from simulator.kernels.jit import entry
from simulator.kernels.layout import BLOCK, PAD32
from simulator.uncertainty.sobol import BITS, direction_numbers

KEY = np.array([20230319, 7], np.uint32)
STREAMS = np.array([11, 22, 33, 44, 55], np.uint32)
NAMES = STREAMS.size


@entry
def fill(work, words, streams, first, key, sampler, numbers):
    points.sample_rows(work, words, streams, 0, streams.shape[0], first, key, sampler, numbers)


@entry
def invert(words, out):
    for k in range(words.shape[0]):
        out[k] = points.inverse_normal(words[k])


def scrambled(directions: np.ndarray) -> np.ndarray:
    numbers = np.zeros((points.REPLICATES, NAMES, BITS + 1), np.uint32)
    points.scramble(STREAMS, directions, KEY, np.zeros(BITS + 4, np.uint32), numbers)
    return numbers


NUMBERS = scrambled(direction_numbers(NAMES))


def sample(sampler: int, replicate: int, blocks: int, numbers: np.ndarray = NUMBERS) -> np.ndarray:
    """Return normals (names, draws) of one replicate, a block after the other."""
    found = []
    for block in range(blocks):
        work, words = np.zeros((NAMES, PAD32), np.float32), np.zeros(BLOCK, np.uint32)
        first = np.uint64((block * points.REPLICATES + replicate) * BLOCK)
        fill(work, words, STREAMS, first, KEY, sampler, numbers)
        found.append(work[:, :BLOCK])
    return np.concatenate(found, axis=1)


@entry
def fill_last(words, point, numbers):
    points.fill_points(words, point, numbers)


def test_the_last_points_use_all_bits() -> None:
    words, last, numbers = np.zeros(BLOCK, np.uint32), 2**32 - 128, NUMBERS[3, 1]
    fill_last(words, np.uint64(last), numbers)
    for lane in range(128):
        bits = [b for b in range(BITS) if (last + lane) >> b & 1]
        expected = np.bitwise_xor.reduce(numbers[bits]) ^ numbers[points.SHIFT]
        assert words[lane] == expected


def test_quantiles_agree_with_scipy_and_rise() -> None:
    ends = np.arange(5000, dtype=np.int64)
    middle = np.arange(0, 2**32, 65_537, dtype=np.int64)
    words = np.unique(np.concatenate([ends, 2**31 + ends - 2500, 2**32 - 1 - ends, middle]))
    out = np.zeros(words.size, np.float32)
    invert(words.astype(np.uint32), out)
    exact = special.ndtri((words + 0.5) / 2.0**32)
    assert np.max(np.abs(out / exact - 1)) < 6e-6
    assert np.all(np.diff(out) >= 0)
    assert np.array_equal(out[:2000], -out[:-2001:-1])


def test_direction_numbers_are_those_of_scipy() -> None:
    dimensions = 700
    numbers = direction_numbers(dimensions).astype(np.uint64)
    index = np.arange(64)
    mine = np.zeros((64, dimensions), np.uint64)
    for bit in range(6):
        mine ^= np.where((index >> bit & 1)[:, None] == 1, numbers[:, bit], np.uint64(0))
    theirs = qmc.Sobol(dimensions, scramble=False, bits=32).random(64) * 2.0**32
    assert np.array_equal(mine[index ^ (index >> 1)], theirs.astype(np.uint64))


@entry
def fill_words(words, point, numbers):
    points.fill_points(words, point, numbers)


@pytest.mark.parametrize("replicate", [0, 5, 15])
def test_a_scrambled_net_is_a_net(replicate: int) -> None:
    """2^m points: one in each of the 2^m intervals of every coordinate."""
    found = np.zeros((NAMES, 8, points.HALF), np.uint32)
    for name in range(NAMES):
        for block in range(8):
            start = np.uint64(block * points.HALF)
            fill_words(found[name, block], start, NUMBERS[replicate, name])
    words = found.reshape(NAMES, 1024) >> np.uint32(22)
    assert np.array_equal(np.sort(words, axis=1), np.broadcast_to(np.arange(1024), words.shape))
    # The first two coordinates are a (0, 2)-sequence in base 2: elementary boxes hold one point.
    for k in range(11):
        assert np.unique((words[0] >> (10 - k) << (10 - k)) + (words[1] >> k)).size == 1024


def test_replicates_differ_and_are_uniform() -> None:
    firsts = np.array([sample(points.SOBOL, r, 1)[:, 0] for r in range(points.REPLICATES)])
    assert np.unique(firsts).size == firsts.size
    assert stats.kstest(special.ndtr(firsts.ravel()), "uniform").pvalue > 1e-4


def test_names_without_a_coordinate_have_independent_normals() -> None:
    directions = direction_numbers(NAMES).copy()
    directions[3:] = 0
    numbers = scrambled(directions)
    some = sample(points.SOBOL, 2, 3, numbers)
    assert np.array_equal(some[:3], sample(points.SOBOL, 2, 3)[:3])
    independent = sample(points.MC, 2, 3, numbers)
    assert np.array_equal(some[3:], independent[3:])


@pytest.mark.parametrize("sampler", [points.SOBOL, points.ANTITHETIC])
def test_the_second_half_of_a_block_mirrors_the_first(sampler: int) -> None:
    normals = sample(sampler, 3, 2).reshape(NAMES, 2, 2, points.HALF)
    assert np.array_equal(normals[:, :, 0], -normals[:, :, 1])


def test_a_block_of_a_latin_hypercube_has_one_point_a_stratum() -> None:
    normals = sample(points.LATIN, 1, 40).reshape(NAMES, 40, BLOCK).astype(float)
    strata = normals.argsort(axis=2).argsort(axis=2)
    inside = special.ndtr(normals) * BLOCK - strata
    # Up to the error of the quantile, 6e-6 of a normal.
    assert inside.min() > -1e-3
    assert inside.max() < 1 + 1e-3
    # The orders are unrelated: rank correlations of pairs of names behave as chance lets them.
    pairs = np.array([
        np.corrcoef(strata[a, b], strata[c, b])[0, 1]
        for b in range(40) for a in range(NAMES) for c in range(a)
    ])  # fmt: skip
    assert abs(pairs.mean()) < 4.5 / np.sqrt((BLOCK - 1) * pairs.size)
    assert 0.8 < pairs.var() * (BLOCK - 1) < 1.25
    # And every lane meets every stratum.
    lane = strata[:, :, 7].ravel()
    assert stats.chisquare(np.histogram(lane, 8, (0, BLOCK))[0]).pvalue > 1e-4


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 2**32 - 1), min_size=4, max_size=4))
def test_mixing_a_byte_loses_none(words: list[int]) -> None:
    out = np.zeros(256, np.int64)
    mix(np.array(words, np.uint32).view(np.int32), out)
    assert np.array_equal(np.sort(out), np.arange(256))


@entry
def mix(words, out):
    for k in range(256):
        x = np.int32(k)
        for word in words:
            x = points.mix_byte(x, word)
        out[k] = x


@pytest.mark.parametrize("sampler", [points.ANTITHETIC, points.SOBOL, points.LATIN])
def test_linear_functions_have_almost_no_error(sampler: int) -> None:
    normals = sample(sampler, 4, 4).astype(float)
    assert np.all(np.abs(normals.mean(axis=1)) < 2e-3)
    assert np.all(np.abs(normals.var(axis=1) - 1) < (0.1 if sampler == points.ANTITHETIC else 0.02))
