"""YAML and CSV with the place of every value: the only module that reads scenario files.

YAML 1.2 is read as a node tree, so that `no` stays a word and a repeated key is an error; values
keep their line and column, which every message points at.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from simulator.errors import Diagnostic, InvalidScenario

LARGEST_SCENARIO = 2_000_000
LARGEST_TABLE = 20_000_000
MOST_NODES = 200_000
MOST_SEPARATORS = 150_000
MOST_ROWS = 25_000
DEEPEST = 60
DEEPEST_COLUMN = 8

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Where a value stands: line and column count from one; `width` is how much to underline."""

    file: str
    line: int
    column: int
    width: int = 1


@dataclass
class Source:
    """A scenario as read: plain data, and the place of every key and value."""

    file: str
    data: Any = None
    keys: dict[Key, Place] = field(default_factory=dict)
    values: dict[Key, Place] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)

    def locate(self, path: Key, at_key: bool = False) -> Place:
        """Return the place of a path, or of the nearest ancestor that has one."""
        for length in range(len(path), -1, -1):
            if at_key and length == len(path) and path in self.keys:
                return self.keys[path]
            if path[:length] in self.values:
                place = self.values[path[:length]]
                if length == len(path) or not isinstance(self.value_at(path[:length]), dict | list):
                    return place
                return self.keys.get(path[:length], place)
        return Place(self.file, 1, 1)

    def value_at(self, path: Key) -> Any:
        """Return the data at a path; None where there is none."""
        node = self.data
        for step in path:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return None
        return node

    def diagnose(
        self, code: str, message: str, path: Key, hint: str = "", at_key: bool = False
    ) -> Diagnostic:
        """Return a diagnostic that points at a path."""
        place = self.locate(path, at_key)
        lines = self.lines.get(place.file, [])
        source = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        if len(source) > 160:
            source = source[:157] + "..."
        return Diagnostic(
            place.file, place.line, place.column, code, message, hint,
            max(1, min(place.width, len(source) - place.column + 1)), source,
        )  # fmt: skip


def key_places(source: Source) -> dict[str, str]:
    """Return where each key of the scenario file itself stands, as ``file:line`` by its path."""
    return {
        ".".join(map(str, path)): f"{place.file}:{place.line}"
        for path, place in source.keys.items()
        if place.file == source.file
    }


def refuse(file: str, code: str, message: str, hint: str = "") -> InvalidScenario:
    """Return the error for a file that cannot be used at all."""
    return InvalidScenario((Diagnostic(file, 0, 0, code, message, hint),))


def read_text(path: Path, shown: str, largest: int) -> str:
    """Read a text file in UTF-8, or say why it cannot be read."""
    try:
        if path.is_dir():
            raise refuse(shown, "E101", "this is a folder, not a file")
        if not path.is_file():
            raise refuse(shown, "E101", "there is no such file")
        size = path.stat().st_size
        if size > largest:
            limit = f"the limit is {largest:,} bytes"
            raise refuse(shown, "E106", f"the file is too large: {size:,} bytes", limit)
        raw = path.read_bytes()
    except OSError as trouble:
        why = trouble.strerror or "unknown reason"
        raise refuse(shown, "E101", f"the file cannot be read: {why}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = raw[: trouble.start].count(b"\n") + 1
        raise refuse(shown, "E102", f"the file is not UTF-8 text: line {line}") from None
    if "\0" in text:
        raise refuse(shown, "E102", "the file contains control characters, it is not text")
    return text


def read_yaml(text: str, file: str) -> Source:
    """Read one YAML document into data with places; raises InvalidScenario."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if text.count("\n") + text.count(",") > MOST_SEPARATORS:
        hint = "tables of many rows belong in a CSV file beside the scenario"
        raise refuse(file, "E106", "the file holds too many values for a scenario", hint)
    source = Source(file, lines={file: text.splitlines()})
    reader = YAML(typ="safe", pure=True)
    try:
        node = reader.compose(io.StringIO(text))
    except MarkedYAMLError as trouble:
        mark = trouble.problem_mark or trouble.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        source.values[()] = Place(file, line, column)
        what = " ".join(str(trouble.problem or trouble.context or "cannot be read").split())
        hint = "indent with spaces, not tabs" if "\\t" in what else ""
        raise InvalidScenario((source.diagnose("E103", f"not YAML: {what}", (), hint),)) from None
    except YAMLError as trouble:
        what = " ".join(str(trouble).split())[:200]
        raise refuse(file, "E103", f"not YAML: {what}") from None
    except (ValueError, RecursionError):
        raise refuse(file, "E103", "not YAML: nested too deeply or not well formed") from None
    if node is None or not hasattr(node, "value") or isinstance(node.value, str):
        raise refuse(
            file, "E107", "a scenario is a mapping of keys and values",
            "start with: schema: simseats/1",
        )  # fmt: skip
    _Reader(source).read(node)
    return source


class _Reader:
    """Turns YAML nodes into plain data; stops at bombs, repeated keys and foreign tags."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.count = 0
        self.open: set[int] = set()
        self.faults: list[Diagnostic] = []

    def read(self, node: Any) -> None:
        """Fill the source from the root node."""
        self.source.data = self.value(node, ())
        if self.faults:
            raise InvalidScenario(tuple(sorted(self.faults)))

    def place(self, node: Any) -> Place:
        """Return where a node stands; a scalar is underlined whole."""
        start, end = node.start_mark, node.end_mark
        scalar = isinstance(node.value, str) and start.line == end.line
        width = end.column - start.column if scalar else 1
        return Place(self.source.file, start.line + 1, start.column + 1, max(1, width))

    def stop(self, node: Any, code: str, message: str, hint: str = "") -> InvalidScenario:
        """Return the error that ends reading at a node."""
        self.source.values[()] = self.place(node)
        return InvalidScenario((self.source.diagnose(code, message, (), hint),))

    def value(self, node: Any, path: Key) -> Any:
        """Return the data of a node, noting places on the way."""
        self.count += 1
        if self.count > MOST_NODES or id(node) in self.open or len(path) > DEEPEST:
            raise self.stop(node, "E105", "aliases or nesting grow too large here")
        self.source.values.setdefault(path, self.place(node))
        tag = str(node.tag).removeprefix("tag:yaml.org,2002:")
        if isinstance(node.value, str):
            return self.scalar(node, tag, path)
        self.open.add(id(node))
        try:
            if tag == "seq":
                return [self.value(child, (*path, k)) for k, child in enumerate(node.value)]
            if tag == "map":
                return self.mapping(node, path)
        finally:
            self.open.discard(id(node))
        raise self.stop(node, "E203", f"the tag {node.tag} is not part of a scenario")

    def whole(self, node: Any) -> str:
        """Return the text of a node; an escape can name half a character, which is no text."""
        text = str(node.value)
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise self.stop(node, "E102", "half a character is no text", "write it whole")
        return text

    def scalar(self, node: Any, tag: str, path: Key) -> Any:
        """Return a scalar: numbers exactly (int, Decimal), words as text."""
        text = self.whole(node)
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag in {"int", "float"}:
            plain = text.replace("_", "")
            if plain.lstrip("+-").isdigit():
                return int(plain) if len(plain) < 400 else Decimal("Infinity")
            try:
                return Decimal(plain)
            except ArithmeticError:
                return text
        if tag in {"str", "timestamp"}:
            return text
        raise self.stop(node, "E203", f"the tag {node.tag} is not part of a scenario")

    def mapping(self, node: Any, path: Key) -> dict[str, Any]:
        """Return a mapping; a repeated key is a fault, and the first value stays."""
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node.value, str):
                raise self.stop(key_node, "E203", "a key must be a word")
            key = self.whole(key_node)
            if key in data:
                here = self.place(key_node)
                first = self.source.keys[(*path, key)].line
                lines = self.source.lines[self.source.file]
                self.faults.append(
                    Diagnostic(
                        here.file,
                        here.line,
                        here.column,
                        "E104",
                        f'the key "{key}" stands here a second time',
                        f"first on line {first}",
                        here.width,
                        lines[here.line - 1],
                    )
                )
                continue
            self.source.keys[(*path, key)] = self.place(key_node)
            data[key] = self.value(value_node, (*path, key))
        return data


def attach_table(source: Source, path: Key, name: Any, folder: Path | None, keyed: bool) -> Any:
    """Read the CSV file that `name` names and put its rows where the name stood.

    Rows become mappings by column; a column `shares.amanat` fills a mapping inside. With `keyed`
    the first column is the key of the row.
    """
    table = table_path(source, path, name, folder)
    shown = str(Path(source.file).parent / str(name))
    text = read_text(table, shown, LARGEST_TABLE)
    source.lines[shown] = text.splitlines()
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as trouble:
        raise refuse(shown, "E221", f"not a table of comma-separated values: {trouble}") from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise refuse(shown, "E221", "the table has no rows", "a header line, then one row each")
    if len(rows) > MOST_ROWS:
        raise refuse(shown, "E106", f"the table has {len(rows):,} rows, at most {MOST_ROWS:,}")
    header = [cell.strip() for cell in rows[0]]
    if len(header) == 1 and any(sign in header[0] for sign in ";\t"):
        hint = "pollster,date,n" if path[0] == "polls" else "id,name,registered"
        wrong = Diagnostic(
            shown, 1, 1, "E221", "the columns are not separated by commas", f"such as {hint}",
            len(header[0]), rows[0][0],
        )  # fmt: skip
        raise InvalidScenario((wrong,))
    if len(set(header)) != len(header) or not all(header):
        raise refuse(shown, "E221", "every column needs a name of its own in the header")
    _refuse_clashes(shown, header)
    return _rows(source, path, shown, header, rows, keyed)


def _refuse_clashes(shown: str, header: list[str]) -> None:
    """Stop at a column that also has parts: `shares` beside `shares.amanat`."""
    parts = set()
    for name in header:
        steps = name.split(".")
        if len(steps) > DEEPEST_COLUMN:
            raise refuse(shown, "E221", f'"{name[:40]}" has too many parts for a column')
        parts |= {".".join(steps[:k]) for k in range(1, len(steps))}
    both = sorted(parts.intersection(header))
    if both:
        text = f'"{both[0]}" is a column, and so are parts of it'
        raise refuse(shown, "E221", text, "keep one of the two")


def table_path(source: Source, path: Key, name: Any, folder: Path | None) -> Path:
    """Return the path of a table that lies in the folder of the scenario."""
    text = str(name)
    if folder is None:
        text = "a scenario without a file cannot name tables"
        hint = "give the path of the file that the tables lie beside"
        raise InvalidScenario((source.diagnose("E220", text, path, hint),))
    parts = Path(text).parts
    inside = not Path(text).is_absolute() and ".." not in parts and "\\" not in text
    if inside:
        try:
            resolved = (folder / text).resolve()
            inside = resolved.is_relative_to(folder.resolve())
        except (OSError, RuntimeError, ValueError):
            inside = False
    if not inside:
        hint = "name a file in the folder of the scenario or below it"
        raise InvalidScenario(
            (source.diagnose("E220", f'"{text}" leads out of the folder', path, hint),)
        )
    if not resolved.is_file():
        what = f'there is no file "{text}" beside the scenario'
        hint = "copy it there, or correct its name"
        raise InvalidScenario((source.diagnose("E101", what, path, hint),))
    return resolved


def _rows(
    source: Source, path: Key, shown: str, header: list[str], rows: list[list[str]], keyed: bool
) -> Any:
    """Return the rows of a table as data and note their places."""
    data: dict[str, Any] = {}
    listed: list[Any] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        whole = Place(shown, number, 1)
        if len(row) != len(header):
            raise InvalidScenario(
                (_row_fault(source, whole, f"{len(row)} cells for {len(header)} columns"),)
            )
        key: str | int = row[0].strip() if keyed else len(listed)
        if keyed and (not key or key in data):
            what = f'the row "{key}" stands here a second time' if key else "the row has no name"
            raise InvalidScenario((_row_fault(source, whole, what),))
        here = (*path, key)
        source.keys[here] = source.values[here] = Place(shown, number, 1, max(1, len(row[0])))
        record: dict[str, Any] = {}
        column = 1
        titles = _columns(shown, rows[0])
        for name, cell, title in zip(header, row, titles, strict=True):
            spot = Place(shown, number, column, max(1, len(cell)))
            column += len(cell) + 1
            if not cell.strip() or (keyed and name == header[0]):
                continue
            steps = name.split(".")
            inner = record
            for depth, step in enumerate(steps[:-1]):
                inner = inner.setdefault(step, {})
                source.values.setdefault((*here, *steps[: depth + 1]), spot)
            inner[steps[-1]] = cell.strip()
            source.keys[(*here, *steps)], source.values[(*here, *steps)] = title, spot
        listed.append(record)
        if keyed:
            data[str(key)] = record
    return data if keyed else listed


def _columns(shown: str, header: list[str]) -> list[Place]:
    """Return where the names of the columns stand."""
    places, column = [], 1
    for name in header:
        places.append(Place(shown, 1, column, max(1, len(name))))
        column += len(name) + 1
    return places


def _row_fault(source: Source, place: Place, message: str) -> Diagnostic:
    line = (
        source.lines[place.file][place.line - 1]
        if place.line <= len(source.lines[place.file])
        else ""
    )
    return Diagnostic(place.file, place.line, 1, "E221", message, "", 1, line[:160])
