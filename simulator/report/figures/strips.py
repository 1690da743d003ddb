"""The distribution of seats of every party on one axis, with the official result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.report.figures.svg import bars, drawing, element, escape, number, short, text
from simulator.results.summary import SeatDistribution, seats_text

ROW, TALL, TOP = 58.0, 26.0, 30.0


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
    highest = max([1, *(s.seats.quantile(0.9999) for s in strips)])
    highest = max([highest, *(s.official or 0 for s in strips), *(s.typical for s in strips)])
    shown = {name: need for name, need in majorities.items() if need <= highest * 1.15 + 1}
    highest = max([highest, *shown.values()])
    unit = (width - 4) / (highest + 1)
    bottom = TOP + ROW * len(strips)
    children = [_majority(name, need, unit, bottom, width) for name, need in shown.items()]
    children += [_row(strip, TOP + ROW * k, unit, width) for k, strip in enumerate(strips)]
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


def _majority(name: str, need: int, unit: float, bottom: float, width: float) -> str:
    x = 2 + need * unit
    anchor = "end" if x > width / 2 else "start"
    return element(
        "g", element("line", x1=x, y1=18, x2=x, y2=bottom),
        text(f"{short(name, 16)} {need}", x + (-4 if anchor == "end" else 4), 12,
             text_anchor=anchor, class_="note"),
        class_="majority",
    )  # fmt: skip


def _row(strip: Strip, top: float, unit: float, width: float) -> str:
    """Return one row: the name and numbers, the bars, the marks below them."""
    base = top + 16 + TALL
    counts = strip.seats.counts
    inside = strip.seats.region(0.9)
    peak = max(counts)
    gap = 0.8 if unit > 3 else 0.0
    full, pale = [], []
    for seats, count in enumerate(counts):
        if not count:
            continue
        tall = max(0.6, TALL * count / peak)
        box = (2 + seats * unit + gap / 2, base - tall, unit - gap, tall)
        (full if seats in inside else pale).append(box)
    note = f"90%: {seats_text(inside)}"
    note += f" · official {strip.official}" if strip.official is not None else ""
    dot = 2 + (strip.typical + 0.5) * unit
    marks = [element("circle", cx=dot, cy=base + 6, r=2.4, class_="typical")]
    if strip.official is not None:
        x = 2 + (strip.official + 0.5) * unit
        path = f"M{number(x)} {number(base + 1.5)}l4.6 8h-9.2z"
        marks.append(element("path", d=path, class_="official"))
    room = int((width - 7 * len(note)) // 8)
    return element(
        "g",
        element("title", escape(_described(strip))),
        text(short(strip.label, max(8, room)), 2, top + 12, class_="name"),
        text(note, width - 2, top + 12, class_="note", text_anchor="end"),
        element("line", x1=0, y1=base, x2=width, y2=base, class_="base"),
        element("path", d=bars(pale), class_="bar pale") if pale else "",
        element("path", d=bars(full), class_="bar"),
        *marks,
        class_=f"p{strip.index}",
    )
