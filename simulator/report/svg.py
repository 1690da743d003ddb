"""A drawing as SVG text: shapes with a title and a description, nothing from outside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from simulator.report.figures.svg import number

Point = tuple[float, float]

_FONT = "system-ui, 'DejaVu Sans', Arial, sans-serif"
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
    >>> "<title" in drawing.text() and "http://" in drawing.text().split("svg", 2)[1]
    True
    """

    def __init__(self, width: int, height: int, title: str, description: str) -> None:
        self.size, self.title, self.description = (width, height), title, description
        self.parts: list[str] = []

    def path(self, path: Sequence[Point] | str, closed: bool = False, **style: object) -> None:
        """Draw a path through points, or one that is already written."""
        shape = path if isinstance(path, str) else points(path, closed)
        self.parts.append(f'<path d="{shape}"{_style({"fill": "none", **style})}/>')

    def box(self, x: float, y: float, width: float, height: float, **style: object) -> None:
        """Draw a rectangle."""
        place = {"x": x, "y": y, "width": width, "height": height}
        self.parts.append(f"<rect{_style(place)}{_style(style)}/>")

    def words(self, x: float, y: float, text: str, **style: object) -> None:
        """Write a text."""
        style = {"fill": INK, **style}
        self.parts.append(f"<text{_style({'x': x, 'y': y})}{_style(style)}>{escape(text)}</text>")

    def text(self) -> str:
        """Return the whole SVG file."""
        width, height = self.size
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" aria-labelledby="title description" '
            f'font-family={quoteattr(_FONT)} font-size="13">'
        )
        return "\n".join([
            head,
            f'<title id="title">{escape(self.title)}</title>',
            f'<desc id="description">{escape(self.description)}</desc>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *self.parts,
            "</svg>",
            "",
        ])  # fmt: skip


def _style(style: Mapping[str, object]) -> str:
    """Return attributes; underscores are hyphens."""
    return "".join(
        f" {name.rstrip('_').replace('_', '-')}="
        + quoteattr(number(value) if isinstance(value, (int, float)) else str(value))
        for name, value in style.items()
    )
