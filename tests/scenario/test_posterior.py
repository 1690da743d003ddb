"""Draws from outside: CSV, Parquet and netCDF give the same run; every fault has its place."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.engine.execute import draw, run_threads, simulate
from simulator.engine.plan import compile_plan
from simulator.engine.run import run
from simulator.errors import InvalidScenario
from simulator.scenario.load import load

NAMES = ("a", "b", "c")
REGIONS = ("north", "south")
PEOPLE = (10_000_000, 20_000_000)
NATIONAL = """schema: simseats/1
name: Outside
parties: {a: {}, b: {}, c: {seats: false}}
tiers: {list: {seats: 99, threshold: 5%}}
uncertainty: {kernel: external, draws: FILE}
"""
REGIONAL = """schema: simseats/1
name: Outside
parties: {a: {}, b: {}, c: {}}
tiers: {list: {seats: 99}, district: {seats: 2}}
electorate:
  turnout: 50%
  regions:
    south: {districts: 1, registered: 20_000_000}
    north: {districts: 1, registered: 10_000_000}
  field: {nominees: [a, b, c], basis: invented}
uncertainty:
  kernel: external
  draws: FILE
  turnout: {national_sd: 0, region_sd: 0, district_sd: 0}
  district: {sd: 0, nominee_sd: 0}
"""


def posterior(draws: int, regions: int = 0) -> np.ndarray:
    size = (draws, regions) if regions else draws
    return np.random.default_rng(5).dirichlet([50, 30, 6], size=size)


def write_csv(path: Path, shares: np.ndarray, scale: float = 1.0) -> None:
    lines = [",".join(NAMES)]
    lines += [",".join(repr(float(x * scale)) for x in row) for row in shares]
    path.write_text("\n".join(lines) + "\n")


def write_regions(path: Path, shares: np.ndarray) -> None:
    lines = ["region,draw," + ",".join(NAMES)]
    for r, region in enumerate(REGIONS):
        for d, row in enumerate(shares[:, r]):
            lines.append(f"{region},{d + 1}," + ",".join(repr(float(x)) for x in row))
    path.write_text("\n".join(lines) + "\n")


def scenario(folder: Path, name: str, text: str = NATIONAL) -> Path:
    (folder / "s.yaml").write_text(text.replace("FILE", name))
    return folder / "s.yaml"


def test_draw_number_d_takes_row_d(tmp_path: Path) -> None:
    shares = posterior(700)
    write_csv(tmp_path / "p.csv", shares, scale=100)
    loaded = load(scenario(tmp_path, "p.csv"))
    assert loaded.scenario.simulation.draws == 700
    plan = compile_plan(loaded.scenario)
    votes = draw(plan, 1, 256, 444).votes
    # Single precision, and ten million ballots cut to whole ones.
    assert np.abs(votes / 10_000_000 - shares[256:]).max() < 3e-7
    with pytest.raises(ValueError, match="there are 700"):
        draw(plan, 1, 512, 256)


def test_regional_draws_stand_in_for_baseline_and_swing(tmp_path: Path) -> None:
    shares = posterior(600, 2)
    write_regions(tmp_path / "p.csv", shares)
    plan = compile_plan(load(scenario(tmp_path, "p.csv", REGIONAL)).scenario)
    found = draw(plan, 1, 0, 600)
    weight = np.array(PEOPLE) / sum(PEOPLE)
    national = (shares * weight[None, :, None]).sum(axis=1)
    assert np.abs(found.votes / 15_000_000 - national).max() < 3e-7
    # A nominee moves with the party's log-share in the region, against its mean there.
    moved = np.log(shares / shares.mean(axis=0))
    winners = moved.argmax(axis=2)
    sure = np.diff(np.sort(moved, axis=2)[:, :, 1:], axis=2)[:, :, 0].min(axis=1) > 1e-5
    for party in range(3):
        seats = (winners == party).sum(axis=1)
        assert np.array_equal(found.district_seats[sure, party], seats[sure])
    assert plan.shares["a"] == pytest.approx(national[:, 0].mean(), rel=1e-12)


def test_regions_may_keep_their_own_baselines_under_national_draws(tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", posterior(300))
    found = run(str(scenario(tmp_path, "p.csv", REGIONAL)))
    assert found.draws == 300
    assert any(a.about == "regional swing" for a in found.facts.assumptions)


def test_the_record_names_the_file_and_not_its_rows(tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", posterior(300), scale=100)
    found = run(str(scenario(tmp_path, "p.csv")))
    record = json.loads(found.to_json())["scenario"]["uncertainty"]["draws"]
    assert record["file"] == "p.csv"
    assert record["draws"] == 300
    assert len(record["sha256"]) == 64
    words = {a.about: a.value for a in found.facts.assumptions}
    assert words["national error"] == "external, 300 draws of the nation from p.csv"
    assert words["rows of draws"] == "sums 100 to 100, normalised"


def test_threads_and_chunks_do_not_matter(tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", posterior(17_000))
    plan = compile_plan(load(scenario(tmp_path, "p.csv")).scenario)
    tally, complete = run_threads(plan, 1, 17_000, 2)
    assert complete
    assert tally.canonical() == simulate(plan, 2, 0, 17_000).canonical()


def test_parquet_and_netcdf_give_the_draws_of_the_csv_file(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    pyarrow = pytest.importorskip("pyarrow")
    xarray = pytest.importorskip("xarray")
    shares = posterior(512)
    write_csv(tmp_path / "p.csv", shares)
    columns = {name: shares[:, k] for k, name in enumerate(NAMES)}
    parquet.write_table(pyarrow.table(columns), tmp_path / "p.parquet")
    chains = shares.reshape(2, 256, 3).transpose(2, 0, 1)
    data = xarray.Dataset(
        {"share": (("option", "chain", "draw"), chains), "sigma": (("chain",), np.ones(2))},
        coords={"option": list(NAMES)},
    )
    data.to_netcdf(tmp_path / "p.nc", engine="h5netcdf")
    data.to_netcdf(tmp_path / "arviz.nc", engine="h5netcdf", group="posterior")
    votes = [
        draw(compile_plan(load(scenario(tmp_path, name)).scenario), 1, 0, 512).votes
        for name in ("p.csv", "p.parquet", "p.nc", "arviz.nc")
    ]
    for found in votes[1:]:
        assert np.array_equal(found, votes[0])


def test_regions_of_parquet_and_netcdf(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    xarray = pytest.importorskip("xarray")
    shares = posterior(256, 2)
    write_regions(tmp_path / "p.csv", shares)
    flat = {name: shares[:, :, k].ravel() for k, name in enumerate(NAMES)}
    flat |= {"draw": np.repeat(np.arange(256), 2), "region": list(REGIONS) * 256}
    parquet.write_table(pyarrow.table(flat), tmp_path / "p.parquet")
    coords = {"option": list(NAMES), "region": list(REGIONS)}
    dims = ("draw", "region", "option")
    xarray.Dataset({"share": (dims, shares)}, coords).to_netcdf(
        tmp_path / "p.nc", engine="h5netcdf"
    )
    votes = [
        draw(compile_plan(load(scenario(tmp_path, name, REGIONAL)).scenario), 1, 0, 256).votes
        for name in ("p.csv", "p.parquet", "p.nc")
    ]
    for found in votes[1:]:
        assert np.array_equal(found, votes[0])


def faults(path: Path, *overrides: str) -> tuple[Any, ...]:
    with pytest.raises(InvalidScenario) as caught:
        load(path, overrides)
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("rows", "line", "column", "words"),
    [
        ("a,b,c\n1,2,3\n4,-5,6", 3, 3, '"b" in draw 2 is -5'),
        ("a,b,c\n1,0,3", 2, 3, '"b" in draw 1 is 0'),
        ("a,b,c\n\n1,2,nan", 3, 5, '"c" in draw 1 is nan'),
        ("a,b,c\n1,many,3", 2, 3, '"b" is no number here: "many"'),
        ("draw,a,b,c\n1,1,2,3\n1,1,2,3", 3, 1, "draw 1 stands here a second time"),
    ],
)
def test_a_cell_of_the_file_is_named(
    tmp_path: Path, rows: str, line: int, column: int, words: str
) -> None:
    (tmp_path / "p.csv").write_text(rows + "\n")
    (found,) = faults(scenario(tmp_path, "p.csv"))
    assert (Path(found.file).name, found.line, found.column) == ("p.csv", line, column)
    assert found.code == "E230"
    assert words in found.message


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        ("a,b\n1,2", "E216", 'says nothing about "c"'),
        ("a,b,c,d\n1,2,3,4", "E210", 'the option "d"'),
        ("a,b,c", "E230", "no draws"),
        ("a,b,b\n1,2,3", "E230", "name of its own"),
        ("a,b,c\n1,2", "E230", "line 2: 2 cells for 3 columns"),
        ("draw\n1", "E230", "no column for an option"),
        ("region,a,b,c\nnorth,1,2,3", "E230", "numbers the draws"),
        ("draw,region,a,b,c\n1,north,1,2,3", "E219", "the scenario has none"),
    ],
)
def test_a_file_that_does_not_fit_is_shown_where_it_is_named(
    tmp_path: Path, rows: str, code: str, words: str
) -> None:
    (tmp_path / "p.csv").write_text(rows + "\n")
    (found,) = faults(scenario(tmp_path, "p.csv"))
    assert (Path(found.file).name, found.line, found.column) == ("s.yaml", 5, 40)
    assert found.code == code
    assert words in found.message


def test_regions_have_to_fit(tmp_path: Path) -> None:
    rows = "draw,region,a,b,c\n1,north,1,2,3\n1,west,1,2,3\n"
    (tmp_path / "p.csv").write_text(rows)
    found = faults(scenario(tmp_path, "p.csv", REGIONAL))
    assert sorted(f.code for f in found) == ["E211", "E216"]
    (tmp_path / "p.csv").write_text(rows.replace("west", "south") + "2,south,1,2,3\n")
    (found_,) = faults(scenario(tmp_path, "p.csv", REGIONAL))
    assert 'draw 2 has no row for the region "north"' in found_.message
    assert found_.line == 4


def test_more_draws_than_rows_are_refused(tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", posterior(40))
    (found,) = faults(scenario(tmp_path, "p.csv"), "simulation.draws=41")
    assert found.code == "E205"
    assert "41 draws were asked for, p.csv has 40" in found.message
    assert run(str(tmp_path / "s.yaml"), draws=39).draws == 39


def test_support_has_one_source(tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", posterior(40))
    text = NATIONAL.replace("a: {}", "a: {share: 30%}")
    (found,) = faults(scenario(tmp_path, "p.csv", text))
    assert (found.code, found.line) == ("E216", 3)
    poll = "polls: [{pollster: x, n: 5, shares: {a: 50%, b: 30%, c: 20%}}]\n"
    (found,) = faults(scenario(tmp_path, "p.csv", NATIONAL + poll))
    assert (found.code, found.line) == ("E216", 6)


def test_many_faults_are_counted(tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", -posterior(40))
    found = faults(scenario(tmp_path, "p.csv"))
    assert any("112 more values" in f.message for f in found)
    assert len(found) == 9


@pytest.mark.parametrize(
    ("name", "extra"), [("p.parquet", "simseats[arrow]"), ("p.nc", "simseats[xarray]")]
)
def test_a_missing_package_ends_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, extra: str
) -> None:
    (tmp_path / name).write_bytes(b"never read")
    real: Callable[..., Any] = builtins.__import__

    def without(module: str, *rest: Any) -> Any:
        if module.split(".")[0] in ("pyarrow", "xarray"):
            raise ImportError(module)
        return real(module, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    (found,) = faults(scenario(tmp_path, name))
    assert found.code == "E108"
    assert extra in found.message


@pytest.mark.parametrize("name", ["p.parquet", "p.nc"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    pytest.importorskip("pyarrow" if name == "p.parquet" else "xarray")
    (tmp_path / name).write_bytes(b"not at all")
    (found,) = faults(scenario(tmp_path, name))
    assert (found.code, found.line) == ("E230", 5)
    (tmp_path / "p.txt").write_text("a,b,c\n1,2,3\n")
    (found,) = faults(scenario(tmp_path, "p.txt"))
    assert found.code == "E220"


def test_faults_of_netcdf_files(tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray")
    shares = posterior(10)
    coords = {"option": list(NAMES)}

    def write(**variables: Any) -> None:
        xarray.Dataset(variables, coords).to_netcdf(tmp_path / "p.nc", engine="h5netcdf")

    def message(*overrides: str) -> str:
        (found,) = faults(scenario(tmp_path, "p.nc"), *overrides)
        return str(found.message + " | " + found.hint)

    dims = ("draw", "option")
    write(one=(dims, shares), two=(dims, shares))
    assert "2 variables" in message()
    assert load(tmp_path / "s.yaml", ("uncertainty.variable=two",)).scenario.simulation.draws == 10
    assert 'no variable "ones"' in message("uncertainty.variable=ones")
    write(one=(("draw",), shares[:, 0]))
    assert "no variables" in message()
    assert "no dimension option" in message("uncertainty.variable=one")
    write(one=(("draw", "option", "day"), shares[:, :, None]))
    assert '"day" is no dimension' in message()
    write(one=(dims, -shares))
    found = faults(tmp_path / "s.yaml")
    assert '"a" in draw 1 is -' in found[0].message
