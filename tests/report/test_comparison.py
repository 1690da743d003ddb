"""A comparison on the terminal: the nearest method first, what is open named, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import simulator
from simulator.engine.comparison import candidates
from simulator.report.comparison import events, render, tell_apart
from simulator.results.comparison import Comparison
from simulator.scenario.load import load_text
from tests.engine.test_comparison import TOWN, town


@pytest.fixture(scope="module")
def found() -> Comparison:
    return simulator.compare(town(), methods=["adams", "dhondt", "sainte-lague"])


def test_methods_stand_by_the_seats_they_move(found: Comparison) -> None:
    text = render(found, 100)
    rows = [line.split()[0] for line in text.splitlines() if line.startswith("    ")]
    ordered = [a.name for a in sorted(found.alternatives[1:], key=lambda a: a.moved.mean)]
    assert rows == ordered * 2
    assert ordered != [a.name for a in found.alternatives[1:]]


def test_variations_keep_the_order_in_which_they_were_written() -> None:
    block = (
        "compare: [{name: far, set: {tiers.list.threshold.share: 20%}},"
        " {name: near, set: {tiers.list.threshold.share: 6%}}]"
    )
    text = render(simulator.compare(town("sobol", block)), 100)
    rows = [line.split()[0] for line in text.splitlines() if line.startswith("    ")]
    assert rows[:2] == ["far", "near"]


def test_the_most_open_majority_is_named_with_its_extremes(found: Comparison) -> None:
    majorities = [name for name in events(found) if ": " in name]
    name = min(majorities, key=lambda n: abs(found.reference.values[n].mean - 0.5))
    chances = {a.name: a.values[name].mean for a in found.alternatives}
    low, high = min(chances, key=chances.__getitem__), max(chances, key=chances.__getitem__)
    text = " ".join(render(found, 100).split())
    assert f"The most open majority is {name.partition(': ')[2]}: majority, from " in text
    sentence = text.partition("The most open majority")[2].partition(").  ")[0]
    assert sentence.index(f"({low})") < sentence.index(f"({high})")


@pytest.mark.parametrize("width", [40, 88, 120])
def test_the_letters_are_explained_before_they_are_used(found: Comparison, width: int) -> None:
    lines = render(found, width).splitlines()
    head = next(k for k, line in enumerate(lines) if line.split()[:2] == ["chances", "a"])
    legend = " ".join(lines[:head])
    assert "in points: a =" in " ".join(legend.split())
    letters = lines[head].split()[1:]
    assert all(f"{letter} = " in legend for letter in letters)
    assert max(map(len, lines)) <= width


def test_one_scenario_twice_has_two_names_on_the_screen_and_in_the_document(
    tmp_path: Path,
) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(TOWN.replace("SAMPLER", "sobol"), encoding="utf-8")
    two = simulator.compare(str(path), str(path), draws=256)
    names = [a.name for a in two.alternatives]
    assert len(set(names)) == 2
    assert [two[name] for name in names] == list(two.alternatives)
    for width in (60, 88, 120):
        text = render(two, width)
        marks = ("  ▸ …", "    …", "  ▸ Town (", "    Town (")
        rows = [
            line.strip(" ▸").partition("  ")[0]
            for line in text.splitlines()
            if line.startswith(marks)
        ]
        assert len(rows) > 1
        assert len(set(rows)) == 2
    assert "The same chamber in every draw." in text
    assert "Nearest" not in text


@pytest.mark.parametrize("files", [("run.json", "town.yaml"), ("run.json", "run.json")])
def test_runs_of_one_scenario_are_told_apart(files: tuple[str, str]) -> None:
    one, two = (replace(town(), file=f"a-folder-of-runs/{name}") for name in files)
    study = candidates([one, two, replace(two, file=f"a-folder-of-runs/{files[1]} #2")], None)
    assert len({c.name for c in study}) == 3
    assert len({name[:20] for name in tell_apart([c.name for c in study], 20)}) == 3


def test_a_variation_is_not_called_like_the_scenario_itself() -> None:
    block = "compare: [{name: As it  is, set: {tiers.list.threshold.share: 20%}}]"
    with pytest.raises(simulator.InvalidScenario) as caught:
        town("sobol", block)
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.line) == ("E219", TOWN.count("\n") + 1)


def test_the_nearest_and_the_farthest_are_named(found: Comparison) -> None:
    text = " ".join(render(found, 100).split())
    ordered = sorted(found.alternatives[1:], key=lambda a: a.moved.mean)
    assert f"Nearest to it is {ordered[0].name}: the same chamber in " in text
    assert f"; farthest is {ordered[-1].name}: in " in text


def test_the_result_is_appealed_to_only_where_it_is_reproduced() -> None:
    votes = "parties: {a: {votes: 41}, b: {votes: 30}, c: {votes: 18}}\n"
    law = f"schema: simseats/1\nname: V\n{votes}tiers: {{list: {{seats: 9}}}}\n"
    law += "simulation: {draws: 256}\nuncertainty: {effective_sample: 300}\nexpect: {list: "
    for seats, appeals in (("{a: 4, b: 3, c: 2}", True), ("{a: 5, b: 3, c: 1}", False)):
        loaded = load_text(f"{law}{seats}}}\n")
        methods = ["largest-remainder", "sainte-lague"]
        text = " ".join(render(simulator.compare(loaded, methods=methods), 100).split())
        assert "give the same list seats on the official votes" in text
        assert ("it alone cannot tell them apart" in text) == appeals
