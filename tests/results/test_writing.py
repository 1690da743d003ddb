"""Results as files: whole, or not at all, and never in the place of what is no plain file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simulator.errors import FileTrouble
from simulator.results.writing import write_bytes, write_text

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def test_a_file_and_its_folder_are_made_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.txt"
    for text in ("one\n", "ü\r\n"):
        write_text(file, text)
        assert file.read_bytes() == text.encode()
    write_bytes(file, b"\x00\xff")
    assert file.read_bytes() == b"\x00\xff"
    assert list(file.parent.iterdir()) == [file]


@POSIX
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_one_and_its_file_is_written(there: bool, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    file, link = tmp_path / "far" / "a.txt", tmp_path / "link.txt"
    if there:
        file.write_text("old", encoding="utf-8")
    link.symlink_to("far/a.txt")
    write_text(link, "new")
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "new"
    assert [path.name for path in file.parent.iterdir()] == ["a.txt"]


@POSIX
def test_a_pipe_with_a_name_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "text")
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@POSIX
def test_an_open_pipe_is_written_to_by_its_number() -> None:
    reader, writer = os.pipe()
    try:
        write_text(f"/dev/fd/{writer}", "text")
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)
        os.close(writer)


def test_what_cannot_be_written_is_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("old", encoding="utf-8")
    for wrong in (tmp_path, file / "b", tmp_path / "a\0"):
        with pytest.raises(FileTrouble, match="cannot be written"):
            write_text(wrong, "new")
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]
