"""Binomials by counters: against the exact probabilities, and against plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.kernels.binomial import _STIRLING, ATTEMPTS, FEW, binomial_row
from simulator.kernels.jit import entry
from simulator.kernels.layout import BLOCK, GROUP, PAD64, QUARTER
from simulator.kernels.philox import philox_once

KEY = np.array([7, 2023], np.uint32)
STREAM = np.uint32(0x5EED)


@entry
def fill(scratch, words, first, stream, key):
    binomial_row(scratch, words, first, stream, key)


def sample(n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return one binomial for each pair; the count is a multiple of 256."""
    out = np.zeros(n.size)
    scratch, words = np.zeros((5, PAD64)), np.zeros(BLOCK, np.uint32)
    for start in range(0, n.size, BLOCK):
        scratch[1, :BLOCK], scratch[2, :BLOCK] = n[start : start + BLOCK], p[start : start + BLOCK]
        fill(scratch, words, np.uint64(start), STREAM, KEY)
        out[start : start + BLOCK] = scratch[3, :BLOCK]
    return out


def word(draw: int, attempt: int) -> int:
    """Return the word of a draw: (d mod 256) div 64 of counter (d div 256) 64 + d mod 64."""
    counter = (draw // GROUP) * QUARTER + draw % QUARTER
    four = philox_once(np.array([counter, 0, STREAM, attempt], np.uint32), KEY)
    return int(four[draw % GROUP // QUARTER])


def stirling(k: int) -> float:
    """Return ln k! less Stirling's approximation at k + 1, by the gamma function."""
    approximation = (k + 0.5) * math.log(k + 1) - (k + 1) + 0.5 * math.log(2 * math.pi)
    return math.lgamma(k + 1) - approximation


def log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def plain(n: int, p: float, draw: int) -> int:
    """Return what the kernel returns, in plain Python: inversion, else Hörmann's BTRS."""
    small = min(p, 1 - p)
    if n * small < FEW:
        u = word(draw, 0) / 2**32 + (word(draw, 1) + 0.5) / 2**64
        k, below = 0, 0.0
        while k < min(n, 110):
            below += math.comb(n, k) * small**k * (1 - small) ** (n - k)
            if u <= below:
                break
            k += 1
        return k if p <= 0.5 else n - k
    spread = math.sqrt(n * small * (1 - small))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * small
    for attempt in range(1, ATTEMPTS + 1):
        u = (word(draw, 2 * attempt) + 0.5) / 2**32 - 0.5
        v = (word(draw, 2 * attempt + 1) + 0.5) / 2**32
        side = 0.5 - abs(u)
        k = math.floor((2 * a / side + b) * u + n * small + 0.5)
        good = side >= 0.07 and v <= 0.92 - 4.2 / b
        if not good and 0 <= k <= n:
            mode = math.floor((n + 1) * small)
            height = (2.83 + 5.1 / b) * spread
            # The ratio of probabilities at k and at the mode, by the gamma function.
            ratio = log_choose(n, k) - log_choose(n, mode)
            ratio += (k - mode) * math.log(small / (1 - small))
            good = math.log(v * height / (a / side**2 + b)) <= ratio
        if good:
            return k if p <= 0.5 else n - k
    raise AssertionError("64 rejections")


def test_every_value_is_that_of_plain_python() -> None:
    """All sizes, both branches, both sides of one half."""
    generator = np.random.default_rng(3)
    n = np.rint(10 ** generator.uniform(0, 5, BLOCK))
    p = generator.uniform(0, 1, n.size) ** 3
    got = sample(n, p)
    expected = [plain(int(size), float(q), k) for k, (size, q) in enumerate(zip(n, p, strict=True))]
    assert np.array_equal(got, expected)


@pytest.mark.parametrize(
    ("n", "p"),
    [(1, 0.3), (12, 0.5), (19, 0.5), (30, 0.05), (25, 0.4), (40, 0.75), (1000, 0.009), (60, 0.2)],
)
def test_small_binomials_have_the_exact_probabilities(n: int, p: float) -> None:
    """Pearson's chi-square over the values that are expected at least five times."""
    draws = 1 << 17
    got = sample(np.full(draws, float(n)), np.full(draws, p)).astype(np.int64)
    expected = draws * stats.binom.pmf(np.arange(n + 1), n, p)
    counts = np.bincount(got, minlength=n + 1)
    kept = expected >= 5
    counts, expected = (np.append(x[kept], x[~kept].sum()) for x in (counts, expected))
    kept = expected > 0
    statistic = ((counts - expected)[kept] ** 2 / expected[kept]).sum()
    assert stats.chi2.sf(statistic, kept.sum() - 1) > 1e-3


@pytest.mark.parametrize(
    ("n", "p"), [(500, 0.1), (10_000, 0.5), (1_000_000, 0.97), (2_000_000_000, 0.3),
                 (2_000_000_000, 4e-9), (2_000_000_000, 1e-8)],
)  # fmt: skip
def test_large_binomials_have_the_exact_distribution(n: int, p: float) -> None:
    """The distribution function at five quantiles, within 4 standard errors."""
    draws = 1 << 16
    got = sample(np.full(draws, float(n)), np.full(draws, p))
    for q in (0.01, 0.2, 0.5, 0.8, 0.99):
        k = stats.binom.ppf(q, n, p)
        exact = stats.binom.cdf(k, n, p)
        error = math.sqrt(exact * (1 - exact) / draws)
        assert abs((got <= k).mean() - exact) < 4 * error + 1e-9


@given(st.integers(0, 2_000_000_000), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_values_are_whole_and_possible(n: int, p: float) -> None:
    got = sample(np.full(BLOCK, float(n)), np.full(BLOCK, p))
    assert np.array_equal(got, np.rint(got))
    assert got.min() >= 0
    assert got.max() <= n
    if p in (0.0, 1.0):
        assert (got == n * p).all()


def test_stirling_correction_is_that_of_the_gamma_function() -> None:
    assert [stirling(k) for k in range(10)] == pytest.approx(list(_STIRLING), abs=1e-14)
