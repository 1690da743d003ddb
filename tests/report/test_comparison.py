"""A comparison on the terminal: the nearest method first, what is open named, nothing lost."""

from __future__ import annotations

import pytest

import simulator
from simulator.report.comparison import events, render
from simulator.results.comparison import Comparison
from tests.engine.test_comparison import town


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
