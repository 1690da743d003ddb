"""The package as a whole: public names, light imports, size of files, shipped data."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import simulator

FILES = sorted(Path("simulator").rglob("*.py"))


def test_public_names() -> None:
    assert sorted(dir(simulator)) == [
        "Allocation",
        "AllocationError",
        "Answer",
        "Attribution",
        "Comparison",
        "InvalidScenario",
        "Loaded",
        "Pool",
        "Rare",
        "Run",
        "SeatRows",
        "SimseatsError",
        "Split",
        "StationTable",
        "Sweep",
        "TiedSeats",
        "__version__",
        "allocate",
        "allocate_many",
        "ask",
        "attribute_irregularities",
        "compare",
        "estimate_rare",
        "irregularities",
        "load",
        "load_text",
        "pool_polls",
        "run",
        "simulate_stations",
        "split_variance",
        "sweep",
    ]
    for name in dir(simulator):
        assert getattr(simulator, name) is not None


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, simulator; sys.exit(any(m in sys.modules for m in ('numpy', 'pydantic')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_one_allocation_needs_no_numba_and_no_numpy() -> None:
    code = (
        "import sys, simulator; simulator.allocate({'a': 5, 'b': 3}, 4, 'huntington-hill'); "
        "sys.exit(any(m in sys.modules for m in ('numba', 'numpy', 'pydantic', 'rich')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("path", FILES, ids=str)
def test_public_functions_have_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert path.stat().st_size == 0 or ast.get_docstring(tree), path


@pytest.mark.parametrize("path", sorted(Path("simulator/kernels").glob("*.py")), ids=str)
def test_kernels_are_compiled_by_the_one_decorator(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name != "jit.py":
        assert "njit" not in text
        assert "import numba" not in text
        assert "np.random" not in text
