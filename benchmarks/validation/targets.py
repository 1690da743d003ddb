"""Targets with tolerances, and the command that prints them beside what was found."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Target:
    """A figure to be met: within `tolerance` of `target`, or between two bounds."""

    name: str
    target: float
    found: float
    tolerance: float
    bounds: str = ""  # shown instead of the target

    @classmethod
    def between(cls, name: str, low: float, high: float, found: float) -> Target:
        """Return a target that is met between two bounds."""
        return cls(name, (low + high) / 2, found, (high - low) / 2, f"{low:g} to {high:g}")

    @property
    def met(self) -> bool:
        """Whether what was found is near enough."""
        return abs(self.found - self.target) <= self.tolerance * (1 + 1e-9)

    def row(self) -> str:
        """Return the line of the table."""
        words = "yes" if self.met else "NO"
        target = self.bounds or f"{self.target:.5g}"
        tolerance = "" if self.bounds else f"{self.tolerance:.2g}"
        return f"{self.name:<58}{target:>14}{self.found:>12.6g}{tolerance:>11}  {words}"


def open_text(folder: Path, name: str) -> str:
    """Return the text of a data file, compressed (`name.gz`) or not."""
    packed = folder / f"{name}.gz"
    if packed.exists():
        return gzip.decompress(packed.read_bytes()).decode("utf-8-sig", "replace")
    plain = folder / name
    if not plain.exists():
        raise SystemExit(
            f"{plain}: no such file, nor {packed.name}; see docs/explanation/validation.md"
        )
    return plain.read_text(encoding="utf-8-sig", errors="replace")


def main(title: str, check: Callable[[Path], Iterable[Target]]) -> None:
    """Run a check on the folder of the command line; exit with 1 when a target is missed."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        raise SystemExit("usage: python -m benchmarks.validation.NAME FOLDER")
    targets = list(check(Path(sys.argv[1])))
    print(title)
    print(f"{'':<58}{'target':>14}{'found':>12}{'tolerance':>11}  within")
    for target in targets:
        print(target.row())
    missed = sum(not target.met for target in targets)
    print(f"{len(targets) - missed} of {len(targets)} targets met")
    sys.exit(1 if missed else 0)
