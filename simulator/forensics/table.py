"""Station results from a CSV file, plain or zipped, with columns of any name."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from simulator.errors import Diagnostic, InvalidScenario, suggest
from simulator.forensics.archive import LARGEST, opened, refuse
from simulator.forensics.stations import MOST_VOTERS, Stations, screen

SHOWN_FAULTS = 20
_LONGEST_LINE = 160
# What each column is called where nobody says otherwise.
USUAL = {
    "registered": ("registered", "voters", "electorate"),
    "cast": ("cast", "ballots", "turnout"),
    "counted": ("counted", "valid"),
    "leader": ("leader",),
}
_NEEDED = {
    "registered": "the registered voters",
    "cast": "the ballots cast",
    "leader": "the votes of the leader",
}


@dataclass(frozen=True, eq=False)
class StationFile:
    """A table of station results as read.

    Attributes
    ----------
    name
        The file.
    stations
        Those that can be used.
    rows
        Rows with anything in them.
    left_out
        Stations left out, by reason.
    columns
        Which columns were added up for which figure.
    more_counted
        Stations, used, in which more ballots were counted than cast.
    """

    name: str
    stations: Stations
    rows: int
    left_out: dict[str, int]
    columns: dict[str, tuple[str, ...]]
    more_counted: int


def read_stations(
    file: str | Path | IO[bytes],
    *,
    registered: str | None = None,
    cast: str | None = None,
    counted: str | None = None,
    leader: str | None = None,
    separator: str | None = None,
    encoding: str = "utf-8",
) -> StationFile:
    r"""Read the results of polling stations.

    Parameters
    ----------
    file
        A CSV file, a zip archive with one in it, or a binary stream.
    registered, cast, counted, leader
        Which column: a name, a pattern in which `*` stands for anything, or several of them joined
        by ` + `; all columns that are meant are added up. Without a word the usual names are tried:
        registered, voters, electorate; cast, ballots, turnout; counted, valid; leader. Shares are
        of `counted`, or of `cast` where there is no such column.
    separator
        Between columns; found by the header where it is not given.
    encoding
        Of the text, for example cp1251.

    Raises
    ------
    InvalidScenario
        All faults at once, each with line and column: E101, E102, E106, E205, E206, E221, E601.

    Notes
    -----
    A row with an empty cell is a station without a result: it is counted and left out. So are
    stations whose numbers cannot be true, see `screen`.

    Examples
    --------
    >>> import io
    >>> text = b"station,voters,ballots,red,blue\n1,100,60,40,19\n2,90,,,\n3,50,51,30,21\n"
    >>> found = read_stations(io.BytesIO(text), leader="red")
    >>> len(found.stations), found.left_out
    (1, {'no result': 1, 'more ballots than registered voters': 1})
    """
    asked = {"registered": registered, "cast": cast, "counted": counted, "leader": leader}
    name = "standard input" if not isinstance(file, (str, Path)) else str(file)
    with opened(file, name) as stream:
        reading = _Reading(name, stream, encoding, separator, asked)
        try:
            reading.read()
        except UnicodeError:
            line = reading.line + 1
            hint = "name its encoding, for example --encoding cp1251"
            reading.fault(0, "E102", f"the text is not {encoding}, near line {line}", hint)
        except csv.Error as trouble:
            what = f"not a table of separated values: {trouble}"
            reading.fault(reading.line, "E221", what)
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as trouble:
            reading.fault(0, "E101", f"the file cannot be read: {trouble}")
        finally:
            reading.release()
    return reading.finish()


@dataclass
class _Reading:
    """One pass over a table: its lines, its faults, and the numbers found."""

    name: str
    stream: IO[bytes]
    encoding: str
    separator: str | None
    asked: dict[str, str | None]
    line: int = 0
    text: str = ""
    rows: int = 0
    empty: int = 0
    found: list[list[int]] = field(default_factory=list)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: list[Diagnostic] = field(default_factory=list)
    more_faults: int = 0
    decoder: io.TextIOWrapper | None = None

    def fault(self, line: int, code: str, message: str, hint: str = "", at: str = "") -> None:
        """Note a fault; the first twenty are shown."""
        if len(self.faults) >= SHOWN_FAULTS:
            self.more_faults += 1
            return
        short = bool(line) and len(self.text) <= _LONGEST_LINE
        column = max(self.text.find(at), 0) + 1 if at else 1
        self.faults.append(
            Diagnostic(
                self.name, line, column, code, message, hint, max(1, len(at)),
                self.text if short else "",
            )
        )  # fmt: skip

    def lines(self) -> Iterator[str]:
        """Yield the lines, and remember where we are."""
        try:
            text = io.TextIOWrapper(self.stream, encoding=self.encoding, newline="")
        except LookupError:
            self.fault(0, "E102", f"there is no encoding {self.encoding!r}")
            return
        self.decoder, size = text, 0
        for line in text:
            size += len(line)
            if size > LARGEST:
                self.fault(0, "E106", f"the file has more than {LARGEST:,} characters")
                return
            self.line += 1
            self.text = line.rstrip("\r\n").removeprefix("\ufeff")
            yield line.removeprefix("\ufeff") if self.line == 1 else line

    def release(self) -> None:
        """Leave the stream open: it is closed by whoever opened it."""
        if self.decoder is not None:
            self.decoder.detach()

    def read(self) -> None:
        """Read the header, then every row."""
        lines = self.lines()
        first = next(lines, "")
        if not first.strip():
            if not self.faults:
                self.fault(0, "E221", "the table is empty")
            return
        separator = self.separator or _likely_separator(first)
        rows = csv.reader(_again(first, lines), delimiter=separator, strict=True)
        header = [cell.strip() for cell in next(rows)]
        places = self._places(header)
        if self.faults:
            return
        for row in rows:
            if any(cell.strip() for cell in row):
                self.rows += 1
                self._row(row, places, header)
        if not self.rows:
            self.fault(0, "E221", "the table has a header and no rows")

    def _places(self, header: list[str]) -> dict[str, list[int]]:
        """Return the columns of each figure; several are added up."""
        places = {}
        for figure, usual in USUAL.items():
            word = self.asked[figure]
            found = _usual(header, usual) if word is None else self._named(header, word)
            if word is None and not found and figure in _NEEDED:
                shown = ", ".join(header[:12]) + (", ..." if len(header) > 12 else "")
                hint = f"name it with --{figure} COLUMN; there are {shown}"
                self.fault(self.line, "E601", f"no column with {_NEEDED[figure]}", hint)
            places[figure] = found
        places["counted"] = places["counted"] or places["cast"]
        self.columns = {f: tuple(header[k] for k in ks) for f, ks in places.items()}
        return places

    def _named(self, header: list[str], word: str) -> list[int]:
        """Return the columns that a word, a pattern or a sum of them means."""
        if header.count(word.strip()) == 1:
            return [header.index(word.strip())]
        found: list[int] = []
        for part in (part.strip() for part in word.split(" + ")):
            pattern = re.escape(part.casefold()).replace(r"\*", ".*")
            hits = [k for k, name in enumerate(header) if re.fullmatch(pattern, name.casefold())]
            if not hits:
                close = suggest(part, header)
                hint = close or f"there are {', '.join(header[:12])}"
                self.fault(self.line, "E601", f'no column "{part}"', hint)
            elif len(hits) > 1 and "*" not in part:
                self.fault(self.line, "E601", f'{len(hits)} columns are called "{part}"')
            elif set(hits) & set(found):
                twice = header[min(set(hits) & set(found))]
                self.fault(self.line, "E601", f'"{word}" counts the column "{twice}" twice')
            found += hits
        return found

    def _row(self, row: list[str], places: dict[str, list[int]], header: list[str]) -> None:
        """Read the numbers of a station; the usual case costs one line."""
        try:
            numbers = [sum([int(row[k]) for k in ks]) for ks in places.values()]
        except (ValueError, IndexError):
            numbers = self._careful(row, places, header)
            if not numbers:
                return
        if min(numbers) < 0 or max(numbers) > MOST_VOTERS:
            self._out_of_range(row, places, header)
        else:
            self.found.append(numbers)

    def _careful(
        self, row: list[str], places: dict[str, list[int]], header: list[str]
    ) -> list[int]:
        """Read a row that is not plain whole numbers, or say what is wrong with it."""
        if len(row) < len(header):
            what = f"the row has {len(row)} cells, the header {len(header)}"
            self.fault(self.line, "E221", what)
            return []
        if any(not row[k].strip() for ks in places.values() for k in ks):
            self.empty += 1
            return []
        numbers = []
        for ks in places.values():
            values = [self._number(row[k], header[k]) for k in ks]
            numbers.append(sum(v for v in values if v is not None))
            if None in values:
                return []
        return numbers

    def _number(self, cell: str, column: str) -> int | None:
        """Return a whole number written with spaces, or as 12.0."""
        plain = re.sub(r"[\s_\u00a0\u202f]", "", cell)
        if re.fullmatch(r"[-+]?\d+([.,]0*)?", plain):
            return int(re.split(r"[.,]", plain)[0])
        share = "%" in cell or re.fullmatch(r"\d*[.,]\d+", plain)
        hint = "give numbers of ballots: a share is rounded" if share else ""
        what = f'the column "{column}" says "{cell.strip()}", which is not a whole number'
        self.fault(self.line, "E206", what, hint, cell.strip())
        return None

    def _out_of_range(
        self, row: list[str], places: dict[str, list[int]], header: list[str]
    ) -> None:
        for k in (k for ks in places.values() for k in ks):
            value = self._number(row[k], header[k])
            if value is not None and not 0 <= value <= MOST_VOTERS:
                why = "a negative number" if value < 0 else f"more than {MOST_VOTERS:,}"
                what = f'the column "{header[k]}" says {row[k].strip()}, {why}'
                self.fault(self.line, "E205", what, "", row[k].strip())
                return
        what = "columns that are added up exceed the range of a station"
        self.fault(self.line, "E205", what)

    def finish(self) -> StationFile:
        """Return what was read; raises all faults at once."""
        if self.more_faults:
            what = f"{self.more_faults:,} more rows have faults".replace(",", " ")
            self.faults.append(Diagnostic(self.name, 0, 0, self.faults[-1].code, what))
        if self.faults:
            raise InvalidScenario(tuple(self.faults))
        table = np.array(self.found, dtype=np.int64).reshape(-1, len(USUAL))
        stations, impossible = screen(*table.T)
        if not len(stations):
            raise refuse(self.name, "E603", "no station has a result that can be used")
        left_out = {"no result": self.empty} if self.empty else {}
        more = int(np.count_nonzero(stations.counted > stations.cast))
        return StationFile(
            self.name, stations, self.rows, left_out | impossible, self.columns, more
        )


def _usual(header: list[str], names: tuple[str, ...]) -> list[int]:
    folded = [name.casefold() for name in header]
    return next(([folded.index(name)] for name in names if folded.count(name) == 1), [])


def _likely_separator(line: str) -> str:
    """Return the separator that makes most columns of the header."""
    return max(",;\t|", key=lambda mark: len(next(csv.reader([line], delimiter=mark))))


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
