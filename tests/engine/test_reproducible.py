"""The same bytes on any number of threads, in any order, from any part."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from simulator.engine.execute import run_threads, shape_for, simulate
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.run import run, run_loaded
from simulator.errors import Interrupted
from simulator.kernels.layout import CHUNK
from simulator.results.tally import KEPT, Tally
from simulator.scenario.load import load

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"
DRAWS = 5 * CHUNK + 777


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(load(FLAGSHIP).scenario)


@pytest.fixture(scope="module")
def whole(plan: Plan) -> bytes:
    return simulate(plan, 1, 0, DRAWS).canonical()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_do_not_matter(plan: Plan, whole: bytes, threads: int) -> None:
    tally, complete = run_threads(plan, 1, DRAWS, threads)
    assert complete
    assert tally.canonical() == whole


def test_the_fingerprint_of_a_run_is_the_same_on_1_and_2_threads() -> None:
    one = run(FLAGSHIP, draws=40_000, threads=1)
    two = run(FLAGSHIP, draws=40_000, threads=2)
    assert one.fingerprint == two.fingerprint
    assert one.to_json(reproducible=True) == two.to_json(reproducible=True)


def test_chunks_add_up_in_any_order(plan: Plan, whole: bytes) -> None:
    starts = list(range(0, DRAWS, CHUNK))
    for order in (starts[::-1], starts[2:] + starts[:2]):
        total = Tally(shape_for(plan))
        for start in order:
            total.add(simulate(plan, 1, start, min(CHUNK, DRAWS - start)))
        assert total.canonical() == whole


def test_another_seed_gives_another_tally(plan: Plan, whole: bytes) -> None:
    assert simulate(plan, 2, 0, DRAWS).canonical() != whole


def test_the_chambers_kept_do_not_depend_on_the_order() -> None:
    """More chambers than are kept: the same ones survive, with the same counts."""
    text = "uncertainty.effective_sample=30"
    plan = compile_plan(load(FLAGSHIP, (text,)).scenario)
    draws = 6 * CHUNK
    straight = simulate(plan, 1, 0, draws)
    assert straight.capped
    counted, _ = straight.chambers()
    assert len(counted) == KEPT
    backwards = Tally(shape_for(plan))
    for start in range(draws - CHUNK, -1, -CHUNK):
        backwards.add(simulate(plan, 1, start, CHUNK))
    assert backwards.canonical() == straight.canonical()


def test_tallies_of_different_plans_do_not_add_up(plan: Plan) -> None:
    other = compile_plan(load("scenarios/harbour-council.yaml").scenario)
    with pytest.raises(ValueError, match="different plans"):
        Tally(shape_for(plan)).add(Tally(shape_for(other)))


def test_an_interrupt_keeps_what_is_finished(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signal arrives while batches are added up; what was found is whole."""
    tally, complete = run_threads(
        plan, 1, 60 * CHUNK, 1, lambda _: signal.raise_signal(signal.SIGINT)
    )
    monkeypatch.setattr("simulator.engine.dispatch.MOMENT", 0.0)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert not complete
    assert 0 < tally.draws < 60 * CHUNK
    assert tally.draws % CHUNK == 0


def test_an_interrupt_before_the_first_chunk_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.engine.job.dispatch", lambda *_: False)
    with pytest.raises(Interrupted):
        run_loaded(load(FLAGSHIP))


def test_stop_is_seen_between_chunks(plan: Plan) -> None:
    stop = threading.Event()
    stop.set()
    assert simulate(plan, 1, 0, 4 * CHUNK, stop).draws == 0


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="names x86 processors")
def test_the_oldest_processor_gives_the_same_bytes(tmp_path: Path) -> None:
    """Machine code for plain x86-64 (SSE2, four lanes) against the code for this processor."""
    code = "from simulator.engine.run import run; "
    code += f"print(run('{FLAGSHIP}', draws=20_000).fingerprint)"
    old = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "",
             "XDG_CACHE_HOME": str(tmp_path)},
    )  # fmt: skip
    assert old.stdout.strip() == run(FLAGSHIP, draws=20_000).fingerprint
