"""`simseats ask`: any coalition afterwards, errors with their place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.results.run import Run
from tests.cli.test_commands import FLAGSHIP, simseats


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "run.json"
    path.write_text(simseats("run", FLAGSHIP, "--draws", "4096", "--json").stdout, "utf-8")
    return path


def test_questions_are_answered_with_their_error(stored: Path) -> None:
    found = simseats("ask", str(stored), "amanat+jsdp>=66", "amanat>=majority and jsdp=0")
    assert (found.returncode, found.stderr) == (0, "")
    lines = found.stdout.splitlines()
    assert lines[2:] == [
        "  amanat+jsdp>=66", lines[3], "  amanat>=majority and jsdp=0", lines[5],
    ]  # fmt: skip
    assert lines[3].endswith("error from 16 replicates")
    assert lines[5].endswith("binomial error, from whole chambers")


def test_json_has_the_numbers_of_the_run(stored: Path) -> None:
    found = json.loads(simseats("ask", str(stored), "amanat+aqjol>=66", "--json").stdout)
    run = Run.load(stored)
    known = run.probability(["amanat", "aqjol"], 66)
    answer = found["answers"][0]
    assert answer["probability"] == pytest.approx(known.value)
    assert answer["mcse"] == pytest.approx(known.mcse)
    assert (answer["draws"], answer["hits"]) == (4096, round(4096 * known.value))
    assert found["fingerprint"] == run.fingerprint


def test_a_wrong_question_points_at_the_word(stored: Path) -> None:
    found = simseats("ask", str(stored), "amanat+jsd>=66")
    assert (found.returncode, found.stdout) == (3, "")
    assert found.stderr.splitlines() == [
        'error: [E302] no party, coalition or majority is called "jsd"; did you mean "jsdp"?',
        "  amanat+jsd>=66",
        "         ^^^",
    ]


def test_ascii_terminals_can_show_it(stored: Path) -> None:
    found = simseats("ask", str(stored), "amanat>=66", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert found.returncode == 0
    assert found.stdout.isascii()


def test_what_is_no_run_is_a_sentence(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}", "utf-8")
    found = simseats("ask", str(other), "amanat>=66")
    assert found.returncode == 3
    assert "not a run.json" in found.stderr
    assert simseats("ask", str(other)).returncode == 2
