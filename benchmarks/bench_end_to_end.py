"""A chunk of the flagship on one core: kernels, plain pipeline, sum of the separate parts.

Run with `pytest benchmarks --benchmark-enable`; the ratio of two rows is the result, never a row.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import bench_kernels, reference
from benchmarks.plans import Plan, Runner, flagship
from simulator.kernels.layout import BLOCK, CHUNK


def draws_of(benchmark: Any) -> int:
    """Return the size of the chunk: short where the benchmark is only a smoke test."""
    return CHUNK if benchmark.enabled else 4 * BLOCK


def run_plain(plan: Plan, source: reference.Source, draws: int) -> int:
    """Run the plain pipeline and add up what a tally would count."""
    return sum(
        int(part.list_seats.sum()) for part in reference.simulate_in_chunks(*plan, draws, source)
    )


def test_kernels(benchmark: Any) -> None:
    """Count a chunk with the kernels, on one core."""
    runner, draws = Runner(flagship()), draws_of(benchmark)
    runner.run(0, BLOCK)
    benchmark.group = "flagship"
    benchmark.extra_info["draws"] = draws
    benchmark(runner.run, 0, draws)
    assert runner.counts.flags[0] >= draws


def test_plain_pipeline(benchmark: Any) -> None:
    """Simulate as many draws with the plain pipeline."""
    plan, draws = flagship(), draws_of(benchmark)
    source = reference.Generated(np.random.Generator(np.random.PCG64(1)))
    benchmark.group = "flagship"
    benchmark.extra_info["draws"] = draws
    assert benchmark(run_plain, plan, source, draws) == draws * plan.law.seats


def seconds(work: Callable[[], Any], repeats: int) -> float:
    """Return the shortest processor time of five rounds, for one call."""
    work()
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for _ in range(repeats):
            work()
        best = min(best, time.process_time() - start)
    return best / repeats


def test_bound(benchmark: Any) -> None:
    """What the parts that cannot be avoided take when they run alone, beside the whole chunk."""
    plan, draws = flagship(), draws_of(benchmark)
    repeats = 500 if benchmark.enabled else 2
    runner = Runner(plan)
    per_row = 1.0 / bench_kernels.NAMES.size
    names = plan.names.national.size + plan.names.baseline.size + plan.names.local.size
    options, regions = plan.nation.ratio.size, plan.regions.people.size
    layers = regions * (2 if plan.regions.drawn else 1) + plan.regions.cell_people.size
    thick = plan.names.local.size - regions
    parts = {
        "normals": names * per_row * seconds(bench_kernels.kernel_normals(), repeats),
        "tails": thick * per_row * seconds(bench_kernels.kernel_tails(), repeats),
        "exponentials": options * layers * per_row * seconds(bench_kernels.kernel_exp(), repeats),
        "allocation": seconds(bench_kernels.kernel_hare(), repeats),
    }
    whole = seconds(lambda: runner.run(0, draws), 1) * BLOCK / draws
    benchmark.group = "flagship"
    benchmark.extra_info.update({part: value / BLOCK * 1e9 for part, value in parts.items()})
    benchmark.extra_info["whole over parts"] = whole / sum(parts.values())
    benchmark(runner.run, 0, draws)
    assert all(value >= 0 for value in parts.values())
