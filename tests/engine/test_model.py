"""The whole model against closed forms and against the official result."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import betainc

from simulator.engine.execute import draw
from simulator.engine.plan import compile_plan
from simulator.engine.run import run
from simulator.scenario.load import load_text

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"


def national(share: str, extra: str) -> str:
    rest = 100 - float(share.rstrip("%"))
    return f"""schema: simseats/1
name: Two lists
parties: {{small: {share}, large: {rest}%}}
tiers: {{list: {{seats: 1000, threshold: 5%}}}}
uncertainty: {extra}
simulation: {{draws: 200_000, seed: 4}}
"""


@pytest.mark.parametrize(
    ("share", "sample", "expected"),
    [
        ("5.2%", 100, 0.48221),
        ("5.2%", 400, 0.54567),
        ("5.2%", 2000, 0.64714),
        ("2.3%", 100, 0.0575698),
    ],
)
def test_t1_dirichlet_entry_is_a_beta_probability(share: str, sample: int, expected: float) -> None:
    p = float(share.rstrip("%")) / 100
    exact = 1 - betainc(sample * p, sample * (1 - p), 0.05)
    assert exact == pytest.approx(expected, abs=1e-5)
    text = national(share, f"{{kernel: dirichlet, effective_sample: {sample}}}")
    plan = replace(compile_plan(load_text(text).scenario), sampler="mc")
    draws = draw(plan, 4, 0, 204_800)
    votes = draws.votes.astype(float)
    passed = (votes[:, 0] / votes.sum(axis=1) >= 0.05).mean()
    error = math.sqrt(exact * (1 - exact) / 204_800)
    assert abs(passed - exact) < 4 * error
    assert (
        (draws.list_seats[:, 0] > 0) == (20 * draws.votes[:, 0] >= draws.votes.sum(axis=1))
    ).all()


@pytest.mark.parametrize("tails", ["normal", "5"])
@pytest.mark.parametrize("c", [0.01, 0.05])
def test_t2_covariance_of_the_angular_kernel(c: float, tails: str) -> None:
    shares = [0.5378, 0.1066, 0.0868, 0.0831, 0.0669, 0.0512, 0.0260, 0.0416]
    names = "\n".join(f"  p{k}: {{share: {s}}}" for k, s in enumerate(shares))
    text = f"schema: simseats/1\nname: Covariance\nparties:\n{names}\n"
    text += "tiers: {list: {seats: 5}}\n"
    text += f"uncertainty: {{effective_sample: {round(1 / c**2)}, tails: {tails}}}\n"
    plan = replace(compile_plan(load_text(text).scenario), sampler="mc")
    n = 16_384 * 50
    votes = draw(plan, 8, 0, n).votes.astype(float)
    found = votes / votes.sum(axis=1, keepdims=True)
    p = np.array(shares)
    expected = c * c * (np.diag(p) - np.outer(p, p))
    covariance = np.cov(found.T)
    # Fourth moments of t5 are large: the tolerance holds the standard error of a variance too.
    heavy = 1.0 if tails == "normal" else 3.0
    slack = (0.01 if c == 0.01 else 0.02) + 4 * heavy * math.sqrt(2 / n)
    assert np.abs(np.diag(covariance) / np.diag(expected) - 1).max() < slack
    error = np.sqrt(np.diag(covariance) / n)
    assert (np.abs(found.mean(axis=0) - p) < 4 * error + 2e-6).all()


def test_official_seats_lie_in_the_printed_regions() -> None:
    found = run(FLAGSHIP, draws=50_000)
    for name, seats in found.facts.official["seats"].items():
        assert seats in found.seats[name].region(0.9)
    for tier in ("list", "district"):
        for name, seats in found.facts.official[tier].items():
            assert seats in found.tier(tier)[name].region(0.9)


def test_turnout_of_the_flagship_is_near_the_official_one() -> None:
    found = run(FLAGSHIP, draws=16_384)
    turnout = found.turnout()
    assert turnout is not None
    assert turnout[0] == pytest.approx(0.5419, abs=0.01)
    assert found.regional_turnout()["almaty"][0] == pytest.approx(0.2582, abs=0.002)


def test_the_district_seats_are_calibrated_as_the_scenario_says() -> None:
    found = run(FLAGSHIP, draws=100_000)
    assert found.tier("district")["amanat"].mean == pytest.approx(22, abs=0.3)
    labels = {a.label: a.mean for a in found.facts.alternatives}
    assert labels["precedent of 2004"] == pytest.approx(29 * 35 / 67, abs=0.4)
    assert labels["weaker independents"] > 22 > labels["stronger independents"]


def test_mean_seats_of_many_seeds_scatter_as_their_error_says() -> None:
    means, errors = [], []
    for seed in range(30):
        found = run(FLAGSHIP, draws=2_000, seed=seed)
        means.append(found.seats["amanat"].mean)
        errors.append(found.seats["amanat"].mcse)
    spread = np.std(means, ddof=1)
    assert spread / np.mean(errors) == pytest.approx(1.0, abs=4 / math.sqrt(2 * 29))


def test_support_correlates_turnout_and_party() -> None:
    text = """schema: simseats/1
name: Leaning
parties: {a: 50%, b: 50%}
tiers: {list: {seats: 9}}
electorate:
  registered: 1_000_000
  turnout: 50%
  regions: {north: {}}
uncertainty:
  kernel: fixed
  region: {sd: 0.1, tails: normal, baseline_sd: 0}
  turnout: {national_sd: 0, region_sd: 0.2, support: {a: 0.6}}
"""
    draws = draw(replace(compile_plan(load_text(text).scenario), sampler="mc"), 3, 0, 51_200)
    share = draws.votes[:, 0] / draws.votes.sum(axis=1)
    found = np.corrcoef(share, draws.turnout)[0, 1]
    # The difference of two shocks has SD sqrt(2); only one of them leans.
    assert found == pytest.approx(0.6 / math.sqrt(2), abs=4 / math.sqrt(51_200))


def test_blocs_move_together() -> None:
    text = """schema: simseats/1
name: Blocs
parties:
  a: {share: 25%, bloc: left}
  b: {share: 25%, bloc: left}
  c: {share: 25%, bloc: right}
  d: {share: 25%, bloc: right}
tiers: {list: {seats: 9}}
"""
    votes = draw(
        replace(compile_plan(load_text(text).scenario), sampler="mc"), 3, 0, 51_200
    ).votes.astype(float)
    share = votes / votes.sum(axis=1, keepdims=True)
    matrix = np.corrcoef(share.T)
    assert matrix[0, 1] > 0 > matrix[0, 2]
