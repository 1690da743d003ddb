"""The screen and the pictures of station results: what they hold, how wide, how they are read."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.cells import cell_len

from simulator.forensics import StationFile, Stations, examine, fingerprint, read_stations
from simulator.report.forensics import LIMITS, render_forensics
from simulator.report.station_figures import LEVELS, draw_fingerprint, draw_turnout
from simulator.report.svg import Drawing, shade
from tests.forensics.elections import Stuffing, constructed, honest, stuffed

EXAMPLE = Path("docs/how-to/constructed-stations.csv")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def example() -> StationFile:
    return read_stations(EXAMPLE, leader="red")


def test_the_example_says_that_it_is_constructed() -> None:
    """Its draws depend on numpy's version, so the columns that do not are compared."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert all(line.startswith("constructed-") for line in text.splitlines()[1:])
    assert text.splitlines()[0] == constructed().splitlines()[0]
    assert len(text.splitlines()) == len(constructed().splitlines())


@pytest.mark.parametrize("width", [30, 40, 60, 72, 88, 200])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_screen_fits(example: StationFile, width: int, ascii_only: bool) -> None:
    text = render_forensics(example, examine(example.stations), width, ascii_only)
    assert all(cell_len(line) <= max(40, min(width, 88)) for line in text.splitlines())
    assert not ascii_only or text.isascii()
    flat = " ".join(text.split())
    assert LIMITS in flat
    assert "?" not in text


def test_the_screen_shows_what_was_found(example: StationFile) -> None:
    found = examine(example.stations)
    text = " ".join(render_forensics(example, found).split()).replace("\u00a0", " ")
    best = found.anomaly.best
    assert f"up to {best.high:g}% turnout" in text
    assert f"turnout {100 * best.clean_turnout:.1f}%" in text
    assert f"{found.integers[2].excess:+.0f} {found.integers[2].z:+.1f}" in text
    assert "600 polling stations" in text


def test_an_honest_election_is_not_accused() -> None:
    stations = honest(3, n=3000).stations
    read = StationFile("x", stations, 3000, {}, {"leader": ("red",)}, 0)
    text = " ".join(render_forensics(read, examine(stations)).split())
    assert "chance alone gives as much" in text
    assert "0 of 6 counts are more than chance gives" in text
    assert "fraud" not in text


def test_what_is_not_possible_is_said() -> None:
    stations = Stations([50] * 5, [20] * 5, [0] * 5, [0] * 5)
    read = StationFile("x", stations, 5, {}, {"leader": ("red",)}, 0)
    text = render_forensics(read, examine(stations), ascii_only=True)
    assert text.count("not possible: ") == 2


def test_draws_instead_of_sums_are_labelled(example: StationFile) -> None:
    text = render_forensics(example, examine(example.stations, resamples=50, seed=4))
    assert "Chance drawn 50 times" in " ".join(text.split()).replace("\u00a0", " ")


@pytest.mark.parametrize("draw", [draw_fingerprint, draw_turnout])
def test_pictures_are_accessible_and_whole(example: StationFile, draw: object) -> None:
    text = draw(examine(example.stations), "A <title> & more", "a <party>")
    root = ElementTree.fromstring(text)
    assert root.find(f"{SVG}title").text == "A <title> & more"
    assert "<party>" in root.find(f"{SVG}desc").text
    assert "not proof" in root.find(f"{SVG}desc").text
    assert root.get("role") == "img"
    assert text.count("http") == 1  # the name space
    assert "nan" not in text
    width, height = (float(root.get(k)) for k in ("width", "height"))
    for part in root.iter():
        assert part.tag != f"{SVG}script"
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", part.get("d", "")):
            assert 0 <= float(x) <= width
            assert 0 <= float(y) <= height


def test_every_cell_with_voters_is_drawn() -> None:
    stations = stuffed(2, Stuffing(extreme=0.02), n=2500).stations
    root = ElementTree.fromstring(draw_fingerprint(examine(stations), "t", "red"))
    cells = 0.0
    for part in root.iter(f"{SVG}path"):
        if part.get("shape-rendering"):
            cells += sum(float(w) / 4.8 for w in re.findall(r"h(\d[\d.]*)", part.get("d")))
    assert round(cells) == np.count_nonzero(fingerprint(stations).voters)


def test_shades_keep_their_order_in_grey() -> None:
    grey = [
        0.2126 * int(c[1:3], 16) + 0.7152 * int(c[3:5], 16) + 0.0722 * int(c[5:7], 16)
        for c in (shade(level, LEVELS) for level in range(1, LEVELS + 1))
    ]
    assert all(a - b > 20 for a, b in pairwise(grey))


def test_pictures_without_an_estimate() -> None:
    stations = Stations([50] * 5, [20] * 5, [0] * 5, [0] * 5)
    for draw in (draw_fingerprint, draw_turnout):
        ElementTree.fromstring(draw(examine(stations), "t", "red"))


def test_words_are_escaped() -> None:
    drawing = Drawing(10, 10, "t", "d")
    drawing.words(1, 2, "<&>", transform='a"b')
    assert ElementTree.fromstring(drawing.text()).find(f"{SVG}text").text == "<&>"


@pytest.mark.parametrize(
    ("draw", "name", "title"),
    [
        (draw_fingerprint, "constructed-fingerprint.svg", "Turnout and share by polling station"),
        (draw_turnout, "constructed-turnout.svg", "Votes by turnout"),
    ],
)
def test_the_pictures_of_the_page_are_as_drawn(
    example: StationFile, draw: object, name: str, title: str
) -> None:
    """Copy them from `simseats forensics ... --out DIR` when this fails."""
    text = draw(examine(example.stations), title, "red")
    assert (EXAMPLE.parent / name).read_text(encoding="utf-8") == text
