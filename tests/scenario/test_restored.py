"""The scenario of a stored run is the scenario that was run."""

from __future__ import annotations

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import BaseModel

import simulator
import simulator.scenario
from simulator.errors import FileTrouble, InvalidScenario
from simulator.results.run import Run
from simulator.scenario.load import Loaded, load, load_text
from simulator.scenario.restored import _defaults, restore_source
from simulator.scenario.soundness import conclude
from tests.cli.test_commands import simseats
from tests.engine.scenarios import scenarios

EARLIER = Path("tests/results/run-0.0.9.json")
SHIPPED = sorted(Path("scenarios").glob("*.yaml"))
SHARE = "tiers.list.threshold.share"


def effective(loaded: Loaded) -> dict[str, object]:
    return loaded.scenario.model_dump(mode="json", by_alias=True)


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_shipped_scenarios_come_back_from_their_effective_form(path: Path) -> None:
    found = load(path)
    again = load(json.loads(json.dumps(effective(found))))
    assert again.scenario == found.scenario
    assert effective(again) == effective(found)
    assert len(again.warnings) == len(found.warnings)


@settings(max_examples=60)
@given(text=scenarios())
def test_any_scenario_comes_back_from_its_effective_form(text: str) -> None:
    found = load_text(text)
    again = conclude(restore_source(effective(found), "run.json"))
    assert again == found.scenario


def models() -> list[type[BaseModel]]:
    for module in pkgutil.iter_modules(simulator.scenario.__path__, "simulator.scenario."):
        importlib.import_module(module.name)
    found, rest = [], [BaseModel]
    while rest:
        rest += (own := rest.pop().__subclasses__())
        found += [model for model in own if model.__module__.startswith("simulator.scenario.")]
    return found


def test_the_defaults_of_every_model_are_values_that_it_writes() -> None:
    assert {"Scenario", "Closeness"} <= {model.__name__ for model in models()}
    for model in models():
        json.dumps(_defaults(model))


def test_a_run_that_states_what_is_close_is_read_again() -> None:
    scenario = "scenarios/harbour-council.yaml"
    run = simulator.run(scenario, draws=256, overrides={"closeness.recount": 500})
    assert simulator.run(run).fingerprint == run.fingerprint


def test_a_stored_run_is_run_compared_and_swept_as_its_file(tmp_path: Path) -> None:
    file = "scenarios/kazakhstan-2023.yaml"
    run = simulator.run(file, draws=4096, overrides={SHARE: "6%"})
    path = tmp_path / "run.json"
    run.to_json(path=path)
    assert simulator.run(path).fingerprint == run.fingerprint
    values = {SHARE: "6%"}
    expected = simulator.compare(file, methods="dhondt", draws=4096, overrides=values).to_json()
    for given_as in (path, Run.load(path), run.scenario):
        assert simulator.compare(given_as, methods="dhondt").to_json() == expected
    grid = {"tiers.list.seats": "68..70"}
    swept = simulator.sweep(file, grid, draws=4096, overrides=values).to_json()
    assert simulator.sweep(path, grid).to_json() == swept
    # Values can be set on a stored run as on a file.
    seven = simulator.compare(file, path, draws=4096, overrides={SHARE: "7%"})
    assert seven.alternatives[1].same


def test_results_are_written_where_a_path_is_given(tmp_path: Path) -> None:
    run = simulator.run("scenarios/harbour-council.yaml", draws=256)
    compared = simulator.compare(run.scenario, methods=["dhondt", "adams"])
    swept = simulator.sweep(run, {SHARE: "4%,5%"})
    for found, name in ((compared, "compare"), (swept, "sweep"), (run, "run")):
        for form in ("csv", "json"):
            path = tmp_path / "new" / f"{name}.{form}"
            text = getattr(found, f"to_{form}")(path=path)
            assert path.read_text(encoding="utf-8") == text == getattr(found, f"to_{form}")()
    with pytest.raises(FileTrouble, match="cannot be written"):
        compared.to_csv(tmp_path)
    assert compared.to_csv(tmp_path / "positional.csv").startswith("alternative,quantity")


def test_notebooks_show_tables_without_markup_of_the_scenario() -> None:
    text = Path("scenarios/harbour-council.yaml").read_text(encoding="utf-8")
    loaded = load_text(text.replace("name: Harbour Council", "name: <script>x</script>"))
    grid = {SHARE: "4%,5%,6%"}
    for shown in (
        simulator.compare(loaded, methods="dhondt", draws=256)._repr_html_(),
        simulator.sweep(loaded, grid, draws=256)._repr_html_(),
    ):
        assert "<script" not in shown
        assert shown.count("<tr>") in (3, 4)
    assert "<strong>5%</strong>" in shown


def test_a_run_of_an_earlier_minor_version_is_read_asked_reported_and_compared(
    tmp_path: Path,
) -> None:
    """Made by version 0.0.9, which did not know a part of today's keys."""
    document = json.loads(EARLIER.read_text(encoding="utf-8"))
    for path in ("uncertainty.undecided", "simulation.until", "expect", "tiers.list.divisors"):
        *inner, last = path.split(".")
        node = document["scenario"]
        for step in inner:
            node = node[step]
        assert last not in node
    run = Run.load(EARLIER)
    assert run.fingerprint == document["fingerprint"]
    assert run.ask("both >= majority").probability.value == pytest.approx(
        document["events"]["majority: both"]["probability"]
    )
    loaded = load(EARLIER)
    assert loaded.notes[0].startswith(f"{EARLIER} was made by simseats 0.0.9: ")
    found = simulator.compare(EARLIER)
    assert [a.name for a in found.alternatives] == ["as it is", "by dhondt"]
    assert found.notes == loaded.notes
    assert simulator.sweep(EARLIER, {SHARE: "5%"}).comparison.notes == loaded.notes
    # The model is the same today, so are the draws; only the fingerprint has more keys under it.
    assert simulator.run(EARLIER).tally.canonical() == run.tally.canonical()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("compare", "RUN", "--methods", "dhondt"), "▸ largest-remainder"),
        (("sweep", "RUN", f"{SHARE}=5%,6%"), "Steepest step"),
        (("ask", "RUN", "both>=majority"), "of 100 draws"),
        (("report", "RUN", "-o", "-"), "<!doctype html>"),
        (("run", "RUN"), "Town"),
        (("validate", "RUN"), "W403: the strength"),
    ],
)
def test_commands_read_a_run_of_an_earlier_minor_version(
    arguments: tuple[str, ...], word: str
) -> None:
    found = simseats(*(str(EARLIER) if word == "RUN" else word for word in arguments))
    assert found.returncode == 0
    assert word.lower() in (found.stdout + found.stderr).lower()
    if arguments[0] in ("compare", "sweep", "run"):
        assert "was made by simseats 0.0.9" in " ".join((found.stdout + found.stderr).split())


def test_what_is_no_whole_run_is_refused(tmp_path: Path) -> None:
    document = json.loads(EARLIER.read_text(encoding="utf-8"))
    path = tmp_path / "run.json"
    document["scenario"]["tiers"]["list"]["seats"] = 21
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(FileTrouble, match="changed after it was written"):
        load(path)
    path.write_text(json.dumps(document | {"schema": "simseats.run/2"}), encoding="utf-8")
    with pytest.raises(FileTrouble, match="run/2"):
        load(path)
    path.write_text('{"schema": "simseats/1", "name": "a"}', encoding="utf-8")
    with pytest.raises(InvalidScenario, match="parties"):
        load(path)
    with pytest.raises(InvalidScenario, match="no such file"):
        load(tmp_path / "none.json")


def test_draws_from_outside_have_to_be_those_that_were_run(tmp_path: Path) -> None:
    for name in ("posterior.yaml", "posterior.csv"):
        (tmp_path / name).write_bytes(Path("docs/how-to", name).read_bytes())
    run = simulator.run(tmp_path / "posterior.yaml")
    path = tmp_path / "run.json"
    run.to_json(path=path)
    assert simulator.run(path).fingerprint == run.fingerprint
    table = tmp_path / "posterior.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    for other in (lines[1:10], [*reversed(lines[1:])]):
        table.write_text("\n".join([lines[0], *other]) + "\n", encoding="utf-8")
        with pytest.raises(InvalidScenario, match="other draws than those"):
            load(path)
    assert load(path, ("uncertainty.draws=posterior.csv",)).scenario.uncertainty.draws
    table.unlink()
    with pytest.raises(InvalidScenario, match=r'no file "posterior\.csv" beside') as missing:
        load(path)
    assert missing.value.diagnostics[0].hint == "copy it there, or correct its name"
    for given_as in (run, run.scenario):
        with pytest.raises(InvalidScenario, match="without a file cannot name tables") as without:
            load(given_as)
        assert "give the path of the file" in without.value.diagnostics[0].hint


@pytest.mark.parametrize("wrong", [5, None, [], 0.5, b"a.yaml"])
def test_what_is_no_scenario_at_all_is_a_wrong_type(wrong: Any) -> None:
    with pytest.raises(TypeError, match="a scenario is a file, a run or a mapping, not "):
        load(wrong)


@pytest.mark.parametrize(
    "part",
    [
        {"uncertainty": "fixedd"},
        {"uncertainty": {"draws": {"sha256": "0"}}},
        {"uncertainty": {"draws": {"file": 5, "sha256": "0"}}},
        {"uncertainty": {"draws": {"file": "a.csv"}}},
        {"simulation": "x", "uncertainty": {"draws": {"file": "a.csv", "sha256": "0"}}},
    ],
)
def test_a_mapping_with_a_fault_has_a_message(part: dict[str, object]) -> None:
    whole = effective(load("scenarios/harbour-council.yaml"))
    with pytest.raises(InvalidScenario):
        load(whole | part)
    assert load(whole | {"uncertainty": "fixed"}).scenario.uncertainty.kernel == "fixed"
