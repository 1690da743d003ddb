"""The named normals: distribution, independence, addressing; and the heavy tails made of them."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest
from scipy import stats

from benchmarks.plans import streams, wallace
from simulator.kernels.normal import heavy, normals
from simulator.kernels.philox import philox_once

KEY = np.array([7, 11], np.uint32)
NAMES = streams(f"name/{i}" for i in range(8))
DRAWS = 1 << 17


def sample(names: np.ndarray = NAMES, first: int = 0, draws: int = DRAWS) -> np.ndarray:
    out = np.empty((names.size, draws), np.float32)
    normals(names, np.uint64(first), KEY, out)
    return out.astype(np.float64)


@numba.njit(error_model="numpy")
def heavy_of(z, rate, scale):
    out = np.empty_like(z)
    for i in range(z.size):
        out[i] = heavy(z[i], rate, scale)
    return out


def thick(z: np.ndarray, freedom: float) -> np.ndarray:
    rate, scale = wallace(freedom)
    out = heavy_of(z.astype(np.float32), np.float32(rate), np.float32(scale))
    return out.astype(np.float64)


@pytest.mark.parametrize(
    ("power", "moment", "variance"), [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)]
)
def test_moments(power: int, moment: float, variance: float) -> None:
    """Within 4.5 standard errors; the variance of z^n is (2n-1)!! - ((n-1)!!)^2 or (2n-1)!!."""
    z = sample()
    assert abs((z**power).mean() - moment) < 4.5 * math.sqrt(variance / z.size)


def test_distribution() -> None:
    """Kolmogorov's distance: sqrt(n) D exceeds 2.2 once in 8000 times."""
    z = sample().ravel()
    distance = stats.kstest(z, "norm").statistic
    assert distance * math.sqrt(z.size) < 2.2


@pytest.mark.parametrize("edge", [2.0, 3.0, 4.0])
def test_tails(edge: float) -> None:
    z = sample()
    for p, beyond in [(stats.norm.sf(edge), z > edge), (stats.norm.sf(edge), z < -edge)]:
        assert abs(beyond.sum() - z.size * p) < 4.5 * math.sqrt(z.size * p) + 1


def test_names_are_independent() -> None:
    """Neither values nor squares of two names are correlated."""
    z = sample()
    for rows in (z, z**2):
        correlation = np.corrcoef(rows) - np.eye(len(NAMES))
        assert np.abs(correlation).max() < 5 / math.sqrt(DRAWS)


@pytest.mark.parametrize("lag", [1, 2, 63, 64, 128, 192, 256])
def test_neighbouring_draws_are_independent(lag: int) -> None:
    """Draws 64 apart share the two words of one Box-Muller pair: the lag that could show it."""
    z = sample()
    for rows in (z, z**2 - 1):
        pairs = rows[:, lag:] * rows[:, :-lag]
        scale = rows.var()
        assert abs(pairs.mean()) < 4.5 * scale / math.sqrt(pairs.size)


def test_start_of_a_chunk_does_not_matter() -> None:
    whole = sample(draws=4096)
    for group in (1, 5, 15):
        assert np.array_equal(
            sample(first=256 * group, draws=256), whole[:, 256 * group :][:, :256]
        )


def test_position_of_a_name_does_not_matter() -> None:
    assert np.array_equal(sample(NAMES[::-1].copy(), draws=512)[::-1], sample(draws=512))


def test_beyond_32_bits_of_draws() -> None:
    far = 1 << 40
    assert not np.array_equal(sample(first=far, draws=256), sample(draws=256))


def test_value_of_a_draw() -> None:
    """Box and Muller in double precision on the two words of draws d and d + 64."""
    z = sample(draws=256)
    for d in (0, 17, 63):
        words = philox_once(np.array([d, 0, NAMES[2], 0], np.uint32), KEY)
        for pair in (0, 2):
            first, second = int(words[pair]), int(words[pair + 1])
            radius = math.sqrt(-2 * math.log(((first >> 1) + 0.5) / 2**31))
            radius *= -1 if second >> 31 else 1
            low = second & (2**30 - 1)
            angle = (low - 2**30 if low >= 2**29 else low) * math.pi / 4 / 2**29
            values = [radius * math.cos(angle), radius * math.sin(angle)]
            expected = values[::-1] if second >> 30 & 1 else values
            at = 64 * pair + d
            assert z[2, [at, at + 64]] == pytest.approx(expected, rel=5e-6, abs=1e-6)


@pytest.mark.parametrize("freedom", [3, 4, 5, 6, 10, 30])
def test_heavy_tails_have_unit_variance(freedom: int) -> None:
    """By quadrature; the transform is an approximation whose variance is 1 within 5 per cent."""
    z = np.linspace(-6.6, 6.6, 200_001)
    t = thick(z, freedom)
    variance = float(np.sum(t**2 * stats.norm.pdf(z)) * (z[1] - z[0]))
    assert variance == pytest.approx(1, abs=0.35 / freedom**1.2 + 0.005)


@pytest.mark.parametrize("freedom", [3, 5, 6, 30])
def test_heavy_tails_are_monotone_and_odd(freedom: int) -> None:
    z = np.linspace(0, 6.66, 20_001)
    t = thick(z, freedom)
    assert np.all(np.diff(t) >= 0)
    assert np.array_equal(thick(-z, freedom), -t)
    assert t[0] == 0


def test_heavy_tails_are_held() -> None:
    """Three degrees of freedom would reach thousands; a shock of forty is the most."""
    assert thick(np.array([6.66]), 3)[0] == 40.0


def test_heavy_tails_against_student() -> None:
    """Before the factor of unit variance: 2.577 at 1.96 and 5.59 at 3, for five degrees."""
    factor = math.sqrt(3 / 5)
    t = thick(np.array([1.96, 3.0]), 5) / factor
    assert t == pytest.approx([2.577, 5.59], abs=5e-3)
    z = np.linspace(-2.5, 2.5, 101)
    exact = stats.t.ppf(stats.norm.cdf(z), 5)
    assert thick(z, 5) / factor == pytest.approx(exact, rel=0.01, abs=1e-3)
