"""A run that was killed, interrupted or cut short goes on from its file, to the same bytes."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.engine.execute import shape_for, simulate
from simulator.engine.plan import compile_plan
from simulator.engine.run import run
from simulator.errors import FileTrouble, WorkersLost
from simulator.kernels.layout import CHUNK
from simulator.results import resume
from simulator.results.resume import Identity, ResumeFile, differences
from simulator.results.run import Run
from simulator.results.tally import Tally
from simulator.scenario.load import load

HARBOUR = "scenarios/harbour-council.yaml"
DRAWS = 2**20
CHILD = """
import sys
import simulator.results.resume as resume
from simulator.engine.pools import ThreadPool
from simulator.engine.run import run
resume.SECONDS, ThreadPool.most_chunks = 0.0, 1
run(sys.argv[1], draws=int(sys.argv[2]), threads=1, resume=sys.argv[3])
"""
IDENTITY = Identity("1", {"simulation": {"draws": 5, "seed": 1, "until": None}, "name": "a"})


@pytest.fixture(autouse=True)
def _writes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resume, "SECONDS", 0.0)
    monkeypatch.setattr("simulator.engine.pools.ThreadPool.most_chunks", 1)


def interrupt_after(batches: int):  # type: ignore[no-untyped-def]
    """A progress function that presses Ctrl-C after so many batches."""
    left = [batches]

    def progress(tally: Tally) -> None:
        left[0] -= 1
        if left[0] == 0:
            signal.raise_signal(signal.SIGINT)

    return progress


def finished_draws(file: Path) -> int:
    data = json.loads(file.read_bytes().splitlines()[1])
    return sum(stop - first for first, stop in data["finished"])


def test_killed_at_random_moments_the_run_ends_with_the_same_fingerprint(tmp_path: Path) -> None:
    file, dice = tmp_path / "run.resume", random.Random(20230319)
    held = [0]
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", CHILD, HARBOUR, str(DRAWS), str(file)])
        before = file.stat().st_mtime_ns if file.exists() else 0
        while child.poll() is None and (
            not file.exists() or file.stat().st_mtime_ns == before or finished_draws(file) == 0
        ):
            time.sleep(0.01)
        time.sleep(dice.uniform(0.0, 0.1))
        child.send_signal(signal.SIGKILL)
        child.wait()
        held.append(finished_draws(file))
    assert held == sorted(held)
    assert held[1] > 0
    assert held[1] < DRAWS
    whole = run(HARBOUR, draws=DRAWS, threads=2)
    again = run(HARBOUR, draws=DRAWS, threads=2, resume=file)
    assert again.fingerprint == whole.fingerprint
    assert again.to_json(reproducible=True) == whole.to_json(reproducible=True)
    assert finished_draws(file) == DRAWS
    assert [path.name for path in tmp_path.iterdir()] == ["run.resume"]


def test_two_runs_do_not_share_a_file(tmp_path: Path) -> None:
    file, link = tmp_path / "run.resume", tmp_path / "link.resume"
    link.symlink_to(file)
    refused: list[str] = []

    def second(tally: Tally) -> None:
        for name in (file, link):
            with pytest.raises(FileTrouble, match="is in use by process") as caught:
                run(HARBOUR, draws=20 * CHUNK, resume=name)
            refused.append(str(caught.value))

    first = run(HARBOUR, draws=20 * CHUNK, resume=file, progress=second)
    assert first.draws == finished_draws(file) >= 20 * CHUNK
    assert f"process {os.getpid()} on" in refused[0]
    assert {path.name for path in tmp_path.iterdir()} == {"run.resume", "link.resume"}


def test_an_interrupted_run_goes_on_and_can_be_made_longer(tmp_path: Path) -> None:
    file, draws = tmp_path / "run.resume", 20 * CHUNK
    cut_short = run(HARBOUR, draws=draws, resume=file, progress=interrupt_after(3))
    assert not cut_short.facts.complete
    assert 0 < cut_short.draws == finished_draws(file) < draws
    whole = run(HARBOUR, draws=draws)
    assert run(HARBOUR, draws=draws, resume=file).fingerprint == whole.fingerprint
    longer = run(HARBOUR, draws=2 * draws, resume=file)
    assert longer.fingerprint == run(HARBOUR, draws=2 * draws).fingerprint
    with pytest.raises(FileTrouble, match="ask for 1,048,576 or more"):
        run(HARBOUR, draws=draws, resume=file)


def test_a_complete_file_costs_no_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "run.resume"
    whole = run(HARBOUR, draws=CHUNK, resume=file)
    monkeypatch.setattr("simulator.engine.pools.simulate", None)
    assert run(HARBOUR, draws=CHUNK, resume=file).fingerprint == whole.fingerprint


@pytest.mark.parametrize("until", [None, "{mean_seats: 1, most: 400000}"])
def test_a_complete_file_is_read_where_nothing_can_be_written(
    until: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    file = tmp_path / "run.resume"
    wanted = {"simulation.sampler": "mc"} | ({"simulation.until": until} if until else {})
    whole = run(HARBOUR, draws=CHUNK, resume=file, overrides=wanted)
    content = file.read_bytes()
    monkeypatch.setattr("simulator.results.lock._take", refuse)
    monkeypatch.setattr(resume, "replace", refuse)
    again = run(HARBOUR, draws=CHUNK, resume=file, overrides=wanted)
    assert again.fingerprint == whole.fingerprint
    assert file.read_bytes() == content
    for name, draws in ((file, 2 * CHUNK), (tmp_path / "new.resume", CHUNK)):
        with pytest.raises(FileTrouble, match=r"cannot be written: Read-only|belongs to another"):
            run(HARBOUR, draws=draws, resume=name, overrides=wanted)


@pytest.mark.parametrize("stop", [1, 3, 6])
def test_the_looks_of_until_go_on_where_they_were(tmp_path: Path, stop: int) -> None:
    """Draws that no chunk ends at, doubled: the count of passes is in the file too."""
    wanted = {
        "simulation.sampler": "mc",
        "simulation.until": "{mean_seats: 0.01, most: 400000}",
    }
    whole = run(HARBOUR, draws=20_000, overrides=wanted)
    file = tmp_path / "run.resume"
    run(HARBOUR, draws=20_000, overrides=wanted, resume=file, progress=interrupt_after(stop))
    again = run(HARBOUR, draws=20_000, overrides=wanted, resume=file)
    assert again.draws == whole.draws > 40_000
    assert again.to_json(reproducible=True) == whole.to_json(reproducible=True)


def test_a_run_of_odd_length_cannot_be_made_longer(tmp_path: Path) -> None:
    file, settings = tmp_path / "run.resume", {"simulation.sampler": "mc"}
    run(HARBOUR, draws=1000, overrides=settings, resume=file)
    assert run(HARBOUR, draws=1000, overrides=settings, resume=file).draws == 1000
    with pytest.raises(FileTrouble, match="no multiple of 256"):
        run(HARBOUR, draws=2000, overrides=settings, resume=file)


def test_another_run_is_refused_with_what_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.resume"
    run(HARBOUR, draws=4096, resume=file)
    with pytest.raises(FileTrouble, match=r"another run: simulation\.seed is 1 there and 2 here;"):
        run(HARBOUR, draws=4096, seed=2, resume=file)
    with pytest.raises(FileTrouble, match=r"chamber is .* there and .*, and \d+ more differ"):
        run("scenarios/kazakhstan-2023-official.yaml", draws=4096, seed=1, resume=file)
    monkeypatch.setattr("simulator.engine.job.build", lambda: "99.0")
    with pytest.raises(FileTrouble, match=r"begun by simseats 0\..*, and this is 99\.0"):
        run(HARBOUR, draws=4096, resume=file)


def test_differences_name_their_path() -> None:
    found = list(differences({"a": [1], "b": {"c": "x" * 50}}, {"a": [2], "b": {}}))
    assert found[0] == ("a", "[1]", "[2]")
    assert found[1][0] == "b.c"
    assert found[1][1].endswith("...")
    assert found[1][2] == "absent"


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other", "ranges"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "run.resume"
    run(HARBOUR, draws=4096, resume=file)
    content = bytearray(file.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
    elif damage == "ranges":
        content = content.replace(b"[[0,4096]]", b"[[0,8192]]")
    changed = {"cut": content[: len(content) // 2], "empty": b"", "other": b'{"a": 1}\n'}
    file.write_bytes(bytes(changed.get(damage, content)))
    with pytest.raises(FileTrouble, match="no whole resume file"):
        run(HARBOUR, draws=4096, resume=file)


def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.engine.pools.simulate", None)
    with pytest.raises(FileTrouble, match=r"cannot be written: No such file"):
        run(HARBOUR, draws=4096, resume=tmp_path / "nowhere" / "run.resume")
    with pytest.raises(FileTrouble, match="is no ordinary file"):
        run(HARBOUR, draws=4096, resume=tmp_path)
    # Reading from it would never end.
    with pytest.raises(FileTrouble, match="/dev/zero is no ordinary file"):
        run(HARBOUR, draws=4096, resume="/dev/zero")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6))
    with pytest.raises(FileTrouble, match="the disk has 1 MB left"):
        run(HARBOUR, draws=4096, resume=tmp_path / "run.resume")


def test_a_disk_that_fills_up_ends_the_run_and_keeps_the_last_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, draws, real = tmp_path / "run.resume", 20 * CHUNK, os.fsync
    calls: list[int] = []

    def full(number: int) -> None:
        calls.append(number)
        if len(calls) > 8:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(number)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileTrouble, match=r"No space left on device; it still holds [\d,]+ draws"):
        run(HARBOUR, draws=draws, resume=file)
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["run.resume"]
    assert 0 < finished_draws(file) < draws
    whole = run(HARBOUR, draws=draws)
    assert run(HARBOUR, draws=draws, resume=file).fingerprint == whole.fingerprint


def test_lost_workers_leave_what_is_finished_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future = super().submit(fn, *args, **kwargs)
            if args[3] < 3 * CHUNK:
                future.result()
                return future
            gone: Future[Any] = Future()
            gone.set_exception(BrokenExecutor("gone"))
            return gone

    monkeypatch.setattr("simulator.engine.pools.BorrowedPool.most_chunks", 1)
    monkeypatch.setattr("simulator.engine.dispatch.PATIENCE", 0.001)
    monkeypatch.setattr(resume, "SECONDS", 1000.0)
    file, draws = tmp_path / "run.resume", 8 * CHUNK
    with Failing(1) as pool, pytest.raises(WorkersLost, match="were lost 4 times"):
        run(HARBOUR, draws=draws, resume=file, executor=pool, threads=1)
    assert finished_draws(file) == 3 * CHUNK
    assert run(HARBOUR, draws=draws, resume=file).draws == draws


def test_a_capped_table_of_chambers_comes_back(tmp_path: Path) -> None:
    wide = ("uncertainty.effective_sample=30",)
    plan = compile_plan(load("scenarios/kazakhstan-2023.yaml", wide).scenario)
    file = ResumeFile(tmp_path / "run.resume", IDENTITY)
    finished = file.open(Tally(shape_for(plan)))
    for first in (5 * CHUNK, 0, 3 * CHUNK):
        finished.add(first, simulate(plan, 1, first, CHUNK))
    file.save(finished)
    assert file.path.stat().st_size < resume.largest_size(finished.tally)
    again = ResumeFile(tmp_path / "run.resume", IDENTITY).open(Tally(shape_for(plan)))
    assert again.ranges == ((0, CHUNK), (3 * CHUNK, 4 * CHUNK), (5 * CHUNK, 6 * CHUNK))
    assert again.tally.canonical() == finished.tally.canonical()
    for first, stop in list(again.gaps(7 * CHUNK)):
        again.add(first, simulate(plan, 1, first, stop - first))
    assert again.tally.canonical() == simulate(plan, 1, 0, 7 * CHUNK).canonical()
    assert again.tally.capped


def test_memory_does_not_grow_with_draws() -> None:
    code = """
import resource, sys
from simulator.engine.run import run
def peak(draws):
    run("scenarios/harbour-council.yaml", draws=draws, threads=2)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
few = peak(2**18)
print(peak(2**21) - few)
"""
    pytest.importorskip("resource", reason="needs POSIX")
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # Kilobytes on Linux: a tally in hand more or less, where 2^21 draws as they are take 40 MB.
    assert int(made.stdout) < 20_000


def test_an_interrupt_on_the_terminal_reaches_processes(tmp_path: Path) -> None:
    """All processes of the terminal get the signal; the run is labelled, its file goes on."""
    file = tmp_path / "run.resume"
    code = "import simulator.results.resume as r; r.SECONDS = 0.0; "
    code += "from simulator.engine.pools import ProcessPool as p; p.most_chunks = 1; "
    code += "from simulator.cli import main; main()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "run", HARBOUR, "--draws", "40000000", "--json",
         "--executor", "processes", "--workers", "1", "--resume", str(file)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while not file.exists() or not finished_draws(file):
        assert child.poll() is None
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    document = json.loads(out)
    assert document["complete"] is False
    assert document["draws"] == finished_draws(file)
    assert f"the same command goes on from {file}" in err
    assert "Traceback" not in err


def test_a_run_is_loaded_as_it_was(tmp_path: Path) -> None:
    """A run that was resumed is stored and read like any other."""
    made = run(HARBOUR, draws=CHUNK, resume=tmp_path / "run.resume")
    (tmp_path / "run.json").write_text(made.to_json(), encoding="utf-8")
    assert Run.load(tmp_path / "run.json").fingerprint == made.fingerprint
