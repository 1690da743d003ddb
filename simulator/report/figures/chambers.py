"""A hundred chambers that occurred, drawn small: what a hundred elections look like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.report.figures.svg import drawing, element, text

COLUMNS = {640: 20, 360: 10}
# A half circle of radius 12 around (16, 16); a wedge is a piece of its stroke.
ARC = "M4 16a12 12 0 0 1 24 0"
WIDE, HIGH = 32.0, 34.0


def spread(
    counted: NDArray[np.int64], totals: NDArray[np.int64], leader: int, most: int = 100
) -> NDArray[np.int64]:
    """Return the rows of chambers at evenly spaced ranks of the draws, by seats of the leader.

    Chambers are ordered by the seats of the leader, then of the others from the first; of n draws
    the one at (k + 1/2) n / most stands for a hundredth of them, so that frequencies are kept.

    >>> spread(np.array([3, 1]), np.array([[5, 0], [4, 1]]), 0, most=4)
    array([1, 0, 0, 0])
    """
    keys = [totals[:, column] for column in range(totals.shape[1] - 1, -1, -1)]
    order = np.lexsort([*keys, totals[:, leader]])
    ends = np.cumsum(counted[order])
    ranks = [(2 * k + 1) * int(ends[-1]) // (2 * most) for k in range(most)]
    return np.asarray(order[np.searchsorted(ends, ranks, side="right")], np.int64)


def wedges(seats: Sequence[int], classes: Sequence[int], arc: str) -> str:
    """Return a chamber as pieces of one arc: later parties first, so that earlier ones cover them.

    `arc` names a path whose pathLength is the number of seats; the classes d0, d1, ... say how
    much of it is drawn.

    >>> wedges([5, 0, 4], [0, 1, 2], "a")
    '<use href="#a" class="p2 d9"/><use href="#a" class="p0 d5"/>'
    """
    ends = np.cumsum(seats)
    return "".join(
        element("use", href=f"#{arc}", class_=f"p{classes[k]} d{ends[k]}")
        for k in range(len(seats) - 1, -1, -1)
        if seats[k]
    )


def wedge_style(chambers: Sequence[Sequence[int]], seats: int) -> str:
    """Return the rules of the lengths that the wedges of some chambers have.

    >>> wedge_style([[5, 0, 4]], 9)
    '.d5{stroke-dasharray:5 18}.d9{stroke-dasharray:9 18}'
    """
    lengths = sorted({int(end) for chamber in chambers for end in np.cumsum(chamber)} - {0})
    return "".join(f".d{n}{{stroke-dasharray:{n} {2 * seats}}}" for n in lengths)


def arc_definition(identifier: str, seats: int) -> str:
    """Return the arc that wedges are pieces of."""
    return element("path", id=identifier, d=ARC, pathLength=seats)


def hundred_chambers(
    totals: Sequence[Sequence[int]], classes: Sequence[int], leader: int, label: str, title: str,
    width: int = 640,
) -> str:  # fmt: skip
    """Return all small chambers as one figure, each with the seats of the leader under its arc."""
    columns = COLUMNS.get(width, 20)
    scale = width / (columns * WIDE)
    rows = -(-len(totals) // columns)
    seats = max(1, max(sum(chamber) for chamber in totals))
    cells = [
        element(
            "g",
            wedges(chamber, classes, "a"),
            text(str(chamber[leader]), 16, 27, text_anchor="middle"),
            transform=f"translate({WIDE * (k % columns):g} {HIGH * (k // columns):g})",
        )
        for k, chamber in enumerate(totals)
    ]
    held = [chamber[leader] for chamber in totals]
    words = f"{label} has from {min(held)} to {max(held)} seats in them."
    grid = element("g", *cells, transform=f"scale({scale:.4g})")
    return drawing(
        "hundred", width, rows * HIGH * scale, title, words,
        element("defs", arc_definition("a", seats)), grid,
    )  # fmt: skip
