"""`simseats forensics`: screen, JSON, pictures, streams, exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import simseats

EXAMPLE = "docs/how-to/constructed-stations.csv"
RED = ("--leader", "red")


def test_json_is_one_document_and_always_the_same() -> None:
    found = simseats("forensics", EXAMPLE, *RED, "--json")
    assert (found.returncode, found.stderr) == (0, "")
    document = json.loads(found.stdout)
    assert document["schema"] == "simseats.forensics/1"
    assert document["file"]["columns"]["leader"] == ["red"]
    assert document["stations"]["used"] == 600
    assert len(document["integers"]) == 6
    assert len(document["shpilkin"]["variants"]) == 12
    assert "not proof" in document["note"]
    assert simseats("forensics", EXAMPLE, *RED, "--json").stdout == found.stdout


def test_the_ledger_of_the_example() -> None:
    """The page says how far the estimate is from what was done: this is where that comes from."""
    rows = [line.split(",") for line in Path(EXAMPLE).read_text(encoding="utf-8").splitlines()]
    where = {name: k for k, name in enumerate(rows[0])}
    done = sum(int(r[where["red"]]) - int(r[where["honest_red"]]) for r in rows[1:])
    best = json.loads(simseats("forensics", EXAMPLE, *RED, "--json").stdout)["shpilkin"]["best"]
    page = Path("docs/how-to/look-at-station-results.md").read_text(encoding="utf-8")
    assert f"{done:,}".replace(",", " ") in page
    assert abs(best["votes"] - done) < 2 * best["error"]


def test_files_are_written(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    found = simseats("forensics", EXAMPLE, *RED, "--out", str(out), "-q")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    assert sorted(p.name for p in out.iterdir()) == [
        "fingerprint.svg", "forensics.json", "turnout.svg",
    ]  # fmt: skip
    assert simseats("forensics", EXAMPLE, *RED, "--json").stdout == (
        out / "forensics.json"
    ).read_text(encoding="utf-8")
    spoken = simseats("forensics", EXAMPLE, *RED, "--out", str(out))
    assert "fingerprint.svg" in spoken.stderr
    assert "polling stations" in spoken.stdout


def test_standard_input() -> None:
    text = Path(EXAMPLE).read_text(encoding="utf-8")
    found = simseats("forensics", "-", *RED, stdin=text)
    assert found.returncode == 0
    assert found.stdout.startswith("standard input")


def test_ascii_terminals() -> None:
    found = simseats("forensics", EXAMPLE, *RED, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert found.returncode == 0
    assert found.stdout.isascii()


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        ((EXAMPLE,), 3, "E601"),
        (("none.csv", *RED), 3, "E101"),
        ((EXAMPLE, *RED, "--encoding", "utf-16"), 3, "E102"),
        ((EXAMPLE, *RED, "--seed", "3"), 2, "--resamples"),
        ((EXAMPLE, *RED, "--separator", "::"), 2, "one character"),
        ((EXAMPLE, *RED, "--out", "README.md/x"), 3, "README.md"),
        ((EXAMPLE, *RED, "--resamples", "1"), 2, "resamples"),
        ((), 2, "FILE"),
    ],
)
def test_exit_statuses(arguments: tuple[str, ...], status: int, word: str) -> None:
    found = simseats("forensics", *arguments)
    assert found.returncode == status
    assert found.stdout == ""
    assert word in found.stderr
    assert "Traceback" not in found.stderr


def test_draws_have_a_seed() -> None:
    arguments = ("forensics", EXAMPLE, *RED, "--json", "--resamples", "40")
    first = simseats(*arguments, "--seed", "5").stdout
    assert simseats(*arguments, "--seed", "5").stdout == first
    assert simseats(*arguments, "--seed", "6").stdout != first
    assert json.loads(first)["integers"][0]["resamples"] == 40


def test_no_numba_is_loaded() -> None:
    code = "import sys; from simulator.cli.shell import call; "
    code += f"s = call(['forensics', '{EXAMPLE}', '--leader', 'red', '-q']); "
    code += "sys.exit(s or any(m in sys.modules for m in ('numba', 'pydantic', 'scipy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
