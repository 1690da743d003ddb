"""The distribution of seats of every party on one axis, with the official result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.report.figures.svg import bars, drawing, element, escape, number, short, text
from simulator.results.summary import SeatDistribution, seats_text

ROW, TALL, TOP = 60.0, 28.0, 28.0


@dataclass(frozen=True)
class Strip:
    """A row of the figure: a party, how its seats are distributed, what is known."""

    label: str
    index: int
    seats: SeatDistribution
    typical: int
    official: int | None = None


def ticks(highest: int, most: int) -> list[int]:
    """Return whole numbers from zero that mark an axis.

    >>> ticks(73, 8), ticks(6, 8)
    ([0, 10, 20, 30, 40, 50, 60, 70], [0, 1, 2, 3, 4, 5, 6])
    """
    step, factors, k = 1, (2, 5, 10), 0
    while highest // step + 1 > most:
        step = factors[k % 3] * 10 ** (k // 3)
        k += 1
    return list(range(0, highest + 1, step))


def seat_strips(
    strips: Sequence[Strip], majorities: Mapping[str, int], title: str, width: float = 640
) -> str:
    """Return the seat strips: bars by number of seats, full inside the 90% region, pale outside.

    The height is scaled within a row. A triangle marks the official result, a dot the typical
    chamber.
    """
    highest = max([1, *(max(s.seats.pmf) for s in strips)])
    highest = max([highest, *(s.official or 0 for s in strips), *(s.typical for s in strips)])
    shown = {name: need for name, need in majorities.items() if need <= highest * 1.15 + 1}
    highest = max([highest, *shown.values()])
    unit = (width - 4) / (highest + 1)
    # Side by side the names of majorities have room on a wide figure only.
    level = 0 if width >= 480 else 14
    top = TOP + level * max(0, len(shown) - 1)
    bottom = top + ROW * len(strips)
    children = [
        _majority(f"{short(name, 16)} {need}", (2 + need * unit, 12 + level * k), bottom, width)
        for k, (name, need) in enumerate(shown.items())
    ]
    children += [_row(strip, top + ROW * k, unit, width) for k, strip in enumerate(strips)]
    for tick in ticks(highest, int(width // 48)):
        x = 2 + (tick + 0.5) * unit
        children.append(text(str(tick), x, bottom + 14, class_="tick", text_anchor="middle"))
    known = any(strip.official is not None for strip in strips)
    words = "; ".join(_described(strip) for strip in strips)
    marks = "Triangles mark the official result, dots the typical chamber." if known else ""
    return drawing("strips", width, bottom + 20, title, f"{words}. {marks}".rstrip(), *children)


def _described(strip: Strip) -> str:
    text_ = f"{strip.label} {seats_text(strip.seats.region(0.9))} seats in 90% of draws"
    return text_ if strip.official is None else f"{text_}, official {strip.official}"


def _majority(words: str, spot: tuple[float, float], bottom: float, width: float) -> str:
    x, y = spot
    anchor, gap = ("end", -4) if x > width / 2 else ("start", 4)
    return element(
        "g",
        element("line", x1=x, y1=y - 9, x2=x, y2=bottom),
        text(words, x + gap, y, text_anchor=anchor, class_="note"),
        class_="majority",
    )


def _row(strip: Strip, top: float, unit: float, width: float) -> str:
    """Return one row: the name and numbers, the bars, the marks below them."""
    base = top + 16 + TALL
    counts = strip.seats.counts
    inside = strip.seats.region(0.9)
    peak = max(counts)
    full: list[tuple[float, float]] = []
    pale: list[tuple[float, float]] = []
    for seats, count in enumerate(counts):
        if count:
            spot = (2 + (seats + 0.5) * unit, base - max(0.6, TALL * count / peak))
            (full if seats in inside else pale).append(spot)
    thick = unit - 0.8 if unit > 3 else unit
    note = seats_text(inside)
    note += f" · official {strip.official}" if strip.official is not None else ""
    dot = 2 + (strip.typical + 0.5) * unit
    marks = [element("circle", cx=dot, cy=base + 6, r=2.4, class_="typical")]
    if strip.official is not None:
        x = 2 + (strip.official + 0.5) * unit
        path = f"M{number(x)} {number(base + 1.5)}l4.6 8h-9.2z"
        marks.append(element("path", d=path, class_="official"))
    return element(
        "g",
        element("title", escape(_described(strip))),
        element("line", x1=0, y1=base, x2=width, y2=base, class_="base"),
        element("path", d=bars(pale, base), stroke_width=thick, class_="bar pale") if pale else "",
        element("path", d=bars(full, base), stroke_width=thick, class_="bar"),
        element(
            "text",
            element("tspan", escape(short(strip.label, int(width // 14))), class_="value"),
            escape(f"  {note}"),
            x=2, y=top + 10, class_="halo",
        ),
        *marks,
        class_=f"p{strip.index}",
    )  # fmt: skip
