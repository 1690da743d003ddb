"""The variance between estimates: published meta-analysis, closed forms, a maximised likelihood."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from simulator.uncertainty.heterogeneity import estimate

# BCG vaccine against tuberculosis, 13 trials: cases and the rest, vaccinated then control.
# G. A. Colditz et al., JAMA 271 (1994), 698-702, table 1.
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
    (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)  # fmt: skip


def log_relative_risks() -> tuple[list[list[float]], list[float]]:
    rows, variances = [], []
    for a, b, c, d in BCG:
        rows.append([math.log(a / (a + b)) - math.log(c / (c + d))])
        variances.append(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    return rows, variances


def pooled(rows: list[list[float]], variances: list[float], between: float) -> tuple[float, float]:
    w = [1 / (v + between) for v in variances]
    return sum(x * y[0] for x, y in zip(w, rows, strict=True)) / sum(w), math.sqrt(1 / sum(w))


@pytest.mark.parametrize(
    ("estimator", "between"), [("moments", 0.3088), ("reml", 0.3132), ("paule-mandel", 0.3181)]
)
def test_v15_bcg_trials(estimator: str, between: float) -> None:
    found = estimate(*log_relative_risks(), estimator=estimator)
    assert found.variance == pytest.approx(between, abs=1e-4)
    assert found.q == pytest.approx(152.23, abs=5e-3)
    assert found.freedom == 12


def test_v15_bcg_pooled_effect() -> None:
    rows, variances = log_relative_risks()
    found = estimate(rows, variances)
    assert 100 * found.inconsistency == pytest.approx(92.12, abs=5e-3)
    assert pooled(rows, variances, found.variance) == pytest.approx((-0.7141, 0.1787), abs=1e-4)
    likely = estimate(rows, variances, estimator="reml").variance
    assert pooled(rows, variances, likely) == pytest.approx((-0.7145, 0.1798), abs=1e-4)
    w = [1 / v for v in variances]
    typical = 12 * sum(w) / (sum(w) ** 2 - sum(x * x for x in w))
    assert 100 * likely / (likely + typical) == pytest.approx(92.22, abs=1e-2)


TRIALS = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.01, 1)), min_size=2, max_size=8
)


@settings(deadline=None)
@given(TRIALS, st.sampled_from(["moments", "paule-mandel", "reml"]))
def test_a_metric_is_a_scale_of_the_axes(
    trials: list[tuple[float, float, float]], estimator: str
) -> None:
    variances = [v for _, _, v in trials]
    scaled = estimate(
        [[2 * a, b / 3] for a, b, _ in trials], variances, metric=[0.25, 9.0], estimator=estimator
    )
    plain = estimate([[a, b] for a, b, _ in trials], variances, estimator=estimator)
    assert scaled.variance == pytest.approx(plain.variance, abs=1e-6, rel=1e-5)
    assert scaled.q == pytest.approx(plain.q, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(-2, 2), min_size=2, max_size=8), st.floats(0.01, 1))
def test_all_agree_when_precisions_are_equal(values: list[float], variance: float) -> None:
    rows = [[x] for x in values]
    expected = max(0.0, float(np.var(values, ddof=1)) - variance)
    for name in ("moments", "paule-mandel", "reml"):
        found = estimate(rows, [variance] * len(rows), estimator=name)
        assert found.variance == pytest.approx(expected, abs=1e-7)


@settings(deadline=None, max_examples=50)
@given(TRIALS)
def test_paule_mandel_solves_its_equation(trials: list[tuple[float, float, float]]) -> None:
    y = np.array([[a, b] for a, b, _ in trials])
    v = np.array([v for _, _, v in trials])

    def q(between: float) -> float:
        w = 1 / (v + between)
        return float((w * ((y - (w @ y) / w.sum()) ** 2).sum(1)).sum())

    found = estimate(y.tolist(), v.tolist(), estimator="paule-mandel").variance
    freedom = 2 * (len(trials) - 1)
    assert q(found) == pytest.approx(freedom, rel=1e-6) or (found == 0 and q(0) <= freedom)


@settings(deadline=None, max_examples=50)
@given(TRIALS)
def test_reml_is_a_maximum_of_its_likelihood(trials: list[tuple[float, float, float]]) -> None:
    y = np.array([[a, b] for a, b, _ in trials])
    v = np.array([v for _, _, v in trials])

    def minus_log(between: float) -> float:
        w = 1 / (v + between)
        rest = (w * ((y - (w @ y) / w.sum()) ** 2).sum(1)).sum()
        return float(-np.log(w).sum() + np.log(w.sum()) + rest / 2)

    found = estimate(y.tolist(), v.tolist(), estimator="reml").variance
    low, high = max(0.0, found - 0.02), found + 0.02
    best = minimize_scalar(minus_log, bounds=(low, high), method="bounded")
    assert minus_log(found) <= best.fun + 1e-6
