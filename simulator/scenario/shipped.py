"""The scenarios that come with simseats, and copies of them with their tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator.errors import FileTrouble, suggest
from simulator.scenario.source import read_yaml

_SUFFIXES = (".csv", ".parquet", ".nc")
_EDITOR = "# yaml-language-server:"


def folder() -> Path:
    """Return where the shipped scenarios lie: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def names() -> list[str]:
    """Return the names of the shipped scenarios.

    >>> "kazakhstan-2023" in names()
    True
    """
    return sorted(path.stem for path in folder().glob("*.yaml"))


def shipped(name: str) -> dict[str, bytes]:
    """Return the files of a shipped scenario by their place beside it; its own is first.

    >>> list(shipped("kazakhstan-2023"))[1:]
    ['data/kazakhstan-2023-regions.csv', 'data/kazakhstan-2023-districts.csv']
    """
    known = names()
    stem = name.removesuffix(".yaml")
    if stem not in known:
        hint = suggest(stem, known) or "\n  ".join(["there are", *known])
        raise FileTrouble(f'no scenario called "{name}" comes with simseats; {hint}')
    path = folder() / f"{stem}.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    # The line tells editors where the schema lies, which is true only beside it.
    text = "".join(line for line in lines if not line.startswith(_EDITOR))
    found = {path.name: text.encode()}
    for table in _tables(read_yaml(text, path.name).data):
        source = folder() / table
        if source.is_file() and source.resolve().is_relative_to(folder().resolve()):
            found[table] = source.read_bytes()
    return found


def _tables(node: Any) -> Iterator[str]:
    """Yield every text that names a table."""
    if isinstance(node, dict):
        for value in node.values():
            yield from _tables(value)
    elif isinstance(node, list):
        for value in node:
            yield from _tables(value)
    elif isinstance(node, str) and node.endswith(_SUFFIXES):
        yield node
