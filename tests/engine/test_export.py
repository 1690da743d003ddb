"""Tables of single draws: the same draws as the run counts, with what they are."""

from __future__ import annotations

import csv
import errno
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.engine import export
from simulator.engine.execute import draw
from simulator.engine.plan import compile_plan
from simulator.engine.run import run
from simulator.errors import FileTrouble
from simulator.kernels.layout import CHUNK
from simulator.results.provenance import scenario_hash
from simulator.results.run import Run
from simulator.scenario.load import load

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PIECE", CHUNK)


def check_against(run: Run, columns: dict[str, Any]) -> None:
    """Compare the columns with the counts of the run and with single draws."""
    facts = run.facts
    assert columns["draw"].tolist() == list(range(run.draws))
    for party in facts.parties:
        for tier in ("list", "district"):
            counts = run.tier(tier)[party].counts
            held = np.bincount(columns[f"{tier}.{party}"], minlength=len(counts))
            assert held.tolist() == list(counts)
    seats = sum(columns[c] for c in columns if c.startswith(("list.", "district.")))
    assert (seats == facts.seats).all()
    plan = compile_plan(load(FLAGSHIP).scenario)
    last = run.draws - 256
    found = draw(plan, facts.seed, last, 256)
    for k, option in enumerate(facts.options):
        assert (columns[f"votes.{option}"][last:] == found.votes[:, k]).all()
    assert (columns["turnout"][last:] == found.turnout).all()
    mean, sd = run.turnout() or (0.0, 0.0)
    # The tally keeps turnout in units of 2^-22.
    assert abs(columns["turnout"].mean() - mean) < 2**-22
    assert abs(columns["turnout"].std(ddof=1) - sd) < 2**-20


def test_csv_holds_the_draws_of_the_run(tmp_path: Path) -> None:
    file = tmp_path / "draws.csv"
    made = run(FLAGSHIP, draws=3 * CHUNK, draws_file=file, threads=2)
    with file.open(encoding="utf-8", newline="") as text:
        header, *rows = csv.reader(text)
    table = np.array(rows)
    columns = {
        name: table[:, k].astype(float if name == "turnout" else np.int64)
        for k, name in enumerate(header)
    }
    check_against(made, columns)
    beside = json.loads((tmp_path / "draws.csv-metadata.json").read_text(encoding="utf-8"))
    assert beside["url"] == "draws.csv"
    assert [c["name"] for c in beside["tableSchema"]["columns"]] == header
    (about,) = beside["notes"]
    assert about["simseats"]["fingerprint"] == made.fingerprint
    assert sorted(p.name for p in tmp_path.iterdir()) == ["draws.csv", "draws.csv-metadata.json"]


def test_parquet_holds_the_draws_of_the_run(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra arrow is not installed")
    file = tmp_path / "draws.parquet"
    made = run(FLAGSHIP, draws=3 * CHUNK, draws_file=file, threads=1)
    found = parquet.ParquetFile(file)
    table = found.read()
    check_against(made, {name: table[name].to_numpy() for name in table.column_names})
    assert found.metadata.num_row_groups == made.draws // CHUNK
    assert str(table.schema.field("votes.amanat").type) == "int64"
    assert str(table.schema.field("list.amanat").type) == "int32"
    about = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert about["simseats.fingerprint"] == made.fingerprint
    assert about["simseats.scenario_hash"] == scenario_hash(made.facts.scenario)
    assert about["simseats.seed"] == "20230319"
    assert about["simseats.sampler"] == "sobol"
    assert about["simseats.version"] == made.made_with["simseats"]
    assert json.loads(about["simseats.scenario"]) == made.facts.scenario
    again = tmp_path / "again.parquet"
    run(FLAGSHIP, draws=3 * CHUNK, draws_file=again, threads=2)
    assert again.read_bytes() == file.read_bytes()


def test_a_bad_place_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.engine.run.run_loaded", None)
    for name, why in (("draws.xlsx", r"as \.parquet or \.csv"), ("no/draws.csv", "no folder")):
        with pytest.raises(FileTrouble, match=why):
            run(FLAGSHIP, draws=256, draws_file=tmp_path / name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(FileTrouble, match=r"pip install 'simseats\[arrow\]'"):
        run(FLAGSHIP, draws=256, draws_file=tmp_path / "draws.parquet")


def test_a_full_disk_leaves_no_half_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("simulator.results.drawsfile.CsvWriter.write", full)
    with pytest.raises(FileTrouble, match=r"draws\.csv cannot be written: No space left"):
        run(FLAGSHIP, draws=4096, draws_file=tmp_path / "draws.csv")
    assert list(tmp_path.iterdir()) == []
