"""Draws of shares from another program: CSV, Parquet or netCDF, one row a draw.

A posterior of Stan or PyMC takes the place of the national error. Parquet and netCDF need optional
packages, which are imported when such a file is named.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, InstanceOf, PlainSerializer, WithJsonSchema

from simulator.errors import Diagnostic, InvalidScenario
from simulator.scenario.numbers import fault, show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST_DRAWS = 200_000_000
MOST_FAULTS = 8
LABELS = ("chain", "draw", "region")


@dataclass(frozen=True, eq=False)
class Posterior:
    """Shares by draw, by region where the file has regions, and by option; they sum to one."""

    file: str
    digest: str
    options: tuple[str, ...]
    regions: tuple[str, ...]
    shares: NDArray[np.float64] = field(repr=False)
    sums: tuple[float, float]  # the smallest and the largest sum of a row as it was read

    @property
    def rows(self) -> int:
        """Number of draws."""
        return int(self.shares.shape[0])

    def expected(self, region: str | None = None) -> dict[str, Fraction]:
        """Return the mean share of every option; they sum to one exactly."""
        table = self.shares if region is None else self.shares[:, self.regions.index(region)]
        means = [Fraction(math.fsum(column)) for column in table.T]
        total = sum(means, Fraction(0))
        return {name: mean / total for name, mean in zip(self.options, means, strict=True)}

    def describe(self) -> dict[str, Any]:
        """Return what the record of a run keeps of the file."""
        return {"file": self.file, "sha256": self.digest, "draws": self.rows}


def _only_read(value: Any) -> Any:
    if isinstance(value, Posterior):
        return value
    raise fault("E203", f"expected the name of a file of draws, not {show(value)}")


Draws = Annotated[
    InstanceOf[Posterior],
    BeforeValidator(_only_read),
    PlainSerializer(Posterior.describe, return_type=dict[str, Any]),
    WithJsonSchema({"type": "string", "pattern": r"\.(csv|parquet|nc)$"}),
]


@dataclass(frozen=True)
class Table:
    """Columns of a file as they were read, and how to say where a value stands."""

    file: str
    labels: dict[str, list[str]]
    columns: dict[str, list[float]]
    text: str = ""
    lines: tuple[int, ...] = ()  # of each row, where the file is text

    def complain(self, row: int, column: str, message: str, hint: str = "") -> Diagnostic:
        """Return a diagnostic for a value; `row` counts from zero."""
        if not self.text:
            place = f'row {row + 1}, column "{column}": '
            return Diagnostic(self.file, 0, 0, "E230", place + message, hint)
        return _in_text(self.file, self.text, self.lines[row], column, message, hint)


def _in_text(
    file: str, text: str, line: int, column: str, message: str, hint: str = ""
) -> Diagnostic:
    """Return a diagnostic that points at a cell of a CSV file."""
    lines = text.splitlines()
    header = next(csv.reader([lines[0]]))
    cells = lines[line - 1].split(",")
    place = [name.strip() for name in header].index(column)
    start = sum(len(cell) + 1 for cell in cells[:place])
    width = len(cells[place]) if place < len(cells) else 1
    return Diagnostic(
        file, line, start + 1, "E230", message, hint, max(1, width), lines[line - 1][:160]
    )


def read_posterior(path: Path, name: str, shown: str, variable: str | None) -> Posterior:
    """Read a file of draws.

    Parameters
    ----------
    path
        The file; its ending says what it is.
    name
        Its name in the scenario, which the record of a run keeps.
    shown
        Its name in messages.
    variable
        Which variable of a netCDF file; the only one with options when absent.

    Raises
    ------
    InvalidScenario
        With every fault: file, row and column.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet", ".nc"):
        raise _refuse(shown, "draws are read from .csv, .parquet and .nc files", code="E220")
    try:
        raw = path.read_bytes()
    except OSError as trouble:
        why = trouble.strerror or "unknown reason"
        raise _refuse(shown, f"the file cannot be read: {why}", code="E101") from None
    if len(raw) > LARGEST_DRAWS:
        size = f"the file is too large: {len(raw):,} bytes"
        raise _refuse(shown, size, f"the limit is {LARGEST_DRAWS:,} bytes", "E106")
    digest = hashlib.sha256(raw).hexdigest()
    if kind == ".nc":
        from simulator.scenario.netcdf import read_netcdf

        options, regions, shares = read_netcdf(path, shown, variable)
        return _normalise(shown, name, digest, options, regions, shares, None)
    table = _read_csv(raw, shown) if kind == ".csv" else _read_parquet(path, shown)
    options, regions, shares, rows = _arrange(table)
    return _normalise(shown, name, digest, options, regions, shares, (table, rows))


def _refuse(file: str, message: str, hint: str = "", code: str = "E230") -> InvalidScenario:
    return InvalidScenario((Diagnostic(file, 0, 0, code, message, hint),))


def _read_csv(raw: bytes, shown: str) -> Table:
    """Read a CSV file with a header; the standard library is enough."""
    try:
        text = raw.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text), strict=True)
        rows = [(reader.line_num, row) for row in reader if any(row)]
    except UnicodeDecodeError:
        raise _refuse(shown, "the file is not UTF-8 text", code="E102") from None
    except csv.Error as trouble:
        raise _refuse(shown, f"not a table of comma-separated values: {trouble}") from None
    if len(rows) < 2:
        raise _refuse(shown, "the table has no draws", "a header line, then one row a draw")
    header = [cell.strip() for cell in rows[0][1]]
    if len(set(header)) != len(header) or not all(header):
        raise _refuse(shown, "every column needs a name of its own in the header")
    faults = []
    columns: dict[str, list[float]] = {name: [] for name in header if name not in LABELS}
    labels: dict[str, list[str]] = {name: [] for name in header if name in LABELS}
    for number, row in rows[1:]:
        if len(row) != len(header):
            raise _refuse(shown, f"line {number}: {len(row)} cells for {len(header)} columns")
        for name, cell in zip(header, row, strict=True):
            if name in labels:
                labels[name].append(cell.strip())
                continue
            try:
                columns[name].append(float(cell))
            except ValueError:
                columns[name].append(1.0)
                message = f'"{name}" is no number here: {show(cell.strip())}'
                faults.append((number, name, message))
    if faults:
        found = tuple(
            _in_text(shown, text, line, name, message)
            for line, name, message in faults[:MOST_FAULTS]
        )
        raise InvalidScenario(found + _and_more(shown, len(faults)))
    return Table(shown, labels, columns, text, tuple(number for number, _ in rows[1:]))


def _read_parquet(path: Path, shown: str) -> Table:
    """Read a Parquet file; needs pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise missing_package(shown, "Parquet", "pyarrow", "arrow") from None
    try:
        table = parquet.read_table(path)
    except (pyarrow.ArrowException, OSError) as trouble:
        what = " ".join(str(trouble).split())[:200]
        raise _refuse(shown, f"not a Parquet file: {what}") from None
    labels: dict[str, list[str]] = {}
    columns: dict[str, list[float]] = {}
    for name in table.column_names:
        column = table.column(name)
        if name in LABELS:
            labels[name] = [str(value) for value in column.to_pylist()]
        elif pyarrow.types.is_floating(column.type) or pyarrow.types.is_integer(column.type):
            columns[name] = [math.nan if v is None else float(v) for v in column.to_pylist()]
        else:
            raise _refuse(shown, f'column "{name}" holds {column.type}, not numbers')
    if not table.num_rows:
        raise _refuse(shown, "the table has no draws")
    return Table(shown, labels, columns)


def missing_package(shown: str, what: str, package: str, extra: str) -> InvalidScenario:
    """Return the error for a file that needs a package which is not installed."""
    message = f"reading {what} needs {package}: pip install 'simseats[{extra}]'"
    return _refuse(shown, message, "or export the draws as CSV", "E108")


def _arrange(
    table: Table,
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.float64], list[list[int]]]:
    """Return options, regions, shares, and the rows of the file by draw and region."""
    import numpy as np

    options = tuple(table.columns)
    if not options:
        raise _refuse(table.file, "the table has no column for an option")
    matrix = np.array([table.columns[name] for name in options]).T
    count = len(matrix)
    place = [table.labels[name] for name in ("chain", "draw") if name in table.labels]
    keys = list(zip(*place, strict=True)) if place else [(str(k),) for k in range(count)]
    region = table.labels.get("region")
    if region is not None and "draw" not in table.labels:
        raise _refuse(table.file, "rows by region need a column that numbers the draws", "draw")
    regions = tuple(dict.fromkeys(region)) if region is not None else ("",)
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for row, key in enumerate(keys):
        here = region[row] if region is not None else ""
        column = "region" if region is not None else "draw"
        if here in found.setdefault(key, {}):
            text = f"draw {' '.join(key)} stands here a second time"
            raise InvalidScenario((table.complain(row, column, text),))
        found[key][here] = row
    for key, rows in found.items():
        missing = [name for name in regions if name not in rows]
        if missing:
            first = next(iter(rows.values()))
            text = f'draw {" ".join(key)} has no row for the region "{missing[0]}"'
            raise InvalidScenario((table.complain(first, "draw", text),))
    order = [[rows[name] for name in regions] for rows in found.values()]
    shares = matrix[np.array(order)]
    if region is None:
        return options, (), shares[:, 0], order
    return options, regions, shares, order


def _normalise(
    shown: str, name: str, digest: str, options: tuple[str, ...], regions: tuple[str, ...],
    shares: NDArray[np.float64], origin: tuple[Table, list[list[int]]] | None,
) -> Posterior:  # fmt: skip
    """Check that every value is a positive number and divide each row by its sum."""
    import numpy as np

    bad = np.argwhere(~(np.isfinite(shares) & (shares > 0)))
    faults = []
    for at in bad[:MOST_FAULTS]:
        value, option = shares[tuple(at)], options[at[-1]]
        text = f'"{option}" in draw {at[0] + 1} is {value:g}'
        hint = "shares are numbers above zero; logarithms and logits are not shares"
        if origin is None:
            inside = f' of region "{regions[at[1]]}"' if regions else ""
            faults.append(Diagnostic(shown, 0, 0, "E230", text + inside, hint))
        else:
            table, order = origin
            row = order[at[0]][at[1] if regions else 0]
            faults.append(table.complain(row, option, text, hint))
    if faults:
        raise InvalidScenario(tuple(faults) + _and_more(shown, len(bad)))
    total = np.zeros(shares.shape[:-1])
    for k in range(shares.shape[-1]):
        total += shares[..., k]
    sums = (float(total.min()), float(total.max()))
    return Posterior(name, digest, options, regions, shares / total[..., None], sums)


def _and_more(shown: str, count: int) -> tuple[Diagnostic, ...]:
    if count <= MOST_FAULTS:
        return ()
    text = f"{count - MOST_FAULTS:,} more values of the file have faults"
    return (Diagnostic(shown, 0, 0, "E230", text),)
