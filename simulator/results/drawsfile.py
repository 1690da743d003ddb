"""Single draws as a table on disk, Parquet or CSV, written in pieces.

A row is a draw: its number, the votes of every option, the list and district seats of every party,
and the turnout. The table takes its place when it is whole; before, it has another name.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.errors import FileTrouble

ENDINGS = (".parquet", ".csv")
# The context of "Metadata Vocabulary for Tabular Data", W3C Recommendation, 2015.
CSVW = "http://www.w3.org/ns/csvw"
CSVW_TYPES = {"int64": "long", "int32": "int", "float64": "double"}

Columns = Mapping[str, NDArray[Any]]


class Writer(Protocol):
    """What takes one piece of a table after the other."""

    def write(self, columns: Columns) -> None:
        """Write the rows of a piece."""
        ...

    def close(self) -> None:
        """Write what stands at the end."""
        ...


class ParquetWriter:
    """Parquet, a row group a piece; what the draws are stands in the metadata of the file."""

    def __init__(self, path: Path, types: Mapping[str, str], about: Mapping[str, str]) -> None:
        import pyarrow
        import pyarrow.parquet

        fields = [pyarrow.field(name, getattr(pyarrow, kind)()) for name, kind in types.items()]
        keys = {f"simseats.{key}": value for key, value in about.items()}
        self._schema = pyarrow.schema(fields, metadata=keys)
        self._table = pyarrow.table
        self._file = pyarrow.parquet.ParquetWriter(str(path), self._schema, compression="zstd")

    def write(self, columns: Columns) -> None:
        """Write the rows of a piece as one row group."""
        self._file.write_table(self._table(dict(columns), schema=self._schema))

    def close(self) -> None:
        """Write the metadata."""
        self._file.close()


class CsvWriter:
    """CSV with a header; what the draws are stands beside it, in FILE.csv-metadata.json."""

    def __init__(self, path: Path, types: Mapping[str, str]) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(types)

    def write(self, columns: Columns) -> None:
        """Write the rows of a piece; a float is written so that it can be read back exactly."""
        lists = [column.tolist() for column in columns.values()]
        self._writer.writerows(zip(*lists, strict=True))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class DrawsFile:
    """A table of draws that is being written; use it in a `with` block."""

    def __init__(self, path: Path, types: Mapping[str, str], about: Mapping[str, str]) -> None:
        self.path, self._types, self._about = path, types, about
        self._partial = path.with_name(f".{path.name}.part")
        with self._trouble():
            self._writer: Writer = (
                CsvWriter(self._partial, types)
                if path.suffix == ".csv"
                else ParquetWriter(self._partial, types, about)
            )

    def write(self, columns: Columns) -> None:
        """Write the rows of a piece, in the order of the columns that were named."""
        typed = {name: columns[name].astype(kind) for name, kind in self._types.items()}
        with self._trouble():
            self._writer.write(typed)

    def __enter__(self) -> DrawsFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._drop()
            return
        with self._trouble():
            self._writer.close()
            if self.path.suffix == ".csv":
                beside = self.path.with_name(f"{self.path.name}-metadata.json")
                beside.write_text(self._metadata(), encoding="utf-8")
            self._partial.replace(self.path)

    def _metadata(self) -> str:
        columns = [{"name": n, "datatype": CSVW_TYPES[k]} for n, k in self._types.items()]
        document = {
            "@context": CSVW, "url": self.path.name, "tableSchema": {"columns": columns},
            "notes": [{"simseats": dict(self._about)}],
        }  # fmt: skip
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def _drop(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._writer.close()
        with contextlib.suppress(OSError):
            self._partial.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _trouble(self) -> Any:
        """Turn a full disk into a sentence, and leave no half table."""
        try:
            yield
        except OSError as trouble:
            if hasattr(self, "_writer"):
                self._drop()
            raise FileTrouble(
                f"{self.path} cannot be written: {trouble.strerror or trouble}"
            ) from None


def check_place(path: str | os.PathLike[str]) -> Path:
    """Return the path of a table of draws, or say before any work why it cannot be written.

    Raises
    ------
    FileTrouble
        For another ending, a folder that is not there, or a package that is not installed.

    Examples
    --------
    >>> check_place("draws.xlsx")
    Traceback (most recent call last):
    simulator.errors.FileTrouble: draws.xlsx: draws are written as .parquet or .csv
    """
    file = Path(path)
    if file.suffix not in ENDINGS:
        raise FileTrouble(f"{file}: draws are written as {' or '.join(ENDINGS)}")
    if not file.parent.is_dir():
        raise FileTrouble(f"{file} cannot be written: there is no folder {file.parent}")
    if file.is_dir() or not os.access(file.parent, os.W_OK):
        raise FileTrouble(f"{file} cannot be written: no permission, or it is a folder")
    if file.suffix == ".parquet":
        try:
            import pyarrow.parquet  # noqa: F401
        except ModuleNotFoundError:
            raise FileTrouble(
                f"{file}: Parquet needs the package pyarrow: pip install 'simseats[arrow]', or "
                "name a .csv file"
            ) from None
    return file


def column_types(
    options: tuple[str, ...], parties: tuple[str, ...], entities: tuple[str, ...], counted: bool
) -> dict[str, str]:
    """Return the columns of a table of draws with their types.

    >>> list(column_types(("a", "none"), ("a",), ("a", "independents"), False))
    ['draw', 'votes.a', 'votes.none', 'list.a', 'district.a', 'district.independents']
    """
    types = {"draw": "int64"}
    types |= {f"votes.{name}": "int64" for name in options}
    types |= {f"list.{name}": "int32" for name in parties}
    types |= {f"district.{name}": "int32" for name in entities}
    return types | ({"turnout": "float64"} if counted else {})


def columns_of(
    types: Mapping[str, str], first: int, blocks: tuple[NDArray[Any], ...]
) -> dict[str, NDArray[Any]]:
    """Return the columns of a piece from its arrays (draws, columns), in the order of the types."""
    rows = [np.arange(first, first + len(blocks[0]))]
    rows += [column for block in blocks for column in np.atleast_2d(block.T)]
    return dict(zip(types, rows, strict=False))
