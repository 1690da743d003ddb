"""Tables of the docs that come from runs: errors of samplers, stated and made; how to cite."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import simulator
from simulator.engine.execute import simulate
from simulator.engine.plan import compile_plan
from simulator.engine.sampler import SAMPLERS
from simulator.report.files import citation
from simulator.results.summary import summarise
from simulator.scenario.load import load

SCENARIO = Path(__file__).resolve().parent.parent / "scenarios" / "harbour-council.yaml"
DRAWS = 16_384
SEEDS = 32

LABELS = {
    "mc": "independent (`mc`)",
    "antithetic": "mirrored pairs (`antithetic`)",
    "sobol": "Sobol' points, mirrored (`sobol`)",
    "lhs": "Latin hypercubes (`lhs`)",
}


def sampler_errors() -> str:
    """Return the errors of each sampler: their spread over seeds, and what a run says of them."""
    plan = compile_plan(load(SCENARIO).scenario)
    tide, driftwood = plan.parties.index("tide"), plan.parties.index("driftwood")
    lines = [
        "| sampler | mean seats of tide: made | stated | draws worth | entry of driftwood: made "
        "| stated | draws worth |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    plain: list[float] = []
    for sampler in SAMPLERS:
        chosen = replace(plan, sampler=sampler)
        found = [summarise(simulate(chosen, seed, 0, DRAWS)) for seed in range(SEEDS)]
        means = [summary.total[tide] for summary in found]
        entries = [summary.list[driftwood].at_least(1) for summary in found]
        pairs = (
            (_spread([d.mean for d in means]), _root([d.mcse for d in means])),
            (100 * _spread([p.value for p in entries]), 100 * _root([p.mcse for p in entries])),
        )
        plain = plain or [stated for _, stated in pairs]
        cells = []
        for (made, stated), single in zip(pairs, plain, strict=True):
            cells += [f"{made:#.2g}", f"{stated:#.2g}", f"{(single / stated) ** 2:.1f}"]
        lines.append(f"| {LABELS[sampler]} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _spread(values: Sequence[float]) -> float:
    """Return the standard deviation over seeds."""
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _root(errors: Sequence[float]) -> float:
    """Return the root of the mean square."""
    return math.sqrt(sum(error * error for error in errors) / len(errors))


def citation_of_the_town() -> str:
    """Return the cite.txt of the scenario of the tutorial."""
    return f"```text\n{citation(simulator.run(SCENARIO))}```\n"


TABLES: dict[str, Callable[[], str]] = {
    "sampler-errors": sampler_errors,
    "citation": citation_of_the_town,
}
