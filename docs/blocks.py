"""The blocks of a page as they are now: files, tables, console and Python blocks, all executed.

A page is executed in the root of the repository. One that says `<!-- in a new folder -->` is
executed from its first line to its last in an empty folder, as its reader does who only installed
simseats: what it needs, it shows and saves, or has a command write.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEW_FOLDER = "<!-- in a new folder -->"
BLOCK = re.compile(
    r"^(?:<!-- (?P<verb>file|save|add|output)(?:: (?P<name>\S+))? -->\n)?"
    r"```(?P<language>\w+)\n(?P<body>.*?)^```$",
    re.S | re.M,
)
WRITTEN = ("file", "save", "add")  # a file of the repository, of the page, the end of a file
TABLE = re.compile(r"(<!-- table: (\S+) -->\n)(.*?)(^<!-- end -->$)", re.S | re.M)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.M)  # a line that ends in \ goes on
COMPILING = re.compile(r"^compiling kernels.*\n", re.M)


def render(text: str) -> str:
    """Return a page with its files, tables, console blocks and outputs as they are now."""
    if NEW_FOLDER not in text:
        return TABLE.sub(_table, BLOCK.sub(lambda found: _block(found, None), text))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return fill(BLOCK.sub(lambda found: _block(found, folder), text), _outputs(text, folder))


def save_files(text: str, folder: Path) -> None:
    """Write the files that a page shows into a folder."""
    for found in BLOCK.finditer(text):
        if found["verb"] in WRITTEN:
            _save(found, folder, _content(found))


def cells(text: str) -> list[str]:
    """Return the Python blocks of a page."""
    return [found["body"] for found in BLOCK.finditer(text) if found["language"] == "python"]


def fill(text: str, outputs: list[str]) -> str:
    """Return a page with the outputs of its Python blocks, each in the `output` block below it."""
    said: Iterator[str] = iter(outputs)
    last = ""

    def put(found: re.Match[str]) -> str:
        nonlocal last
        if found["language"] == "python":
            last = next(said)
        return _with_body(found, last) if found["verb"] == "output" else found[0]

    return BLOCK.sub(put, text)


def _block(found: re.Match[str], folder: Path | None) -> str:
    if found["verb"] in WRITTEN:
        body = _content(found)
        if folder is not None:
            _save(found, folder, body)
        return _with_body(found, body)
    if found["language"] != "console":
        return found[0]
    commands = COMMAND.findall(found["body"])
    if folder is None and not all(command.startswith("simseats ") for command in commands):
        return found[0]
    said = [execute(c) if folder is None else _shell(c, folder) for c in commands]
    parts = [f"$ {c}\n{s}".rstrip("\n") + "\n" for c, s in zip(commands, said, strict=True)]
    return _with_body(found, "\n".join(parts))


def _with_body(found: re.Match[str], body: str) -> str:
    start, end = found.start("body") - found.start(), found.end("body") - found.start()
    return found[0][:start] + body + found[0][end:]


def _content(found: re.Match[str]) -> str:
    """Return what a block that is a file says: the file of the repository, or the block itself."""
    if found["verb"] == "file":
        return (ROOT / found["name"]).read_text(encoding="utf-8")
    return found["body"]


def _save(found: re.Match[str], folder: Path, body: str) -> None:
    mode = "a" if found["verb"] == "add" else "w"
    with (folder / Path(found["name"]).name).open(mode, encoding="utf-8") as file:
        file.write(body)


def _table(found: re.Match[str]) -> str:
    """Return a table with the figures of a run, by its name in `docs/bias.py` or `tables.py`."""
    from docs import bias, tables

    return f"{found[1]}\n{(bias.TABLES | tables.TABLES)[found[2]]()}\n{found[4]}"


def execute(command: str) -> str:
    """Return what a simseats command prints in the root, on a terminal of 88 columns, plainly."""
    words = shlex.split(command.replace("\\\n", " "))
    limit = 0
    if "|" in words:
        at = words.index("|")
        words, limit = words[:at], int(words[-1].lstrip("-n"))
    run = subprocess.run(
        [sys.executable, "-m", "simulator", *words[1:]],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False, env=_plain(),
    )  # fmt: skip
    lines = _lines(run.stdout + COMPILING.sub("", run.stderr))
    return "\n".join(lines[:limit] if limit else lines)


def _shell(command: str, folder: Path) -> str:
    """Return what a line prints that is typed into a shell in a folder, with simseats at hand."""
    with tempfile.TemporaryDirectory() as place:
        program = Path(place) / "simseats"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m simulator "$@"\n')
        program.chmod(0o755)
        path = os.pathsep.join((place, os.environ.get("PATH", os.defpath)))
        run = subprocess.run(
            ["sh", "-c", command], cwd=folder, env={**_plain(), "PATH": path},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", check=False,
        )  # fmt: skip
    return "\n".join(_lines(COMPILING.sub("", run.stdout)))


def _outputs(text: str, folder: Path) -> list[str]:
    """Return what the Python blocks of a page print, run one after the other in a folder."""
    if not cells(text):
        return []
    run = subprocess.run(
        [sys.executable, "-m", "docs.cells"], input=json.dumps(cells(text)), cwd=folder,
        env=_plain(), stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    found: list[str] = json.loads(run.stdout)
    return found


def _plain() -> dict[str, str]:
    return {
        **os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "88", "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }  # fmt: skip


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip("\n").splitlines()]
