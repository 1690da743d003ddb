"""Assumed irregularities: what operators add to a draw, and draws with every polling station.

Run with `pytest benchmarks --benchmark-enable`; the extra information holds the ratio, measured in
turns with the same scenario without them, and never a time. Chances of the threshold, which only a
scenario without operators estimates, are left out on both sides.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.engine.execute import run_once, shape_for
from simulator.engine.plan import Plan, compile_plan
from simulator.kernels.inputs import Record
from simulator.kernels.layout import BLOCK
from simulator.results.tally import Tally
from simulator.scenario.load import load

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"
SHIPPED = "scenarios/kazakhstan-2023-irregularities.yaml"
STATION = ("irregularities.operators.0.level=station",)
KLIMEK = (
    "electorate.stations={total: 10_233}",
    "irregularities={operators: [{id: k, kind: klimek, basis: benchmark, beneficiary: amanat, "
    "incremental: {beta: [2, 18]}, extreme: {beta: [1, 99]}, tiers: [list, district]}]}",
)

NO_RECORD = Record(np.zeros((0, 0), np.int64), np.zeros(0))


def simulate(plan: Plan, draws: int) -> int:
    """Count the first draws of a plan; return their number."""
    tally = Tally(shape_for(plan))
    run_once(plan, 1, 0, draws, tally, NO_RECORD)
    return tally.draws


def ratio(one: Plan, two: Plan, draws: int, rounds: int) -> float:
    """Return the shortest processor time of one over that of two, measured in turns."""
    times: dict[int, list[float]] = {0: [], 1: []}
    for _ in range(rounds):
        for number, plan in enumerate((one, two)):
            start = time.process_time()
            simulate(plan, draws)
            times[number].append(time.process_time() - start)
    return min(times[0]) / min(times[1])


def plan_of(path: str, *overrides: str) -> Plan:
    """Return the plan of a scenario with independent draws."""
    return replace(compile_plan(load(path, overrides).scenario), sampler="mc")


@pytest.mark.parametrize("case", ["klimek on both tiers", "three operators"])
def test_operators_by_district(benchmark: Any, case: str) -> None:
    """The flagship with operators against the flagship without."""
    plan = plan_of(SHIPPED) if case == "three operators" else plan_of(FLAGSHIP, *KLIMEK)
    draws, rounds = (32_768, 12) if benchmark.enabled else (BLOCK, 1)
    simulate(plan, BLOCK)
    benchmark.group = "irregularities"
    benchmark.extra_info["over the flagship"] = ratio(plan, plan_of(FLAGSHIP), draws, rounds)
    assert benchmark(simulate, plan, draws) == draws


def test_simulated_stations(benchmark: Any) -> None:
    """Every station of 10 233, with Klimek's operator in each of them."""
    plan = plan_of(SHIPPED, *STATION)
    stations = plan.distortion.stations.people.size if plan.distortion is not None else 0
    draws, rounds = (512, 5) if benchmark.enabled else (BLOCK, 1)
    simulate(plan, BLOCK)
    benchmark.group = "irregularities"
    benchmark.extra_info["stations"] = stations
    benchmark.extra_info["over the flagship"] = ratio(plan, plan_of(FLAGSHIP), draws, rounds)
    assert stations == 10_233
    assert benchmark(simulate, plan, draws) == draws
