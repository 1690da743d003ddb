"""The same result from any pool, also when workers are lost on the way."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import pickle
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.dispatch import cut, dispatch, on_interrupt
from simulator.engine.execute import simulate
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.pools import Pool, ProcessPool, open_pool, simulate_packed
from simulator.engine.run import run
from simulator.errors import WorkersLost
from simulator.kernels.layout import CHUNK
from simulator.results.finished import Finished
from simulator.results.run import Run
from simulator.results.tally import Shape, Tally
from simulator.scenario.load import load

HARBOUR = "scenarios/harbour-council.yaml"
DRAWS = 2**20
SHAPE = Shape(1, 2, 0, 0, (0.5,), ())


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(load(HARBOUR).scenario)


@pytest.fixture(scope="module")
def expected() -> str:
    return run(HARBOUR, draws=DRAWS, threads=1).fingerprint


def counted(first: int, draws: int) -> Tally:
    """A tally that knows which draws are in it: their number and the sum of their numbers."""
    tally = Tally(SHAPE)
    tally.counts.flags[0] = draws
    tally.moments[0][0] = sum(range(first, first + draws))
    return tally


class FakePool(Pool):
    """Finishes batches in a given order, loses some, and stops within one when it is halted."""

    most_chunks = 2

    def __init__(self, losses: list[bool], halt_after: int | None = None) -> None:
        self.plan = None  # type: ignore[assignment]
        self._workers = 2
        self.pattern, self.halt_after, self.halted = losses, halt_after, False
        self.submitted = 0

    def submit(self, seed: int, first: int, draws: int) -> Future[Tally]:
        future: Future[Tally] = Future()
        lost = self.pattern[self.submitted] if self.submitted < len(self.pattern) else False
        self.submitted += 1
        if self.submitted == self.halt_after:
            signal.raise_signal(signal.SIGINT)
        if lost and self.submitted % 2:
            raise BrokenExecutor("gone")
        if lost:
            future.set_exception(BrokenExecutor("gone"))
        else:
            future.set_result(counted(first, min(draws, CHUNK) if self.halted else draws))
        return future

    def halt(self) -> None:
        self.halted = True


@settings(max_examples=15)
@given(
    st.integers(1, 9 * CHUNK),
    st.sets(st.integers(0, 8)),
    st.lists(st.booleans(), max_size=3),
)
def test_every_draw_is_counted_once(draws: int, done: set[int], losses: list[bool]) -> None:
    finished = Finished(Tally(SHAPE))
    for chunk in done:
        first = chunk * CHUNK
        if first < draws:
            finished.add(first, counted(first, min(CHUNK, draws - first)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulator.engine.dispatch.PATIENCE", 0.001)
        assert dispatch(FakePool(losses), 1, finished, draws)
    assert finished.ranges == ((0, draws),)
    assert finished.tally.draws == draws
    assert finished.tally.moments[0][0] == draws * (draws - 1) // 2


@given(st.integers(0, 10), st.integers(1, 10**6), st.integers(1, 10**6))
def test_batches_cover_a_gap(groups: int, draws: int, size: int) -> None:
    first = groups * 256
    batches = list(cut(first, first + draws, size))
    assert batches[0].first == first
    assert sum(b.draws for b in batches) == draws
    for before, after in itertools.pairwise(batches):
        assert before.first + before.draws == after.first
        assert after.first % CHUNK == 0


def test_an_interrupt_keeps_finished_batches_and_loses_none_twice() -> None:
    finished = Finished(Tally(SHAPE))
    told: list[int] = []
    done = dispatch(
        FakePool([], halt_after=8), 1, finished, 40 * CHUNK, lambda f: told.append(f.draws)
    )
    assert not done
    assert 0 < finished.draws < 40 * CHUNK
    assert finished.tally.draws == finished.draws
    assert dispatch(FakePool([]), 1, finished, 40 * CHUNK)
    assert finished.tally.moments[0][0] == sum(range(40 * CHUNK))


def test_a_batch_that_is_lost_again_and_again_ends_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.engine.dispatch.PATIENCE", 0.001)
    with pytest.raises(WorkersLost, match=r"draws 0 to 16,383 were lost 4 times with their work"):
        dispatch(FakePool([True] * 100), 1, Finished(Tally(SHAPE)), CHUNK)


@pytest.mark.parametrize("name", ["kazakhstan-2023", "kazakhstan-2023-irregularities"])
def test_plans_and_tallies_survive_being_sent(name: str) -> None:
    plan = compile_plan(
        load(f"scenarios/{name}.yaml", ("uncertainty.effective_sample=30",)).scenario
    )
    there = pickle.loads(pickle.dumps(plan))
    first, second = simulate(plan, 3, 0, 1000), simulate(there, 3, 16_384, 1000)
    back = pickle.loads(pickle.dumps(first))
    assert back.canonical() == first.canonical()
    back.add(second)
    second.add(first)
    assert back.canonical() == second.canonical()
    assert len(pickle.dumps(first)) < 300_000


def test_a_full_table_of_chambers_survives_too() -> None:
    plan = compile_plan(
        load("scenarios/kazakhstan-2023.yaml", ("uncertainty.effective_sample=30",)).scenario
    )
    whole = simulate(plan, 1, 0, 5 * CHUNK)
    assert whole.capped
    back = pickle.loads(pickle.dumps(whole))
    assert back.capped
    assert back.canonical() == whole.canonical()


def killing(kill: Callable[[], None]) -> Callable[[Tally], None]:
    """Kill a worker when the first batch has come back: others are in the middle of theirs."""
    calls: list[int] = []

    def progress(tally: Tally) -> None:
        if not calls:
            kill()
        calls.append(tally.draws)

    return progress


def test_a_process_that_is_killed_changes_nothing(
    expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    real = ProcessPool._open
    monkeypatch.setattr(ProcessPool, "most_chunks", 8)
    monkeypatch.setattr(ProcessPool, "_open", lambda self: opened.append(self) or real(self))

    def kill() -> None:
        pid = multiprocessing.active_children()[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    made = run(HARBOUR, draws=DRAWS, threads=1, executor="processes", progress=killing(kill))
    assert made.fingerprint == expected
    assert len(opened) == 2
    assert multiprocessing.active_children() == []


class Inline(Executor):
    """Somebody else's executor: everything travels as bytes."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        sent = pickle.loads(pickle.dumps((fn, args)))
        try:
            future.set_result(pickle.loads(pickle.dumps(sent[0](*sent[1]))))
        except Exception as trouble:
            future.set_exception(trouble)
        return future


def test_any_executor_will_do(expected: str) -> None:
    assert run(HARBOUR, draws=DRAWS, executor=Inline(), threads=1).fingerprint == expected
    with ThreadPoolExecutor(2) as pool:
        assert run(HARBOUR, draws=DRAWS, executor=pool, threads=2).fingerprint == expected


def test_workers_of_another_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def sent(packed: bytes, wanted: str, *numbers: int) -> Tally:
        return simulate_packed(packed, wanted.replace("0.", "9."), *numbers)

    monkeypatch.setattr("simulator.engine.pools.simulate_packed", sent)
    with ThreadPoolExecutor(1) as pool, pytest.raises(WorkersLost, match="install the same"):
        run(HARBOUR, draws=5000, executor=pool, threads=1)


def test_an_unknown_executor_is_refused(plan: Plan) -> None:
    with pytest.raises(ValueError, match="threads, processes, dask"):
        open_pool(plan, "cloud", 1)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="the extra cluster is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as made:
        yield made


def test_a_cluster_whose_worker_is_killed_gives_the_same(
    cluster: Any, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.engine.cluster.DaskPool.most_chunks", 8)
    pids = [worker.pid for worker in cluster.workers.values()]

    def kill() -> None:
        os.kill(pids[0], signal.SIGKILL)

    made: Run = run(HARBOUR, draws=DRAWS, dask=cluster.scheduler_address, progress=killing(kill))
    assert made.fingerprint == expected
    assert made.facts.complete


def test_a_large_plan_is_sent_to_a_cluster_once(
    cluster: Any, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.engine.cluster.LARGEST_ARGUMENT", 0)
    made = run(HARBOUR, draws=DRAWS, executor="dask", dask=cluster.scheduler_address)
    assert made.fingerprint == expected


class Chatter(socketserver.BaseRequestHandler):
    """A server of something else, such as Dask's own dashboard."""

    def handle(self) -> None:
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_what_is_no_scheduler_is_named_at_once() -> None:
    """Each ends the command in a sentence, and nothing waits for it at the end."""
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    with socketserver.TCPServer(("127.0.0.1", 0), Chatter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        faults = {
            f"tcp://127.0.0.1:{server.server_address[1]}": "something else does",
            "nonsense": "missing port number in address 'nonsense'",
            "http://127.0.0.1:80": "unknown address scheme 'http'",
            "tls://127.0.0.1:9": "TLS expects",
        }
        for address, why in faults.items():
            started = time.monotonic()
            found = subprocess.run(
                [sys.executable, "-m", "simulator", "run", HARBOUR, "--dask", address],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert found.returncode == 70
            assert f"error: no Dask scheduler answers at {address}: {why}" in found.stderr
            assert "Traceback" not in found.stderr
            assert time.monotonic() - started < 30
        server.shutdown()


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    monkeypatch.setattr("simulator.engine.cluster.CONNECT", "0.2s")
    with pytest.raises(WorkersLost, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        run(HARBOUR, draws=256, dask="tcp://127.0.0.1:9")


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
@pytest.mark.parametrize("late", [False, True])
def test_only_an_interrupt_that_is_no_echo_stops_at_once(
    late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Supervisors signal a process and then its group, within a moment."""
    if late:
        monkeypatch.setattr("simulator.engine.dispatch.MOMENT", 0.0)
    halts: list[bool] = []
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.ExitStack() as stack:
            if late:
                stack.enter_context(pytest.raises(KeyboardInterrupt))
            with on_interrupt(lambda: halts.append(True)):
                signal.raise_signal(signal.SIGTERM)
                signal.raise_signal(signal.SIGINT)
            # The chunks in hand may end before the echo comes.
            signal.raise_signal(signal.SIGTERM)
        assert halts == [True]
        monkeypatch.setattr("simulator.engine.dispatch.MOMENT", 0.0)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    finally:
        monkeypatch.undo()
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, signal.default_int_handler)
