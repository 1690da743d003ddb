"""Rare events by moved draws: closed forms, agreement with counting, no weight above five."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from simulator.engine import rare
from simulator.engine.plan import compile_plan
from simulator.engine.rare import estimate_rare, read_event
from simulator.scenario.load import load_text
from tests.engine.test_samplers import SMALL

TWO = """schema: simseats/1
name: Two
parties: {{tide: {tide}%, brook: {brook}%}}
tiers: {{list: {{seats: 50, threshold: 5%}}}}
electorate: {{registered: 2_000_000_000, turnout: 50%}}
uncertainty: {{effective_sample: 400, tails: {tails}, turnout: {{national_sd: 0}}}}
simulation: {{sampler: mc}}
"""


def text(brook: float, tails: str) -> str:
    return TWO.format(tide=100 - brook, brook=brook, tails=tails)


def exact(scenario: str) -> float:
    """Return P(share of brook >= 5%), integrating over the other normal and the tails."""
    nation = compile_plan(load_text(scenario).scenario).nation
    shares = compile_plan(load_text(scenario).scenario).shares
    weight = [shares[n] * float(r) for n, r in zip(shares, nation.ratio, strict=True)]
    slope, freedom = nation.slope.astype(float), nation.freedom

    def given(z: float, mix: float) -> float:
        other = weight[0] * max(0.03, 1 + slope[0] * z * mix) ** 2
        root = math.sqrt(other * 0.05 / 0.95 / weight[1])
        return float(stats.norm.pdf(z) * stats.norm.sf((root - 1) / slope[1] / mix))

    def inside(mix: float) -> float:
        return integrate.quad(given, -8, 8, (mix,), limit=200)[0]

    if freedom == 0:
        return inside(1.0)
    # By quantiles of the chi-square: 400 of equal probability, the middle of each.
    levels = np.concatenate([np.geomspace(1e-9, 1e-2, 400), np.linspace(1e-2, 1, 401)[1:]])
    middle = (levels[1:] + levels[:-1]) / 2
    mixes = np.sqrt((freedom - 2) / stats.chi2.ppf(middle, freedom))
    return float(np.diff(levels) @ np.array([inside(mix) for mix in mixes]))


@pytest.mark.parametrize(("brook", "tails"), [(2.5, "normal"), (1.8, "normal"), (2.5, "5")])
def test_moved_draws_find_the_closed_form(brook: float, tails: str) -> None:
    scenario = text(brook, tails)
    found = estimate_rare(load_text(scenario), "enters.brook", draws=32_768)
    truth = exact(scenario)
    assert abs(found.probability.value - truth) < 4.5 * found.probability.mcse + 0.002 * truth
    # Ten times fewer draws at least for the same error.
    plain = math.sqrt(truth * (1 - truth) / found.draws)
    assert found.probability.mcse < plain / 3
    assert found.effective > 100


@pytest.mark.parametrize("event", ["enters.brook", "tide>=40", "tide<=20", "stone >= 22"])
def test_moved_draws_agree_with_counting(event: str) -> None:
    found = estimate_rare(load_text(SMALL), event, draws=16_384)
    error = math.hypot(found.probability.mcse, found.plain.mcse)
    assert abs(found.probability.value - found.plain.value) < 4.5 * error


def test_weights_average_one_and_stay_below_five() -> None:
    """Of the certain event every weight is kept: their mean is one."""
    plan = compile_plan(load_text(text(2.5, "5")).scenario)
    values = rare._moved(plan, 1, 1, 1.5, 0.75, 1 << 16, lambda drawn: drawn.votes[:, 0] >= 0)
    assert values.max() < 5
    assert abs(values.mean() - 1) < 4.5 * values.std() / 2**8


@pytest.mark.parametrize("event", ["", "enters.nobody", "tide>6", "independents>=2", "tide>=x"])
def test_what_is_no_event_says_what_is(event: str) -> None:
    plan = compile_plan(load_text(SMALL).scenario)
    with pytest.raises(ValueError, match=r"enters\.PARTY"):
        read_event(plan, event)


def test_an_error_without_normals_cannot_be_moved() -> None:
    scenario = SMALL + "uncertainty: {kernel: dirichlet, effective_sample: 300}\n"
    with pytest.raises(ValueError, match="no normals to move"):
        estimate_rare(load_text(scenario), "enters.brook")
