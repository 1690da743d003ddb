"""The pool of a scenario: chances against simulated shares, the basis of every default."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import simulator
from simulator.engine.plan import compile_plan
from simulator.engine.pollbasis import basis_of_pool
from simulator.engine.polling import passing, pool_polls
from simulator.scenario.load import load, load_text

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"
SCENARIO = """
schema: simseats/1
name: Chances
date: 2023-03-19
parties: {red: , blue: , green: , none: {seats: false}}
tiers: {list: {seats: 10, threshold: {share: 5%, of: BASE}}}
electorate: {registered: 1_000_000, turnout: 60%, invalid: 2%}
polls:
  - {pollster: One, n: 1000, days_before: 9, shares: {red: 52%, blue: 40%, green: 5.2%, none: 2.8%}}
"""


@pytest.mark.parametrize("base", ["party-votes", "valid", "ballots", "electorate"])
def test_chances_are_those_of_shares_with_the_covariance_of_the_pool(base: str) -> None:
    """Normal shares with covariance c^2 (diag p - p p') counted on the ballots of the law."""
    loaded = load_text(SCENARIO.replace("BASE", base))
    pool = pool_polls(loaded)
    p = np.array(list(pool.shares.values()))
    random, draws = np.random.default_rng(11), 200_000
    covariance = pool.total * (np.diag(p) - np.outer(p, p))
    shares = random.multivariate_normal(p, covariance, draws, method="eigh")
    bases = {"party-votes": shares[:, :3].sum(1), "valid": 1, "ballots": 1 / 0.98,
             "electorate": 1 / (0.98 * 0.6)}  # fmt: skip
    for k, (name, chance) in enumerate(passing(loaded.scenario, pool).items()):
        found = np.mean(shares[:, k] >= 0.05 * bases[base])
        error = np.sqrt(chance.normal * (1 - chance.normal) / draws)
        assert found == pytest.approx(chance.normal, abs=4 * error + 1e-5), name


def test_heavy_tails_have_the_same_variance() -> None:
    loaded = load_text(SCENARIO.replace("BASE", "valid"))
    pool = pool_polls(loaded)
    z = (pool.shares["green"] - 0.05) / pool.deviation("green")
    found = passing(loaded.scenario, pool)["green"]
    assert found.normal == pytest.approx(stats.norm.cdf(z))
    assert found.student == pytest.approx(stats.t.cdf(z * np.sqrt(5 / 3), 5))
    normal = SCENARIO.replace("BASE", "valid") + "uncertainty: {tails: normal}\n"
    assert passing(load_text(normal).scenario, pool)["green"].student is None


def test_without_a_threshold_nobody_needs_a_chance() -> None:
    loaded = load_text(SCENARIO.replace(", threshold: {share: 5%, of: BASE}", ""))
    assert passing(loaded.scenario, pool_polls(loaded)) == {}


def test_a_single_option_has_all_votes() -> None:
    text = SCENARIO.replace("red: , blue: , green: , none: {seats: false}", "red: ")
    text = text.replace("52%, blue: 40%, green: 5.2%, none: 2.8%", "100%")
    loaded = load_text(text.replace("BASE", "valid"))
    pool = pool_polls(loaded)
    assert pool.shares == {"red": 1.0}
    assert passing(loaded.scenario, pool)["red"].normal == 1.0
    assert pool.distance(pool.polls[0]) == 0.0


def test_the_plan_has_the_pool_of_the_scenario() -> None:
    loaded = load(FLAGSHIP)
    plan = compile_plan(loaded.scenario)
    assert plan.pool == simulator.pool_polls(FLAGSHIP) == pool_polls(loaded.scenario)
    assert plan.sample == plan.pool.sample
    assert plan.shares == plan.pool.shares


def test_a_scenario_without_polls_has_no_pool() -> None:
    with pytest.raises(simulator.InvalidScenario, match="no polls to pool"):
        simulator.pool_polls("scenarios/kazakhstan-2023-official.yaml")


def test_every_default_has_a_basis_until_the_scenario_sets_it() -> None:
    defaults = load_text(SCENARIO.replace("BASE", "valid"))
    found = {one.about: one for one in basis_of_pool(defaults.scenario, pool_polls(defaults))}
    assert {name for name, one in found.items() if one.origin == "default"} == {
        "pooling", "clusters", "pollsters", "prior", "drift", "shared bias", "tails",
    }  # fmt: skip
    for name in ("clusters", "prior", "drift", "shared bias", "tails"):
        assert found[name].basis, name
    text = SCENARIO.replace("BASE", "valid").replace("n: 1000,", "n: 1000, deff: 1.5,")
    text = text.replace("polls:\n", "polls:\n  pooling: local-level\n  items:\n") + (
        "uncertainty: {tails: 8, polls: {bias_n: 900, house_n: 4000, house_df: 5, "
        "house_estimator: reml, drift_per_day: 0.004}}\n"
    )
    given = load_text(text)
    assert {one.origin for one in basis_of_pool(given.scenario, pool_polls(given))} == {"scenario"}


@pytest.mark.parametrize("pooling", ["local-level", "effective-sample"])
def test_every_pooling_can_be_run(pooling: str) -> None:
    run = simulator.run(FLAGSHIP, draws=256, overrides={"polls.pooling": pooling})
    values = {one.about: one.value for one in run.facts.assumptions}
    words = {"local-level": "day by day", "effective-sample": "correlation 0.5"}
    assert words[pooling] in values["exit polls: pooled"]
    floor = values["exit polls: shared bias"]
    assert ("no floor" in floor) == (pooling == "effective-sample")
