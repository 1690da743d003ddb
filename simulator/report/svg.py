"""The pictures of station results: shapes on white paper, shades that keep their order in grey."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from simulator.report.figures.svg import Value, drawing, element, number, standalone
from simulator.report.figures.svg import text as write_text

Point = tuple[float, float]

# Shades need white paper, by day and by night.
_STYLE = (
    "svg{font-family:system-ui,'DejaVu Sans',Arial,sans-serif;font-size:13px}.paper{fill:#ffffff}"
)
_SHADES = ("#d5e3f1", "#b3cce4", "#89afd3", "#5f8fbd", "#3a6fa2", "#1d4e7c", "#0a2e54")
INK, GREY, PALE = "#1b1f24", "#59636e", "#dfe3e8"


def shade(level: int, levels: int) -> str:
    """Return a colour from pale to dark that keeps its order in grey; level counts from 1.

    >>> shade(1, 7), shade(7, 7)
    ('#d5e3f1', '#0a2e54')
    """
    return _SHADES[(level - 1) * (len(_SHADES) - 1) // max(levels - 1, 1)]


def points(path: Iterable[Point], closed: bool = False) -> str:
    """Return the path through some points."""
    steps = [f"{number(x)} {number(y)}" for x, y in path]
    return "M" + "L".join(steps) + ("Z" if closed else "")


def ticks(top: float, most: int = 5) -> list[int]:
    """Return round whole numbers from zero to at most `top`, in `most` steps or fewer.

    >>> ticks(470), ticks(2_300_000), ticks(1)
    ([0, 100, 200, 300, 400], [0, 500000, 1000000, 1500000, 2000000], [0, 1])
    """
    power = 10 ** max(math.floor(math.log10(max(top, 1) / most)), 0)
    step = next(m * power for m in (1, 2, 5, 10) if top / (m * power) <= most)
    return list(range(0, int(top) + 1, step))


class Drawing:
    """Shapes in the order in which they are drawn.

    Examples
    --------
    >>> drawing = Drawing(20, 10, "A line", "From left to right.")
    >>> drawing.path([(0, 5), (20, 5)], stroke=INK)
    >>> "<title>A line</title>" in drawing.text(), drawing.text().count("<path")
    (True, 1)
    """

    def __init__(self, width: int, height: int, title: str, description: str) -> None:
        self.size, self.title, self.description = (width, height), title, description
        self.parts: list[str] = []

    def path(self, path: Sequence[Point] | str, closed: bool = False, **style: Value) -> None:
        """Draw a path through points, or one that is already written."""
        shape = path if isinstance(path, str) else points(path, closed)
        self.parts.append(element("path", d=shape, **{"fill": "none", **style}))

    def box(self, x: float, y: float, width: float, height: float, **style: Value) -> None:
        """Draw a rectangle."""
        self.parts.append(element("rect", x=x, y=y, width=width, height=height, **style))

    def words(self, x: float, y: float, text: str, **style: Value) -> None:
        """Write a text."""
        self.parts.append(write_text(text, x, y, **{"fill": INK, **style}))

    def text(self) -> str:
        """Return the whole SVG file."""
        figure = drawing("stations", *self.size, self.title, self.description, *self.parts)
        return standalone(figure, _STYLE)
