"""Single-precision exponential and logarithm against the library functions in double precision."""

from __future__ import annotations

import math

import numba
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.kernels.elementary import exp32, expm1_32, log32

BOUND = 2.5e-7


@numba.njit(error_model="numpy")
def exp_of(x):
    out = np.empty_like(x)
    for i in range(x.size):
        out[i] = exp32(x[i])
    return out


@numba.njit(error_model="numpy")
def expm1_of(x):
    out = np.empty_like(x)
    for i in range(x.size):
        out[i] = expm1_32(x[i])
    return out


@numba.njit(error_model="numpy")
def log_of(x):
    out = np.empty_like(x)
    for i in range(x.size):
        out[i] = log32(x[i])
    return out


def worst(got: np.ndarray, exact: np.ndarray) -> float:
    """Return the largest relative error; where the exact value is zero, so is the other."""
    assert np.all(got[exact == 0] == 0)
    some = exact != 0
    return float(np.max(np.abs(got[some].astype(np.float64) / exact[some] - 1)))


def test_exp_on_a_grid() -> None:
    x = np.linspace(-87, 88, 1_000_001, dtype=np.float32)
    assert worst(exp_of(x), np.exp(x.astype(np.float64))) < BOUND


def test_exp_of_zero_is_one() -> None:
    assert exp_of(np.array([0.0, -0.0], np.float32)).tolist() == [1.0, 1.0]


def test_expm1_on_a_grid() -> None:
    """Small and large arguments: no cancellation near zero."""
    x = np.concatenate([np.geomspace(1e-30, 1, 500_001), np.linspace(0, 88, 500_001)])
    x = x.astype(np.float32)
    assert worst(expm1_of(x), np.expm1(x.astype(np.float64))) < BOUND


def test_log_on_a_grid() -> None:
    x = np.concatenate([np.geomspace(1.2e-38, 3e38, 500_001), np.linspace(0.5, 2, 500_001)])
    x = x.astype(np.float32)
    assert worst(log_of(x), np.log(x.astype(np.float64))) < BOUND


@given(st.floats(-87, 88, width=32))
def test_exp_anywhere(x: float) -> None:
    got = float(exp_of(np.array([x], np.float32))[0])
    assert abs(got / math.exp(x) - 1) < BOUND


@given(st.floats(0, 88, width=32, allow_subnormal=False, exclude_min=True))
def test_expm1_anywhere(x: float) -> None:
    got = float(expm1_of(np.array([x], np.float32))[0])
    assert abs(got / math.expm1(x) - 1) < BOUND


@given(st.floats(2.0**-126, 2.0**127, width=32, allow_subnormal=False))
def test_log_anywhere(x: float) -> None:
    got = float(log_of(np.array([x], np.float32))[0])
    exact = math.log(x)
    assert got == exact == 0 or abs(got / exact - 1) < BOUND
