"""Which sampler has the least Monte Carlo error a second: rate and variance of each, on one core.

Run with `pytest benchmarks --benchmark-enable`. The page docs/reference/benchmarks.md has the
ratios to independent draws.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from simulator.engine.execute import simulate
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.sampler import ROUND, SAMPLERS
from simulator.kernels.layout import CHUNK
from simulator.results.summary import Summary, summarise
from simulator.scenario.load import load

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"
DRAWS = 8 * CHUNK
SEEDS = 8


@dataclass(frozen=True)
class Figure:
    """A sampler on the flagship: draws a second, and the squared error of several estimates."""

    sampler: str
    rate: float
    squares: dict[str, float]


def errors(plan: Plan, summary: Summary) -> dict[str, float]:
    """Return the stated Monte Carlo errors of estimates of different kinds."""
    amanat, jsdp = plan.parties.index("amanat"), plan.parties.index("jsdp")
    total = summary.total[amanat]
    return {
        "mean list seats, largest": summary.list[amanat].mcse,
        "mean list seats, at the threshold": summary.list[jsdp].mcse,
        "entry at the threshold": summary.list[jsdp].at_least(1).mcse,
        "mean district seats": summary.district[amanat].mcse,
        "mean seats": total.mcse,
        "two thirds": total.at_least(66).mcse,
    }


def measure(sampler: str, plan: Plan) -> Figure:
    """Return rate and mean squared errors of a sampler, over several seeds."""
    chosen = replace(plan, sampler=sampler)
    simulate(chosen, 0, 0, ROUND)
    best, squares = float("inf"), []
    for seed in range(SEEDS):
        # Scrambled points of a seed are made once a run; they belong to its time.
        start = time.process_time()
        tally = simulate(chosen, seed, 0, DRAWS)
        best = min(best, time.process_time() - start)
        squares.append({k: e * e for k, e in errors(chosen, summarise(tally)).items()})
    means = {name: float(np.mean([s[name] for s in squares])) for name in squares[0]}
    return Figure(sampler, DRAWS / best, means)


def compare() -> list[Figure]:
    """Return all samplers, measured one after the other in the same process."""
    plan = compile_plan(load(FLAGSHIP).scenario)
    return [measure(sampler, plan) for sampler in SAMPLERS]


def table(figures: list[Figure]) -> list[str]:
    """Return the rows of a Markdown table of ratios to independent draws."""
    plain = figures[0]
    names = list(plain.squares)
    rows = [
        "| sampler | draws a second | " + " | ".join(names) + " | error a second |",
        "|---|" + "---|" * (len(names) + 2),
    ]
    for figure in figures:
        gains = [plain.squares[name] / figure.squares[name] for name in names]
        rate = figure.rate / plain.rate
        # The mean gain in error at equal time, over the estimates.
        speed = float(np.exp(np.mean(np.log(np.array(gains) * rate)) / 2))
        cells = [f"{rate:.2f}", *(f"{gain:.1f}" for gain in gains), f"{1 / speed:.2f}"]
        rows.append(f"| {figure.sampler} | " + " | ".join(cells) + " |")
    return rows


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_sampler(benchmark: Any, sampler: str) -> None:
    """Simulate the flagship with a sampler, on one core."""
    plan = replace(compile_plan(load(FLAGSHIP).scenario), sampler=sampler)
    draws = DRAWS if benchmark.enabled else ROUND
    simulate(plan, 0, 0, ROUND)
    benchmark.group = "samplers"
    benchmark.extra_info["draws"] = draws
    assert benchmark(simulate, plan, 1, 0, draws).draws == draws


def test_the_table_has_a_row_a_sampler() -> None:
    """The table is made of ratios: independent draws are one everywhere."""
    figures = [
        Figure("mc", 1000.0, {"a": 4.0, "b": 1.0}),
        Figure("sobol", 2000.0, {"a": 1.0, "b": 0.25}),
    ]
    rows = table(figures)
    assert rows[2] == "| mc | 1.00 | 1.0 | 1.0 | 1.00 |"
    assert rows[3] == "| sobol | 2.00 | 4.0 | 4.0 | 0.35 |"


if __name__ == "__main__":
    print("\n".join(table(compare())))
