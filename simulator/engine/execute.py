"""Chunks of draws: a batch of them is a pure function of the plan, the seed and two numbers.

Tallies add up in any order, so the result does not depend on where batches are simulated, how many
workers there are, which one finishes first, or which one dies and has its batch done by another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.engine import distortion
from simulator.engine.chances import FIRST_DRAWS, chances_for, is_foreseeable
from simulator.engine.plan import Plan
from simulator.engine.sampler import arguments, replicates, stream_key
from simulator.kernels import inputs
from simulator.kernels.layer import Outside, OutsideByRegion
from simulator.kernels.layout import CHUNK
from simulator.results.finished import Finished
from simulator.results.tally import Shape, Tally, shape_of

_NO_PUSH = np.zeros((0, 2), np.float32)


class Stop(Protocol):
    """What tells a worker to begin no further chunk, such as an event of threading."""

    def is_set(self) -> bool:
        """Whether to stop."""
        ...


def shape_for(plan: Plan) -> Shape:
    """Return the sizes of the tally of a plan."""
    return shape_of(
        parties=plan.parties,
        seats=plan.seats,
        wins=plan.contests.winner_entity.shape[0],
        centre=list(plan.centre),
        coalitions=plan.coalitions,
        replicates=replicates(plan.sampler),
    )


def optional_parts(plan: Plan) -> tuple[Any, ...]:
    """Return what a plan needs beside the usual: divisor method, layers."""
    return (1 if plan.law.method == inputs.DIVISOR else None, *plan.layers)


def most_draws(plan: Plan) -> int | None:
    """Return how many draws there are when they come from outside; None when there is no end."""
    layer = plan.nation.layer
    if isinstance(layer, Outside | OutsideByRegion):
        return int(layer.multiplier.shape[-1])
    return None


def _check_draws(plan: Plan, stop: int) -> None:
    """Refuse draws beyond those that another program made."""
    most = most_draws(plan)
    if most is not None and stop > most:
        raise ValueError(f"draw {stop:,} was asked for, and there are {most:,} from outside")


def compiled_variant(plan: Plan) -> tuple[object, ...]:
    """Return what tells one compilation of the kernels from another."""
    layer = plan.nation.layer
    form = type(layer).__name__ if layer is not None else None
    layers = plan.layers
    apart = (layers.swing, layers.undecided, plan.distortion)
    return (form, plan.law.method, *(int(part is not None) for part in apart))


def chunks(first: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield start and size of the chunks of some draws: all end at multiples of their size.

    >>> list(chunks(16_128, 40_000))
    [(16128, 256), (16384, 16384), (32768, 7232)]
    """
    while first < stop:
        end = min(stop, (first // CHUNK + 1) * CHUNK)
        yield first, end - first
        first = end


def simulate(plan: Plan, seed: int, first: int, draws: int, stop: Stop | None = None) -> Tally:
    """Simulate draws first .. first + draws - 1, chunk by chunk, into one tally.

    `first` is a multiple of 256. When `stop` is set the finished chunks are returned.
    """
    from simulator.kernels.chunk import run_chunk

    _check_draws(plan, first + draws)
    tally = Tally(shape_for(plan))
    work, key, points = _workspace(plan), stream_key(seed), arguments(plan, seed)
    chances, record = chances_for(plan, tally.counts), _record(plan, 0)
    foreseeable = is_foreseeable(plan)
    parts = (*optional_parts(plan), *points, _NO_PUSH, *distortion.arguments(plan), chances)
    for start, size in chunks(first, first + draws):
        if stop is not None and stop.is_set():
            break
        chances.active[0] = int(foreseeable and start < FIRST_DRAWS)
        run_chunk(
            plan.names, plan.nation, plan.regions, plan.contests, plan.law, work, tally.counts,
            record, key, np.uint64(start), size, *parts,
        )  # fmt: skip
        tally.close_chunk()
    return tally


def _workspace(plan: Plan) -> inputs.Workspace:
    from simulator.kernels.chunk import workspace

    wins = plan.contests.winner_entity.shape[0]
    return workspace(plan.names, plan.regions, len(plan.parties), wins)


@dataclass(frozen=True)
class Draws:
    """Single draws in full: arrays with one row a draw."""

    votes: NDArray[np.int64]  # (draws, options) whole votes
    list_seats: NDArray[np.int64]  # (draws, parties)
    district_seats: NDArray[np.int64]  # (draws, entities)
    turnout: NDArray[np.float64]  # (draws,) ballots cast over registered voters


def draw(
    plan: Plan, seed: int, first: int, draws: int, push: NDArray[np.float32] | None = None,
    assumed: tuple[Any, ...] | None = None,
) -> Draws:  # fmt: skip
    """Return single draws of a plan: the same ones that a run counts.

    `first` is a multiple of 256, the group of draws that share their counters. `push` moves the
    normals of the first national names, see :mod:`simulator.engine.rare`; `assumed` is what the
    kernels need for irregularities, of one who reads their ledger afterwards.
    """
    _check_draws(plan, first + draws)
    tally = Tally(shape_for(plan))
    options, parties = len(plan.options), len(plan.parties)
    record = _record(plan, draws)
    run_once(plan, seed, first, draws, tally, record, push, assumed)
    whole = record.whole.T
    return Draws(
        whole[:, :options],
        whole[:, options : options + parties],
        whole[:, options + parties :],
        record.turnout,
    )


def _record(plan: Plan, draws: int) -> inputs.Record:
    """Return room for so many draws in full."""
    rows = len(plan.options) + len(plan.parties) + len(plan.entities)
    return inputs.Record(np.zeros((rows, draws), np.int64), np.zeros(draws))


def run_once(
    plan: Plan, seed: int, first: int, draws: int, tally: Tally, record: inputs.Record,
    push: NDArray[np.float32] | None = None, assumed: tuple[Any, ...] | None = None,
) -> None:  # fmt: skip
    """Simulate draws in one call of the kernels, into a tally and a record."""
    from simulator.kernels.chunk import run_chunk

    operators = distortion.arguments(plan) if assumed is None else assumed
    chances = chances_for(plan, tally.counts)
    pushed = _NO_PUSH if push is None else push
    parts = (*optional_parts(plan), *arguments(plan, seed), pushed, *operators, chances)
    run_chunk(
        plan.names, plan.nation, plan.regions, plan.contests, plan.law, _workspace(plan),
        tally.counts, record, stream_key(seed), np.uint64(first), draws, *parts,
    )  # fmt: skip


def threads_available() -> int:
    """Return the number of processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def run_threads(
    plan: Plan,
    seed: int,
    draws: int,
    threads: int,
    progress: Callable[[Tally], None] | None = None,
    total: Tally | None = None,
) -> tuple[Tally, bool]:
    """Simulate all draws on a pool of threads; return the tally and whether it is complete.

    The first draws, those that `total` holds, are not repeated. An interrupt stops after the
    chunks in hand; what is finished is kept.
    """
    from simulator.engine.dispatch import dispatch
    from simulator.engine.pools import ThreadPool

    finished = Finished(total or Tally(shape_for(plan)))
    if finished.tally.draws:
        finished.ranges = ((0, finished.tally.draws),)
    tell = None if progress is None else lambda found: progress(found.tally)
    with ThreadPool(plan, threads) as pool:
        complete = dispatch(pool, seed, finished, draws, tell)
    return finished.tally, complete
