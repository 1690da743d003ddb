"""The draws of a run one by one into a table: simulated once more, piece by piece, in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from simulator.engine.execute import Draws, draw
from simulator.engine.plan import Plan
from simulator.kernels.layout import CHUNK
from simulator.results.drawsfile import DrawsFile, check_place, column_types, columns_of
from simulator.results.provenance import canonical_json, scenario_hash
from simulator.results.run import Run

# A piece is a row group of Parquet: some ten megabytes in memory, one a thread and two to come.
PIECE = 4 * CHUNK


def write_draws(path: str | os.PathLike[str], plan: Plan, run: Run, threads: int) -> None:
    """Write every draw that a run counted into a Parquet or CSV file.

    Memory does not grow with draws. Metadata name the scenario, its hash, the fingerprint of the
    run, its seed, sampler and version.

    Parameters
    ----------
    path
        The file; its ending says what it is.
    plan, run
        A complete run and what it simulated.
    threads
        Worker threads; the file is the same for any number.
    """
    facts = run.facts
    types = column_types(facts.options, facts.parties, facts.entities, facts.counted)
    about = {
        "scenario_hash": scenario_hash(facts.scenario),
        "fingerprint": run.fingerprint,
        "seed": str(facts.seed),
        "sampler": plan.sampler,
        "draws": str(run.draws),
        "version": run.made_with["simseats"],
        "scenario": canonical_json(facts.scenario),
    }
    with DrawsFile(check_place(path), types, about) as file:
        for first, found in _pieces(plan, facts.seed, run.draws, threads):
            blocks = (found.votes, found.list_seats, found.district_seats)
            turnout = (found.turnout[:, None],) if facts.counted else ()
            file.write(columns_of(types, first, (*blocks, *turnout)))


def _pieces(plan: Plan, seed: int, draws: int, threads: int) -> Iterator[tuple[int, Draws]]:
    """Yield all draws in order, simulated on threads that are a little ahead."""
    ahead: deque[tuple[int, Future[Draws]]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="simseats") as pool:
        try:
            for first in range(0, draws, PIECE):
                size = min(PIECE, draws - first)
                ahead.append((first, pool.submit(draw, plan, seed, first, size)))
                if len(ahead) > threads + 1:
                    start, future = ahead.popleft()
                    yield start, future.result()
            while ahead:
                start, future = ahead.popleft()
                yield start, future.result()
        finally:
            pool.shutdown(cancel_futures=True)
