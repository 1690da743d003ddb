"""How fast the kernels allocate, against other programs in the same run.

Every program of a case is called once a round, in turn, on one core; a time is the median of the
rounds. Times differ by machine and hour, so what is stated is their ratio. Programs whose seats
differ are not compared: :class:`Differs` is raised.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.allocation import programs, registry
from simulator.allocation.programs import (
    COLUMNS,
    JUDGE,
    LANES,
    LIBRARIES,
    LOOP,
    MOST_PARTIES,
    ROWS,
    STORED,
    Program,
)
from simulator.allocation.registry import Method
from simulator.errors import SimseatsError

CASES = ((8, 69), (12, 600))
SEATS = (10, 69, 600, 1000)
SEATS_PARTIES = 8
ROUNDS = 15
_ELECTIONS = 8192
# So many elections of each method are compared with the judge; it is slow.
_JUDGED = 24
_LEAST_SECONDS = 2e-3


class Differs(SimseatsError):
    """Two programs gave different seats for the same votes."""

    exit_status = 1


@dataclass(frozen=True)
class Times:
    """Nanoseconds of one allocation by a method, and of what it is compared with.

    Attributes
    ----------
    rows, columns, lanes
        Votes and seats row by row, by column (Fortran order), and the kernel alone.
    loop
        The plain loop: D'Hondt for divisor methods, largest remainders for that method.
    judge
        :func:`simulator.allocate`.
    """

    rows: float
    columns: float
    lanes: float
    loop: float
    judge: float

    @property
    def loop_ratio(self) -> float:
        """How many times as long the plain loop takes; both read rows."""
        return self.loop / self.rows

    @property
    def judge_ratio(self) -> float:
        """How many times as long the judge takes."""
        return self.judge / self.rows


@dataclass(frozen=True)
class Other:
    """Another program, and how many times as long it takes as the kernel on the same rows."""

    label: str
    method: str
    ns: float
    ratio: float | None
    elections: int


@dataclass(frozen=True)
class Case:
    """What one size of election gave; `missing` are libraries that are not installed."""

    parties: int
    seats: int
    elections: int
    rounds: int
    methods: dict[str, Times]
    others: tuple[Other, ...] = ()
    missing: tuple[str, ...] = ()
    name: str = ""  # whose votes they are, where they are not the sample's


@dataclass(frozen=True)
class Sizes:
    """Nanoseconds of the kernel alone by method and number of seats."""

    parties: int
    seats: tuple[int, ...]
    methods: dict[str, tuple[float, ...]]


@dataclass(frozen=True)
class Bench:
    """A whole run."""

    cases: tuple[Case, ...]
    sizes: Sizes | None = None
    judged_only: tuple[str, ...] = ()


def known_methods(seats: int) -> list[Method]:
    """Return the methods that have kernels.

    >>> sorted(m.id for m in known_methods(69))[:3]
    ['adams', 'danish', 'dean']
    """
    return [m for m in registry.all_methods() if programs.rule_of(m, seats) is not None]


def run_bench(
    cases: Iterable[tuple[int, int]] = CASES, methods: Sequence[Method] | None = None,
    rounds: int = ROUNDS, sizes: Sequence[int] = SEATS,
) -> Bench:  # fmt: skip
    """Measure some sizes of elections, and the kernels alone by number of seats.

    Parameters
    ----------
    cases
        Pairs of parties and seats.
    methods
        All that have kernels if not given.
    sizes
        Numbers of seats for the second table; none leave it out.
    """
    measured = tuple(measure_case(*case, methods, rounds) for case in cases)
    table = measure_sizes(sizes, methods, rounds) if sizes else None
    known = {m.id for m in known_methods(10)}
    slow = tuple(m.id for m in registry.all_methods() if m.id not in known)
    return Bench(measured, table, slow)


def measure_case(
    parties: int, seats: int, methods: Sequence[Method] | None = None, rounds: int = ROUNDS,
    elections: int = _ELECTIONS,
) -> Case:  # fmt: skip
    """Measure one size of election on votes of a sample."""
    if not 1 <= parties <= MOST_PARTIES:
        raise ValueError(f"the sample has 1 to {MOST_PARTIES} parties")
    return measure_votes(programs.draw_votes(parties, elections), seats, methods, rounds)


def measure_votes(
    votes: NDArray[np.int64], seats: int, methods: Sequence[Method] | None = None,
    rounds: int = ROUNDS, name: str = "",
) -> Case:  # fmt: skip
    """Measure elections (n, parties), after a look that all programs give the same seats."""
    elections, parties = votes.shape
    chosen = known_methods(seats) if methods is None else list(methods)
    everything = all_programs(chosen, votes, seats)
    compare_seats(everything)
    times = dict(zip(everything, median_times(everything, rounds), strict=True))
    found: dict[tuple[str, str], float] = {(p.kind, p.method): ns for p, ns in times.items()}
    table = {m.id: _times_of(m, found) for m in chosen}
    others = tuple(
        Other(p.label, p.method, ns, ns / found[ROWS, p.method] if p.method in table else None,
              p.elections)
        for p, ns in times.items() if p.kind in (LOOP, STORED, *LIBRARIES)
    )  # fmt: skip
    missing = tuple(name for name in LIBRARIES if programs.installed(name) is None)
    return Case(parties, seats, elections, rounds, table, others, missing, name)


def _times_of(method: Method, found: dict[tuple[str, str], float]) -> Times:
    loop = "largest-remainder" if method.family == "quota" else "dhondt"
    rows, columns, lanes, judge = (found[kind, method.id] for kind in (ROWS, COLUMNS, LANES, JUDGE))
    return Times(rows, columns, lanes, found[LOOP, loop], judge)


def all_programs(methods: Sequence[Method], votes: Any, seats: int) -> list[Program]:
    """Return every program of a case; slow ones get the first elections only."""
    few = votes[:_JUDGED]
    found = list(programs.loop_programs(votes, seats))
    for method in methods:
        rule = programs.rule_of(method, seats)
        if rule is None:
            raise ValueError(f"{method.id} has no kernel")
        found += programs.kernel_programs(method, rule, votes, seats)
        found.append(programs.judge_program(method, few, seats))
        found += [
            programs.library_program(name, method.id, few, seats)
            for name, theirs in LIBRARIES.items()
            if method.id in theirs and programs.installed(name)
        ]
    return found


def compare_seats(everything: Sequence[Program]) -> None:
    """Raise :class:`Differs` unless all programs of a method give the same seats."""
    first: dict[str, tuple[str, Any]] = {}
    # Those with most elections come first, so that each is compared over all of its own.
    for program in sorted(everything, key=lambda p: -p.elections):
        seats = np.asarray(program.seats())
        label, known = first.setdefault(program.method, (program.label, seats))
        wrong = np.flatnonzero((seats != known[: len(seats)]).any(axis=1))
        if wrong.size:
            at = wrong[0]
            raise Differs(
                f"{program.method}: {program.label} and {label} differ in {wrong.size} of "
                f"{len(seats)} elections, first in number {at}: "
                f"{seats[at].tolist()} and {known[at].tolist()}"
            )


def median_times(everything: Sequence[Program], rounds: int) -> list[float]:
    """Return nanoseconds of one allocation by each program, all called in turn every round."""
    repeats = [max(1, round(_LEAST_SECONDS / max(_seconds(p, 1), 1e-6))) for p in everything]
    times: list[list[float]] = [[] for _ in everything]
    for _ in range(rounds):
        for program, often, own in zip(everything, repeats, times, strict=True):
            own.append(_seconds(program, often) / often / program.elections * 1e9)
    return [median(own) for own in times]


def _seconds(program: Program, repeats: int) -> float:
    """Return the processor time of some calls."""
    start = time.process_time()
    for _ in range(repeats):
        program.run()
    return time.process_time() - start


def measure_sizes(
    seats: Sequence[int], methods: Sequence[Method] | None = None, rounds: int = ROUNDS
) -> Sizes:
    """Measure the kernels alone on the same votes for several numbers of seats."""
    chosen = list(methods or known_methods(max(seats)))
    votes = programs.draw_votes(SEATS_PARTIES, _ELECTIONS)
    everything: list[Program] = []
    for method in chosen:
        for house in seats:
            rule = programs.rule_of(method, house)
            if rule is None:
                raise ValueError(f"{method.id} has no kernel for {house} seats")
            kernels = programs.kernel_programs(method, rule, votes, house)
            everything += [p for p in kernels if p.kind == LANES]
    for program in everything:
        program.run()
    times = iter(median_times(everything, rounds))
    return Sizes(
        SEATS_PARTIES, tuple(seats), {m.id: tuple(next(times) for _ in seats) for m in chosen}
    )
