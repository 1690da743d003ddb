"""One allocation by every method that has kernels, next to other programs for the same votes.

Run with `pytest benchmarks --benchmark-enable`; compare within a group of one run only. A row is
the time of `elections` allocations (in the extra information); `simseats bench` divides it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from simulator.allocation import programs, speed
from simulator.allocation.registry import get

METHODS = [m.id for m in speed.known_methods(max(house for _, house in speed.CASES))]
KERNELS = (programs.ROWS, programs.COLUMNS, programs.LANES)
OTHERS = (programs.LOOP, programs.STORED, programs.JUDGE, *programs.LIBRARIES)
LOOPS = {
    "dhondt": (programs.LOOP, programs.STORED), "largest-remainder": (programs.LOOP,),
}  # fmt: skip


@cache
def everything(case: tuple[int, int], method: str) -> dict[str, programs.Program]:
    """Return the programs for a method and a size of election by kind, after a comparison."""
    parties, seats = case
    votes = programs.draw_votes(parties, 4096)
    found = [p for p in speed.all_programs([get(method)], votes, seats) if p.method == method]
    speed.compare_seats(found)
    return {p.kind: p for p in found}


def measure(benchmark: Any, case: tuple[int, int], method: str, kind: str) -> None:
    """Time one program."""
    found = everything(case, method)
    if kind not in found:
        pytest.skip(f"{kind} does not have {method}, or is not installed")
    benchmark.group = f"{case[1]} seats, {case[0]} parties"
    benchmark.extra_info["elections"] = found[kind].elections
    benchmark(found[kind].run)


@pytest.mark.parametrize("case", speed.CASES, ids=str)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KERNELS)
def test_kernel(case: tuple[int, int], method: str, kind: str, benchmark: Any) -> None:
    """The kernels on rows, on columns, and alone."""
    measure(benchmark, case, method, kind)


@pytest.mark.parametrize("case", speed.CASES, ids=str)
@pytest.mark.parametrize("method", ["dhondt", "sainte-lague", "largest-remainder"])
@pytest.mark.parametrize("kind", OTHERS)
def test_other_program(case: tuple[int, int], method: str, kind: str, benchmark: Any) -> None:
    """Plain loops, the judge, other libraries."""
    if kind in (programs.LOOP, programs.STORED) and kind not in LOOPS.get(method, ()):
        pytest.skip("there is no such loop")
    measure(benchmark, case, method, kind)


@pytest.mark.parametrize("seats", speed.SEATS)
@pytest.mark.parametrize("method", METHODS)
def test_seats(seats: int, method: str, benchmark: Any) -> None:
    """The kernel alone: time hardly depends on the number of seats."""
    found = everything((speed.SEATS_PARTIES, seats), method)[programs.LANES]
    benchmark.group = f"{method} by number of seats"
    benchmark.extra_info["elections"] = found.elections
    benchmark(found.run)
    assert np.all(found.seats().sum(axis=1) == seats)
