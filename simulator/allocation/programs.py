"""Programs that allocate the same sample of elections: kernels, loops, judge, other libraries.

They are what :mod:`simulator.allocation.speed` measures against each other. Each allocates all
elections that it was given and returns their seats where asked, so that speed is compared only
between programs that agree.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.allocation.allocate import allocate, read_parameters
from simulator.allocation.batch import allocate_many
from simulator.allocation.compile import DivisorRule, RemainderRule, Rule, compile_rule
from simulator.allocation.registry import Method
from simulator.kernels.layout import BLOCK, PAD64

# Tweede Kamer, 17 March 2021, the 17 largest lists; Kiesraad, verkiezingsuitslagen.nl, as in
# tests/elections/results/netherlands.yaml.
VOTES = (
    2279130, 1565861, 1124482, 990601, 623371, 597192, 537308, 523083, 399750, 351275, 252480,
    246620, 215249, 211237, 106702, 104319, 87238,
)  # fmt: skip
MOST_PARTIES = len(VOTES)
# Shares are drawn as if 1 600 people had been asked; so far do polls and elections differ.
_ASKED = 1600
_MOST_VOTES = 2**24
# Slow programs are timed on the first elections only; all that they are given are compared.
_TIMED = 4

ROWS, COLUMNS, LANES, LOOP, STORED, JUDGE = "rows", "columns", "lanes", "loop", "stored", "judge"
LIBRARIES = {
    "votelib": {
        "dhondt": "d_hondt", "sainte-lague": "sainte_lague", "largest-remainder": "hare",
    },
    "apportionment": {
        "dhondt": "dhondt", "sainte-lague": "saintelague", "largest-remainder": "hamilton",
    },
}  # fmt: skip

Seats = NDArray[Any]
Votes = NDArray[np.int64]


@dataclass(frozen=True)
class Program:
    """One way to allocate a sample.

    Attributes
    ----------
    kind
        ``rows``, ``columns``, ``lanes`` (the kernel alone), ``loop``, ``stored``, ``judge``, or
        the name of another library.
    method
        Id of the method whose seats it gives.
    label
        The words for it.
    elections
        How many elections a call of `run` allocates.
    run
        The work that is timed.
    seats
        Return the seats of these elections, one row each.
    """

    kind: str
    method: str
    label: str
    elections: int
    run: Callable[[], object]
    seats: Callable[[], Seats]


def draw_votes(parties: int, elections: int, seed: int = 1) -> Votes:
    """Return whole votes around those of the largest lists of a real election.

    >>> draw_votes(3, 2).shape
    (2, 3)
    """
    base = np.array(VOTES[:parties], np.float64)
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = generator.dirichlet(base / base.sum() * _ASKED, elections)
    votes: Votes = np.rint(drawn * base.sum()).astype(np.int64)
    return votes


def rule_of(method: Method, seats: int) -> Rule | None:
    """Return the rule with which the kernels know a method; None where only the judge does."""
    if method.id == "divisor-list":
        return None  # whatever it is given: one of the other methods, or a law of its own
    return compile_rule(method, read_parameters(method, {}), seats, _MOST_VOTES)


def kernel_programs(method: Method, rule: Rule, votes: Votes, seats: int) -> Iterator[Program]:
    """Yield a method's kernel on rows, on columns, and alone."""
    columns = np.asfortranarray(votes)
    for kind, label, given in ((ROWS, "row by row", votes), (COLUMNS, "by column", columns)):

        def run(given: Votes = given) -> Seats:
            return allocate_many(given, seats, method.id)

        yield Program(kind, method.id, f"allocate_many, {label}", len(votes), run, run)
    yield _lanes(method, rule, votes, seats)


def _lanes(method: Method, rule: Rule, votes: Votes, seats: int) -> Program:
    """Return the kernel on votes that already lie in lanes, in whole blocks."""
    from simulator.kernels.batch import workspace

    parties, blocks = votes.shape[1], len(votes) // BLOCK
    filled = np.zeros((blocks, parties, PAD64))
    whole = votes[: blocks * BLOCK].reshape(blocks, BLOCK, parties)
    filled[:, :, :BLOCK] = whole.transpose(0, 2, 1)
    room = workspace(parties)[1:]
    work = _on_lanes(rule, float(seats), room)

    def read() -> Seats:
        found = np.zeros((blocks * BLOCK, parties), np.int32)
        for block in range(blocks):
            work(filled[block : block + 1])
            found[block * BLOCK : (block + 1) * BLOCK] = room[0][:, :BLOCK].T
        return found

    label = "kernel alone, on lanes"
    return Program(LANES, method.id, label, blocks * BLOCK, lambda: work(filled), read)


def _on_lanes(rule: Rule, house: float, room: tuple[Any, ...]) -> Callable[[Any], object]:
    """Return the kernel of a rule as a function of blocks of lanes."""
    from simulator.kernels.baseline import divisor_blocks, remainder_blocks

    if isinstance(rule, RemainderRule):
        remainder = rule
        return lambda filled: remainder_blocks(
            filled, house, remainder.den, remainder.rounding, remainder.own, *room
        )
    found: DivisorRule = rule
    return lambda filled: divisor_blocks(
        filled, house, found.kind, found.split, found.exponent, found.table, found.numer,
        found.denom, found.degree, *room,
    )  # fmt: skip


def loop_programs(votes: Votes, seats: int) -> Iterator[Program]:
    """Yield the plain compiled loops: D'Hondt twice, largest remainders once."""
    from simulator.kernels import baseline

    elections, parties = votes.shape
    out = np.zeros((elections, parties), np.int32)

    def program(kind: str, method: str, label: str, work: Callable[[], object]) -> Program:
        def read() -> Seats:
            work()
            return out.copy()

        return Program(kind, method, label, elections, work, read)

    quotient, remainder = np.zeros(parties), np.zeros(parties, np.int64)
    yield program(
        LOOP, "dhondt", "loop, quotients anew",
        lambda: baseline.recomputed_quotients(votes, seats, out),
    )  # fmt: skip
    yield program(
        STORED, "dhondt", "loop, quotients stored",
        lambda: baseline.stored_quotients(votes, seats, quotient, out),
    )  # fmt: skip
    yield program(
        LOOP, "largest-remainder", "loop, remainders picked",
        lambda: baseline.picked_remainders(votes, seats, remainder, out),
    )  # fmt: skip


def judge_program(method: Method, votes: Votes, seats: int) -> Program:
    """Return :func:`simulator.allocate`, one election at a time."""
    rows = [{str(p): v for p, v in enumerate(row)} for row in votes.tolist()]

    def one(row: dict[str, int]) -> list[int]:
        return list(allocate(row, seats, method.id, ties="listed-order").seats.values())

    return _slow(JUDGE, method.id, "simulator.allocate", one, rows)


def _slow(
    kind: str, method: str, label: str, one: Callable[[Any], list[int]], rows: list[Any]
) -> Program:
    """Return a program that takes one election at a time and shall not be timed on all of them."""
    timed = rows[:_TIMED]
    return Program(
        kind, method, label, len(timed), lambda: [one(row) for row in timed],
        lambda: np.array([one(row) for row in rows]),
    )  # fmt: skip


def installed(library: str) -> str | None:
    """Return the version of a library that can be imported, else None."""
    try:
        importlib.import_module(library)
        return version(library)
    except (ImportError, PackageNotFoundError):
        return None


def library_program(library: str, method: str, votes: Votes, seats: int) -> Program:
    """Return a method as another library allocates it."""
    theirs = LIBRARIES[library][method]
    rows = votes.tolist()
    if library == "apportionment":
        compute = importlib.import_module("apportionment.methods").compute

        def one(row: list[int]) -> list[int]:
            return list(compute(theirs, row, seats, verbose=False))
    else:
        module = importlib.import_module("votelib.evaluate.proportional")
        family = module.LargestRemainder if method == "largest-remainder" else (
            module.HighestAverages)  # fmt: skip
        evaluator = family(theirs)

        def one(row: list[int]) -> list[int]:
            found = evaluator.evaluate(dict(enumerate(row)), seats)
            return [found.get(p, 0) for p in range(len(row))]

    return _slow(library, method, f"{library} {installed(library)}", one, rows)
