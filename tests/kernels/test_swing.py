"""Swing kernels against plain Python, one place at a time."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.kernels.layout import BLOCK, PAD32
from simulator.kernels.swing import (
    blend,
    normalise,
    share_out,
    shock_place,
    swing_additive,
    swing_logit,
    swing_proportional,
    swing_softmax,
)

OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": {"nnan", "ninf", "nsz"}}
KERNELS = ("softmax", "logit", "proportional", "additive")
K = 4


@numba.njit(**OPTIONS)
def follow(out, home, rows, raw, multiplier, share, swing, local, spread):
    """Fill out (4, K, lanes) with the shares by every kernel, and the mean of all four."""
    share_out(rows, raw, multiplier, share)
    normalise(home, raw)
    shock_place(rows, swing, local, 0, spread)
    swing_softmax(rows, home, share)
    blend(out[0], rows, raw, np.float32(1.0))
    blend(out[4], rows, raw, np.float32(0.25))
    swing_logit(rows, home)
    blend(out[1], rows, raw, np.float32(1.0))
    blend(out[4], rows, raw, np.float32(0.25))
    swing_proportional(rows, home, share)
    blend(out[2], rows, raw, np.float32(1.0))
    blend(out[4], rows, raw, np.float32(0.25))
    swing_additive(rows, home, share)
    blend(out[3], rows, raw, np.float32(1.0))
    blend(out[4], rows, raw, np.float32(0.25))


def kernels(
    home: np.ndarray, share: np.ndarray, multiplier: np.ndarray, shock: np.ndarray
) -> np.ndarray:
    """Return shares (5, lanes, K) of places (lanes, K)."""

    def rows(values: np.ndarray) -> np.ndarray:
        padded = np.ones((K, PAD32), np.float32)
        padded[:, : values.shape[0]] = values.T
        return padded

    out = np.zeros((5, K, PAD32), np.float32)
    # Half of the shock is the region's, half the place's own.
    own = rows(shock * 0.5)
    follow(
        out, rows(home), np.zeros((4 * K, PAD32), np.float32), np.zeros((2, PAD32), np.float32),
        rows(multiplier), share.astype(np.float32), own, own, np.float32(1.0),
    )  # fmt: skip
    return out[:, :, :BLOCK].transpose(0, 2, 1)[:, : home.shape[0]].astype(np.float64)


def plain(home: list[float], drawn: list[float], expected: list[float], shock: list[float]):  # type: ignore[no-untyped-def]
    """Return the shares of one place by every kernel, formula by formula."""

    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    def unit(values: list[float]) -> list[float]:
        return [value / sum(values) for value in values]

    four = list(zip(home, drawn, expected, shock, strict=True))
    return [
        unit([math.exp(math.log(h) + math.log(s) - math.log(p) + e) for h, s, p, e in four]),
        unit([1 / (1 + math.exp(-(logit(h) + logit(s) - logit(p) + e))) for h, s, p, e in four]),
        unit([h * s / p * max(0.03, 1 + e) for h, s, p, e in four]),
        unit([max(1e-6, h + s - p + h * e) for h, s, p, e in four]),
    ]


weights = st.lists(st.integers(1, 200), min_size=K, max_size=K)
shocks = st.lists(st.floats(-1.5, 1.5), min_size=K, max_size=K)


@given(st.lists(st.tuples(weights, weights, shocks), min_size=1, max_size=8), weights)
@settings(max_examples=60)
def test_every_kernel_is_its_formula(places: list[tuple], expected: list[int]) -> None:  # type: ignore[type-arg]
    p = np.array(expected) / sum(expected)
    home = np.array([np.array(h) / sum(h) for h, _, _ in places])
    drawn = np.array([np.array(s) / sum(s) for _, s, _ in places])
    shock = np.array([e for _, _, e in places])
    found = kernels(home, p, drawn / p * 1.7, shock)  # multipliers need not be normalised
    for lane in range(len(places)):
        want = plain(list(home[lane]), list(drawn[lane]), list(p), list(shock[lane]))
        # Differences of shares cancel in single precision: absolute error of some 2^-24.
        assert found[:4, lane] == pytest.approx(np.array(want), rel=2e-5, abs=2e-6)
        assert found[4, lane] == pytest.approx(np.mean(want, axis=0), rel=2e-5, abs=2e-6)
    assert found.sum(axis=2) == pytest.approx(1.0, abs=1e-5)
    assert (found > 0).all()


@given(weights, weights)
@settings(max_examples=30)
def test_nothing_moves_where_nothing_happens(home: list[int], expected: list[int]) -> None:
    """T10: s = p and e = 0 leave the baseline, by every kernel and by their mixture."""
    p, place = np.array(expected) / sum(expected), np.array([home]) / sum(home)
    found = kernels(place, p, np.ones((1, K)), np.zeros((1, K)))
    assert found[:, 0] == pytest.approx(np.tile(place, (5, 1)), abs=5e-7)


@given(weights, weights)
@settings(max_examples=30)
def test_a_place_like_the_nation_follows_it(drawn: list[int], expected: list[int]) -> None:
    """Where the baseline is the nation's, every kernel returns the drawn shares."""
    p, s = np.array(expected) / sum(expected), np.array([drawn]) / sum(drawn)
    found = kernels(p[None, :], p, s / p, np.zeros((1, K)))
    assert found[:, 0] == pytest.approx(np.tile(s, (5, 1)), abs=2e-6)


def test_a_party_that_falls_below_nothing_keeps_a_millionth() -> None:
    p = np.array([0.4, 0.3, 0.2, 0.1])
    s = np.array([[0.1, 0.6, 0.2, 0.1]])
    found = kernels(np.array([[0.05, 0.65, 0.2, 0.1]]), p, s / p, np.zeros((1, K)))
    additive = found[3, 0]
    assert additive[0] == pytest.approx(1e-6 / (1e-6 + 0.95 + 0.2 + 0.1), rel=1e-4)
    assert (found[:3, 0, 0] > 0.005).all()


def test_the_factor_of_proportional_swing_has_a_floor() -> None:
    p = np.full(K, 0.25)
    found = kernels(p[None, :], p, np.ones((1, K)), np.array([[-5.0, 0.0, 0.0, 0.0]]))
    assert found[2, 0, 0] == pytest.approx(0.03 / 3.03, rel=1e-5)
