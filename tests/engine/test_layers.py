"""Regional, district and turnout layers and the undecided, from a scenario to the draws.

Tolerances are 4.5 standard errors of the estimate itself; the seeds are fixed.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from benchmarks import reference
from simulator.engine.assumptions import name_assumptions
from simulator.engine.execute import Draws, draw, stream_key
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.run import run_loaded
from simulator.kernels.inputs import Layers
from simulator.scenario.load import load_text

DRAWS = 1 << 17
SIGMAS = 4.5


@cache
def compiled(text: str) -> Plan:
    # Independent draws, which the plain pipeline and the standard errors below are about.
    return replace(compile_plan(load_text(text).scenario), sampler="mc")


@cache
def drawn(text: str, draws: int = DRAWS) -> Draws:
    return draw(compiled(text), 7, 0, draws)


def frequency(hits: np.ndarray, exact: float) -> bool:
    """Tell whether a frequency agrees with its probability."""
    error = math.sqrt(exact * (1 - exact) / hits.size)
    return bool(abs(hits.mean() - exact) <= SIGMAS * error)


def mean(sample: np.ndarray, exact: float, slack: float = 0.0) -> bool:
    """Tell whether a mean agrees, up to its own standard error."""
    return bool(abs(sample.mean() - exact) <= SIGMAS * sample.std() / sample.size**0.5 + slack)


def spread(sample: np.ndarray, exact: float, slack: float = 0.0) -> bool:
    """Tell whether a variance agrees: its standard error is that of the mean of squares."""
    return mean((sample - sample.mean()) ** 2, exact**2, slack)


def logit(p: np.ndarray) -> np.ndarray:
    return np.log(p / (1 - p))


# --- districts ---------------------------------------------------------------------------------

NO_LIST = """schema: simseats/1
name: Districts
parties: {{a: 40%, b: 30%, c: 30%}}
tiers: {{district: {{seats: {seats}}}}}
electorate:
  registered: 1_000_000
  turnout: 50%
  regions: {{north: {{}}}}
  districts:
{districts}
uncertainty:
  kernel: fixed
  region: {{sd: 0, party_sd: {{a: {region}}}, tails: normal}}
  district: {{nominee_sd: {nominee}, independent_sd: {independent}, tails: normal}}
"""


def contests(candidates: list[list[str]], region: float, nominee: float, independent: float) -> str:
    districts = []
    for d, running in enumerate(candidates):
        districts.append(f"    d{d}:\n      region: north\n      candidates:")
        districts += [f"        - {{{one}}}" for one in running]
    return NO_LIST.format(
        seats=len(candidates), districts="\n".join(districts), region=region, nominee=nominee,
        independent=independent,
    )  # fmt: skip


@pytest.mark.parametrize("shift", [0.0, 0.15])
def test_t3_two_candidates_in_two_districts(shift: float) -> None:
    """Each by Phi; both by the bivariate normal, since they share the swing of the region."""
    region, own, other = 0.3, 0.2, 0.4
    text = contests(
        [["party: a, strength: 0.1", "name: x, strength: 0.0"],
         [f"party: a, strength: -0.2, shift: {shift}", "name: y, strength: 0.0"]],
        region, own, other,
    )  # fmt: skip
    seats = drawn(text).district_seats[:, 0]
    total = math.sqrt(region**2 + own**2 + other**2)
    z = np.array([0.1, -0.2 + shift]) / total
    rho = region**2 / total**2
    both = stats.multivariate_normal(cov=[[1, rho], [rho, 1]]).cdf(z)
    one = stats.norm.cdf(z)
    assert frequency(seats == 2, both)
    assert frequency(seats == 0, 1 - one.sum() + both)
    assert mean(seats, one.sum())


def test_t3_level_candidates() -> None:
    """At delta = 0 the bivariate normal has a closed form."""
    text = contests([["party: a, strength: 0", "name: x, strength: 0"]] * 2, 0.3, 0.2, 0.4)
    rho = 0.09 / (0.09 + 0.04 + 0.16)
    assert frequency(drawn(text).district_seats[:, 0] == 2, 0.25 + math.asin(rho) / (2 * math.pi))


def test_t4_several_candidates() -> None:
    """P(a wins) is an integral over its log-weight; two share one party's sign, one is free."""
    mu, sd = np.log([0.40, 0.35, 0.25]), np.array([0.25, 0.25, 0.5])
    text = contests(
        [["party: b, share: 40%", "party: c, share: 35%", "name: x, share: 25%"]], 0.0, 0.25, 0.5
    )
    seats = drawn(text).district_seats

    def density(x: float, a: int) -> float:
        others = [b for b in range(3) if b != a]
        return float(
            stats.norm.pdf(x, mu[a], sd[a]) * np.prod(stats.norm.cdf(x, mu[others], sd[others]))
        )

    exact = [integrate.quad(density, -8, 6, (a,), limit=200)[0] for a in range(3)]
    assert sum(exact) == pytest.approx(1.0, abs=1e-9)
    for entity, probability in zip((1, 2, 3), exact, strict=True):
        assert frequency(seats[:, entity] == 1, probability)


def test_t5_many_districts_with_one_common_factor() -> None:
    """The swing of the region is the factor: the whole distribution, and the known moments."""
    z, rho = np.linspace(-1.2, 1.6, 29), 0.4
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    exact = np.zeros(30)
    for g, w in zip(nodes, weights / weights.sum(), strict=True):
        pmf = np.ones(1)
        for p in stats.norm.cdf((z + math.sqrt(rho) * g) / math.sqrt(1 - rho)):
            pmf = np.convolve(pmf, [1 - p, p])
        exact += w * pmf
    k = np.arange(30)
    expected = float(exact @ k)
    sd = math.sqrt(exact @ k**2 - expected**2)
    assert (expected, sd) == (pytest.approx(16.2008, abs=5e-5), pytest.approx(5.7069, abs=5e-5))
    text = contests(
        [[f"party: a, strength: {x:.6f}", "name: x, strength: 0"] for x in z],
        math.sqrt(rho), math.sqrt(1 - rho), 0.0,
    )  # fmt: skip
    seats = drawn(text).district_seats[:, 0]
    assert mean(seats, expected)
    assert spread(seats, sd)
    for n in range(30):
        assert frequency(seats == n, exact[n])


# --- everything at once, against the plain pipeline ----------------------------------------------

FULL = """schema: simseats/1
name: Everything
parties: {{a: 45%, b: 30%, c: 15%, d: {{share: 10%, seats: false}}}}
tiers: {{list: {{seats: 40, threshold: 5%}}, district: {{seats: 5}}}}
electorate:
  registered: 3_000_000
  turnout: 55%
  regions:
    north: {{turnout: 48%, shares: {{a: 50%, b: 25%, c: 18%, d: 7%}}, shift: {{a: -0.1, d: 0.6}}}}
    south: {{registered: 1_700_000, shares: {{a: 38%, b: 40%, c: 10%, d: 12%}}}}
  districts:
    n1: {{region: north, turnout: 44%, candidates: [{{party: a, share: 40%, follows_nation: 0.5}},
         {{party: b, share: 38%, shift: 0.1}}, {{name: x, share: 22%}}]}}
    n2: {{region: north, candidates: [{{party: a, share: 30%, follows_region: 0}},
         {{party: d, share: 45%}}, {{party: c, share: 25%}}]}}
    s1: {{region: south, registered: 500_000, candidates: [{{party: b, share: 60%}},
         {{party: c, share: 40%}}]}}
    s2: {{region: south, turnout: 60%, candidates: [{{party: a, share: 30%}},
         {{party: b, share: 30%}}, {{name: y, share: 40%}}]}}
    s3: {{region: south, candidates: [{{party: b, share: 50%}}, {{party: a, share: 50%}}]}}
uncertainty:
  effective_sample: 300
  swing: {swing}
  region: {{sd: 0.1, party_sd: {{c: 0.2}}}}
  district: {{follows_region: 0.7}}
  turnout: {{support: {{a: 0.3}}, differential: {{a: 0.4, b: -0.3}}}}
"""
MIXED = "{logit: 0.25, softmax: 0.1, additive: 0.4, proportional: 25%}"


@pytest.mark.parametrize("swing", ["logit", "proportional", "additive", MIXED])
def test_draws_are_those_of_the_plain_pipeline(swing: str) -> None:
    plan = compiled(FULL.format(swing=swing))
    got = draw(plan, 7, 512, 4096)
    want = reference.simulate(
        plan.names, plan.nation, plan.regions, plan.contests, plan.law, plan.layers, 4096,
        reference.Named(512, stream_key(7)),
    )  # fmt: skip
    # A ballot or two fall on the other side of an edge in each of five cells.
    assert np.abs(got.votes - want.votes).max() <= 5 * (1 + 4e-6 * 700_000)
    assert np.abs(got.turnout - want.turnout).max() * 3e6 <= 5.5
    assert (got.list_seats != want.list_seats).any(axis=1).mean() < 2e-3
    assert (got.district_seats != want.district_seats).any(axis=1).mean() < 2e-3


shares = st.lists(st.integers(0, 8), min_size=4, max_size=4).filter(
    lambda parts: sum(parts) > 0 and parts[0] < sum(parts)
)
slopes = st.floats(-1.5, 1.5).map(lambda x: round(x, 3))


@given(shares, st.lists(slopes, min_size=4, max_size=4), st.integers(0, 300), st.integers(0, 300))
@settings(max_examples=12, deadline=None)
def test_any_mixture_is_that_of_the_plain_pipeline(
    parts: list[int], slope: list[float], sd: int, turnout: int
) -> None:
    names = ("softmax", "logit", "proportional", "additive")
    swing = ", ".join(f"{n}: {k / sum(parts):.12f}" for n, k in zip(names, parts, strict=True))
    last = 1 - sum(round(k / sum(parts), 12) for k in parts[:3])
    swing = swing.rsplit(" ", 1)[0] + f" {max(last, 0):.12f}"
    text = FULL.format(swing=f"{{{swing}}}").replace("a: -0.1, d: 0.6", f"a: {slope[0]}, d: 0.6")
    text = text.replace("a: 0.4, b: -0.3", f"a: {slope[1]}, c: {slope[2]}")
    text = text.replace("sd: 0.1, party_sd", f"sd: {sd / 1000}, party_sd").replace(
        "support: {a: 0.3}", f"district_sd: {turnout / 1000}, support: {{a: {slope[3] / 2}}}"
    )
    plan = compiled(text)
    got = draw(plan, 7, 512, 256)
    want = reference.simulate(
        plan.names, plan.nation, plan.regions, plan.contests, plan.law, plan.layers, 256,
        reference.Named(512, stream_key(7)),
    )  # fmt: skip
    assert np.abs(got.votes - want.votes).max() <= 5 * (1 + 4e-6 * 700_000)
    assert (got.votes >= 0).all()
    assert (got.votes.sum(axis=1) <= np.rint(got.turnout * 3e6)).all()
    assert (got.list_seats.sum(axis=1) == 40).all()
    assert (got.district_seats.sum(axis=1) == 5).all()


STILL = ("uncertainty:\n", "uncertainty:\n  kernel: fixed\n")


def still(text: str) -> str:
    """Return a scenario without any shock of shares or turnout; what is stated stays."""
    text = text.replace(*STILL).replace("sd: 0.1, party_sd: {c: 0.2}", "sd: 0")
    text = text.replace("{follows_region: 0.7}", "{sd: 0, nominee_sd: 0, independent_sd: 0}")
    return text.replace(
        "support: {a: 0.3}", "national_sd: 0, region_sd: 0, district_sd: 0, support: {a: 0.3}"
    )


@pytest.mark.parametrize("swing", ["logit", "proportional", "additive", MIXED])
def test_t10_without_shocks_the_baselines_vote(swing: str) -> None:
    """Stated levels remain: raked baselines times exp(shift), the turnout of each district."""
    plan = compiled(still(FULL.format(swing=swing)))
    got = draw(plan, 7, 0, 256)
    assert (got.votes == got.votes[0]).all()
    base = plan.regions.baseline.astype(np.float64)
    shift = np.array([[-0.1, 0, 0, 0.6], [0, 0, 0, 0]])
    share = base * np.exp(shift)
    share /= share.sum(axis=1, keepdims=True)
    cells = [(0, 650_000, 0.44), (0, 650_000, 0.48), (1, 500_000, 0.55), (1, 600_000, 0.60),
             (1, 600_000, 0.55)]  # fmt: skip
    votes = sum(people * turnout * share[r] for r, people, turnout in cells)
    assert got.votes[0] == pytest.approx(votes, abs=10)
    cast = sum(people * turnout for _, people, turnout in cells)
    assert got.turnout[0] * 3e6 == pytest.approx(cast, abs=5)
    # Regional shares are raked with the expected ballots of the districts, not of the region.
    ballots = np.zeros(2)
    for r, people, turnout in cells:
        ballots[r] += people * turnout
    assert ballots @ base / ballots.sum() == pytest.approx([0.45, 0.30, 0.15, 0.10], abs=1e-6)


NATION = """schema: simseats/1
name: Swings
parties: {{a: 55%, b: 30%, c: 15%}}
tiers: {{list: {{seats: 10}}}}
electorate:
  registered: 1_000_000_000
  turnout: 60%
  regions: {{north: {{{north}}}, south: {{{south}}}}}
uncertainty:
  effective_sample: 100
  tails: normal
  swing: {swing}
  region: {{sd: {sd}, party_sd: {party_sd}, baseline_sd: 0, tails: normal}}
  turnout: {{national_sd: 0, region_sd: 0}}
"""


def swinging(
    swing: str, north: str = "", south: str = "", sd: float = 0.0, party_sd: str = "{}"
) -> str:
    return NATION.format(swing=swing, north=north, south=south, sd=sd, party_sd=party_sd)


@pytest.mark.parametrize(
    "swing", ["logit", "proportional", "additive", "{logit: 50%, softmax: 0.5}"]
)
def test_regions_like_the_nation_follow_it_by_every_kernel(swing: str) -> None:
    votes, usual = drawn(swinging(swing), 4096).votes, drawn(swinging("softmax"), 4096).votes
    assert np.abs(votes - usual).max() < 2e-6 * 6e8


def test_additive_swing_returns_the_drawn_nation() -> None:
    """Points add up: with known turnout the regions together vote as the nation was drawn."""
    unlike = swinging("additive", "shares: {a: 40%, b: 40%, c: 20%}",
                      "shares: {a: 70%, b: 20%, c: 10%}")  # fmt: skip
    votes, usual = drawn(unlike, 4096).votes, drawn(swinging("softmax"), 4096).votes
    inside = (usual / usual.sum(axis=1, keepdims=True))[:, 2] > 0.06  # nobody is cut off at zero
    assert inside.mean() > 0.98
    assert np.abs(votes - usual)[inside].max() < 2e-6 * 6e8


def test_parties_may_swing_more_than_others() -> None:
    """log(a / b) of one region has variance sd_a^2 + sd_b^2, and so on for every pair."""
    text = swinging("softmax", sd=0.1, party_sd="{a: 0.05, c: 0.3}").replace(
        "effective_sample: 100", "kernel: fixed"
    )
    text = text.replace(", south: {}", "")
    votes = drawn(text).votes.astype(float)
    sd = np.array([0.05, 0.1, 0.3])
    for i, j in ((0, 1), (0, 2), (1, 2)):
        ratio = np.log(votes[:, i] / votes[:, j])
        assert spread(ratio, math.hypot(sd[i], sd[j]))


# --- turnout -----------------------------------------------------------------------------------

TURNOUT = """schema: simseats/1
name: Turnout
parties: {{a: 60%, b: 40%}}
tiers: {{list: {{seats: 9}}, district: {{seats: {seats}}}}}
electorate:
  registered: 1_000_000_000
  turnout: 45%
  regions: {{north: {{districts: {seats}}}}}
  field: {{nominees: [a], independents: 1, basis: invented}}
uncertainty:
  kernel: fixed
  region: {{sd: 0, baseline_sd: 0}}
  district: {{sd: 0}}
  turnout: {{national_sd: {nation}, region_sd: {region}, district_sd: {district}{more}}}
"""


def turning(seats: int, nation: float, region: float, district: float, more: str = "") -> str:
    return TURNOUT.format(seats=seats, nation=nation, region=region, district=district, more=more)


def test_turnout_of_a_district_adds_three_shocks() -> None:
    away = logit(drawn(turning(1, 0.15, 0.09, 0.2)).turnout) - math.log(0.45 / 0.55)
    assert mean(away, 0.0)
    assert spread(away, math.sqrt(0.15**2 + 0.09**2 + 0.2**2))


def test_turnout_of_a_region_is_the_mean_of_its_districts() -> None:
    """Two districts share the regional shock and have one each: moments by two integrals."""
    region, own = 0.3, 0.4
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    level = math.log(0.45 / 0.55)

    def turnout(shock: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(level + shock)))

    given = turnout(region * nodes[:, None] + own * nodes[None, :])
    first, second = given @ weights, given**2 @ weights
    exact_mean = float(weights @ first)
    product = float(weights @ first**2)
    exact_sd = math.sqrt((weights @ second + product) / 2 - exact_mean**2)
    found = drawn(turning(2, 0.0, region, own)).turnout
    assert mean(found, exact_mean)
    assert spread(found, exact_sd)


def test_district_turnout_has_its_default() -> None:
    text = turning(1, 0.0, 0.0, 0.07)
    assert np.array_equal(
        drawn(text).turnout, drawn(text.replace(", district_sd: 0.07", "")).turnout
    )
    assert spread(logit(drawn(text).turnout), 0.07)


def test_differential_turnout_moves_the_odds_by_gamma() -> None:
    """logit share = logit p + (gamma_a - gamma_b) (logit T - logit T0), in every single draw."""
    text = turning(1, 0.2, 0.1, 0.0, ", differential: {a: 0.5, b: -0.3}")
    found = drawn(text, 4096)
    away = logit(found.turnout) - math.log(0.45 / 0.55)
    share = found.votes[:, 0] / found.votes.sum(axis=1)
    assert logit(share) == pytest.approx(math.log(1.5) + 0.8 * away, abs=3e-6)


def test_turnout_shocks_alone_leave_shares_and_seats_alone() -> None:
    found = drawn(turning(2, 0.2, 0.1, 0.3), 4096)
    share = found.votes[:, 0] / found.votes.sum(axis=1)
    assert share == pytest.approx(np.full(4096, 0.6), abs=1e-6)
    assert (found.list_seats == found.list_seats[0]).all()


# --- nominees who follow in part -----------------------------------------------------------------


@pytest.mark.parametrize("pull", [0.0, 0.5, 1.0, 1.6])
def test_nominees_follow_the_region_as_far_as_they_are_told(pull: float) -> None:
    text = contests([["party: a, strength: 0.1", "name: x, strength: 0"]], 0.4, 0.2, 0.1)
    # The second contest has someone who never follows, so that all four share one compilation.
    text = text.replace("seats: 1", "seats: 2").replace(
        "    d0:",
        "    e:\n      region: north\n"
        "      candidates: [{party: b, share: 1%, follows_region: 0}]\n"
        "    d0:",
    )
    text = text.replace("{nominee_sd", f"{{follows_region: {pull}, nominee_sd")
    total = math.sqrt((pull * 0.4) ** 2 + 0.2**2 + 0.1**2)
    assert frequency(drawn(text).district_seats[:, 0] == 1, stats.norm.cdf(0.1 / total))


# --- undecided voters ----------------------------------------------------------------------------

UNDECIDED = """schema: simseats/1
name: Undecided
parties: {{a: 52%, b: 30%, c: 12%, d: 5%, e: 1%}}
tiers: {{list: {{seats: 100}}}}
electorate: {{registered: 1_900_000_000, turnout: 90%}}
uncertainty:
  {national}
  undecided: {{share: {share}, concentration: {concentration}}}
  turnout: {{national_sd: 0}}
"""
P = np.array([0.52, 0.30, 0.12, 0.05, 0.01])


def deciding(share: float, concentration: float, national: str = "kernel: fixed") -> str:
    return UNDECIDED.format(share=share, concentration=concentration, national=national)


@pytest.mark.parametrize(("u", "kappa"), [(0.08, 10), (0.5, 3), (0.9, 400)])
def test_undecided_moments_and_marginals(u: float, kappa: float) -> None:
    """(1 - u) p + u a with a ~ Dirichlet(kappa p): mean, covariance, Beta marginals."""
    votes = drawn(deciding(u, kappa)).votes
    share = votes / votes.sum(axis=1, keepdims=True)
    away = share - P
    exact = u**2 * (np.diag(P) - np.outer(P, P)) / (kappa + 1)
    products = away[:, :, None] * away[:, None, :]
    error = products.std(axis=0) / DRAWS**0.5
    assert (np.abs(products.mean(axis=0) - exact) <= SIGMAS * error + 1e-12).all()
    for i, p in enumerate(P):
        assert mean(share[:, i], p, slack=1e-7)
        late = (share[:, i] - (1 - u) * p) / u
        for x in stats.beta.ppf([0.02, 0.3, 0.5, 0.9, 0.998], kappa * p, kappa * (1 - p)):
            exact_tail = float(stats.beta.sf(x, kappa * p, kappa * (1 - p)))
            assert x < 1e-5 or frequency(late > x, exact_tail)


def test_undecided_add_to_the_national_error() -> None:
    """Var = V + u^2 E[s (1 - s)] / (kappa + 1), V that of the decided: exact with Dirichlet."""
    u, kappa, n = 0.3, 10, 200
    text = deciding(u, kappa, f"kernel: dirichlet\n  effective_sample: {n}")
    votes = drawn(text).votes
    share = votes / votes.sum(axis=1, keepdims=True)
    for i, p in enumerate(P):
        decided = p * (1 - p) / (n + 1)
        exact = decided + u**2 * (p * (1 - p) - decided) / (kappa + 1)
        assert mean(share[:, i], p, slack=1e-7)
        assert spread(share[:, i], math.sqrt(exact))


def test_undecided_beside_heavy_tails_as_in_the_plain_pipeline() -> None:
    """With numpy's own generator: means and variances agree within their standard errors."""
    text = deciding(0.3, 10, "effective_sample: 100")
    plan, votes = compiled(text), drawn(text, 1 << 15).votes
    source = reference.Generated(np.random.Generator(np.random.PCG64(11)))
    want = reference.simulate(
        plan.names, plan.nation, plan.regions, plan.contests, plan.law, plan.layers, 1 << 15, source
    )
    one, two = (x / x.sum(axis=1, keepdims=True) for x in (votes, want.votes))
    for power in (1, 2):
        a, b = (one - P) ** power, (two - P) ** power
        error = np.sqrt((a.var(axis=0) + b.var(axis=0)) / (1 << 15))
        assert (np.abs(a.mean(axis=0) - b.mean(axis=0)) <= SIGMAS * error).all()


def test_nobody_undecided_is_no_layer_at_all() -> None:
    plan = compiled(deciding(0, 10))
    assert plan.layers.undecided is None
    assert plan.salt == compiled(deciding(0.5, 10)).salt == 0


def test_a_high_concentration_is_a_fixed_split() -> None:
    votes = drawn(deciding(0.5, 100_000), 4096).votes
    share = votes / votes.sum(axis=1, keepdims=True)
    assert np.abs(share - P).max() < 0.5 * 6 * math.sqrt(0.25 / 100_000)


# --- every assumption is named -------------------------------------------------------------------


def test_every_layer_is_named_with_its_origin() -> None:
    text = FULL.format(swing=MIXED).replace(
        "uncertainty:\n", "uncertainty:\n  undecided: {share: 8%}\n"
    )
    found = run_loaded(load_text(text + "simulation: {draws: 256}\n"), threads=1).facts.assumptions
    named = {a.about: (a.value, a.origin) for a in found}
    assert named["swing kernel"] == (
        "25% logit, 10% softmax, 40% additive, 25% proportional", "scenario"
    )  # fmt: skip
    assert named["regional swing of single parties"] == ("log-scale SD c 0.2", "scenario")
    assert named["shift in north"] == ("log-weight a -0.1, d +0.6", "scenario")
    assert named["district turnout"] == ("logit SD 0.07", "default")
    assert named["turnout level of districts"][0].startswith("stated for 2 of 5 districts")
    assert named["differential turnout"] == ("log-weight a logit a +0.4, b -0.3", "scenario")
    assert named["undecided voters"] == ("8% of the vote", "scenario")
    assert named["split of the undecided"][1] == "default"
    words = "follow their party: nation x 1, region x 0.7, where a candidate does not state it"
    assert named["nominees"] == (words, "scenario")
    stated = "nation x 0.5 for 1 of 11; region x 0 for 1 of 11"
    assert named["nominees who state it"] == (stated, "scenario")
    assert named["shifts of candidates"] == ("log-weight of 1 candidate", "scenario")


def test_fixed_turns_every_layer_off() -> None:
    text = turning(1, 0, 0, 0)
    text = text[: text.index("uncertainty:")] + "uncertainty: fixed\n"
    plan = compiled(text)
    assert plan.layers == Layers()


def test_tables_hold_the_same_as_the_long_form(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_text(
        "id,turnout,shift.a,shift.b\nnorth,48%,-0.1,\nsouth,,,0.2\n"
    )
    (tmp_path / "districts.csv").write_text("id,region,turnout\nn1,north,44%\ns1,south,\n")
    (tmp_path / "candidates.csv").write_text(
        "district,party,name,share,shift,follows_nation,follows_region\n"
        "n1,a,,60%,0.1,0.5,\nn1,,x,40%,,,\ns1,b,,50%,,,0\ns1,a,,50%,,,\n"
    )
    text = """schema: simseats/1
name: Tables
parties: {a: 60%, b: 40%}
tiers: {list: {seats: 9}, district: {seats: 2}}
electorate:
  registered: 1_000_000
  turnout: 55%
"""
    tables = "  regions: regions.csv\n  districts: districts.csv\n  candidates: candidates.csv\n"
    long = """  regions:
    north: {turnout: 48%, shift: {a: -0.1}}
    south: {shift: {b: 0.2}}
  districts:
    n1: {region: north, turnout: 44%, candidates: [{party: a, share: 60%, shift: 0.1,
         follows_nation: 0.5}, {name: x, share: 40%}]}
    s1: {region: south, candidates: [{party: b, share: 50%, follows_region: 0},
         {party: a, share: 50%}]}
"""
    assert load_text(text + tables, folder=tmp_path).scenario == load_text(text + long).scenario


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("", "", [("nominees", "follow their party: nation x 1, region x 1", "default")]),
        (
            "follows_nation: 0.5", "",
            [("nominees", "follow their party: nation x 1, region x 1, where a candidate does not "
              "state it", "default"), ("nominees who state it", "nation x 0.5 for 1 of 2",
              "scenario")],
        ),
        (
            "follows_nation: 0.5, follows_region: 1", "follows_nation: 0.8, follows_region: 1",
            [("nominees who state it", "nation x 0.5 to 0.8 for 2 of 2; region x 1 for 2 of 2",
              "scenario")],
        ),
    ],
)  # fmt: skip
def test_nominees_who_state_how_they_follow_are_no_default(
    first: str, second: str, expected: list[tuple[str, str, str]]
) -> None:
    text = f"""schema: simseats/1
name: Nominees
parties: {{a: 60%, b: 40%}}
tiers: {{list: {{seats: 9}}, district: {{seats: 1}}}}
electorate:
  registered: 1_000_000
  turnout: 55%
  districts:
    d1: {{candidates: [{{party: a, share: 50%, {first}}}, {{party: b, share: 30%, {second}}},
         {{name: x, share: 20%}}]}}
"""
    scenario = load_text(text.replace(", }", "}")).scenario
    found = [a for a in name_assumptions(scenario, compile_plan(scenario)) if "nominees" in a.about]
    assert [(a.about, a.value, a.origin) for a in found] == expected
