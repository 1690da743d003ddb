"""Logarithms, correlations and streams: the same on every machine, and right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.uncertainty.correlation import cholesky
from simulator.uncertainty.national import angular, correlation, wallace
from simulator.uncertainty.precise import exp, log, logit, sqrt
from simulator.uncertainty.streams import salt_for, stream, streams


@given(st.floats(1e-9, 1e9))
def test_elementary_functions_agree_with_the_platform(x: float) -> None:
    assert log(x) == pytest.approx(math.log(x), rel=1e-15, abs=1e-15)
    assert sqrt(x) == pytest.approx(math.sqrt(x), rel=1e-15)
    assert exp(log(x)) == pytest.approx(x, rel=1e-13)


def test_logit_of_a_half_is_zero() -> None:
    assert logit(0.5) == 0.0


@given(st.floats(0.0, 0.9), st.floats(-0.3, 0.3), st.integers(2, 6))
def test_cholesky_returns_the_correlation(within: float, across: float, size: int) -> None:
    blocs = ["a", "a", "b", None, "b", "a"][:size]
    across = max(across, -within)
    try:
        factor, _ = correlation(blocs, within, across)
    except ValueError:
        return
    matrix = factor.astype(float) @ factor.T.astype(float)
    assert np.allclose(np.diag(matrix), 1.0, atol=1e-6)
    assert matrix[0, 1] == pytest.approx(within, abs=1e-6)


def test_impossible_correlations_are_refused() -> None:
    with pytest.raises(ValueError, match="contradict"):
        cholesky([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])


def test_angular_keeps_the_sum_of_corrected_shares() -> None:
    shares = [0.5, 0.3, 0.15, 0.05]
    c = 0.05
    ratio, slope = angular(shares, c)
    corrected = ratio * np.array(shares, np.float32)
    assert corrected.sum() + 4 * c * c / 4 == pytest.approx(1 + 4 * c * c / 4, abs=1e-6)
    assert slope == pytest.approx(c / (2 * np.sqrt(corrected)), rel=1e-6)


def test_normal_tails_have_no_scale() -> None:
    assert wallace(0) == (0.0, 0.0)


def test_names_have_streams_of_their_own() -> None:
    names = [f"region/{k}/turnout" for k in range(5000)]
    salt = salt_for(names)
    assert len(set(streams(names, salt).tolist())) == 5000


def test_a_collision_is_separated_by_a_salt() -> None:
    seen: dict[int, str] = {}
    pair = None
    for k in range(200_000):
        name = f"x/{k}"
        if stream(name) in seen:
            pair = (seen[stream(name)], name)
            break
        seen[stream(name)] = name
    assert pair is not None
    assert salt_for(pair) > 0
