"""Sweeps: each point is the scenario with that value; votes are drawn as seldom as they can be."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

import simulator
from simulator.engine.execute import Draws, draw
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.sweep import prepare_sweep
from simulator.errors import InvalidScenario
from simulator.report.figures.sweep import apart, steps, sweep_figure
from simulator.report.sweep import equal_neighbours, render
from simulator.results.sweep import Sweep
from simulator.scenario.grids import Axis
from simulator.scenario.load import load_text
from tests.engine.test_comparison import TOWN, town

SHARE = "tiers.list.threshold.share"
TURNOUT = "electorate.turnout"


OPERATORS = """
irregularities:
  operators:
    - {id: bags, kind: stuffing, beneficiary: a, share: 2%, basis: invented}
"""


@pytest.fixture(scope="module")
def grid() -> Sweep:
    return simulator.sweep(town(), {SHARE: "4%..8%", "tiers.list.seats": "18,20"}, draws=4096)


def test_every_point_is_the_scenario_with_its_values(grid: Sweep) -> None:
    assert [p.values for p in grid.points][:3] == [("4%", "18"), ("4%", "20"), ("5%", "18")]
    for share, seats in (("7%", "18"), ("5%", "20")):
        text = TOWN.replace("SAMPLER", "sobol").replace("5%, of", f"{share}, of")
        scenario = load_text(text.replace("seats: 20", f"seats: {seats}")).scenario
        held = draw(compile_plan(scenario), 5, 0, 4096).list_seats
        found = grid[share, seats]
        for column, name in enumerate("abcd"):
            mean = found.values[f"list.{name}"].mean
            assert mean == pytest.approx(held[:, column].mean(), abs=1e-12)
            entered = found.values[f"enters.{name}"].mean
            assert entered == pytest.approx((held[:, column] > 0).mean(), abs=1e-12)


def test_the_own_value_is_marked_and_differs_from_itself_in_nothing(grid: Sweep) -> None:
    own = [p for p in grid.points if p.own]
    assert [p.values for p in own] == [("5%", "20")]
    assert own[0].found.same
    assert all(p.found.reallocated for p in grid.points)


def test_votes_are_drawn_once_for_each_value_that_moves_voters() -> None:
    axes = [Axis(TURNOUT, ("50%", "60%")), Axis(SHARE, ("3%", "5%", "7%"))]
    study, points = prepare_sweep(town(), axes, 256)
    assert [own for _, own in points] == [False, False, False, False, True, False]
    # The scenario itself has a turnout of 60%, and so have the last three points.
    assert study.groups == ((0, 4, 5, 6), (1, 2, 3))


def test_a_sweep_of_the_law_draws_votes_once_and_is_equal_to_separate_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, int]] = []

    def counted(plan: Plan, seed: int, first: int, draws: int) -> Draws:
        asked.append((first, draws))
        return draw(plan, seed, first, draws)

    monkeypatch.setattr("simulator.engine.comparison.draw", counted)
    found = simulator.sweep(town(), {SHARE: "4%..8%:2%", "tiers.list.seats": "18,20,22"})
    # Nine points and the scenario as it is, and yet each of the 8192 draws is made once.
    assert asked == [(0, 8192)]
    for point in found.points:
        values = dict(zip((SHARE, "tiers.list.seats"), point.values, strict=True))
        text = TOWN.replace("SAMPLER", "sobol").replace("5%, of", f"{values[SHARE]}, of")
        run = simulator.run(load_text(text.replace("seats: 20", f"seats: {point.values[1]}")))
        for name, seats in run.seats.items():
            assert point.found.distributions[name].counts[: len(seats.counts)] == seats.counts
            assert point.found.values[f"seats.{name}"].mean == pytest.approx(seats.mean, abs=1e-12)
    asked.clear()
    simulator.sweep(town(), {TURNOUT: "50%,55%", SHARE: "4%,6%"})
    assert asked == [(0, 8192)] * 3


def test_items_of_a_list_are_swept_by_number_or_by_id() -> None:
    loaded = town(more=OPERATORS)
    by_id, by_number = (
        simulator.sweep(loaded, {f"irregularities.operators.{item}.share": "0%..4%:2%"}, draws=256)
        for item in ("bags", "0")
    )
    assert [p.own for p in by_id.points] == [False, True, False]
    means = [p.found.values["seats.a"].mean for p in by_id.points]
    assert means == sorted(means)
    assert means[0] < means[2]
    assert [p.found.values for p in by_id.points] == [p.found.values for p in by_number.points]


def test_entries_fall_with_the_threshold_in_every_draw() -> None:
    found = simulator.sweep(town(), {SHARE: [f"{k}%" for k in range(0, 21, 4)]}, draws=4096)
    for name in "abcd":
        chances = [p.found.values[f"enters.{name}"].mean for p in found.points]
        assert chances == sorted(chances, reverse=True)


def test_neighbours_that_are_equal_in_every_count_are_named() -> None:
    """Nobody is near a threshold of one vote in ten thousand, so it takes nothing from anybody."""
    found = simulator.sweep(town(), {SHARE: "0%,0.01%,0.02%,4%,5%"}, draws=4096)
    assert equal_neighbours(found) == ["In every count 0.01% to 0.02% equal 0%."]
    assert "0.01% to 0.02% equal 0%" in render(found, 88)
    one, two, *_ = (p.found for p in found.points)
    seats = [[d.counts for d in a.distributions.values()] for a in (one, two)]
    assert seats[0] == seats[1]
    # A difference of one draw shows in no printed digit, and is one.
    d = two.distributions["a"]
    top = max(range(1, len(d.counts)), key=lambda n: d.counts[n])
    counts = list(d.counts)
    counts[top], counts[top - 1] = counts[top] - 1, counts[top - 1] + 1
    other = replace(two, distributions={**two.distributions, "a": replace(d, counts=tuple(counts))})
    points = (found.points[0], replace(found.points[1], found=other), *found.points[3:])
    line = replace(found.lines[0], values=tuple(p.values[0] for p in points))
    changed = replace(found, lines=(line,), points=points)
    assert equal_neighbours(changed) == []
    two_paths = simulator.sweep(
        town(), {SHARE: "0%,0.01%,5%", "tiers.list.seats": "18,20"}, draws=512
    )
    (words,) = equal_neighbours(two_paths)
    assert words == f"In every count {SHARE}: 0.01% equals 0%."


def test_documents_hold_the_same_numbers(grid: Sweep) -> None:
    document = grid.to_dict()
    assert document["schema"] == "simseats.sweep/1"
    assert document["paths"][1] == {"path": "tiers.list.seats", "values": ["18", "20"]}
    plain = document["alternatives"][3]
    assert plain["values"] == ["5%", "18"]
    rows = [line.split(",") for line in grid.to_csv().splitlines()]
    assert rows[0][:4] == [SHARE, "tiers.list.seats", "quantity", "kind"]
    row = next(r for r in rows if r[:3] == ["5%", "18", "seats.a"])
    assert float(row[4]) == plain["quantities"]["seats.a"]["value"]
    assert float(row[7]) == plain["quantities"]["seats.a"]["difference_mcse"]
    with pytest.raises(KeyError, match="no point of the grid"):
        grid["9%", "18"]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_terminals_of_every_width(grid: Sweep, width: int) -> None:
    line = simulator.sweep(town(), {SHARE: "0%..12%:3%"}, draws=256)
    for found in (grid, line):
        for ascii_only in (False, True):
            text = render(found, width, ascii_only)
            assert max(map(len, text.splitlines())) <= width
            assert not ascii_only or text.isascii()
    assert "Steepest step" in render(line, 80)


def test_charts_are_whole_and_nothing_in_them_is_markup() -> None:
    text = TOWN.replace("SAMPLER", "sobol").replace(
        "a: 41%", "a: {share: 41%, name: '</title><script>x</script>'}"
    )
    loaded = load_text(text)
    for paths in (
        {SHARE: "0%..12%:3%"},
        {"tiers.list.method": "dhondt,adams"},
        {SHARE: "3%,5%", "tiers.list.seats": "18..20"},
    ):
        figure = sweep_figure(simulator.sweep(loaded, paths, draws=256))
        root = ET.fromstring(figure)
        assert root.tag.endswith("svg")
        assert "<script" not in figure
        texts = [e.text for e in root.iter() if e.tag.endswith("text")]
        assert texts
        assert "NaN" not in figure


def test_labels_keep_their_distance_and_steps_cover_the_scale() -> None:
    for spots in ([1.0, 2.0, 3.0], [50.0, 50.0], [10.0, 90.0, 11.0, 89.0]):
        found = sorted(apart(spots, 14.0, 0.0, 100.0))
        assert all(b - a >= 14 for a, b in itertools.pairwise(found))
    for low, high in ((0.0, 0.4), (53.0, 91.0), (7.0, 7.0), (-3.0, 1000.0)):
        marks = steps(low, high, 6)
        assert marks[0] <= low
        assert marks[-1] >= high
        assert 2 <= len(marks) <= 8


@pytest.mark.parametrize(
    ("path", "values", "hint"),
    [
        ("tiers.list.treshold.share", "1%..3%", 'did you mean "threshold"?'),
        (SHARE, "1%..200%:100%", "not 101%"),
        (SHARE, "0..10%", "write 0%..10%"),
        (SHARE, "0%..1.5%", "write 0%..1.5%:0.15"),
        (SHARE, "10%..0%", "from the smaller to the larger"),
        (SHARE, "0%..10%:0%", "by a step above zero"),
        (SHARE, "a..b", "write 0%..10%"),
        (SHARE, "1%,,2%", "lacks a value"),
        (SHARE, "1%,1%", "twice"),
        (SHARE, "0%..100%:0.01%", "at most 400"),
        ("tiers.list.seats", "1..20", None),
        ("tiers.list.method", "dhondt,adam", 'did you mean "adams"?'),
        ("uncertainty", "x", "expected a mapping"),
        ("parties.a.share.x", "1,2", "has no keys"),
        ("", "1", "is not path=values"),
        (SHARE, "0%..100%:0.0000001%", "write 0%..100%:10%"),
        ("tiers.list.seats", "1..1000000000", "write 1..1000000000:100000000"),
        ("tiers.list.seats", "", "lacks a value"),
        ("tiers.list", "1,2", "expected a mapping"),
        ("tiers.list.seats", "20,21,abc", 'not "abc"'),
        ("majorities.big", "10,30", "the tiers add up to 23"),
        ("tiers.list.seats", "5,20", "at tiers.list.seats=5"),
        ("simulation.draws", "256,512", "--draws and --seed hold for all points"),
        ("name", "x,y", "changes neither votes nor seats"),
        ("closeness.recount", "1000..3000:1000", "changes neither votes nor seats"),
        ("parties.a.doubt", "x,y", "changes neither votes nor seats"),
        ("irregularities.operators.1.share", "1%,2%", "numbered 0 to 0, or called bags"),
        ("irregularities.operators.bag.share", "1%,2%", 'did you mean "bags"?'),
    ],
)
def test_a_bad_path_or_value_has_one_message(path: str, values: str, hint: str | None) -> None:
    if hint is None:
        assert len(simulator.sweep(town(), {path: values}, draws=256).points) == 20
        return
    more = "majorities: {big: 12}\n" + OPERATORS
    with pytest.raises(InvalidScenario) as caught:
        simulator.sweep(town(more=more), {path: values}, draws=256)
    assert len(caught.value.diagnostics) == 1
    assert hint in str(caught.value)
    assert caught.value.diagnostics[0].file.startswith(("sweep", "<text>"))


def test_too_many_paths_or_points_are_refused() -> None:
    for paths in (
        {SHARE: "1%", TURNOUT: "50%", "tiers.list.seats": "18"},
        {SHARE: "0%..30%", "tiers.list.seats": "1..30"},
    ):
        with pytest.raises(InvalidScenario) as caught:
            simulator.sweep(town(), paths, draws=256)
        assert [d.code for d in caught.value.diagnostics] == ["E304"]
