"""Minimal winning coalitions, pivots and correlations against plain loops over all subsets."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator
from simulator.results import coalitions
from simulator.results.coalitions import correlations, games, minimal_winning, to_plain
from simulator.results.run import Run
from tests.results.test_question import chambers

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"


@pytest.fixture(scope="module")
def run() -> Run:
    return simulator.run(FLAGSHIP, draws=4096)


def slow_minimal(quota: int, seats: Sequence[int]) -> set[tuple[int, ...]]:
    """Try every set: it wins, and loses without any one member."""
    found = set()
    for size in range(1, len(seats) + 1):
        for group in itertools.combinations(range(len(seats)), size):
            held = sum(seats[k] for k in group)
            if held >= quota and all(held - seats[k] < quota for k in group):
                found.add(group)
    return found


houses = st.lists(st.integers(0, 30), min_size=1, max_size=7)


@settings(deadline=None, max_examples=200)
@given(seats=houses, quota=st.integers(1, 80))
def test_minimal_coalitions_are_those_of_trying_every_set(seats: list[int], quota: int) -> None:
    found = minimal_winning(quota, seats)
    assert {tuple(group) for group in found} == slow_minimal(quota, seats)
    assert len(found) == len({tuple(group) for group in found})


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_counts_of_every_coalition_are_those_of_loops(data: st.DataObject) -> None:
    entities = data.draw(st.integers(1, 5))
    row = st.lists(st.integers(0, 12), min_size=entities, max_size=entities)
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    counted = data.draw(st.lists(st.integers(1, 9), min_size=len(rows), max_size=len(rows)))
    quotas = data.draw(st.lists(st.integers(1, 40), min_size=1, max_size=2))
    held = np.array(rows, np.int64)
    found = coalitions._count_every(quotas, np.array(counted), held)
    for quota, hits in zip(quotas, found, strict=True):
        expected: dict[tuple[int, ...], int] = {}
        for seats, count in zip(rows, counted, strict=True):
            for group in slow_minimal(quota, seats):
                expected[group] = expected.get(group, 0) + count
        assert hits == expected
        for group, count in expected.items():
            assert coalitions._count_minimal(quota, np.array(counted), held, group) == count


def test_the_number_of_listed_coalitions_is_bounded() -> None:
    assert len(minimal_winning(20, [1] * 40, most=50)) == 50


def test_pivots_and_coalitions_of_a_run_are_those_of_its_chambers(run: Run) -> None:
    found = chambers(run)
    names = run.facts.entities
    for game in games(run):
        assert game.winning is not None
        assert game.pivots is not None
        assert game.every
        for winning in game.winning[:20]:
            hits = 0
            for count, seats in found:
                held = sum(seats[m] for m in winning.members)
                lost = [held - seats[m] < game.seats for m in winning.members]
                hits += count * (held >= game.seats and all(lost))
            assert winning.probability.value == hits / run.draws
        for pivot in game.pivots:
            members = run.facts.coalitions.get(pivot.coalition, names)
            hits = 0
            for count, seats in found:
                held = sum(seats[m] for m in members)
                hits += count * (held >= game.seats > held - seats[pivot.party])
            assert pivot.probability.value == hits / run.draws
        assert sum(game.power["banzhaf"].values()) == 1


def test_pivots_of_a_coalition_are_differences_of_its_majorities(run: Run) -> None:
    """With a party and not without it: P(all reach it) less P(the others reach it)."""
    both = run.coalition("Amanat + JSDP").at_least(66).value
    alone = run.seats["amanat"].at_least(66).value
    game = next(g for g in games(run) if g.majority == "two thirds")
    pivots = {(p.coalition, p.party): p.probability.value for p in game.pivots or ()}
    assert pivots["Amanat + JSDP", "jsdp"] == pytest.approx(both - alone)


def test_correlations_are_those_of_statistics(run: Run) -> None:
    table = correlations(run)
    assert table is not None
    found = chambers(run)
    columns = {
        name: [seats[name] for count, seats in found for _ in range(count)] for name in table
    }
    for one, two in itertools.combinations(table, 2):
        if len(set(columns[one])) == 1 or len(set(columns[two])) == 1:
            assert table[one][two] is None
        else:
            expected = statistics.correlation(columns[one], columns[two])
            assert table[one][two] == pytest.approx(expected, abs=1e-9)
        assert table[one][two] == table[two][one]


def test_the_official_chamber_of_2023() -> None:
    """62 of 98: Amanat needs any one other for two thirds, its independents taken for one bloc."""
    run = simulator.run("scenarios/kazakhstan-2023-official.yaml", draws=256)
    game = next(g for g in games(run) if g.majority == "two thirds")
    assert game.winning is not None
    assert {w.members for w in game.winning} == {
        ("amanat", other)
        for other in ("auyl", "respublica", "aqjol", "qhp", "jsdp", "independents")
    }
    assert game.power["banzhaf"]["amanat"] == Fraction(21, 23)
    assert game.power["shapley_shubik"]["amanat"] == Fraction(6, 7)


def test_dropped_chambers_are_said_and_not_guessed() -> None:
    run = simulator.run(FLAGSHIP, draws=4096)
    run.tally.counts.chamber_limit[0] = np.uint64(2**63)
    run = Run(run.facts, run.tally)
    document = to_plain(run)
    assert document["correlation"] is None
    assert document["majorities"]["two thirds"]["minimal_winning"] is None
    assert document["majorities"]["two thirds"]["pivotal"] is None
    assert document["majorities"]["two thirds"]["power"]["banzhaf"]


def test_many_entities_are_counted_for_the_typical_chamber(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = next(g for g in games(run) if g.majority == "two thirds")
    monkeypatch.setattr(coalitions, "MOST_ENTITIES", 3)
    some = next(g for g in games(run) if g.majority == "two thirds")
    assert not some.every
    assert some.winning == tuple(w for w in every.winning or () if w.typical)
