"""The two pictures of station results: turnout against share, and votes by turnout."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from simulator.forensics.findings import Findings
from simulator.forensics.fingerprint import fingerprint
from simulator.forensics.shpilkin import turnout_histogram
from simulator.forensics.stations import Counts
from simulator.report.figures.svg import number
from simulator.report.svg import GREY, INK, PALE, Drawing, Point, shade, ticks

LEVELS = 7
NOTE = "A pattern is not proof: honest differences between places make patterns too."
# Below this many stations cells of a point hold one station each: cells of two points are clearer.
_FINE_FROM = 2_000

Scale = Callable[[float], float]
Amounts = npt.NDArray[np.floating]


def draw_fingerprint(found: Findings, title: str, leader: str) -> str:
    """Return turnout against the leader's share as SVG, with both marginal histograms.

    The darker a cell the more registered voters are in it, on a square-root scale whose top is
    reached by one cell in two hundred; the order of shades holds in grey.
    """
    bins = 100 if len(found.stations) >= _FINE_FROM else 50
    print_ = fingerprint(found.stations, bins)
    cells = print_.voters
    cap = _cap(cells)
    drawing = Drawing(
        720, 740, title,
        f"Two-dimensional histogram of {print_.stations:,} polling stations: turnout from left to "
        f"right, share of {leader} from bottom to top, both 0% to 100%; darker cells hold more "
        f"registered voters. {NOTE}",
    )  # fmt: skip
    x: Scale = lambda value: 70 + 4.8 * value  # noqa: E731
    y: Scale = lambda value: 660 - 4.8 * value  # noqa: E731
    drawing.words(70, 32, title, font_size=18, font_weight="bold")
    drawing.words(70, 54, f"{print_.stations:,} stations".replace(",", " "), fill=GREY)
    _frame(drawing, x, y)
    for level, shape in _cells(cells, cap, x, y):
        drawing.path(shape, fill=shade(level, LEVELS), shape_rendering="crispEdges")
    _axes(drawing, x, y, leader)
    turnout, share = print_.turnout, print_.share
    drawing.path(_outline(turnout, x, lambda part: 172 - 96 * part), True, fill=shade(5, LEVELS))
    sideways = [(b, a) for a, b in _outline(share, y, lambda part: 558 + 96 * part)]
    drawing.path(sideways, True, fill=shade(5, LEVELS))
    _legend(drawing, cap, bins)
    drawing.words(70, 726, NOTE, fill=GREY, font_size=12)
    return drawing.text()


def _cap(cells: Counts) -> int:
    """Return the voters at which the scale ends: one occupied cell in 200 lies beyond."""
    occupied = np.sort(cells[cells > 0])
    return int(occupied[-1 - len(occupied) // 200]) if len(occupied) else 1


def _levels(cells: Counts, cap: int, levels: int) -> Counts:
    """Return the shade of each cell, 0 for an empty one; the square root in whole numbers."""
    bounds = np.array([cap * k * k / levels**2 for k in range(1, levels)])
    return np.where(cells > 0, 1 + np.searchsorted(bounds, cells, side="right"), 0)


def _cells(cells: Counts, cap: int, x: Scale, y: Scale) -> list[tuple[int, str]]:
    """Return one path for each shade: runs of cells along the turnout."""
    bins = len(cells)
    size = 100 / bins
    levels = _levels(cells, cap, LEVELS).T
    height = number(y(0) - y(size))
    found = []
    for level in range(1, LEVELS + 1):
        steps = []
        for row, line in enumerate(levels):
            edges = np.flatnonzero(np.diff(np.concatenate([[0], line == level, [0]])))
            for first, last in edges.reshape(-1, 2).tolist():
                width = number(x(last * size) - x(first * size))
                place = f"{number(x(first * size))} {number(y((row + 1) * size))}"
                steps.append(f"M{place}h{width}v{height}h-{width}z")
        if steps:
            found.append((level, "".join(steps)))
    return found


def _frame(drawing: Drawing, x: Scale, y: Scale) -> None:
    for tick in range(0, 101, 10):
        drawing.path([(x(tick), y(0)), (x(tick), y(100))], stroke=PALE)
        drawing.path([(x(0), y(tick)), (x(100), y(tick))], stroke=PALE)


def _axes(drawing: Drawing, x: Scale, y: Scale, leader: str) -> None:
    for tick in range(0, 101, 20):
        drawing.words(x(tick), y(0) + 20, f"{tick}%", text_anchor="middle")
        drawing.words(x(0) - 8, y(tick) + 4, f"{tick}%", text_anchor="end")
    drawing.path([(x(0), y(100)), (x(0), y(0)), (x(100), y(0))], stroke=INK)
    drawing.words(x(50), y(0) + 42, "turnout", text_anchor="middle")
    turned = f"rotate(-90 18 {number(y(50))})"
    name = f"share of {leader}" if len(leader) <= 48 else f"share of {leader[:47]}…"
    drawing.words(18, y(50), name, text_anchor="middle", transform=turned)


def _outline(histogram: Counts, along: Scale, across: Scale) -> list[Point]:
    """Return a filled histogram whose bins are centred on multiples of their width."""
    bins = len(histogram) - 1
    # One giant station must not flatten the rest.
    top = max(int(np.sort(histogram)[-max(2, bins // 100)]), 1)
    path = [(along(0), across(0))]
    for k, count in enumerate(histogram.tolist()):
        part = across(min(count / top, 1.0))
        ends = max(0.0, (k - 0.5) * 100 / bins), min(100.0, (k + 0.5) * 100 / bins)
        path += [(along(end), part) for end in ends]
    return [*path, (along(100), across(0))]


def _legend(drawing: Drawing, cap: int, bins: int) -> None:
    drawing.words(562, 84, "registered voters", font_size=12)
    drawing.words(562, 99, f"in {100 // bins} × {100 // bins} points", font_size=12)
    for level in range(1, LEVELS + 1):
        drawing.box(562 + 14 * (level - 1), 108, 14, 14, fill=shade(level, LEVELS))
    most = f"{cap:,}+".replace(",", " ")
    drawing.words(562, 138, "1", font_size=12)
    drawing.words(562 + 14 * LEVELS, 138, most, font_size=12, text_anchor="end")


def draw_turnout(found: Findings, title: str, leader: str) -> str:
    """Return votes by turnout as SVG: the leader's, the others', and these in proportion.

    What lies between the leader's votes and the others' votes in the proportion of the reference
    part is the Shpilkin estimate.
    """
    mine = turnout_histogram(found.stations, found.stations.leader)
    others = turnout_histogram(found.stations, found.stations.others)
    best = found.anomaly.best if found.anomaly else None
    scaled = others * best.ratio if best else np.zeros(len(others))
    top = max(float(np.sort(np.maximum(mine, np.maximum(others, scaled)))[-1]), 1.0)
    drawing = Drawing(
        720, 470, title,
        f"Histogram of votes by turnout in bins of one point: {leader}, all other ballots, and "
        f"these in the proportion of the stations of low turnout; the area between is shaded. "
        f"{NOTE}",
    )  # fmt: skip
    x: Scale = lambda value: 84 + 6.1 * value  # noqa: E731
    y: Scale = lambda value: 390 - 270 * value / top  # noqa: E731
    drawing.words(84, 30, title, font_size=18, font_weight="bold")
    if best:
        drawing.box(x(best.low), y(top), x(best.high) - x(best.low), 270, fill="#f1f3f5")
    _vertical(drawing, x, y, top)
    if best:
        beyond = _steps(np.maximum(mine, scaled), x, y) + _steps(scaled, x, y)[::-1]
        drawing.path(beyond, True, fill=shade(2, LEVELS))
        drawing.path(_steps(scaled, x, y), stroke=GREY, stroke_width=1.2, stroke_dasharray="2 2")
    drawing.path(_steps(others, x, y), stroke=GREY, stroke_width=1.6)
    drawing.path(_steps(mine, x, y), stroke=shade(7, LEVELS), stroke_width=2.2)
    _key(drawing, leader, best.ratio if best else None)
    drawing.words(84, 456, NOTE, fill=GREY, font_size=12)
    return drawing.text()


def _vertical(drawing: Drawing, x: Scale, y: Scale, top: float) -> None:
    for tick in ticks(top):
        drawing.path([(x(0), y(tick)), (x(100), y(tick))], stroke=PALE)
        label = f"{tick:,.0f}".replace(",", " ")
        drawing.words(x(0) - 8, y(tick) + 4, label, text_anchor="end")
    for tick in range(0, 101, 10):
        drawing.path([(x(tick), y(0)), (x(tick), y(0) + 5)], stroke=INK)
        drawing.words(x(tick), y(0) + 20, f"{tick}%", text_anchor="middle")
    drawing.path([(x(0), y(0)), (x(100), y(0))], stroke=INK)
    drawing.words(x(50), y(0) + 42, "turnout, votes in bins of one point", text_anchor="middle")


def _steps(values: Counts | Amounts, x: Scale, y: Scale) -> list[Point]:
    """Return the outline of a histogram."""
    width = 100 / len(values)
    heights = values.tolist()
    path = [(x(0), y(heights[0]))]
    for k, (now, following) in enumerate(pairwise(heights), 1):
        path += [(x(k * width), y(now)), (x(k * width), y(following))]
    return [*path, (x(100), y(heights[-1]))]


def _key(drawing: Drawing, leader: str, ratio: float | None) -> None:
    """Say what each line is."""
    name = leader if len(leader) <= 70 else f"{leader[:69]}…"
    drawing.path([(84, 48), (112, 48)], stroke=shade(7, LEVELS), stroke_width=2.2)
    drawing.words(120, 52, name)
    drawing.path([(84, 68), (112, 68)], stroke=GREY, stroke_width=1.6)
    drawing.words(120, 72, "all other ballots")
    if ratio is not None:
        drawing.path([(84, 88), (112, 88)], stroke=GREY, stroke_width=1.2, stroke_dasharray="2 2")
        drawing.words(
            120,
            92,
            f"the others times {ratio:.3g}, their proportion in the reference part (grey band)",
        )
        drawing.box(420, 62, 28, 12, fill=shade(2, LEVELS))
        drawing.words(456, 72, "beyond that proportion")
