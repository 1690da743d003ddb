"""A small writer of SVG: escaped, short, the same bytes everywhere."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable

NAMESPACE = "http://www.w3.org/2000/svg"
MARGIN = 12
# Marks that turn the direction of the text after them, and so of the rest of a line.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Value = str | float | int | None


def clean(text: str) -> str:
    r"""Return a text without characters that a document may not hold, or that turn its direction.

    >>> clean("a\x00b\u202ec")
    'a\ufffdb\ufffdc'
    """
    return "".join(
        "\ufffd"
        if c in _TURNING or (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t")
        else c
        for c in text
    )


def one_line(text: str) -> str:
    r"""Return a text without line breaks, and without what `clean` takes out.

    >>> one_line("a\n  fingerprint\x1b 0")
    'a fingerprint\ufffd 0'
    """
    return clean(" ".join(text.split()))


def escape(text: str) -> str:
    """Return a text as it stands in markup, between tags or inside a quoted attribute.

    >>> escape('</title><script>"')
    '&lt;/title&gt;&lt;script&gt;&quot;'
    """
    return html.escape(clean(text))


def number(value: float) -> str:
    """Return a coordinate with at most two decimals.

    >>> number(12.0), number(0.126), number(-0.001)
    ('12', '0.13', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(tag: str, *children: str, **attributes: Value) -> str:
    """Return an element; children are markup already, attributes are escaped here.

    A trailing underscore is dropped and others become hyphens; None leaves an attribute out.

    >>> element("circle", cx=1.5, r=2, class_="seat p0")
    '<circle cx="1.5" r="2" class="seat p0"/>'
    """
    words = [tag]
    for key, value in attributes.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else number(value)
        words.append(f'{key.rstrip("_").replace("_", "-")}="{escape(text)}"')
    inside = "".join(children)
    return f"<{' '.join(words)}>{inside}</{tag}>" if inside else f"<{' '.join(words)}/>"


def text(words: str, x: float, y: float, **attributes: Value) -> str:
    """Return a text at a place.

    >>> text("Aq Jol & co", 3, 4)
    '<text x="3" y="4">Aq Jol &amp; co</text>'
    """
    return element("text", escape(words), x=x, y=y, **attributes)


def bars(tops: Iterable[tuple[float, float]], base: float) -> str:
    """Return the path of upright strokes from their tops to a base line.

    >>> bars([(1, 2), (4.56, 3)], 9)
    'M1 2V9M4.6 3V9'
    """
    texts = (f"M{x:.1f} {y:.1f}V{base:g}" for x, y in tops)
    return "".join(texts).replace(".0 ", " ").replace(".0V", "V")


def dots(spots: Iterable[tuple[float, float]]) -> str:
    """Return the path of some points, which a round stroke makes discs.

    >>> dots([(1, 2), (3.5, 4)])
    'M1 2h0M3.5 4h0'
    """
    return "".join(f"M{number(x)} {number(y)}h0" for x, y in spots)


def short(words: str, most: int) -> str:
    """Return a name cut to some letters.

    >>> short("Respublica", 6), short("Auyl", 6)
    ('Respu…', 'Auyl')
    """
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def drawing(
    name: str, width: float, height: float, title: str, description: str, *children: str
) -> str:
    """Return a whole figure, for a page; `standalone` makes a file of it."""
    return element(
        "svg", element("title", escape(title)), element("desc", escape(description)), *children,
        class_=f"figure {name}", viewBox=f"0 0 {number(width)} {number(height)}", role="img",
    )  # fmt: skip


def standalone(figure: str, style: str) -> str:
    """Return a figure as the text of an SVG file that brings its own style and paper."""
    # A style sheet cannot hold "<" in our hands: colours are checked, the rest is ours.
    head, _, rest = figure.partition(">")
    start, _, box = head.partition('viewBox="')
    size, _, end = box.partition('"')
    width, height = (float(part) + 2 * MARGIN for part in size.split()[2:])
    frame = f"{-MARGIN} {-MARGIN} {number(width)} {number(height)}"
    paper = element("rect", class_="paper", x=-MARGIN, y=-MARGIN, width=width, height=height)
    size = f'width="{number(width)}" height="{number(height)}"'
    head = f'{start}viewBox="{frame}"{end} {size} xmlns="{NAMESPACE}">'
    return f"{head}{element('style', style)}{paper}{rest}\n"
