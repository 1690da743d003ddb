"""Every sampler draws from the same model, states its own error rightly, and repeats its bytes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from simulator.engine.execute import draw, run_threads, shape_for, simulate
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.sampler import ROUND, SAMPLERS, whole_draws
from simulator.kernels.layout import BLOCK, CHUNK, REPLICATES
from simulator.results.summary import Summary, summarise
from simulator.results.tally import Tally
from simulator.scenario.load import load, load_text

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"
SEEDS = 50
SMALL = """schema: simseats/1
name: Small
parties: {tide: 38%, stone: 29.5%, leaf: 24%, brook: 5.2%, rest: {share: 3.3%, seats: false}}
tiers:
  list: {seats: 60, threshold: 5%}
  district: {seats: 6}
electorate:
  registered: 3_000_000
  turnout: 60%
  regions: {north: {districts: 2}, south: {districts: 4}}
  field:
    {nominees: [tide, stone], independents: 2, strength: -0.4, strength_sd: 0.2, basis: made up}
majorities: {majority: 34}
coalitions: {two: [stone, leaf]}
"""


@cache
def small(sampler: str) -> Plan:
    return replace(compile_plan(load_text(SMALL).scenario), sampler=sampler)


@cache
def flagship(sampler: str) -> Plan:
    return replace(compile_plan(load(FLAGSHIP).scenario), sampler=sampler)


ESTIMATES: dict[str, Callable[[Summary], tuple[float, float]]] = {
    "mean list seats": lambda s: (s.list[0].mean, s.list[0].mcse),
    "mean seats": lambda s: (s.total[0].mean, s.total[0].mcse),
    "enters": lambda s: (s.list[3].at_least(1).value, s.list[3].at_least(1).mcse),
    "majority": lambda s: (s.coalitions[0].at_least(34).value, s.coalitions[0].at_least(34).mcse),
    "largest": lambda s: (s.largest.at_least(30).value, s.largest.at_least(30).mcse),
}


@cache
def repeated(sampler: str) -> dict[str, np.ndarray]:
    """Return estimates and errors of many seeds, each (seeds, 2)."""
    plan = small(sampler)
    runs = [simulate(plan, seed, 0, 2 * ROUND) for seed in range(SEEDS)]
    found = {name: [] for name in [*ESTIMATES, "mean share"]}
    for tally in runs:
        summary = summarise(tally)
        for name, estimate in ESTIMATES.items():
            found[name].append(estimate(summary))
        found["mean share"].append((tally.moment(0)[0], tally.moment_error(0)))
    return {name: np.array(pairs) for name, pairs in found.items()}


@pytest.mark.parametrize("name", [*ESTIMATES, "mean share"])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_stated_errors_are_the_spread_of_seeds(sampler: str, name: str) -> None:
    values, errors = repeated(sampler)[name].T
    ratio = (SEEDS - 1) * values.var(ddof=1) / (errors**2).mean()
    # A chi-square of the spread; the mean of squared errors has its own, smaller spread.
    freedom = SEEDS * (REPLICATES - 1) if sampler != "mc" else 1e9
    low, high = stats.f.ppf([1e-5, 1 - 1e-5], SEEDS - 1, freedom) * (SEEDS - 1)
    assert low < ratio < high


@pytest.mark.parametrize("name", [*ESTIMATES, "mean share"])
@pytest.mark.parametrize("sampler", ["antithetic", "sobol", "lhs"])
def test_samplers_agree_with_independent_draws(sampler: str, name: str) -> None:
    values = repeated(sampler)[name][:, 0]
    plain = repeated("mc")[name][:, 0]
    error = math.sqrt((values.var(ddof=1) + plain.var(ddof=1)) / SEEDS)
    assert abs(values.mean() - plain.mean()) < 4.5 * error


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_same_bytes_in_any_order_and_on_any_number_of_threads(sampler: str) -> None:
    plan, draws = small(sampler), 3 * CHUNK + 2 * ROUND
    whole = simulate(plan, 5, 0, draws).canonical()
    for threads in (1, 3):
        tally, complete = run_threads(plan, 5, draws, threads)
        assert complete
        assert tally.canonical() == whole
    pieces = Tally(shape_for(plan))
    for start in range(draws - ROUND, -1, -ROUND):
        pieces.add(simulate(plan, 5, start, ROUND))
    assert pieces.canonical() == whole


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_run_counts_the_draws_that_are_shown(sampler: str) -> None:
    plan, draws = small(sampler), 2 * ROUND
    drawn, tally = draw(plan, 3, 0, draws), simulate(plan, 3, 0, draws)
    counts = tally.counts.list_seats
    own = np.arange(draws) // BLOCK % REPLICATES if sampler != "mc" else np.zeros(draws, int)
    for r in range(counts.shape[0]):
        for p in range(counts.shape[1]):
            seats = np.bincount(drawn.list_seats[own == r, p], minlength=counts.shape[2])
            assert np.array_equal(seats, counts[r, p])


@pytest.mark.parametrize("sampler", ["antithetic", "sobol", "lhs"])
@pytest.mark.parametrize("asked", [1, 4096, 4097, 100_000])
def test_draws_are_rounded_up_to_whole_replicates(sampler: str, asked: int) -> None:
    draws = whole_draws(sampler, asked)
    assert asked <= draws < 2 * max(asked, ROUND)
    assert draws % ROUND == 0
    if sampler == "sobol":
        assert (draws // ROUND).bit_count() == 1


def test_replicates_have_the_same_size_whatever_is_finished() -> None:
    """An interrupted run holds whole chunks, and a chunk has as many draws of each replicate."""
    assert CHUNK % ROUND == 0
    tally = simulate(small("sobol"), 1, 2 * CHUNK, CHUNK)
    assert tally.counts.largest.sum(axis=1).tolist() == [CHUNK // REPLICATES] * REPLICATES


def test_sobol_points_cut_the_variance_of_the_flagship() -> None:
    """Mean list seats by 8 at least, entry at the threshold by 4, with 8 192 points a replicate."""
    draws, seeds = REPLICATES * 8192, 6
    runs = [summarise(simulate(flagship("sobol"), seed, 0, draws)) for seed in range(seeds)]
    parties = flagship("sobol").parties
    amanat, jsdp = parties.index("amanat"), parties.index("jsdp")
    plain = [s.list[amanat].sd ** 2 / draws for s in runs]
    gain = np.mean(plain) / np.mean([s.list[amanat].mcse ** 2 for s in runs])
    chance = np.mean([s.list[jsdp].at_least(1).value for s in runs])
    entry = chance * (1 - chance) / draws
    entry /= np.mean([s.list[jsdp].at_least(1).mcse ** 2 for s in runs])
    # One-sided, at what 90 degrees of freedom allow around the true gains of about ten.
    slack = stats.f.ppf(1e-4, 1e9, seeds * (REPLICATES - 1))
    assert gain > 8 * slack
    assert entry > 4 * slack
