"""The summary of a run.json follows from its counts, also for a program that knows only those."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from simulator.engine.run import run

PROGRAM = Path(__file__).with_name("recompute.py")
FLAGSHIP = "scenarios/kazakhstan-2023.yaml"


def recompute(document: str, folder: Path) -> list[str]:
    file = folder / "run.json"
    file.write_text(document, encoding="utf-8")
    # -I: an isolated interpreter finds no package of this folder.
    made = subprocess.run(
        [sys.executable, "-I", PROGRAM, file], capture_output=True, text=True, check=True
    )
    return made.stdout.splitlines()


@pytest.mark.parametrize("sampler", ["sobol", "mc"])
def test_every_figure_follows_from_the_counts(sampler: str, tmp_path: Path) -> None:
    made = run(FLAGSHIP, draws=2048, overrides={"simulation.sampler": sampler})
    (last,) = recompute(made.to_json(), tmp_path)
    figures, word = last.split()
    assert word == "figures"
    assert int(figures) > 200


def test_the_other_program_sees_a_single_draw_that_moved(tmp_path: Path) -> None:
    document = json.loads(run(FLAGSHIP, draws=2048).to_json())
    row = document["tally"]["counts"]["list_seats"][0][0]
    most = max(range(len(row)), key=row.__getitem__)
    row[most], row[most + 1] = row[most] - 1, row[most + 1] + 1
    *wrong, _ = recompute(json.dumps(document), tmp_path)
    assert {line.partition(":")[0] for line in wrong} >= {"amanat.list.mean", "amanat.list.pmf"}
    assert all(line.startswith("amanat.list.") for line in wrong)


def test_rows_of_the_table_add_up_to_the_draws() -> None:
    made = run(FLAGSHIP, draws=4096)
    draws: Counter[tuple[str, str]] = Counter()
    seats: Counter[str] = Counter()
    for row in csv.DictReader(io.StringIO(made.to_csv())):
        draws[row["party"], row["tier"]] += int(row["draws"])
        seats[row["tier"]] += int(row["draws"]) * int(row["seats"])
    tiers = ("list", "district", "total")
    every = {(name, tier) for name in made.facts.entities for tier in tiers}
    assert set(draws) == every - {("independents", "list")}
    assert set(draws.values()) == {4096}
    assert seats == {"list": 69 * 4096, "district": 29 * 4096, "total": 98 * 4096}
