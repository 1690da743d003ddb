"""Turnout of the nation and of the regions: expectation, interval, official where known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.report.figures.svg import drawing, element, escape, number, short, text

ROW = 22.0
# Quantile of the normal distribution: an interval of 90% from a standard deviation.
SPREAD = 1.6449


@dataclass(frozen=True)
class Turnout:
    """The turnout of a region over the draws; shares of the registered voters."""

    label: str
    mean: float
    sd: float
    official: float | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """Mean minus and plus 1.64 standard deviations, within 0 and 1."""
        return max(0.0, self.mean - SPREAD * self.sd), min(1.0, self.mean + SPREAD * self.sd)


def turnout_by_region(rows: Sequence[Turnout], title: str, width: float = 640) -> str:
    """Return a dot and an interval for each region on one axis, the first row set apart."""
    left = 150.0 if width >= 480 else 104.0
    right = 52.0
    low = min(min(row.interval[0], row.official or 1.0) for row in rows)
    high = max(max(row.interval[1], row.official or 0.0) for row in rows)
    first, last = int(low * 20) * 5, -(-int(high * 100) // 5) * 5
    last = last if last > first and last >= high * 100 else max(first + 5, last + 5)

    def across(share: float) -> float:
        return left + (width - left - right) * (100 * share - first) / (last - first)

    step = 5 if last - first <= 30 else 10
    bottom = 8 + ROW * len(rows)
    children = []
    for tick in range(first, last + 1, step):
        x = across(tick / 100)
        children.append(element("line", x1=x, y1=4, x2=x, y2=bottom, class_="base"))
        children.append(text(f"{tick}%", x, bottom + 14, class_="tick", text_anchor="middle"))
    for k, row in enumerate(rows):
        children.append(_row(row, 8 + ROW * k + ROW / 2, across, width, 18 if width >= 480 else 13))
    words = "; ".join(_described(row) for row in rows)
    return drawing("turnout", width, bottom + 20, title, f"{words}.", *children)


def _described(row: Turnout) -> str:
    low, high = row.interval
    known = "" if row.official is None else f", official {100 * row.official:.1f}%"
    return f"{row.label} {100 * row.mean:.1f}%, 90% {100 * low:.1f}% to {100 * high:.1f}%{known}"


def _row(row: Turnout, y: float, across: Callable[[float], float], width: float, most: int) -> str:
    low, high = row.interval
    marks = [
        element("line", x1=across(low), y1=y, x2=across(high), y2=y, class_="interval"),
        element("circle", cx=across(row.mean), cy=y, r=3.6, class_="mean"),
    ]
    if row.official is not None:
        x = across(row.official)
        path = f"M{number(x)} {number(y + 3)}l4.6 8h-9.2z"
        marks.append(element("path", d=path, class_="official"))
    return element(
        "g",
        element("title", escape(_described(row))),
        text(short(row.label, most), 0, y + 4, class_="name"),
        *marks,
        text(f"{100 * row.mean:.1f}%", width, y + 4, class_="value", text_anchor="end"),
    )
