"""A file in the hands of one process, for as long as that process lives."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.errors import FileTrouble
from simulator.results import lock
from simulator.results.lock import hold

CHILD = """
import sys, time
from simulator.results.lock import hold
with hold(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_ends_with_a_killed_process(tmp_path: Path) -> None:
    file = tmp_path / "a.resume"
    with subprocess.Popen([sys.executable, "-c", CHILD, str(file)], stdout=-1) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        taken = rf"a\.resume is in use by process {child.pid} on .*: let it end, or name another"
        with pytest.raises(FileTrouble, match=taken), hold(file):
            pass
        child.kill()
    assert [path.name for path in tmp_path.iterdir()] == [".a.resume.lock"]
    with hold(file), pytest.raises(FileTrouble, match=f"process {os.getpid()} on"), hold(file):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_lock_outlives_the_file_that_is_replaced(tmp_path: Path) -> None:
    file, other = tmp_path / "a", tmp_path / "b"
    with hold(file):
        other.write_text("new", encoding="utf-8")
        other.replace(file)
        with pytest.raises(FileTrouble, match="in use"), hold(file):
            pass
    with hold(file):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_lock_that_was_removed_meanwhile_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its holder left between our opening of the file and our lock."""
    real, calls = lock._lock, []

    def late(number: int) -> None:
        if not calls:
            (tmp_path / ".a.lock").unlink()
        calls.append(number)
        real(number)

    monkeypatch.setattr(lock, "_lock", late)
    with hold(tmp_path / "a"), pytest.raises(FileTrouble, match="in use"), hold(tmp_path / "a"):
        pass
    assert len(calls) == 3


def test_a_file_system_without_locks_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(number: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(lock, "_lock", none)
    with hold(tmp_path / "a"), hold(tmp_path / "a"):
        pass
    with pytest.raises(FileTrouble, match="no/a cannot be written: No such file"):
        hold(tmp_path / "no" / "a").__enter__()
