"""Official results of German elections by district: now and before, on the districts of now.

Reads the files that the Federal Returning Officer calls kerg2: one line for each area, group and
vote (1 for candidates, 2 for lists), with the result of the election before beside it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.validation.targets import open_text

GROUPS = {
    "CDU": "union", "CSU": "union", "SPD": "spd", "GRÜNE": "greens", "FDP": "fdp", "AfD": "afd",
    "Die Linke": "left", "DIE LINKE": "left", "BSW": "bsw",
}  # fmt: skip
OTHERS = "others"
CANDIDATES, LISTS = "1", "2"
STATES = {
    "1": "SH", "2": "HH", "3": "NI", "4": "HB", "5": "NW", "6": "HE", "7": "RP", "8": "BW",
    "9": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What one group got in one district: votes now, votes before."""

    district: int
    state: str
    group: str  # as the file writes it
    party: bool  # a party or a candidate, not a total
    now: int | None
    before: int


@dataclass(frozen=True)
class Table:
    """Votes by district and option."""

    districts: tuple[int, ...]
    states: NDArray[np.str_]
    options: tuple[str, ...]
    now: NDArray[np.float64]  # (districts, options)
    before: NDArray[np.float64]
    best: tuple[str, ...]  # option of the single candidate or list with most votes

    def where(self, keep: NDArray[np.bool_]) -> Table:
        """Return the table of some districts."""
        kept = np.flatnonzero(keep)
        return Table(
            tuple(self.districts[k] for k in kept), self.states[keep], self.options,
            self.now[keep], self.before[keep], tuple(self.best[k] for k in kept),
        )  # fmt: skip

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Where every option had votes at both elections."""
        return ((self.now > 0) & (self.before > 0)).all(axis=1)


def read_table(folder: Path, year: int, vote: str, options: tuple[str, ...]) -> Table:
    """Return the votes of an election by district; groups that are not named are others."""
    lines = list(read_lines(open_text(folder, f"germany_{year}_kerg2.csv"), vote))
    totals = {line.district: line for line in lines if line.group == "Gültige"}
    now, before = (defaultdict(lambda: dict.fromkeys((*options, OTHERS), 0)) for _ in range(2))
    best: dict[int, tuple[int, str]] = {}
    for line in lines:
        if not line.party:
            continue
        group = GROUPS.get(line.group, OTHERS)
        group = group if group in options else OTHERS
        now[line.district][group] += line.now or 0
        before[line.district][group] += line.before
        best[line.district] = max(best.get(line.district, (-1, "")), (line.now or 0, group))
    districts = sorted(totals)
    for k in districts:
        # Groups that no longer stand have no line of their own.
        before[k][OTHERS] = totals[k].before - sum(before[k][o] for o in options)
        assert sum(now[k].values()) == totals[k].now
    every = (*options, OTHERS)
    return Table(
        tuple(districts), np.array([totals[k].state for k in districts]), every,
        np.array([[now[k][o] for o in every] for k in districts], float),
        np.array([[before[k][o] for o in every] for k in districts], float),
        tuple(best[k][1] for k in districts),
    )  # fmt: skip


def read_lines(text: str, vote: str) -> Iterator[Line]:
    """Yield the lines of districts, of one of the two votes."""
    table = text[text.index("Wahlart") :]
    comma = table[len("Wahlart")] == ","
    rows = list(csv.reader(io.StringIO(table), delimiter="," if comma else ";"))[1:]
    rows = [r for r in rows if len(r) > 14 and r[2] == "Wahlkreis" and r[10] in (vote, "")]
    base = {(int(r[3]), r[8]): int(r[11]) for r in rows if r[8] in ("Gültige", "Wählende")}
    for row in rows:
        if row[10] == "":
            continue
        district, group = int(row[3]), row[8]
        total = "Wählende" if row[7] == "System-Gruppe" else "Gültige"
        now = int(row[11]) if row[11] else None
        share = 100 * (now or 0) / base[district, total]
        before = before_split(row[12:], share) if comma else row[13]
        yield Line(
            district, STATES[str(int(row[6]))], group, row[7] != "System-Gruppe", now,
            int(before or 0),
        )  # fmt: skip


def before_split(cells: list[str], share: float) -> str:
    """Return the votes of the election before, where commas of decimals were taken for cells.

    The per cent of now before it is one cell or two: its decimals, which lost their zeros at
    either end, tell.
    """
    if cells[0] == "":
        return cells[1]
    near = {f"{share + d:.6f}".split(".")[1].strip("0") for d in (-1e-6, 0.0, 1e-6)}
    if cells[1] and cells[1].strip("0") in near:
        return cells[2]
    if abs(float(cells[0]) - share) < 2e-6:
        return cells[1]
    raise ValueError(f"cannot read {cells} beside {share}%")
