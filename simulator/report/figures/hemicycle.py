"""The chamber as a half circle: every seat, in the order of the scenario, and majority lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.report.figures.svg import dots, drawing, element, escape, short, text

GAP = 17.0


@dataclass(frozen=True)
class Bench:
    """The seats of one party in a chamber; `index` is the number of its colour class."""

    label: str
    index: int
    list: int
    district: int

    @property
    def seats(self) -> int:
        """All its seats."""
        return self.list + self.district


@dataclass(frozen=True)
class Seat:
    """The middle of a seat, in radii from the middle of the hemicycle, and its angle."""

    x: float
    y: float
    angle: float


def places(seats: int) -> tuple[list[Seat], float]:
    """Return the places of seats from left to right, and the radius of a seat.

    >>> found, radius = places(98)
    >>> len(found), found[0].x < -0.9, found[-1].x > 0.9, 0 < radius < 0.1
    (98, True, True, True)
    """
    from parliamentarch.geometry import (
        get_nrows_from_nseats,
        get_row_thickness,
        get_seats_centers,
    )

    if seats == 0:
        return [], 0.0
    centres = get_seats_centers(seats)
    found = [Seat(x - 1.0, y, angle) for (x, y), angle in centres.items()]
    # Rounded, so that rows that meet at the same angle are always in the same order.
    found.sort(key=lambda s: (-round(s.angle, 9), round(math.hypot(s.x, s.y), 9)))
    return found, 0.84 * get_row_thickness(get_nrows_from_nseats(seats))


def hemicycle(
    benches: Sequence[Bench], majorities: Mapping[str, int], title: str, width: float = 640
) -> str:
    """Return the hemicycle of a chamber; below 480 units names are left to the text beside it.

    List seats are discs, district seats are rings. A majority line stands before the seat that
    makes the majority, counted from the left.
    """
    named = width >= 480
    side = 118.0 if named else 30.0
    radius = width / 2 - side
    cx, cy = width / 2, radius + 34.0
    total = sum(bench.seats for bench in benches)
    spots, size = places(total)
    children, at = [], 0
    middles = []
    for bench in benches:
        own = spots[at : at + bench.seats]
        at += bench.seats
        if own:
            children.append(_seats(bench, own, (cx, cy, radius), size * radius))
            middles.append((bench, sum(s.angle for s in own) / len(own)))
    children += _lines(spots, majorities, (cx, cy, radius))
    children += _labels(middles, (cx, cy, radius), named)
    children += [
        text(str(total), cx, cy - 14, class_="big", text_anchor="middle"),
        text("seats" if total != 1 else "seat", cx, cy + 3, class_="note", text_anchor="middle"),
    ]
    described = ", ".join(f"{bench.label} {bench.seats}" for bench in benches if bench.seats)
    lines = ", ".join(f"{name} at {seats}" for name, seats in majorities.items())
    words = f"From left to right: {described}. Majority lines: {lines}."
    return drawing("hemicycle", width, cy + 12, title, words, *children)


def _seats(
    bench: Bench, own: Sequence[Seat], circle: tuple[float, float, float], size: float
) -> str:
    """Return the seats of a party as one group, so that its name is said once."""
    cx, cy, radius = circle
    spots = [(cx + radius * spot.x, cy - radius * spot.y) for spot in own]
    marks = [element("path", d=dots(spots), stroke_width=2 * size)]
    if bench.district:
        marks.append(
            element("path", d=dots(spots[bench.list :]), stroke_width=1.2 * size, class_="hole")
        )
    kinds = []
    if bench.list and bench.district:
        kinds = [f"{bench.list} from the list, {bench.district} from districts"]
    title = ": ".join([f"{bench.label} {bench.seats}", *kinds])
    return element("g", element("title", escape(title)), *marks, class_=f"seat p{bench.index}")


def _lines(
    spots: Sequence[Seat], majorities: Mapping[str, int], circle: tuple[float, float, float]
) -> list[str]:
    """Return the majority lines with their numbers in the hollow of the chamber."""
    cx, cy, radius = circle
    found = []
    for name, need in majorities.items():
        if not 1 < need <= len(spots):
            continue
        angle = (spots[need - 2].angle + spots[need - 1].angle) / 2
        inner, outer = 0.44 * radius, radius + 7
        cos, sin = math.cos(angle), math.sin(angle)
        found.append(
            element(
                "g", element("title", escape(f"{name}: {need} seats")),
                element("line", x1=cx + inner * cos, y1=cy - inner * sin, x2=cx + outer * cos,
                        y2=cy - outer * sin),
                text(str(need), cx + (inner - 11) * cos, cy - (inner - 11) * sin + 4,
                     text_anchor="middle"),
                class_="majority",
            )
        )  # fmt: skip
    return found


def _labels(
    middles: Sequence[tuple[Bench, float]], circle: tuple[float, float, float], named: bool
) -> list[str]:
    """Return names and numbers around the chamber; from the floor upwards none covers another."""
    cx, cy, radius = circle
    out = radius + 12
    found = []
    for side in (-1, 1):
        floor = cy + GAP
        here = [m for m in middles if (m[1] > math.pi / 2) == (side < 0)]
        here.sort(key=lambda m: math.sin(m[1]))
        for bench, angle in here:
            y = min(cy - out * math.sin(angle), floor - GAP)
            if y < 12:
                continue
            floor = y
            x = cx + side * math.sqrt(max(0.0, out**2 - (cy - y) ** 2))
            anchor = "end" if side < 0 else "start"
            if len(middles) == 1:
                anchor = "middle"
            seats = element("tspan", str(bench.seats), class_="value")
            words = escape(short(bench.label, 13)) + " " if named else ""
            found.append(
                element("text", words, seats, x=x, y=y + 4, text_anchor=anchor, class_="name")
            )
    return found
