"""Official results reproduced: the law applied to the counted votes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from simulator.engine.run import run
from simulator.scenario.load import load, load_text
from simulator.scenario.official import compare_official
from tests.allocation.plain import divisor, largest_remainder
from tests.cli.test_commands import simseats

OFFICIAL = {
    "kazakhstan-2023-official": (40, 8, 6, 6, 5, 4, 0),
    "kazakhstan-2021": (76, 12, 10, 0, 0),
    "kazakhstan-2016": (84, 7, 7, 0, 0, 0),
    "kazakhstan-2012": (83, 8, 7, 0, 0, 0, 0),
    "kazakhstan-2007": (98, 0, 0, 0, 0, 0, 0),
    "kazakhstan-2004": (7, 1, 1, 1, 0, 0, 0, 0, 0, 0),
    "kazakhstan-1999": (4, 2, 2, 2, 0, 0, 0, 0, 0),
}
VOTES_2023 = (3431510, 693938, 547154, 535139, 432920, 331058)
BALLOTS, VALID, JSDP = 6_521_860, 6_366_441, 331_058


@pytest.mark.parametrize(("name", "seats"), OFFICIAL.items())
def test_the_law_gives_the_official_seats(name: str, seats: tuple[int, ...]) -> None:
    comparison = compare_official(load(f"scenarios/{name}.yaml").scenario)
    assert comparison is not None
    assert comparison.reproduced
    assert tuple(comparison.computed["list"].values()) == seats


@pytest.mark.parametrize(("name", "seats"), OFFICIAL.items())
def test_the_kernels_give_the_official_seats(name: str, seats: tuple[int, ...]) -> None:
    found = run(f"scenarios/{name}.yaml", draws=256)
    assert found.summary.typical.list == seats
    assert all(len(d.pmf) == 1 for d in found.summary.list)


def test_the_chamber_of_2023_has_62_seats_of_amanat() -> None:
    found = run("scenarios/kazakhstan-2023-official.yaml", draws=256)
    assert found.summary.typical.total(0) == 62
    assert found.summary.typical.total(7) == 7


def test_v1_other_methods_on_the_votes_of_2023() -> None:
    assert largest_remainder(VOTES_2023, 69).seats == (40, 8, 6, 6, 5, 4)
    assert divisor(VOTES_2023, 69, Fraction(1)).seats == (41, 8, 6, 6, 5, 3)
    assert divisor(VOTES_2023, 69, Fraction(1, 2)).seats == (40, 8, 6, 6, 5, 4)
    assert Fraction(sum(VOTES_2023), 69) == Fraction(5971719, 69)


def test_v2_slack_of_the_threshold() -> None:
    assert JSDP - Fraction(VALID, 20) == Fraction("12735.95")
    assert JSDP - Fraction(BALLOTS, 20) == 4965


def test_a_party_less_changes_the_seats_as_published() -> None:
    assert largest_remainder(VOTES_2023[:5], 69).seats == (42, 8, 7, 7, 5)
    assert largest_remainder(VOTES_2023, 145).seats == (83, 17, 13, 13, 11, 8)


def test_2004_does_not_depend_on_the_estimate_of_aist() -> None:
    known = [2883706, 572672, 541239]
    for aist in (330_000, 338_000, 345_000):
        assert largest_remainder([*known, aist], 10).seats == (7, 1, 1, 1)


def test_a_changed_count_is_noticed(tmp_path: Path) -> None:
    text = Path("scenarios/kazakhstan-2023-official.yaml").read_text(encoding="utf-8")
    path = tmp_path / "wrong.yaml"
    path.write_text(text.replace("331_058", "311_058"), encoding="utf-8")
    comparison = compare_official(load(path).scenario)
    assert comparison is not None
    assert not comparison.reproduced
    assert ("list", "jsdp", 0, 4) in comparison.differences


def test_the_count_beside_a_forecast_is_checked_too(tmp_path: Path) -> None:
    comparison = compare_official(load("scenarios/kazakhstan-2023.yaml").scenario)
    assert comparison is not None
    assert comparison.reproduced
    assert tuple(comparison.computed["list"].values()) == (40, 8, 6, 6, 5, 4, 0)
    shipped = Path("scenarios")
    (tmp_path / "data").mkdir()
    for table in (shipped / "data").iterdir():
        (tmp_path / "data" / table.name).write_bytes(table.read_bytes())
    text = (shipped / "kazakhstan-2023.yaml").read_text(encoding="utf-8")
    path = tmp_path / "wrong.yaml"
    path.write_text(text.replace("jsdp: 331_058", "jsdp: 311_058"), encoding="utf-8")
    found = simseats("validate", str(path))
    assert found.returncode == 1
    assert "E222 official result not reproduced" in found.stdout
    assert "list: jsdp 0, official 4" in found.stdout


def test_counted_votes_without_an_official_result_are_compared_with_nothing() -> None:
    text = "schema: simseats/1\nname: T\nparties: {a: 60%, b: 40%}\ntiers: {list: {seats: 9}}\n"
    scenario = load_text(text + "expect: {votes: {a: 6, b: 4}}\n").scenario
    assert compare_official(scenario) is None
