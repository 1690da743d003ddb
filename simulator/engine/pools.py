"""Where batches are simulated: threads, processes, a Dask cluster, or any other executor.

A pool turns two numbers, the first draw and how many, into a tally. Workers of other processes get
the plan pickled, some kilobytes, and check that they run the same version.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import pickle
import signal
import threading
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from concurrent.futures.process import ProcessPoolExecutor
from concurrent.futures.thread import ThreadPoolExecutor
from typing import Any, Self

from simulator.engine.execute import compiled_variant, simulate
from simulator.engine.plan import Plan
from simulator.errors import WorkersLost
from simulator.results.tally import Tally

EXECUTORS = ("threads", "processes", "dask")
# A tally of another process is copied, a megabyte at most: it should hold seconds of work.
MOST_CHUNKS_NEAR, MOST_CHUNKS_FAR = 16, 64
MOST_PROCESSES = 61  # a limit of Windows


class Pool:
    """Takes batches; `losses` are the exceptions that mean a worker is gone, not a fault."""

    most_chunks = MOST_CHUNKS_NEAR
    losses: tuple[type[BaseException], ...] = (BrokenExecutor, CancelledError)

    def __init__(self, plan: Plan, workers: int) -> None:
        self.plan, self._workers = plan, workers

    @property
    def workers(self) -> int:
        """How many batches are simulated at the same time."""
        return self._workers

    def submit(self, seed: int, first: int, draws: int) -> Future[Tally]:
        """Hand out a batch."""
        raise NotImplementedError

    def halt(self) -> None:
        """Let workers finish the chunk in hand and begin no other; called by a signal handler."""

    def close(self) -> None:
        """Give the workers back."""

    def explain(self, trouble: BaseException) -> str:
        """Return what happened to a worker, in words."""
        return f"{type(trouble).__name__}: {trouble}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ThreadPool(Pool):
    """Threads of this process: kernels release the interpreter lock."""

    def __init__(self, plan: Plan, workers: int) -> None:
        super().__init__(plan, workers)
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="simseats")

    def submit(self, seed: int, first: int, draws: int) -> Future[Tally]:
        """Hand out a batch."""
        return self._pool.submit(simulate, self.plan, seed, first, draws, self._stop)

    def halt(self) -> None:
        """Let threads finish the chunk in hand."""
        self._stop.set()

    def close(self) -> None:
        """Wait for the threads."""
        self._pool.shutdown()


class _Flag:
    """A byte that processes share. It has no lock: a worker that is killed cannot hold it."""

    def __init__(self, byte: Any) -> None:
        self.byte = byte

    def is_set(self) -> bool:
        return bool(self.byte.value)


class ProcessPool(Pool):
    """Processes of this machine, started afresh: nothing of this process is copied into them."""

    most_chunks = MOST_CHUNKS_FAR

    def __init__(self, plan: Plan, workers: int) -> None:
        super().__init__(plan, min(workers, MOST_PROCESSES))
        self._context = multiprocessing.get_context("spawn")
        self._stop = self._context.RawValue("b", 0)
        self._packed = pack(plan)
        compile_once(plan)
        self._pool = self._open()

    def _open(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.workers, self._context, _begin_worker, (self._packed, self._stop)
        )

    def submit(self, seed: int, first: int, draws: int) -> Future[Tally]:
        """Hand out a batch; a pool that lost a process is replaced, for it takes no more."""
        try:
            return self._pool.submit(_simulate_here, seed, first, draws)
        except BrokenExecutor:
            self._pool.shutdown()
            self._pool = self._open()
            return self._pool.submit(_simulate_here, seed, first, draws)

    def halt(self) -> None:
        """Let processes finish the chunk in hand."""
        self._stop.value = 1

    def close(self) -> None:
        """Wait for the processes."""
        self._pool.shutdown(cancel_futures=True)

    def explain(self, trouble: BaseException) -> str:
        """Return what happened to a worker, in words."""
        return (
            "a process ended abruptly: killed, or out of memory; a script that asks for processes "
            'needs `if __name__ == "__main__":` around what it runs'
        )


_HERE: dict[str, Any] = {}


def _begin_worker(packed: bytes, stop: Any) -> None:
    """Keep the plan; leave interrupts to the parent, and leave when it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _HERE["plan"], _HERE["stop"] = unpack(packed), _Flag(stop)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """End this process when its parent was killed: it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _simulate_here(seed: int, first: int, draws: int) -> Tally:
    return simulate(_HERE["plan"], seed, first, draws, _HERE["stop"])


def compile_once(plan: Plan) -> None:
    """Compile the kernels of a plan before many processes do so at the same time."""
    from simulator.kernels.jit import compiled_before

    if not compiled_before(compiled_variant(plan)):
        simulate(plan, 0, 0, 1)


class BorrowedPool(Pool):
    """An executor that somebody else opened: it gets the plan with every batch."""

    most_chunks = MOST_CHUNKS_FAR

    def __init__(self, plan: Plan, executor: Executor, workers: int) -> None:
        super().__init__(plan, workers)
        self._executor = executor
        self._packed: Any = pack(plan)

    def submit(self, seed: int, first: int, draws: int) -> Future[Tally]:
        """Hand out a batch."""
        arguments = (self._packed, build(), seed, first, draws)
        return self._executor.submit(simulate_packed, *arguments)


def build() -> str:
    """Return what must be the same on all machines: the version, and the kernels it came with."""
    from simulator._version import __version__
    from simulator.kernels.jit import source_key

    return f"{__version__} (kernels {source_key()})"


def pack(plan: Plan) -> bytes:
    """Return a plan as bytes."""
    return pickle.dumps(plan, protocol=5)


@functools.lru_cache(maxsize=4)
def unpack(packed: bytes) -> Plan:
    """Return the plan in some bytes; the same one each time, because it keeps tables of points."""
    plan: Plan = pickle.loads(packed)
    return plan


def simulate_packed(packed: bytes, wanted: str, seed: int, first: int, draws: int) -> Tally:
    """Simulate a batch in another process, unless it runs another version of this program.

    Raises
    ------
    WorkersLost
        The worker has another version, whose draws may differ.
    """
    if build() != wanted:
        raise WorkersLost(
            f"a worker runs simseats {build()} and this run simseats {wanted}: install the same "
            "version on all machines"
        )
    return simulate(unpack(packed), seed, first, draws)


def open_pool(
    plan: Plan, executor: str | Executor, workers: int, address: str | None = None
) -> Pool:
    """Open a pool for a plan.

    Parameters
    ----------
    plan
        What is simulated.
    executor
        ``threads``, ``processes``, ``dask``, or an executor such as that of an MPI pool.
    workers
        Threads or processes of this machine.
    address
        Of a Dask scheduler; without one a cluster is started on this machine.
    """
    if isinstance(executor, Executor):
        return BorrowedPool(plan, executor, workers)
    if executor == "dask":
        from simulator.engine.cluster import DaskPool

        return DaskPool(plan, address, workers)
    if executor not in EXECUTORS:
        raise ValueError(f"executor is {', '.join(EXECUTORS)} or an executor, not {executor!r}")
    return (ProcessPool if executor == "processes" else ThreadPool)(plan, workers)
