"""The page docs/reference/benchmarks.md, written from a run on one machine.

Speed is stated as a ratio to another program in the same run: absolute times differ by machine.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import bench_samplers as samplers
from benchmarks import reference
from simulator.allocation.speed import Bench, Case, Other, Sizes, run_bench
from simulator.engine.execute import run_threads, simulate
from simulator.engine.plan import Plan, compile_plan
from simulator.scenario.load import load

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"
CHUNK = 16_384


def best(work: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    """Return the shortest time of some repeats, after one that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


def draw_rows(plan: Plan) -> list[tuple[str, float]]:
    """Return nanoseconds a draw on one core: the kernels, and numpy at several chunk sizes."""
    rows = [
        ("compiled kernels", best(lambda: simulate(plan, 1, 0, 4 * CHUNK), 5, time.process_time)
         / (4 * CHUNK) * 1e9)
    ]  # fmt: skip
    for size in (512, 1024, 4096, 16_384):
        source = reference.Generated(np.random.Generator(np.random.PCG64(1)))

        def batch(size: int = size, source: reference.Generated = source) -> object:
            return reference.simulate(
                plan.names,
                plan.nation,
                plan.regions,
                plan.contests,
                plan.law,
                plan.layers,
                size,
                source,
            )

        seconds = best(batch, 5, time.process_time)
        rows.append((f"numpy, float64, {size} draws at a time", seconds / size * 1e9))
    return rows


def start_rows() -> list[tuple[str, float]]:
    """Return seconds of wall time of whole processes."""
    commands = {
        "python -c 'import numba'": ["-c", "import numba"],
        "simseats --help": ["-m", "simulator", "--help"],
        "simseats validate": ["-m", "simulator", "validate", FLAGSHIP],
        "simseats run, 10 000 draws": ["-m", "simulator", "run", FLAGSHIP, "--draws", "10000"],
    }
    rows = []
    for name, arguments in commands.items():

        def start(arguments: list[str] = arguments) -> object:
            return subprocess.run([sys.executable, *arguments], capture_output=True, check=True)

        rows.append((name, best(start, 5, time.perf_counter)))
    return rows


def thread_rows(plan: Plan) -> list[tuple[str, float]]:
    """Return seconds of wall time for a million draws on one and two threads."""
    rows = []
    for threads in (1, 2):

        def work(threads: int = threads) -> object:
            return run_threads(plan, 1, 1_000_000, threads)

        rows.append((f"{threads} thread{'s' * (threads > 1)}", best(work, 3, time.perf_counter)))
    return rows


def table(head: str, unit: str, rows: list[tuple[str, float]], digits: int) -> list[str]:
    """Return a table whose last column is the ratio to the first row."""
    first = rows[0][1]
    lines = [f"| {head} | {unit} | ratio to the first row |", "|---|---|---|"]
    lines += [f"| {name} | {value:.{digits}f} | {value / first:.2f} |" for name, value in rows]
    return lines


def table_of(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return a table of texts."""
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def method_rows(case: Case) -> list[list[str]]:
    """Return a row a method: times of the kernels, and how much longer other programs take."""

    def other(name: str, method: str) -> str:
        own: list[Other] = [o for o in case.others if o.label.startswith(name)]
        return next((f"{o.ratio:.0f}" for o in own if o.method == method and o.ratio), "")

    return [
        [f"`{name}`", f"{t.rows:.0f}", f"{t.columns:.0f}", f"{t.lanes:.0f}", f"{t.loop_ratio:.1f}",
         other("loop, quotients stored", name), f"{t.judge_ratio:.0f}",
         other("apportionment", name), other("votelib", name)]
        for name, t in case.methods.items()
    ]  # fmt: skip


def size_rows(sizes: Sizes) -> list[list[str]]:
    """Return a row a method: the time of the kernel alone by number of seats."""
    return [[f"`{name}`", *(f"{ns:.0f}" for ns in row)] for name, row in sizes.methods.items()]


def allocation_section(bench: Bench) -> list[str]:
    """Return the section on seat allocation."""
    libraries = sorted({o.label for case in bench.cases for o in case.others if o.elections < 99})
    lines = [
        "## Allocation", "",
        "One core, from `simseats bench`. *rows* and *columns* are nanoseconds of one allocation "
        "by `allocate_many` on a C and on a Fortran array, *alone* of the kernel on votes that lie "
        "in its lanes. The other columns say how many times as long as *rows* another program "
        "takes on the same rows: a plain compiled loop (D'Hondt with every quotient divided anew, "
        "for divisor methods; Hare quotas with sort-free picks, for largest remainders), the same "
        "with stored quotients, the exact judge `simulator.allocate`, and "
        f"{' and '.join(libraries) or 'no other library'}. Votes are drawn around those of the "
        "Tweede Kamer of 2021. All programs gave the same seats.", "",
    ]  # fmt: skip
    head = ["method", "rows, ns", "columns, ns", "alone, ns", "loop", "stored loop", "judge",
            "apportionment", "votelib"]  # fmt: skip
    for case in bench.cases:
        lines += [f"### {case.seats} seats to {case.parties} parties", "",
                  *table_of(head, method_rows(case)), ""]  # fmt: skip
    if bench.sizes is not None:
        seats = [f"{house} seats" for house in bench.sizes.seats]
        lines += [
            f"### By number of seats, {bench.sizes.parties} parties", "",
            "Nanoseconds of the kernel alone, on the same votes.", "",
            *table_of(["method", *seats], size_rows(bench.sizes)), "",
        ]  # fmt: skip
    return [*lines, f"Without kernels, at the judge's speed: {', '.join(bench.judged_only)}.", ""]


def write_speed(path: Path, case: Case) -> None:
    """Write the figures that the pages of the methods show, from rows of the first case."""
    found = {}
    for name, t in case.methods.items():
        # docs/methods.py reads the shorter name.
        found[name] = {"ns": round(t.rows, 1), "loop_ratio": round(t.loop_ratio, 1)}
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def processor() -> str:
    """Return what the machine calls its processor."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.split(":")[1].strip() for line in text.splitlines() if "model name" in line]
    return names[0] if names else "unknown processor"


def write_page(path: Path) -> None:
    """Measure and write the page, and allocation-speed.json beside it."""
    bench = run_bench()
    write_speed(path.with_name("allocation-speed.json"), bench.cases[0])
    plan = compile_plan(load(FLAGSHIP).scenario)
    names = plan.names.national.size + plan.names.baseline.size + plan.names.local.size
    from simulator.results.provenance import versions

    made = ", ".join(f"{name} {number}" for name, number in versions().items())
    lines = [
        "# Benchmarks", "",
        "Written by `python docs/generate.py --benchmarks` from a run; never typed. The machine: "
        f"{processor()}, {os.cpu_count()} cores; {made}.", "",
        f"One draw of `{FLAGSHIP}` takes {names} named normals: 20 regions with 8 options, 29 "
        "districts with 319 candidates. The numpy pipeline (`benchmarks/reference.py`) computes "
        "the same model in float64 and is also the oracle of the kernels.", "",
        "## One core", "", *table("program", "ns a draw", draw_rows(plan), 0), "",
        "## Samplers", "",
        "Ratios to independent draws on the flagship, one core, 131 072 draws and 8 seeds: draws a "
        "second, then how much smaller the variance of an estimate is at equal draws; at last the "
        "Monte Carlo error after equal time, the geometric mean of the estimates. The default is "
        "the sampler with the least.", "", *samplers.table(samplers.compare()), "",
        "## Threads", "", "A million draws.", "",
        *table("pool", "seconds", thread_rows(plan), 2), "",
        *allocation_section(bench),
        "## Start", "", "Whole processes, kernels compiled before.", "",
        *table("command", "seconds", start_rows(), 2), "",
    ]  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
