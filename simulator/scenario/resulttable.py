"""A table of results, one row a ballot option, as the start of a scenario."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from pydantic_core import PydanticCustomError

from simulator.allocation.allocate import allocate
from simulator.errors import AllocationError, Diagnostic, InvalidScenario, suggest
from simulator.scenario.numbers import read_count, read_share
from simulator.scenario.schema import simulated_methods
from simulator.scenario.source import LARGEST_TABLE, read_text, refuse
from simulator.scenario.starter import Entry, key_of
from simulator.vocabulary import MOST_PARTIES

NAMES, VOTES, SHARES, SEATS = (
    ("party", "name", "option", "list"),
    ("votes",),
    ("share",),
    ("seats",),
)
AGAINST = ("no", "never", "-", "–")
_DELIMITERS = ",;\t"


def read_results(path: Path) -> tuple[tuple[Entry, ...], dict[str, int]]:
    """Return the options of a table of results, and its seats where it has them.

    Columns are ``party`` and ``votes`` (or ``share``), and perhaps ``seats``, in any order; others
    are left alone. ``no`` in place of seats marks an option that never takes any.

    Raises
    ------
    InvalidScenario
        With every fault of the table: line, column, what to write instead.
    """
    shown = str(path)
    lines = read_text(path, shown, LARGEST_TABLE).splitlines()
    if not lines:
        raise refuse(shown, "E221", "the table is empty", "party,votes,seats")
    delimiter = max(_DELIMITERS, key=lines[0].count)
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True))
    except csv.Error as trouble:
        raise refuse(shown, "E221", f"not a table of separated values: {trouble}") from None
    return _Table(shown, lines, rows, delimiter).read()


class _Table:
    """The rows of a file, with the faults found so far."""

    def __init__(
        self, file: str, lines: list[str], rows: list[list[str]], delimiter: str
    ) -> None:  # fmt: skip
        self.file, self.lines, self.rows, self.delimiter = file, lines, rows, delimiter
        self.faults: list[Diagnostic] = []
        self.header = [cell.strip().lower() for cell in rows[0]]

    def read(self) -> tuple[tuple[Entry, ...], dict[str, int]]:
        named, seated = self._column(NAMES), self._column(SEATS)
        votes, shares = self._column(VOTES), self._column(SHARES)
        support = votes if votes is not None else shares
        if named is None or support is None:
            missing = "party" if named is None else "votes"
            self._fault(1, 0, "E221", f'there is no column "{missing}"', self._hint(missing))
            raise InvalidScenario(tuple(self.faults))
        entries: list[Entry] = []
        official: dict[str, int] = {}
        for number, row in enumerate(self.rows[1:], 2):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(self.header):
                what = f"{len(row)} cells for {len(self.header)} columns"
                self._fault(number, 0, "E221", what)
                continue
            name = row[named].strip()
            if not name or name in [entry.name for entry in entries]:
                what = f'"{name}" stands here a second time' if name else "the row has no name"
                self._fault(number, named, "E221", what)
                continue
            cell = row[seated].strip().lower() if seated is not None else ""
            takes = cell not in AGAINST
            key = key_of(name, [entry.key for entry in entries])
            counted = self._count(number, support, row[support]) if votes is not None else None
            share = "" if votes is not None else self._share(number, support, row[support])
            entries.append(Entry(key, name, share, counted, takes))
            if cell and takes and seated is not None:
                official[key] = self._count(number, seated, row[seated])
        self._check(entries)
        if self.faults:
            raise InvalidScenario(tuple(sorted(self.faults)))
        return tuple(entries), official

    def _check(self, entries: Sequence[Entry]) -> None:
        if not self.faults and not any(entry.seats for entry in entries):
            self._fault(1, 0, "E221", "the table has no party that can take seats")
        if len(entries) > MOST_PARTIES:
            what = f"{len(entries)} options, and a scenario has at most {MOST_PARTIES}"
            self._fault(1, 0, "E218", what)
        if not self.faults and all(e.votes == 0 for e in entries):
            self._fault(1, 0, "E221", "there are no votes in the table")

    def _column(self, names: Sequence[str]) -> int | None:
        return next((self.header.index(name) for name in names if name in self.header), None)

    def _hint(self, missing: str) -> str:
        return suggest(missing, self.header) or "the first line names them: party,votes,seats"

    def _count(self, number: int, column: int, cell: str) -> int:
        try:
            return read_count(cell.strip())
        except PydanticCustomError as wrong:
            shares = cell.strip().endswith("%")
            hint = f'per cents stand in a column "{SHARES[0]}"' if shares else ""
            self._refuse(number, column, wrong, hint)
            return 0

    def _share(self, number: int, column: int, cell: str) -> str:
        try:
            read_share(cell.strip())
        except PydanticCustomError as wrong:
            self._refuse(number, column, wrong)
        return cell.strip()

    def _refuse(
        self, number: int, column: int, wrong: PydanticCustomError, hint: str = ""
    ) -> None:  # fmt: skip
        context = wrong.context or {}
        hint = hint or str(context.get("hint", ""))
        self._fault(number, column, wrong.type, str(context["text"]), hint)

    def _fault(self, line: int, column: int, code: str, message: str, hint: str = "") -> None:
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        cells = source.split(self.delimiter)
        start = sum(len(cell) + 1 for cell in cells[:column]) + 1
        width = len(cells[column]) if column < len(cells) else 1
        self.faults.append(
            Diagnostic(self.file, line, start, code, message, hint, max(1, width), source[:160])
        )


def reproducing(
    entries: Sequence[Entry], official: dict[str, int], seats: int, threshold: str
) -> tuple[str, ...]:
    """Return the methods that turn the votes into the official seats, the usual ones first.

    >>> votes = [Entry("a", "A", votes=60), Entry("b", "B", votes=29), Entry("c", "C", votes=11)]
    >>> found = reproducing(votes, {"a": 5, "b": 2, "c": 0}, 7, "")
    >>> "dhondt" in found, "sainte-lague" in found
    (True, False)
    """
    votes = {e.key: e.votes for e in entries if e.seats}
    if not official or any(n is None for n in votes.values()):
        return ()
    valid = sum(e.votes or 0 for e in entries)
    rule = {"share": threshold, "base": valid} if threshold else None
    usual = ["largest-remainder", "dhondt", "sainte-lague", "modified-sainte-lague"]
    found = []
    for method in sorted(simulated_methods(), key=lambda m: (m not in usual, m)):
        try:
            given = allocate(votes, seats, method, threshold=rule, ties="listed-order",
                             none_pass="admit-all")  # fmt: skip
        except AllocationError:
            continue
        if all(given.seats[key] == official.get(key, 0) for key in votes):
            found.append(method)
    return tuple(sorted(found, key=lambda m: usual.index(m) if m in usual else len(usual)))
