"""Chances of the threshold given everything but a list's own error, against slow twins."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, special, stats

from simulator.engine.chances import given_the_others, is_foreseeable
from simulator.engine.execute import draw, simulate
from simulator.engine.plan import compile_plan
from simulator.engine.run import run_loaded
from simulator.engine.sampler import stream_key
from simulator.kernels.chances import normal_cdf
from simulator.kernels.jit import entry
from simulator.kernels.normal import normals
from simulator.scenario.load import load, load_text

NATION = """schema: simseats/1
name: Nation
parties: {{tide: 55%, stone: 30%, brook: {share}%, none: {{share: {rest}%, seats: false}}}}
tiers: {{list: {{seats: 50, threshold: {{share: 5%, of: {base}}}}}}}
electorate: {{registered: 2_000_000_000, turnout: 50%}}
uncertainty: {{kernel: {kernel}, effective_sample: 400, tails: {tails}{more},
  turnout: {{national_sd: 0}}}}
simulation: {{sampler: {sampler}, draws: 32768}}
"""


def nation(
    share: float = 5.2, base: str = "valid", kernel: str = "angular", tails: str = "normal",
    sampler: str = "mc", more: str = "",
) -> str:  # fmt: skip
    return NATION.format(
        share=share, rest=round(15 - share, 3), base=base, kernel=kernel, tails=tails,
        sampler=sampler, more=more,
    )  # fmt: skip


@entry
def distribution(x, out):
    for k in range(x.shape[0]):
        out[k] = normal_cdf(x[k])


def test_the_normal_distribution_function() -> None:
    x = np.concatenate([np.linspace(-38, 38, 4001), [-7.0710678, 7.0710679, 0.0]])
    out = np.zeros(x.size)
    distribution(x, out)
    exact = special.ndtr(x)
    assert np.max(np.abs(out - exact)) < 2e-14
    tail = (x < -2) & (exact > 1e-280)
    assert np.max(np.abs(out[tail] / exact[tail] - 1)) < 1e-8


@pytest.mark.parametrize("base", ["valid", "party-votes"])
@pytest.mark.parametrize("tails", ["normal", "5"])
def test_one_country_in_closed_form(base: str, tails: str) -> None:
    """The chance of every draw by formula from its own normals, and their mean as the kernels'."""
    plan = compile_plan(load_text(nation(base=base, tails=tails)).scenario)
    draws, count = 4096, len(plan.options)
    freedom = plan.nation.freedom
    z = np.zeros((count + freedom, draws), np.float32)
    normals(plan.names.national[: count + freedom], np.uint64(0), stream_key(1), z)
    mix = np.sqrt((freedom - 2) / (z[count:] ** 2).sum(axis=0)) if freedom else np.ones(draws)
    ratio, slope = plan.nation.ratio[:, None], plan.nation.slope[:, None]
    weight = np.array([plan.shares[name] for name in plan.options])[:, None]
    weight = weight * ratio * np.maximum(0.03, 1 + slope * z[:count] * mix) ** 2
    tally = simulate(replace(plan, sampler="mc"), 1, 0, draws)
    parties = len(plan.parties)
    for p in range(parties):
        rivals = [k for k in range(count) if k != p and (base == "valid" or k < parties)]
        needed = 0.05 / 0.95 * weight[rivals].sum(axis=0)
        root = np.sqrt(needed / (plan.shares[plan.parties[p]] * plan.nation.ratio[p]))
        chance = special.ndtr(-(root - 1) / plan.nation.slope[p] / mix)
        found = tally.chance(p)
        assert found is not None
        assert found[0] == pytest.approx(chance.mean(), abs=2e-6)
        assert found[1] == pytest.approx(chance.std() / math.sqrt(draws), rel=1e-3, abs=1e-8)


def test_two_lists_in_closed_form() -> None:
    """Two lists at n = 400: P(share > t) by integrating over the other's normal."""
    text = """schema: simseats/1
name: Two
parties: {tide: 94.8%, brook: 5.2%}
tiers: {list: {seats: 50, threshold: 5%}}
electorate: {registered: 2_000_000_000, turnout: 50%}
uncertainty: {effective_sample: 400, tails: normal, turnout: {national_sd: 0}}
simulation: {sampler: sobol, draws: 32768}
"""
    found = run_loaded(load_text(text))
    nature = compile_plan(load_text(text).scenario).nation
    p, ratio, slope = (0.948, 0.052), nature.ratio.astype(float), nature.slope.astype(float)

    def given(z: float) -> float:
        other = p[0] * ratio[0] * max(0.03, 1 + slope[0] * z) ** 2
        root = math.sqrt(other * 0.05 / 0.95 / (p[1] * ratio[1]))
        return float(stats.norm.pdf(z) * stats.norm.sf((root - 1) / slope[1]))

    exact = integrate.quad(given, -9, 9)[0]
    foresight = found.clears("brook")
    assert foresight is not None
    assert abs(foresight.probability.value - exact) < 4.5 * foresight.probability.mcse + 1e-6
    assert abs(foresight.counted.value - exact) < 4.5 * foresight.counted.mcse
    assert foresight.probability.mcse < foresight.counted.mcse / 4


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ("tiers.list.threshold.of=party-votes",),
        ("tiers.list.threshold.of=electorate", "tiers.list.threshold.share=2.7%"),
        ("uncertainty.kernel=logit-normal", "uncertainty.exponent=0.5"),
        ("uncertainty.correlations={amanat+jsdp: -0.5, jsdp+baytaq: 0.4}",),
        ("uncertainty.turnout.differential={jsdp: 0.5}",),
    ],
    ids=["as it is", "party votes", "electorate", "logit", "correlated", "differential"],
)
def test_chances_agree_with_counting(changes: tuple[str, ...]) -> None:
    """Means of chances and counted draws, both sides of four standard errors of the difference."""
    found = run_loaded(load("scenarios/kazakhstan-2023.yaml", (*changes, "simulation.draws=32768")))
    for party in found.facts.parties:
        foresight = found.clears(party)
        assert foresight is not None
        counted, chance = foresight.counted, foresight.probability
        error = math.hypot(counted.mcse, chance.mcse)
        assert abs(counted.value - chance.value) < 4.5 * error
        assert foresight.draws == 32_768


def test_regions_against_bisection() -> None:
    """The factor that brings a list to the bar, by a root finder on votes that are re-made."""
    plan = replace(compile_plan(load("scenarios/kazakhstan-2023.yaml").scenario), sampler="mc")
    party = plan.parties.index("jsdp")
    base = draw(plan, 3, 0, 256)

    def passes(push: float) -> np.ndarray:
        """Whether the list passes when its own normal is moved to this value in every draw."""
        moved = plan.nation._replace(ratio=plan.nation.ratio.copy(), slope=plan.nation.slope.copy())
        # A slope of zero fixes the own error; the ratio then states the weight.
        moved.ratio[party] = plan.nation.ratio[party] * push
        moved.slope[party] = 0.0
        drawn = draw(replace(plan, nation=moved), 3, 0, 256)
        cast = np.rint(drawn.turnout * plan.law.electorate)
        return drawn.votes[:, party] * 20 >= cast

    factors = np.geomspace(0.4, 2.5, 200)
    found = np.array([passes(f) for f in factors])
    first = factors[found.argmax(axis=0)]
    assert factors[0] < first.min() < first.max() < factors[-1]
    # The mixing variable of each draw, from the normals behind the tails.
    count, freedom = len(plan.options), plan.nation.freedom
    tails = np.zeros((freedom, 256), np.float32)
    normals(plan.names.national[count : count + freedom], np.uint64(0), stream_key(3), tails)
    mix = np.sqrt((freedom - 2) / (tails**2).sum(axis=0))
    step = factors[1] / factors[0]

    def chance(factor: np.ndarray) -> np.ndarray:
        return special.ndtr(-(np.sqrt(factor) - 1) / plan.nation.slope[party] / mix)

    tally = simulate(plan, 3, 0, 256)
    estimate = tally.chance(party)
    assert estimate is not None
    assert chance(first).mean() - 1e-6 <= estimate[0] <= chance(first / step).mean() + 1e-6
    bar = np.rint(base.turnout * plan.law.electorate)
    assert estimate[2] == int((base.votes[:, party] * 20 >= bar).sum())


def test_normals_given_the_others() -> None:
    rng = np.random.default_rng(5)
    a = rng.normal(size=(4, 9))
    spread = a @ a.T
    scale = np.sqrt(np.diag(spread))
    correlation = spread / np.outer(scale, scale)
    pull, own = given_the_others(np.linalg.cholesky(correlation).tolist())
    for i in range(4):
        rest = [j for j in range(4) if j != i]
        inner = np.linalg.inv(correlation[np.ix_(rest, rest)])
        assert pull[i, rest] == pytest.approx(correlation[i, rest] @ inner)
        variance = 1 - correlation[i, rest] @ inner @ correlation[rest, i]
        assert own[i] == pytest.approx(math.sqrt(variance))


@pytest.mark.parametrize(
    "more",
    ["kernel: dirichlet", "kernel: additive", "kernel: fixed", "undecided: {share: 10%}"],
)
def test_no_chance_where_a_list_moves_the_others(more: str) -> None:
    kernel, extra = ("angular", f", {more}") if "undecided" in more else (more.split()[-1], "")
    tails = "normal"
    text = nation(kernel=kernel, tails=tails, more=extra)
    if kernel in ("dirichlet", "fixed"):
        text = text.replace(", tails: normal", "")
    if kernel == "fixed":
        text = text.replace(", effective_sample: 400", "")
    assert not is_foreseeable(compile_plan(load_text(text).scenario))


def test_the_smallest_chance_is_still_a_chance() -> None:
    """Far below one in a million, which counting never sees."""
    found = run_loaded(load_text(nation(share=0.8, sampler="sobol")))
    foresight = found.clears("brook")
    assert foresight is not None
    assert 0 < foresight.probability.value < 1e-6
    assert foresight.counted.value == 0
