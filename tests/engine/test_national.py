"""Every form of the national error: a plain twin, closed forms, limits, permutations."""

from __future__ import annotations

import math
from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy import stats

from simulator.engine.execute import draw, run_threads, simulate, stream_key
from simulator.engine.plan import Plan, compile_plan
from simulator.kernels.layer import Additive, LogitNormal
from simulator.kernels.layout import CHUNK
from simulator.kernels.normal import normals
from simulator.scenario.load import load_text

SHARES = (0.5378, 0.1066, 0.0868, 0.0831, 0.0669, 0.0512, 0.0260, 0.0416)
P = np.array(SHARES)
DRAWS = 1 << 17
PAIRS = "correlations: {p0+p3: -0.4, p1+p2: 0.5, p1+p5: 0.2}"
# Figures made for the tests, no history: three rows a band.
PAST = {4: (-0.3, 0.05, 0.2), 10: (-0.15, 0.02, 0.1), 50: (-0.05, 0.0, 0.04)}
ROWS = ", ".join(f"{{share: {p}%, log_error: {e}}}" for p, errors in PAST.items() for e in errors)
ERRORS = f"errors: [{ROWS}]"


def scenario(uncertainty: str, shares: tuple[float, ...], order: list[int] | None = None) -> str:
    lines = ["schema: simseats/1", "name: National", "parties:"]
    lines += [f"  p{k}: {{share: {shares[k]}}}" for k in order or range(len(shares))]
    return "\n".join([*lines, "tiers: {list: {seats: 5}}", f"uncertainty: {uncertainty}", ""])


def plan_of(uncertainty: str, shares: tuple[float, ...] = SHARES) -> Plan:
    return compile_plan(load_text(scenario(uncertainty, shares)).scenario)


@cache
def shares_of(
    uncertainty: str, draws: int = DRAWS, shares: tuple[float, ...] = SHARES, seed: int = 8
) -> np.ndarray:
    votes = draw(plan_of(uncertainty, shares), seed, 0, draws).votes.astype(float)
    return votes / votes.sum(axis=1, keepdims=True)


def twin(plan: Plan, seed: int, draws: int) -> np.ndarray:
    """Return the shares of a plan in double precision, from the same named normals."""
    p = np.array([plan.shares[name] for name in plan.options])
    nation, layer = plan.nation, plan.nation.layer
    single = np.empty((plan.names.national.size, draws), np.float32)
    normals(plan.names.national, np.uint64(0), stream_key(seed), single)
    normal = single.T.astype(float)
    x = normal[:, : p.size]
    if nation.correlated:
        x = x @ nation.mixing.astype(float).T
    if nation.freedom:
        square = np.square(normal[:, p.size : p.size + nation.freedom]).sum(axis=1)
        x = x * np.sqrt((nation.freedom - 2) / square)[:, None]
    if isinstance(layer, LogitNormal):
        weight = p * np.exp(np.clip(layer.spread * x + layer.centre, -40, 40))
    elif isinstance(layer, Additive):
        moved = np.sqrt(p) * x / math.sqrt(plan.sample)
        weight = np.maximum(1e-6, p + moved - p * moved.sum(axis=1)[:, None])
    else:
        weight = p * np.exp([past_error(p[i], x[:, i]) for i in range(p.size)]).T
    return weight / weight.sum(axis=1, keepdims=True)


def past_error(p: float, x: np.ndarray) -> np.ndarray:
    """Return the error of a band at a uniform number: from the lowest row to the highest."""
    rows = np.sort(PAST[4 if p < 0.07 else 10 if p < 0.15 else 50])
    return rows[np.minimum((stats.norm.cdf(x) * rows.size).astype(int), rows.size - 1)]


@pytest.mark.parametrize(
    "uncertainty",
    [
        "{kernel: logit-normal, log_sd: 0.2}",
        f"{{kernel: logit-normal, exponent: 0.5, tails: normal, {PAIRS}}}",
        "{kernel: logit-normal, exponent: 0.5, center: none}",
        "{kernel: additive, tails: 4}",
        f"{{kernel: additive, effective_sample: 1000, tails: normal, {PAIRS}}}",
        f"{{kernel: bootstrap, {ERRORS}, {PAIRS}}}",
    ],
)
def test_every_draw_is_that_of_the_plain_twin(uncertainty: str) -> None:
    """Shares in single precision, cut into ten million ballots."""
    plan = plan_of(uncertainty)
    away = np.abs(shares_of(uncertainty, 4096) - twin(plan, 8, 4096)).max(axis=1)
    # A normal on the very edge of a band's rows may fall on the other side.
    assert np.quantile(away, 0.999) < 2e-6
    if "bootstrap" not in uncertainty:
        assert away.max() < 2e-5


def centred(p: np.ndarray) -> np.ndarray:
    return np.diag(p) - np.outer(p, p)


def correlated() -> np.ndarray:
    rho = np.eye(8)
    for i, j, value in ((0, 3, -0.4), (1, 2, 0.5), (1, 5, 0.2)):
        rho[i, j] = rho[j, i] = value
    return rho


MOVE = (np.eye(8) - np.outer(P, np.ones(8))) @ np.diag(np.sqrt(P))
TO_FIRST_ORDER = 0.006  # of the product of two standard deviations, at c = 0.01

COVARIANCES = {
    "{kernel: angular, effective_sample: 10_000, tails: normal}": (
        1e-4 * centred(P), TO_FIRST_ORDER),
    f"{{kernel: angular, effective_sample: 10_000, tails: normal, {PAIRS}}}": (
        1e-4 * MOVE @ correlated() @ MOVE.T, TO_FIRST_ORDER),
    "{kernel: logit-normal, exponent: 0.5, effective_sample: 10_000, tails: normal}": (
        1e-4 * centred(P), TO_FIRST_ORDER),
    f"{{kernel: logit-normal, exponent: 0.5, effective_sample: 10_000, tails: normal, {PAIRS}}}": (
        1e-4 * MOVE @ correlated() @ MOVE.T, TO_FIRST_ORDER),
    "{kernel: logit-normal, log_sd: 0.02, tails: normal}": (
        4e-4 * centred(P) @ centred(P), TO_FIRST_ORDER),
    "{kernel: additive, effective_sample: 2_500, tails: normal}": (4e-4 * centred(P), 0.0),
    "{kernel: additive, effective_sample: 10_000, tails: 12}": (1e-4 * centred(P), 0.0),
    f"{{kernel: additive, effective_sample: 2_500, tails: normal, {PAIRS}}}": (
        4e-4 * MOVE @ correlated() @ MOVE.T, 0.0),
    "{kernel: dirichlet-multinomial, effective_sample: 400, voters: 1_000}": (
        centred(P) * 1400 / (1000 * 401), 0.0),
    "{kernel: dirichlet-multinomial, effective_sample: 50, voters: 30}": (
        centred(P) * 80 / (30 * 51), 0.0),
}  # fmt: skip


@pytest.mark.parametrize("uncertainty", COVARIANCES)
def test_t2_mean_and_covariance(uncertainty: str) -> None:
    """Every entry within 5 standard errors of a mean of products, and what first order leaves."""
    exact, slack = COVARIANCES[uncertainty]
    got = shares_of(uncertainty, 4 * DRAWS) - P
    spread = np.sqrt(np.diag(exact))
    for i, j in product(range(8), repeat=2):
        products = got[:, i] * got[:, j]
        error = products.std() / math.sqrt(products.size)
        assert abs(products.mean() - exact[i, j]) < 5 * error + slack * spread[i] * spread[j]
    assert (np.abs(got.mean(axis=0)) < 4.5 * spread / math.sqrt(len(got)) + 1e-8).all()


@pytest.mark.parametrize(
    "uncertainty",
    [
        "{kernel: logit-normal, log_sd: 0.3, tails: normal}",
        "{kernel: logit-normal, exponent: 0.5}",
        f"{{kernel: logit-normal, exponent: 0.5, tails: 4, {PAIRS}}}",
        f"{{kernel: bootstrap, center: mean, {ERRORS}}}",
    ],
)
def test_means_are_kept_by_the_correction(uncertainty: str) -> None:
    """Errors far beyond first order; without the correction the means are off by many errors."""
    got = shares_of(uncertainty, 4 * DRAWS)
    error = got.std(axis=0) / math.sqrt(len(got))
    # Half an error for the fixed points, which are not the same as the whole distribution.
    assert (np.abs(got.mean(axis=0) - P) < 4.5 * error).all()
    bare = shares_of(uncertainty.replace("center: mean, ", "").replace("{k", "{center: none, k"))
    assert (np.abs(bare.mean(axis=0) - P) / bare.std(axis=0) > 0.01).any()


def test_errors_of_two_lists_have_exact_t_tails() -> None:
    """The logit of two lists moves by a t5 of known scale; so does an additive error."""
    shares, n = (0.4, 0.6), DRAWS
    share = shares_of("{kernel: logit-normal, log_sd: 0.1, center: none}", n, shares)[:, 0]
    moved = (np.log(share / (1 - share)) - math.log(0.4 / 0.6)) / (0.1 * math.sqrt(2))
    added = shares_of("{kernel: additive, effective_sample: 2500}", n, shares)[:, 0]
    for found in (moved, (added - 0.4) / (0.02 * math.sqrt(0.24))):
        for q in (0.001, 0.02, 0.3, 0.5, 0.9, 0.995):
            edge = stats.t.ppf(q, 5) * math.sqrt(3 / 5)
            assert abs((found <= edge).mean() - q) < 4.5 * math.sqrt(q * (1 - q) / n)


def test_correlation_of_two_lists_is_that_of_the_scenario() -> None:
    """The SD of their log-ratio is s sqrt(2 (1 - rho))."""
    text = "{kernel: logit-normal, log_sd: 0.1, tails: normal, correlations: {p0+p1: 0.6}}"
    share = shares_of(text, DRAWS, (0.4, 0.6))[:, 0]
    spread = np.log(share / (1 - share)).std()
    exact = 0.1 * math.sqrt(2 * 0.4)
    assert abs(spread / exact - 1) < 4 / math.sqrt(2 * DRAWS)


@pytest.mark.parametrize("kernel", ["additive", "logit-normal, exponent: 0.5"])
def test_many_degrees_of_freedom_are_nearly_normal(kernel: str) -> None:
    thin = shares_of(f"{{kernel: {kernel}, effective_sample: 2500, tails: 200}}", DRAWS, (0.4, 0.6))
    kurtosis = stats.kurtosis(thin[:, 0])
    assert abs(kurtosis - 6 / 196) < 5 * math.sqrt(24 / DRAWS)


@pytest.mark.parametrize(("p", "n", "voters"), [(0.052, 100, 40), (0.3, 20, 12), (0.052, 400, 900)])
def test_t1_a_sample_of_voters_is_beta_binomial(p: float, n: int, voters: int) -> None:
    """Counts of a list against the exact probabilities, by Pearson's chi-square."""
    text = f"{{kernel: dirichlet-multinomial, effective_sample: {n}, voters: {voters}}}"
    # Three lists, so that the count of the second is a binomial of a binomial.
    share = shares_of(text, DRAWS, (round(0.9 - p, 4), p, 0.1))[:, 1]
    found = np.rint(share * voters).astype(np.int64)
    assert np.abs(share * voters - found).max() < 1e-3
    expected = DRAWS * stats.betabinom.pmf(np.arange(voters + 1), voters, n * p, n * (1 - p))
    counts = np.bincount(found, minlength=voters + 1)
    kept = expected >= 5
    counts, expected = (np.append(x[kept], x[~kept].sum()) for x in (counts, expected))
    statistic = ((counts - expected) ** 2 / np.maximum(expected, 1e-9))[expected > 0.5].sum()
    assert stats.chi2.sf(statistic, (expected > 0.5).sum() - 1) > 1e-3


def test_bootstrap_takes_every_combination_of_rows_equally_often() -> None:
    """Three lists, one a band: 27 elections, each as likely as the others."""
    shares = (0.85, 0.1, 0.05)
    found = shares_of(f"{{kernel: bootstrap, {ERRORS}, bands: [7%, 15%]}}", DRAWS, shares)
    rows = np.array(list(product(PAST[50], PAST[10], PAST[4])))
    weight = np.array(shares) * np.exp(rows)
    possible = weight / weight.sum(axis=1, keepdims=True)
    away = np.abs(found[:, None, :] - possible[None]).max(axis=2)
    assert away.min(axis=1).max() < 1e-6
    counts = np.bincount(away.argmin(axis=1), minlength=27)
    assert stats.chisquare(counts).pvalue > 1e-3
    # And so the mean and the covariance are those of the 27.
    error = possible.std(axis=0) / math.sqrt(DRAWS)
    assert (np.abs(found.mean(axis=0) - possible.mean(axis=0)) < 4.5 * error).all()


FORMS = {
    "angular": "{kernel: angular}",
    "logit-normal": "{kernel: logit-normal, log_sd: 0.2}",
    "additive": "{kernel: additive}",
    "dirichlet": "{kernel: dirichlet}",
    "dirichlet-multinomial": "{kernel: dirichlet-multinomial, voters: 500}",
    "bootstrap": f"{{kernel: bootstrap, {ERRORS}}}",
}


@pytest.mark.parametrize("form", FORMS)
def test_t10_permuted_parties_give_permuted_results(form: str) -> None:
    """Draw by draw, as names stay with their parties; samples of voters only on average."""
    order = [3, 0, 7, 5, 1, 2, 6, 4]
    plan = compile_plan(load_text(scenario(FORMS[form], SHARES, order)).scenario)
    votes = draw(plan, 8, 0, 8192).votes.astype(float)
    found = (votes / votes.sum(axis=1, keepdims=True))[:, np.argsort(order)]
    straight = shares_of(FORMS[form], 8192)
    if form == "dirichlet-multinomial":
        error = np.sqrt((found.var(axis=0) + straight.var(axis=0)) / 8192)
        assert (np.abs(found.mean(axis=0) - straight.mean(axis=0)) < 4 * error).all()
    else:
        assert np.abs(found - straight).max() < 5e-6


@pytest.mark.parametrize("form", FORMS)
def test_t10_equal_parties_lead_equally_often(form: str) -> None:
    votes = draw(plan_of(FORMS[form], (0.1,) * 10), 9, 0, 40_960).votes
    # Equal shares are common in a sample, and cut to ballots that differ by one: a lot decides.
    lot = np.random.default_rng(1).random(votes.shape)
    first = np.bincount((votes + 100 * lot).argmax(axis=1), minlength=10) / 40_960
    assert np.abs(first - 0.1).max() < 4.5 * math.sqrt(0.09 / 40_960)


@pytest.mark.parametrize(
    "uncertainty",
    [
        "{kernel: logit-normal, log_sd: 0}",
        "{kernel: logit-normal, exponent: 0.5, effective_sample: 1_000_000_000_000_000}",
        "{kernel: additive, effective_sample: 1_000_000_000_000_000}",
        "{kernel: bootstrap, bands: [], errors: [{share: 10%, log_error: 0}]}",
    ],
)
def test_t10_no_error_is_the_expected_count(uncertainty: str) -> None:
    still = shares_of(uncertainty, 512)
    assert np.abs(still - shares_of("{kernel: fixed}", 512)).max() < 1e-6


def test_a_list_without_votes_never_rises_by_the_steepness_of_its_error() -> None:
    text = "{kernel: logit-normal, exponent: 0, tails: normal}"
    tiny = shares_of(text, DRAWS, (*SHARES, 0.0))[:, 8]
    # Its SD is held at one: five of them are a factor of 150, on one in a million.
    assert 1e-7 < tiny.mean() < 3e-6
    assert tiny.max() < 1e-3


@pytest.mark.parametrize("form", ["logit-normal", "additive", "dirichlet"])
def test_t10_a_list_with_next_to_no_votes_changes_nothing(form: str) -> None:
    """The floor of a share is one in a million, not zero."""
    less = shares_of(FORMS[form], 4096, (*SHARES, 0.0))[:, :8]
    away = np.abs(less - shares_of(FORMS[form], 4096))
    assert away.mean() < 3e-5
    assert away.max() < 2e-3


def test_threads_and_chunks_do_not_matter() -> None:
    plan = plan_of(FORMS["dirichlet-multinomial"])
    whole = simulate(plan, 1, 0, 2 * CHUNK + 300).canonical()
    tally, complete = run_threads(plan, 1, 2 * CHUNK + 300, 2)
    assert complete
    assert tally.canonical() == whole
