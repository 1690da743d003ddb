"""Figures: every seat once, nothing over its neighbour, frequencies kept, colours that are seen."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.report.figures.chambers import hundred_chambers, spread, wedge_style, wedges
from simulator.report.figures.colours import (
    DARK,
    INKS,
    LIGHT,
    PALETTE,
    TEXT,
    contrast,
    is_colour,
    legible,
    paper_style,
    party_colours,
    party_style,
)
from simulator.report.figures.hemicycle import Bench, hemicycle, places
from simulator.report.figures.strips import Strip, seat_strips, ticks
from simulator.report.figures.svg import clean, element, escape, number, standalone
from simulator.report.figures.turnout import Turnout, turnout_by_region
from simulator.results.summary import SeatDistribution

HOSTILE = '</title></svg><script>alert("1")</script>&\'\x00\u202e\ud800]]>'
COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda c: "#{:02x}{:02x}{:02x}".format(*c))
SVG = "{http://www.w3.org/2000/svg}"


def parsed(figure: str) -> ET.Element:
    """Read a figure as an XML parser does: anything that is not well formed raises."""
    whole = ET.fromstring(standalone(figure, ".p0{color:#123456}"))
    assert whole.tag == f"{SVG}svg"
    return ET.fromstring(figure.replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1))


@pytest.mark.parametrize("seats", [*range(1, 60), 98, 107, 150, 299, 598, 630, 736, 1000])
def test_seats_have_places_of_their_own(seats: int) -> None:
    spots, radius = places(seats)
    assert len(spots) == seats
    points = np.array([(s.x, s.y) for s in spots])
    gaps = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    gaps[np.diag_indices(seats)] = 9
    assert gaps.min() >= 2 * radius * 0.999
    assert np.hypot(*points.T).max() + radius <= 1.0001
    angles = [round(s.angle, 9) for s in spots]
    assert angles == sorted(angles, reverse=True)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12),
    st.sampled_from([640, 344]),
)
def test_a_hemicycle_shows_every_seat_once(held: list[tuple[int, int]], width: int) -> None:
    benches = [Bench(f"Party {k}", k, *seats) for k, seats in enumerate(held)]
    figure = hemicycle(benches, {"majority": 3, "two thirds": 5}, "A chamber", width)
    root = parsed(figure)
    for bench in benches:
        groups = [g for g in root.iter(f"{SVG}g") if g.get("class") == f"seat p{bench.index}"]
        dots = [p.get("d", "").count("h0") for g in groups for p in g.iter(f"{SVG}path")]
        # The first path has all seats of the party, the second makes rings of its district seats.
        assert sum(dots[:1]) == bench.seats
        assert sum(dots[1:]) == bench.district
        if bench.seats:
            title = groups[0].find(f"{SVG}title")
            assert title is not None
            assert str(title.text).startswith(f"{bench.label} {bench.seats}")
    _, _, wide, high = map(float, str(root.get("viewBox")).split())
    assert wide == width
    for x, y in re.findall(r"M([\d.-]+) ([\d.-]+)h0", figure):
        assert 0 <= float(x) <= wide
        assert 0 <= float(y) <= high


def test_a_majority_line_stands_before_the_seat_that_makes_it() -> None:
    root = parsed(hemicycle([Bench("A", 0, 50, 0), Bench("B", 1, 48, 0)], {"m": 50}, "x"))
    line = root.find(f".//{SVG}g[@class='majority']/{SVG}line")
    assert line is not None
    # 98 seats: the fiftieth is the first right of the middle.
    assert float(line.get("x1", 0)) == pytest.approx(320, abs=1)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 10**6)),
        min_size=1, max_size=30, unique_by=lambda row: row[:2],
    )
)  # fmt: skip
def test_a_hundred_chambers_keep_the_frequencies_of_the_leader(
    table: list[tuple[int, int, int]],
) -> None:
    rows = np.array([row[:2] for row in table])
    counts = np.array([row[2] for row in table])
    picked = rows[spread(counts, rows, 0)]
    assert len(picked) == 100
    assert picked[:, 0].tolist() == sorted(picked[:, 0].tolist())
    for need in range(11):
        share = counts[rows[:, 0] >= need].sum() / counts.sum()
        assert abs((picked[:, 0] >= need).sum() - 100 * share) <= 0.500001


def test_a_wedge_covers_the_seats_before_it() -> None:
    assert wedges([2, 0, 3], [0, 1, 2], "a").index("d5") < wedges([2, 0, 3], [0, 1, 2], "a").index(
        "d2"
    )
    style = wedge_style([[2, 0, 3]], 5)
    assert ".d2{stroke-dasharray:2 10}" in style
    assert parsed(hundred_chambers([[2, 0, 3]] * 100, [0, 1, 2], 0, "A", "x")).tag == f"{SVG}svg"


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(st.integers(0, 1000), min_size=1, max_size=120), min_size=1, max_size=9),
    st.sampled_from([860, 344]),
)
def test_strips_show_every_number_of_seats_that_occurred(
    counts: list[list[int]], width: int
) -> None:
    longest = max(len(row) for row in counts)
    strips = [
        Strip(f"P{k}", k, SeatDistribution((*row[:-1], row[-1] + 1)), len(row) - 1, k % 3 or None)
        for k, row in enumerate(counts)
    ]
    figure = seat_strips(strips, {"majority": longest // 2 + 1}, "Seats", width)
    root = parsed(figure)
    for strip in strips:
        group = next(g for g in root.iter(f"{SVG}g") if g.get("class") == f"p{strip.index}")
        bars = [p for p in group.iter(f"{SVG}path") if "bar" in str(p.get("class"))]
        assert sum(str(p.get("d")).count("M") for p in bars) == len(strip.seats.pmf)
        full = next(p for p in bars if p.get("class") == "bar")
        assert str(full.get("d")).count("M") == len(strip.seats.region(0.9))
    assert "NaN" not in figure
    assert "inf" not in figure


@pytest.mark.parametrize("highest", [1, 7, 9, 73, 98, 450, 999])
def test_ticks_are_round_and_few(highest: int) -> None:
    found = ticks(highest, 8)
    assert len(found) <= 8
    assert found[0] == 0
    assert found[-1] <= highest


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.3)), min_size=1, max_size=30),
    st.none() | st.floats(0, 1),
)
def test_turnout_stays_in_its_frame(rows: list[tuple[float, float]], known: float | None) -> None:
    figure = turnout_by_region(
        [Turnout(f"R{k}", *row, known if k == 0 else None) for k, row in enumerate(rows)], "x"
    )
    for mark in parsed(figure).iter(f"{SVG}circle"):
        assert 0 <= float(mark.get("cx", -1)) <= 640


@pytest.mark.parametrize("width", [640, 344])
def test_names_cannot_leave_their_place(width: int) -> None:
    """An XML parser sees no element but those of a figure with a harmless name."""
    kinds = []
    for name in (HOSTILE, "Party"):
        seats = SeatDistribution((1, 2, 3))
        figures = [
            hemicycle([Bench(name, 0, 2, 1), Bench(name, 1, 1, 0)], {name: 2}, name, width),
            seat_strips([Strip(name, 0, seats, 1, 1)], {name: 2}, name, width),
            hundred_chambers([[1, 2]] * 100, [0, 1], 0, name, name, width),
            turnout_by_region([Turnout(name, 0.5, 0.01)], name, width),
        ]
        for figure in figures:
            figure.encode()
        kinds.append([[node.tag for node in parsed(figure).iter()] for figure in figures])
    assert kinds[0] == kinds[1]


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_any_text_can_be_written(text: str) -> None:
    node = ET.fromstring(element("text", escape(text), title=text))
    assert re.sub(r"\r\n?", "\n", clean(text)) == (node.text or "")


@settings(deadline=None)
@given(COLOURS, st.sampled_from([LIGHT, DARK]))
def test_every_colour_can_be_seen_on_every_paper(colour: str, paper: str) -> None:
    found = legible(colour, paper)
    assert is_colour(found)
    assert contrast(found, paper) >= 3
    if contrast(colour, paper) >= 3:
        assert found == colour


NO_COLOURS = ("red", "#fff", "#1234567", "#12345g", "#123456}", "url(x)", "javascript:1", 7, None)


@pytest.mark.parametrize("wrong", [*NO_COLOURS, "#123456\n"])
def test_what_is_no_colour_is_replaced(wrong: object) -> None:
    assert not is_colour(wrong)
    assert party_colours(["#ABCDEF", wrong]) == ["#abcdef", PALETTE[1]]


def test_the_style_holds_colours_only() -> None:
    style = party_style(party_colours([HOSTILE, "#000000"]))
    assert re.fullmatch(
        r"(\.p\d+\{color:#[0-9a-f]{6}\})+@media screen and \(prefers-color-scheme:dark\)"
        r"\{(\.p\d+\{color:#[0-9a-f]{6}\})+\}",
        style,
    )


@given(st.floats(-1e4, 1e4))
def test_coordinates_are_short(value: float) -> None:
    assert math.isclose(float(number(value)), value, abs_tol=0.0051)
    assert len(number(value)) <= 9


def test_a_file_has_paper_and_ink_that_any_viewer_knows() -> None:
    """No variables, which only browsers resolve; the paper lies below everything else."""
    style = paper_style() + party_style(["#1f6f8b"])
    text = standalone(hemicycle([Bench("A", 0, 2, 1)], {"m": 2}, "x"), style)
    root = ET.fromstring(text)
    assert "var(" not in text
    shapes = [node for node in root if node.tag.rpartition("}")[2] not in ("title", "desc")]
    assert [shapes[0].tag, shapes[1].get("class")] == [f"{SVG}style", "paper"]
    frame = [shapes[1].get(key) for key in ("x", "y", "width", "height")]
    assert frame == str(root.get("viewBox")).split()
    for paper in (LIGHT, DARK):
        assert f".paper{{fill:{paper}}}" in style
        assert contrast(INKS[paper], paper) >= TEXT
