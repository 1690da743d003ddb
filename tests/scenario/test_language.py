"""Numbers as people write them, short forms, tables, overrides, defaults."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from simulator.errors import InvalidScenario
from simulator.scenario.export import scenario_schema, scenario_schema_text
from simulator.scenario.load import load, load_text
from simulator.scenario.numbers import read_count, read_share, share_text

SCENARIOS = sorted(Path("scenarios").glob("*.yaml"))
SHORT = """schema: simseats/1
name: Short
parties: {a: 60%, b: 0.4}
tiers: {list: {seats: 5, threshold: 3%}}
"""


@pytest.mark.parametrize(
    ("text", "value"),
    [("5%", Fraction(1, 20)), ("0.05", Fraction(1, 20)), ("53.9%", Fraction(539, 1000)),
     ("100 %", Fraction(1)), (1, Fraction(1)), ("0%", Fraction(0))],
)  # fmt: skip
def test_shares_are_read_exactly(text: object, value: Fraction) -> None:
    assert read_share(text) == value


@pytest.mark.parametrize("text", ["3431510", "3_431_510", "3 431 510", "3,431,510", 3431510])
def test_counts_are_read_as_people_write_them(text: object) -> None:
    assert read_count(text) == 3431510


@pytest.mark.parametrize("text", ["nan", "sNaN", "Infinity", "-inf", "1e40", "some", "", None])
def test_what_is_no_share_is_refused(text: object) -> None:
    with pytest.raises(PydanticCustomError):
        read_share(text)


@pytest.mark.parametrize("text", ["34_31.5", "three", "1e400", "-3", "nan", "3,43", True, None])
def test_what_is_no_count_is_refused(text: object) -> None:
    with pytest.raises(PydanticCustomError):
        read_count(text)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_shares_survive_being_written(numerator: int, denominator: int) -> None:
    share = Fraction(min(numerator, denominator), denominator)
    text = share_text(share)
    assert (read_share(text) if text.endswith("%") else Fraction(text)) == share


def test_short_forms_stand_for_long_ones() -> None:
    scenario = load_text(SHORT).scenario
    assert scenario.parties["b"].share == Fraction(2, 5)
    assert scenario.tiers.list is not None
    assert scenario.tiers.list.threshold is not None
    assert scenario.tiers.list.threshold.of == "valid"
    assert scenario.simulation.draws == 100_000


def test_words_of_yaml_1_1_stay_words() -> None:
    text = SHORT.replace("{a: 60%, b: 0.4}", "{no: 60%, on: 40%}")
    assert list(load_text(text).scenario.parties) == ["no", "on"]


def test_an_override_reaches_inside_short_forms() -> None:
    loaded = load_text(SHORT, overrides=("tiers.list.threshold.share=4%", "simulation.draws=7"))
    assert loaded.scenario.tiers.list is not None
    assert loaded.scenario.tiers.list.threshold is not None
    assert loaded.scenario.tiers.list.threshold.share == Fraction(1, 25)
    assert loaded.scenario.simulation.draws == 7


def test_an_override_reaches_a_cell_of_a_table() -> None:
    loaded = load("scenarios/kazakhstan-2023.yaml", ("electorate.regions.almaty.turnout=40%",))
    assert loaded.scenario.electorate.regions["almaty"].turnout == Fraction(2, 5)


def test_an_override_reaches_an_item_of_a_list() -> None:
    loaded = load("scenarios/kazakhstan-2023.yaml", ("polls.items.1.n=100",))
    assert loaded.scenario.polls is not None
    assert [poll.n for poll in loaded.scenario.polls.items] == [30_000, 100, 12_000]


@pytest.mark.parametrize(
    ("override", "hint"),
    [("electorate.regions.almati.turnout=40%", "almaty"), ("polls.items.7.n=5", "0 to 2")],
)
def test_an_override_does_not_invent_a_region(override: str, hint: str) -> None:
    with pytest.raises(InvalidScenario) as caught:
        load("scenarios/kazakhstan-2023.yaml", (override,))
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("override", "hint"), [("tiers.list.treshold.share=4%", "threshold"), ("nothing", "path=value"),
                           ("simulation.drawz=5", "draws")],
)  # fmt: skip
def test_a_bad_override_says_what_was_meant(override: str, hint: str) -> None:
    with pytest.raises(InvalidScenario) as caught:
        load_text(SHORT, overrides=(override,))
    assert hint in str(caught.value)


def test_candidates_come_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "candidates.csv").write_text(
        "district,party,name,share\none,a,,60%\none,,Somebody,40%\ntwo,b,,55%\ntwo,a,,45%\n"
    )
    (tmp_path / "s.yaml").write_text(
        SHORT + "electorate: {candidates: candidates.csv, districts: {one: {}, two: {}}}\n"
    )
    text = (tmp_path / "s.yaml").read_text().replace("3%}}", "3%}, district: {seats: 2}}")
    (tmp_path / "s.yaml").write_text(text)
    districts = load(tmp_path / "s.yaml").scenario.electorate.districts
    assert [c.party for c in districts["one"].candidates or []] == ["a", None]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_shipped_scenarios_are_valid_and_match_the_schema(path: Path) -> None:
    from ruamel.yaml import YAML

    assert load(path).scenario.schema_ == "simseats/1"
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    plain = json.loads(json.dumps(data, default=str))
    jsonschema.Draft7Validator(scenario_schema()).validate(plain)


def test_the_shipped_schema_is_the_generated_one() -> None:
    stored = Path("simulator/schemas/scenario.schema.json").read_text(encoding="utf-8")
    assert stored == scenario_schema_text()
    jsonschema.Draft7Validator.check_schema(json.loads(stored))


def test_registered_voters_of_the_flagship_add_up_to_the_official_number() -> None:
    from simulator.scenario.geography import resolve

    geography = resolve(load("scenarios/kazakhstan-2023.yaml").scenario)
    assert geography.registered == 12_035_578
    assert len(geography.areas) == 20
    assert sum(len(area.districts) for area in geography.areas) == 29
    almaty = next(area for area in geography.areas if area.id == "almaty")
    assert almaty.turnout == Fraction("0.2582")
    assert len(almaty.districts) == 3


def test_a_fault_of_a_value_that_was_set_points_at_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(Path("scenarios/harbour-council.yaml").read_bytes())
    texts = ("simulation.seed=5", "closeness.recount=-5", "tiers.list.seats=abc")
    with pytest.raises(InvalidScenario) as caught:
        load(path, texts)
    places = {(d.file, d.line, d.column, d.width, d.source) for d in caught.value.diagnostics}
    assert ("--set", 2, 19, 2, "closeness.recount=-5") in places
    # What the file has is shown there.
    assert {place[0] for place in places} == {"--set", str(path)}
    with pytest.raises(InvalidScenario) as caught:
        load(path, ("closeness={recounts: 5}",))
    assert [d.file for d in caught.value.diagnostics] == ["--set"]


def test_a_list_of_keys_that_is_cut_says_so() -> None:
    with pytest.raises(InvalidScenario) as caught:
        load_text("schema: simseats/1\nzzzzqqq: 1\n")
    hints = [d.hint for d in caught.value.diagnostics if "zzzzqqq" in d.message]
    assert hints[0].endswith("simulation, ...")
