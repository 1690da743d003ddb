"""Pooling of polls: published figures, and the same algebra with whole matrices."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.uncertainty.heterogeneity import estimate
from simulator.uncertainty.polls import house_variance, pool
from simulator.uncertainty.pooled import Poll, Pool, design_effect

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


@pytest.mark.parametrize(
    ("bias_n", "sample", "sd", "normal", "student", "amanat"),
    [
        (None, 7966, 0.25, 0.677, 0.710, 0.56),
        (2000, 1599, 0.55, 0.581, 0.599, 1.25),
        (400, 381, 1.13, 0.540, 0.549, 2.55),
    ],
)
def test_v12_what_follows_from_the_shared_bias(
    bias_n: float | None, sample: int, sd: float, normal: float, student: float, amanat: float
) -> None:
    """The chances are those of the arithmetic mean of the three polls, 5.113%."""
    found = pool(exit_polls(), bias_n=bias_n, house_n=3300, house_df=0, drift=0.0)
    assert found.sample == pytest.approx(sample, abs=1)
    mean = {n: float(sum(p.shares[n] for p in exit_polls()) / 3) for n in NAMES}
    deviation = {n: np.sqrt(found.total * p * (1 - p)) for n, p in mean.items()}
    assert 100 * deviation["jsdp"] == pytest.approx(sd, abs=0.006)
    assert 100 * deviation["amanat"] == pytest.approx(amanat, abs=0.006)
    z = (mean["jsdp"] - 0.05) / deviation["jsdp"]
    assert stats.norm.cdf(z) == pytest.approx(normal, abs=1e-3)
    assert stats.t.cdf(z * np.sqrt(5 / 3), 5) == pytest.approx(student, abs=1e-3)


def test_the_multinomial_estimate_is_the_scalar_one_on_whitened_shares() -> None:
    """Q of Pearson is the sum of K - 1 scalar Qs along orthonormal axes of Sigma0's inverse."""
    polls = [Poll(p.pollster, 800 * (k + 1), 1.3, 0, p.shares) for k, p in enumerate(exit_polls())]
    for estimator in ("moments", "paule-mandel", "reml"):
        found = house_variance(polls, estimator=estimator)
        w = np.array([1 / p.sampling for p in polls])
        x = np.array([[float(p.shares[n]) for n in NAMES] for p in polls])
        mean = w @ x / w.sum()
        values, axes = np.linalg.eigh(np.diag(mean) - np.outer(mean, mean))
        keep = values > 1e-12
        white = (x @ axes[:, keep]) / np.sqrt(values[keep])
        dense = estimate(white.tolist(), list(1 / w), estimator=estimator)
        assert (dense.q, dense.freedom) == (pytest.approx(found.q), found.freedom)
        assert dense.variance == pytest.approx(found.variance, rel=1e-6)


def test_v13_samples_added_up() -> None:
    """As the R package coalitions pools: 45,004 for three polls of 30,000 at a share of 53.74%."""
    found = pool(
        exit_polls(), bias_n=2000, house_n=3300, house_df=10, drift=0.005,
        pooling="effective-sample",
    )  # fmt: skip
    assert 100 * found.shares["amanat"] == pytest.approx(53.74, abs=0.005)
    assert found.sample == pytest.approx(45_004, abs=1)
    assert (found.bias, found.drift, found.house) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("correlation", "sample"), [(0.0, 4000), (1.0, 1000), (0.5, 1600)])
def test_equal_samples_add_up_in_closed_form(correlation: float, sample: int) -> None:
    """J polls of n at correlation r are worth J n / (1 + (J - 1) r)."""
    polls = [Poll(str(k), 1000, 1.0, 0, exit_polls()[0].shares) for k in range(4)]
    found = pool(
        polls, bias_n=400, house_n=1, house_df=0, drift=0.0, pooling="effective-sample",
        correlation=correlation,
    )  # fmt: skip
    assert found.sample == pytest.approx(sample)


def test_samples_are_added_up_of_the_newest_poll_of_each_pollster_alone() -> None:
    shares = exit_polls()[0].shares
    polls = [Poll(*facts, shares) for facts in (
        ("a", 1000, 1.0, 9), ("a", 1000, 1.0, 4), ("b", 1000, 1.0, 19), ("c", 3000, 1.0, 18),
    )]  # fmt: skip
    found = pool(polls, bias_n=400, house_n=1, house_df=0, drift=0.0, pooling="effective-sample")
    assert found.weights == pytest.approx((0.0, 0.25, 0.0, 0.75))


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


SHARES = [p.shares for p in exit_polls()]
POLLS = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.integers(200, 5000), st.integers(0, 25), st.sampled_from(SHARES)
    ),
    min_size=1, max_size=7,
)  # fmt: skip


def pool_plainly(polls: list[Poll], pooling: str, drift: float, house_n: float) -> Pool:
    """Pool with a house variance that is the prior alone, so that it is known."""
    return pool(polls, bias_n=None, house_n=house_n, house_df=10**9, drift=drift, pooling=pooling)


def dense_level(
    polls: list[Poll], day: int, house: float, drift: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance of opinion on a day by generalised least squares, whole matrices.

    Errors have the covariance (sampling + house + walk between the days) x Sigma0, singular, of all
    polls and options together; nothing is known of the level.
    """
    options = list(polls[0].shares)
    logs = np.array([np.log([float(p.shares[n]) for n in options]) for p in polls])
    logs -= logs.mean(1, keepdims=True)
    p = np.exp(logs[0]) / np.exp(logs[0]).sum()
    sigma = np.diag(p) - np.outer(p, p)
    away = np.array([poll.days - day for poll in polls])
    walk = np.minimum(abs(away[:, None]), abs(away)) * (np.sign(away[:, None]) == np.sign(away))
    same = np.array([[a.pollster == b.pollster for b in polls] for a in polls])
    errors = np.diag([poll.sampling for poll in polls]) + house * same + drift**2 * walk
    inverse = np.kron(np.linalg.inv(errors), np.linalg.pinv(sigma))
    design = np.kron(np.ones((len(polls), 1)), np.eye(len(options)))
    covariance = np.linalg.pinv(design.T @ inverse @ design, rcond=1e-9)
    return covariance @ design.T @ inverse @ logs.ravel(), covariance / np.trace(sigma)


@settings(deadline=None, max_examples=40)
@given(POLLS, st.sampled_from([0.0, 0.004, 0.02]), st.sampled_from([300.0, 3300.0]))
def test_t12_local_level_equals_dense_algebra(
    facts: list[tuple[str, int, int, dict[str, Fraction]]], drift: float, house_n: float
) -> None:
    """Filter, smoother, houses with several polls, drift after the last poll: on every day."""
    polls = [Poll(name, n, 1.0, days, shares) for name, n, days, shares in facts]
    found = pool_plainly(polls, "local-level", drift, house_n)
    if len({p.pollster for p in polls}) == 1:
        assert found.house == pytest.approx(1 / house_n)
    for day in found.path:
        mean, covariance = dense_level(polls, day.days, found.house, drift)
        assert np.trace(covariance) == pytest.approx(day.variance, rel=1e-6)
        assert np.array(day.logs) - np.mean(day.logs) == pytest.approx(mean, abs=1e-8)
    assert found.pooled + found.drift == pytest.approx(found.path[-1].variance)
    assert sum(found.weights) == pytest.approx(1.0)
    level = sum(
        w * np.log([float(x) for x in p.shares.values()])
        for w, p in zip(found.weights, polls, strict=True)
    )
    assert np.log(list(found.shares.values())) - level == pytest.approx(
        np.full(8, np.log(found.shares["amanat"]) - level[0])
    )


@settings(deadline=None, max_examples=40)
@given(POLLS, st.sampled_from([300.0, 3300.0]))
def test_t12_without_drift_local_level_is_precision_pooling(
    facts: list[tuple[str, int, int, dict[str, Fraction]]], house_n: float
) -> None:
    """Exactly, also where a pollster has several polls: the same level, weights, house effects."""
    polls = [Poll(name, n, 1.0, days, shares) for name, n, days, shares in facts]
    walk = pool_plainly(polls, "local-level", 0.0, house_n)
    weighed = pool_plainly(polls, "precision", 0.0, house_n)
    assert walk.total == pytest.approx(weighed.total)
    assert walk.weights == pytest.approx(weighed.weights)
    assert walk.shares == pytest.approx(weighed.shares)
    for name, effect in weighed.effects.items():
        assert walk.effects[name] == pytest.approx(effect, abs=1e-9)
    assert {day.variance for day in walk.path} == {walk.path[0].variance}


@settings(deadline=None, max_examples=40)
@given(POLLS, st.sampled_from([0.0, 0.004, 0.02]))
def test_the_mean_of_q_knows_that_opinion_moved(
    facts: list[tuple[str, int, int, dict[str, Fraction]]], drift: float
) -> None:
    """E Q = (K - 1) (trace W V - w' V w / sum w) over pollsters, V with the walk, whole matrices.

    So that the moments are unbiased: with variance t between pollsters, E Q grows by t times what
    it is divided by.
    """
    polls = [Poll(name, n, 1.0, days, shares) for name, n, days, shares in facts]
    names = list(dict.fromkeys(p.pollster for p in polls))
    w, age = np.array([1 / p.sampling for p in polls]), np.array([p.days for p in polls])
    member = np.array([[p.pollster == name for p in polls] for name in names])
    total = member @ w
    mean = member * w / total[:, None]
    errors = mean @ (np.diag(1 / w) + drift**2 * np.minimum(age[:, None], age)) @ mean.T
    expected = 7 * (total @ np.diag(errors) - total @ errors @ total / total.sum())
    found = house_variance(polls, drift=drift)
    assert found.chance == pytest.approx(expected, abs=1e-9)
    spread = total.sum() - total @ total / total.sum()
    if len(names) > 1:
        assert found.variance == pytest.approx(max(0.0, found.q - expected) / (7 * spread))


@settings(deadline=None, max_examples=40)
@given(POLLS, st.sampled_from([0.004, 0.02]), st.sampled_from([300.0, 3300.0]))
def test_the_error_of_precision_pooling_is_that_of_its_weights(
    facts: list[tuple[str, int, int, dict[str, Fraction]]], drift: float, house_n: float
) -> None:
    """w' V w with the whole covariance of the polls; never below that of the best weights."""
    polls = [Poll(name, n, 1.0, days, shares) for name, n, days, shares in facts]
    weighed = pool_plainly(polls, "precision", drift, house_n)
    w, age = np.array(weighed.weights), np.array([p.days for p in polls])
    same = np.array([[a.pollster == b.pollster for b in polls] for a in polls])
    errors = np.diag([p.sampling for p in polls]) + weighed.house * same
    errors = errors + drift**2 * np.minimum(age[:, None], age)
    assert weighed.total == pytest.approx(w @ errors @ w)
    assert weighed.total >= pool_plainly(polls, "local-level", drift, house_n).total * (1 - 1e-9)


def test_polls_of_one_pollster_are_not_independent() -> None:
    """However many polls it makes, what it errs in all of them stays."""
    many = [Poll("one", 1000, 1.0, 0, SHARES[0])] * 50
    for pooling in ("precision", "local-level"):
        found = pool_plainly(many, pooling, 0.005, 3300)
        assert found.total == pytest.approx(1 / 50_000 + 1 / 3300)


def test_what_happens_after_the_newest_poll_is_common_to_all() -> None:
    """Ten polls of one day tell no more of the days after it than one does."""
    polls = [Poll(str(k), 1000, 1.0, 30, SHARES[0]) for k in range(10)]
    walk, weighed = (
        pool_plainly(polls, pooling, 0.005, 3300) for pooling in ("local-level", "precision")
    )
    assert walk.drift == weighed.drift == pytest.approx(30 * 0.005**2)
    assert walk.total == pytest.approx(weighed.total)
    _, covariance = dense_level(polls, 0, weighed.house, 0.005)
    assert np.trace(covariance) == pytest.approx(weighed.total)


def test_a_known_bias_is_taken_out() -> None:
    plain, biased = exit_polls()[:1], exit_polls()[:1]
    weight = {n: float(x) * (np.exp(0.1) if n == "jsdp" else 1.0) for n, x in SHARES[0].items()}
    total = sum(weight.values())
    raised = {n: Fraction(w / total) for n, w in weight.items()}
    biased = [Poll("0", 30_000, 1.0, 0, raised, 0.0, {"jsdp": 0.1})]
    for pooling in ("precision", "local-level", "effective-sample"):
        known, unbiased = (
            pool(x, bias_n=2000, house_n=3300, house_df=10, drift=0.0, pooling=pooling)
            for x in (biased, plain)
        )
        assert known.shares == pytest.approx(unbiased.shares)
        assert known.distance(biased[0]) == pytest.approx(0.0, abs=1e-6)


def test_undecided_respondents_do_not_count() -> None:
    polls = [Poll("a", 1000, 2.0, 0, SHARES[0], 0.25), Poll("b", 500, 1.0, 0, SHARES[1], 0.0)]
    assert polls[0].sampling == pytest.approx(2.0 / 750)
    found = pool_plainly(polls, "precision", 0.0, 3300)
    assert found.undecided == pytest.approx(0.25 * found.weights[0])


def test_a_poll_at_its_usual_distance() -> None:
    """The root mean square of the distances of simulated polls from the truth is one."""
    random = np.random.default_rng(5)
    p = np.array([float(x) for x in SHARES[0].values()])
    truth = pool_plainly([Poll("t", 10**9, 1.0, 0, SHARES[0])], "precision", 0.0, 1e12)
    squares = []
    for counts in random.multinomial(1000, p, size=400):
        shares = {n: Fraction(int(c), 1000) for n, c in zip(NAMES, counts, strict=True)}
        squares.append(truth.distance(Poll("s", 1000, 1.0, 0, shares)) ** 2)
    assert np.mean(squares) == pytest.approx(1.0, abs=4 * np.std(squares) / 20)
