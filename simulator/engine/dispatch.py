"""Batches handed to a pool until every draw is finished; lost batches are handed out again."""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from simulator.errors import WorkersLost
from simulator.kernels.layout import CHUNK
from simulator.results.finished import Finished
from simulator.results.tally import Tally

if TYPE_CHECKING:
    from simulator.engine.pools import Pool

# A batch that takes its worker along again and again would do so for ever.
MOST_LOSSES = 3
# Seconds after which an interrupt is noticed where no worker can be told to stop.
PATIENCE = 0.5
# Seconds in which another interrupt is an echo: supervisors signal a process and then its group.
MOMENT = 1.0
# Ctrl-C, a batch system whose time is up, a terminal that is closed.
INTERRUPTS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]


@dataclass
class Batch:
    """Draws that one worker simulates, and how often they were lost."""

    first: int
    draws: int
    losses: int = 0


def cut(first: int, stop: int, size: int) -> Iterator[Batch]:
    """Yield batches of some draws that end at multiples of the size of a chunk.

    >>> [(b.first, b.draws) for b in cut(16_384, 100_000, 40_000)]
    [(16384, 32768), (49152, 32768), (81920, 18080)]
    """
    step = max(1, size // CHUNK) * CHUNK
    while first < stop:
        end = min(stop, first // CHUNK * CHUNK + step)
        yield Batch(first, end - first)
        first = end


@contextmanager
def on_interrupt(halt: Callable[[], None]) -> Iterator[None]:
    """Call `halt` at the first interrupt instead of raising; a later one raises KeyboardInterrupt.

    What comes within a moment of the first is its echo and nothing happens, in the block or after
    it. A tally that an interrupt caught half added would be wrong. Only the main thread gets
    signals, and only those are taken over that a handler of Python would have got.
    """
    here = threading.current_thread() is threading.main_thread()
    before = {
        number: handler
        for number in INTERRUPTS
        if here and callable(handler := signal.getsignal(number))
    }
    first: list[float] = []

    def handle(number: int, frame: FrameType | None) -> None:
        if not first:
            first.append(time.monotonic())
            halt()
        elif time.monotonic() >= first[0] + MOMENT:
            raise KeyboardInterrupt

    def handle_after(number: int, frame: FrameType | None) -> None:
        if time.monotonic() >= first[0] + MOMENT:
            signal.signal(number, before[number])
            before[number](number, frame)

    try:
        for number in before:
            signal.signal(number, handle)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handle_after if first else handler)


@contextmanager
def interrupts_later() -> Iterator[None]:
    """Let a block end that must not be left half done, and raise KeyboardInterrupt then.

    A second interrupt raises at once, unless it is an echo.
    """
    came: list[bool] = []
    with on_interrupt(lambda: came.append(True)):
        yield
    if came:
        raise KeyboardInterrupt


def dispatch(
    pool: Pool,
    seed: int,
    finished: Finished,
    draws: int,
    tell: Callable[[Finished], None] | None = None,
) -> bool:
    """Simulate all draws below `draws` that are not finished; return whether all are in the end.

    Parameters
    ----------
    pool
        Where batches are simulated.
    seed
        Of the random numbers.
    finished
        Draws that are not repeated; what is simulated is added to them.
    draws
        Number of the last draw, plus one.
    tell
        Called after every batch; an exception stops the pool and is passed on.

    Raises
    ------
    WorkersLost
        The same batch was lost several times, with what became of its workers.
    """
    return _Dispatcher(pool, seed, finished, draws).run(tell)


class _Dispatcher:
    """The batches in hand, those to come and those that come back."""

    def __init__(self, pool: Pool, seed: int, finished: Finished, draws: int) -> None:
        self.pool, self.seed, self.finished, self.draws = pool, seed, finished, draws
        chunks = -(-(draws - finished.draws) // CHUNK)
        size = max(1, min(pool.most_chunks, -(-chunks // (4 * pool.workers)))) * CHUNK
        # The finished ranges grow meanwhile: the gaps are those of the start.
        self.fresh = (b for gap in list(finished.gaps(draws)) for b in cut(*gap, size))
        self.lost: deque[Batch] = deque()
        self.waiting: dict[Future[Tally], Batch] = {}
        self.halted = False

    def run(self, tell: Callable[[Finished], None] | None) -> bool:
        with on_interrupt(self.halt):
            try:
                self.fill()
                while self.waiting or self.lost:
                    if not self.waiting:
                        time.sleep(PATIENCE)
                    done, _ = wait(self.waiting, PATIENCE, FIRST_COMPLETED)
                    for future in done:
                        self.take(future, self.waiting.pop(future))
                    self.fill()
                    if done and tell is not None and not self.halted:
                        tell(self.finished)
            except BaseException:
                self.halt()
                self.cancel()
                raise
        return not any(self.finished.gaps(self.draws))

    def halt(self) -> None:
        self.halted = True
        self.pool.halt()

    def cancel(self) -> None:
        for future in self.waiting:
            future.cancel()

    def fill(self) -> None:
        """Keep two batches a worker in hand."""
        if self.halted:
            self.lost.clear()
            self.cancel()
            return
        while len(self.waiting) < 2 * self.pool.workers:
            batch = self.lost.popleft() if self.lost else next(self.fresh, None)
            if batch is None:
                return
            try:
                future = self.pool.submit(self.seed, batch.first, batch.draws)
            except self.pool.losses as trouble:
                self.again(batch, trouble)
                return
            self.waiting[future] = batch

    def take(self, future: Future[Tally], batch: Batch) -> None:
        """Add what a batch found, or put it back when its worker is gone."""
        try:
            tally = future.result()
        except self.pool.losses as trouble:
            if not self.halted:
                self.again(batch, trouble)
            return
        self.finished.add(batch.first, tally)

    def again(self, batch: Batch, trouble: BaseException) -> None:
        batch.losses += 1
        if batch.losses > MOST_LOSSES:
            last = batch.first + batch.draws - 1
            raise WorkersLost(
                f"draws {batch.first:,} to {last:,} were lost {batch.losses} times with their "
                f"workers, the last time so: {self.pool.explain(trouble)}"
            )
        self.lost.append(batch)
