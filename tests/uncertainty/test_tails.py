"""Distribution functions against scipy."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.uncertainty.tails import normal_cdf, student_cdf


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.integers(1, 200))
def test_student(x: float, freedom: int) -> None:
    assert student_cdf(x, freedom) == pytest.approx(stats.t.cdf(x, freedom), abs=1e-12)


@settings(deadline=None)
@given(st.floats(-30, 30))
def test_normal(x: float) -> None:
    assert normal_cdf(x) == pytest.approx(stats.norm.cdf(x), rel=1e-9)
