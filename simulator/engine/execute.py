"""Chunks of draws on an executor: the only module that knows threads.

A batch of chunks is a pure function of the plan and two numbers; tallies add up in any order, so
the result does not depend on how many workers there are or which one finishes first.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine import distortion
from simulator.engine.plan import Plan
from simulator.kernels import inputs
from simulator.kernels.layout import CHUNK
from simulator.results.tally import Shape, Tally, shape_of

MOST_CHUNKS_A_BATCH = 16


def shape_for(plan: Plan) -> Shape:
    """Return the sizes of the tally of a plan."""
    return shape_of(
        parties=plan.parties,
        seats=plan.seats,
        wins=plan.contests.winner_entity.shape[0],
        centre=list(plan.centre),
        coalitions=plan.coalitions,
    )


def stream_key(seed: int) -> NDArray[np.uint32]:
    """Return the 64-bit key of a seed."""
    return np.random.SeedSequence(seed).generate_state(2, np.uint32).astype(np.uint32)


def variants(plan: Plan) -> tuple[int | None, ...]:
    """Return which parts a plan needs beside the usual ones.

    Dirichlet layer, divisor method, assumed irregularities.
    """
    return (
        1 if plan.nation.kind == inputs.DIRICHLET else None,
        1 if plan.law.method == inputs.DIVISOR else None,
        1 if plan.distortion is not None else None,
    )


def simulate(
    plan: Plan, seed: int, first: int, draws: int, stop: threading.Event | None = None
) -> Tally:
    """Simulate draws first .. first + draws - 1, chunk by chunk, into one tally.

    `first` is a multiple of the chunk size. When `stop` is set the finished chunks are returned.
    """
    from simulator.kernels.chunk import run_chunk

    tally = Tally(shape_for(plan))
    work, key = _workspace(plan), stream_key(seed)
    more = distortion.arguments(plan)
    for start in range(first, first + draws, CHUNK):
        if stop is not None and stop.is_set():
            break
        size = min(CHUNK, first + draws - start)
        run_chunk(
            plan.names, plan.nation, plan.regions, plan.contests, plan.law, work, tally.counts,
            None, key, np.uint64(start), size, *variants(plan)[:2], *more,
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
    plan: Plan, seed: int, first: int, draws: int, more: tuple[Any, ...] | None = None
) -> Draws:
    """Return single draws of a plan: the same ones that a run counts.

    `first` is a multiple of 256, the group of draws that share their counters. `more` are the
    arguments for irregularities of one who wants to read their ledger afterwards.
    """
    from simulator.kernels.chunk import run_chunk

    tally = Tally(shape_for(plan))
    options, parties = len(plan.options), len(plan.parties)
    rows = options + parties + len(plan.entities)
    record = inputs.Record(np.zeros((rows, draws), np.int64), np.zeros(draws))
    more = distortion.arguments(plan) if more is None else more
    run_chunk(
        plan.names, plan.nation, plan.regions, plan.contests, plan.law, _workspace(plan),
        tally.counts, record, stream_key(seed), np.uint64(first), draws, *variants(plan)[:2],
        *more,
    )  # fmt: skip
    whole = record.whole.T
    return Draws(
        whole[:, :options],
        whole[:, options : options + parties],
        whole[:, options + parties :],
        record.turnout,
    )


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
) -> tuple[Tally, bool]:
    """Simulate all draws on a pool of threads; return the tally and whether it is complete.

    An interrupt stops after the chunks in hand; what is finished is kept.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="simseats") as pool:
        return run_on(pool, plan, seed, draws, threads, progress)


def run_on(
    pool: Executor,
    plan: Plan,
    seed: int,
    draws: int,
    workers: int,
    progress: Callable[[Tally], None] | None = None,
) -> tuple[Tally, bool]:
    """Simulate all draws on anything with submit()."""
    chunks = -(-draws // CHUNK)
    batch = max(1, min(MOST_CHUNKS_A_BATCH, -(-chunks // (4 * workers)))) * CHUNK
    stop = threading.Event()
    starts = iter(range(0, draws, batch))
    waiting: set[Future[Tally]] = set()
    total = Tally(shape_for(plan))

    def submit() -> None:
        start = next(starts, None)
        if start is not None and not stop.is_set():
            size = min(batch, draws - start)
            waiting.add(pool.submit(simulate, plan, seed, start, size, stop))

    for _ in range(2 * workers):
        submit()
    while waiting:
        try:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                waiting.discard(future)
                total.add(future.result())
                submit()
            if progress is not None and not stop.is_set():
                progress(total)
        except KeyboardInterrupt:
            stop.set()
    return total, total.draws == draws
