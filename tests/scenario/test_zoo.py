"""Every bad scenario of the zoo ends in the message that is stored beside it, and quickly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from simulator.errors import CATALOGUE, InvalidScenario
from simulator.report.diagnostics import render_diagnostics
from simulator.scenario.load import load

ZOO = Path(__file__).parent / "zoo"
FILES = sorted(path.name for path in ZOO.glob("*.yaml"))
VALID = {"base-is-valid.yaml", "table-is-valid.yaml"}
PATIENCE = 10.0  # seconds; the hostile files take far less


def test_zoo_is_large_enough() -> None:
    assert len(FILES) - len(VALID) >= 60


@pytest.mark.parametrize("name", sorted(VALID))
def test_the_unspoiled_scenarios_are_valid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ZOO)
    assert load(name).scenario.seats == 12


@pytest.mark.parametrize("name", [name for name in FILES if name not in VALID])
def test_bad_scenario_has_its_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ZOO)
    started = time.perf_counter()
    with pytest.raises(InvalidScenario) as caught:
        load(name)
    assert time.perf_counter() - started < PATIENCE
    found = render_diagnostics(caught.value.diagnostics)
    stored = ZOO / f"{Path(name).stem}.txt"
    assert found == stored.read_text(encoding="utf-8")
    assert len(caught.value.diagnostics) == 1
    assert caught.value.diagnostics[0].code in CATALOGUE


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(3_000_000)
    with pytest.raises(InvalidScenario) as caught:
        load(path)
    assert caught.value.diagnostics[0].code == "E106"


@pytest.mark.parametrize("line", ["- 1\n", "- {a: 1, b: 2}\n", "x,\n"])
def test_a_file_of_too_many_values_is_refused_at_once(tmp_path: Path, line: str) -> None:
    path = tmp_path / "many.yaml"
    path.write_text("a:\n" + line * (1_900_000 // len(line)))
    started = time.perf_counter()
    with pytest.raises(InvalidScenario) as caught:
        load(path)
    assert caught.value.diagnostics[0].code == "E106"
    assert time.perf_counter() - started < PATIENCE


def test_a_table_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_text("id,registered\n" + "a,1\n" * 30_000)
    text = (ZOO / "table-leads-out.yaml").read_text().replace("../../outside.csv", "regions.csv")
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(InvalidScenario) as caught:
        load(tmp_path / "s.yaml")
    assert caught.value.diagnostics[0].code == "E106"


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("id,registered\nnorth,1000\n")
    folder = tmp_path / "scenario"
    folder.mkdir()
    (folder / "inside.csv").symlink_to(outside)
    text = (ZOO / "table-leads-out.yaml").read_text().replace("../../outside.csv", "inside.csv")
    (folder / "link.yaml").write_text(text)
    with pytest.raises(InvalidScenario) as caught:
        load(folder / "link.yaml")
    assert caught.value.diagnostics[0].code == "E220"


def test_a_missing_file_and_a_folder_end_in_a_message(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.yaml", tmp_path):
        with pytest.raises(InvalidScenario) as caught:
            load(path)
        assert caught.value.diagnostics[0].code == "E101"


def test_all_faults_are_shown_at_once() -> None:
    with pytest.raises(InvalidScenario) as caught:
        load("docs/tutorial/broken.yaml")
    codes = [d.code for d in caught.value.diagnostics]
    assert codes == ["E201", "E204", "E215", "E210"]
    assert [d.line for d in caught.value.diagnostics] == [9, 10, 11, 13]
