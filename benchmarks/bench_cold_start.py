"""What a new process costs: the help of the command against importing numba alone.

Run with `pytest benchmarks --benchmark-enable`; compare the two rows of one run.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import Any

import pytest


def start(*arguments: str) -> None:
    """Run the interpreter and wait."""
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def test_numba(benchmark: Any) -> None:
    """Import the compiler and leave."""
    benchmark.group = "cold start"
    benchmark(start, "-c", "import numba")


def test_help(benchmark: Any) -> None:
    """Print the help and leave."""
    if importlib.util.find_spec("simulator.__main__") is None:
        pytest.skip("the command is not there yet")
    benchmark.group = "cold start"
    benchmark(start, "-m", "simulator", "--help")


def test_help_does_not_load_numba() -> None:
    """The help is drawn without the compiler."""
    if importlib.util.find_spec("simulator.__main__") is None:
        pytest.skip("the command is not there yet")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "simulator", "--help"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "numba" not in done.stderr
