"""Pooling of polls: published figures, and the same algebra with whole matrices."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from simulator.uncertainty.polls import Poll, design_effect, house_variance, pool

NAMES = ["amanat", "auyl", "respublica", "aqjol", "qhp", "jsdp", "baytaq", "against_all"]
EXIT_POLLS = (
    "53.46 10.52 8.90 7.87 6.25 5.31 3.22 4.47",
    "54.42 10.21 8.79 8.21 6.89 4.91 2.17 4.40",
    "53.33 11.26 8.33 8.87 6.93 5.12 2.51 3.65",
)
POOLED = "53.78 10.66 8.68 8.31 6.69 5.12 2.60 4.16"


def exit_polls(n: int = 30_000, deff: float = 1.0) -> list[Poll]:
    return [
        Poll(
            str(k),
            n,
            deff,
            0,
            {m: Fraction(x) / 100 for m, x in zip(NAMES, row.split(), strict=True)},
        )
        for k, row in enumerate(EXIT_POLLS)
    ]


@pytest.mark.parametrize("deff", [1.0, 2.0, 4.0])
def test_v12_exit_polls_of_2023(deff: float) -> None:
    found = pool(exit_polls(deff=deff), bias_n=2000, house_n=3300, house_df=0, drift=0.0)
    assert 1 / found.pooled == pytest.approx(7966, rel=0.005)
    if deff == 1.0:
        assert found.q == pytest.approx(158.2, rel=0.005)
        assert found.house == pytest.approx(3.43e-4, rel=0.005)
        assert found.effective[0] == pytest.approx(2655, rel=0.005)
    assert found.sample == pytest.approx(1599, rel=0.005)
    for name, share in zip(NAMES, POOLED.split(), strict=True):
        assert 100 * found.shares[name] == pytest.approx(float(share), abs=0.006)


def test_the_prior_counts_as_its_degrees_of_freedom() -> None:
    between = house_variance(exit_polls())
    raw, freedom = between.variance, between.freedom
    found = pool(exit_polls(), bias_n=2000, house_n=3300, house_df=10, drift=0.0)
    assert freedom == 14
    assert found.house == pytest.approx((14 * raw + 10 / 3300) / 24)


def test_one_poll_has_the_prior_alone() -> None:
    found = pool(exit_polls()[:1], bias_n=400, house_n=3300, house_df=10, drift=0.0)
    assert found.house == pytest.approx(1 / 3300)
    assert found.total == pytest.approx(1 / 30_000 + 1 / 3300 + 1 / 400)


def test_drift_ages_a_poll() -> None:
    poll = exit_polls()[0]
    old = Poll("another", poll.n, poll.deff, 20, poll.shares)
    found = pool([poll, old], bias_n=2000, house_n=3300, house_df=10, drift=0.005)
    assert 1 / found.effective[1] - 1 / found.effective[0] == pytest.approx(20 * 0.005**2)


def test_t12_scalars_equal_matrices() -> None:
    """Precision-weighting with Sigma0 and its generalised inverse gives the scalar weights."""
    polls = [Poll(str(k), 500 * (k + 1), 1.5, 0, p.shares) for k, p in enumerate(exit_polls())]
    found = pool(polls, bias_n=2000, house_n=3300, house_df=0, drift=0.0)
    p = np.array([found.shares[n] for n in NAMES])
    sigma = np.diag(p) - np.outer(p, p)
    inverse = np.linalg.pinv(sigma)
    precisions = [inverse * w for w in found.effective]
    total = np.linalg.pinv(sum(precisions))
    assert np.allclose(total, found.pooled * sigma, atol=1e-12)
    logs = [np.log([float(poll.shares[n]) for n in NAMES]) for poll in polls]
    dense = np.linalg.pinv(sum(np.eye(8) * w for w in found.effective)) @ sum(
        w * v for w, v in zip(found.effective, logs, strict=True)
    )
    shares = np.exp(dense) / np.exp(dense).sum()
    assert np.allclose(shares, p, atol=1e-12)


def test_design_effect_of_the_flagship() -> None:
    assert design_effect(30_000, 200, 0.05) == pytest.approx(8.45)
    assert design_effect(1000, None, 0.05) == 1.0
