"""A Dask cluster as a pool; the only module that knows distributed, the extra ``cluster``."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from simulator.engine.dispatch import interrupts_later
from simulator.engine.plan import Plan
from simulator.engine.pools import BorrowedPool
from simulator.errors import WorkersLost
from simulator.results.tally import Tally

# Larger plans, those with draws from outside, are sent to the workers once and not every time.
LARGEST_ARGUMENT = 1_000_000
# Seconds between two counts of the workers, which may come and go.
RECOUNT = 5.0
CONNECT = "20s"
# An interrupt on the terminal reaches all processes of this machine: workers leave it to this one.
DEAF = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"


class DaskPool(BorrowedPool):
    """Workers of a Dask scheduler, or a cluster on this machine when no address is known."""

    def __init__(self, plan: Plan, address: str | None, workers: int) -> None:
        try:
            import distributed
        except ModuleNotFoundError:
            raise WorkersLost(
                "a Dask cluster needs the package distributed: pip install 'simseats[cluster]'"
            ) from None
        self._client = _connect(distributed, address, workers)
        self._where = self._client.scheduler.address
        super().__init__(plan, self._client.get_executor(pure=False), workers)
        self.losses = (*BorrowedPool.losses, distributed.KilledWorker, OSError)
        self._large = self._packed if len(self._packed) > LARGEST_ARGUMENT else None
        self._counted = -RECOUNT
        self._send()

    @property
    def workers(self) -> int:
        """Threads of all workers; at least one, so that something waits for the first."""
        if time.monotonic() > self._counted + RECOUNT:
            with self._scheduler():
                threads: dict[str, int] = self._client.nthreads()
            self._workers = max(1, sum(threads.values()))
            self._counted = time.monotonic()
        return self._workers

    @contextmanager
    def _scheduler(self) -> Iterator[None]:
        """Say so when the scheduler is gone: Dask has tried to reach it again for some time."""
        try:
            yield
        except Exception as trouble:
            if self._client.status in ("running", "connecting"):
                raise
            raise WorkersLost(
                f"the Dask scheduler at {self._where} does not answer any more: {trouble}"
            ) from None

    def _send(self) -> None:
        if self._large is not None:
            self._packed = self._client.scatter(self._large, broadcast=True)

    def submit(self, seed: int, first: int, draws: int) -> Future[Tally]:
        """Hand out a batch."""
        with self._scheduler():
            if self._large is not None and self._packed.status != "finished":
                self._send()
            return super().submit(seed, first, draws)

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        with interrupts_later():
            self._client.close()

    def explain(self, trouble: BaseException) -> str:
        """Return what happened to a worker, in words."""
        text = " ".join(str(trouble).split())
        return text or "the scheduler gave them up; is it still there?"


def _connect(distributed: Any, address: str | None, workers: int) -> Any:
    """Return a client of the scheduler at an address, named here or in Dask's configuration."""
    import dask

    where = address or dask.config.get("scheduler-address", None)
    if where is None:
        return _start(distributed, workers)
    client = distributed.Client.__new__(distributed.Client)
    try:
        client.__init__(where, timeout=CONNECT, set_as_default=False)
    except BaseException as trouble:
        # Otherwise its end waits for what never began, and prints a traceback.
        client.status = "closed"
        if not isinstance(trouble, Exception):
            raise
        # The first bytes of another protocol are taken for a length.
        why = "something else does" if isinstance(trouble, MemoryError) else trouble
        raise WorkersLost(f"no Dask scheduler answers at {where}: {why}") from None
    return client


def _start(distributed: Any, workers: int) -> Any:
    """Return a client of a new cluster on this machine."""
    client: Any = None
    try:
        # Half a cluster cannot be closed: the interpreter would wait for it at its end.
        with interrupts_later():
            client = distributed.Client(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, preload=DEAF,
                silence_logs=logging.ERROR, set_as_default=False,
            )  # fmt: skip
    except KeyboardInterrupt:
        if client is not None:
            client.close()
        raise
    return client
