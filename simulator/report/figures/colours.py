"""Colours of parties that can be seen on light and on dark paper.

The least contrast of a graphic is 3:1, of a text 4.5:1: Web Content Accessibility Guidelines 2.2,
success criteria 1.4.11 and 1.4.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LIGHT, DARK = "#fbfaf7", "#15171a"
INKS = {LIGHT: "#1d1d1f", DARK: "#ebe8e1"}
GREY = "#7d8288"
GRAPHIC, TEXT = 3.0, 4.5
# For parties without a colour of their own: told apart by people who see two of three colours
# (Okabe and Ito 2008, Color Universal Design), darkened where paper asks for it.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6d3b", "#6a51a3")

_DARK = "@media screen and (prefers-color-scheme:dark)"
_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")

Rgb = tuple[int, int, int]


def is_colour(text: object) -> bool:
    """Tell whether a value is a colour as scenarios write it, and nothing else.

    >>> is_colour("#1f6f8b"), is_colour("red;}</style>"), is_colour(None)
    (True, False, False)
    """
    return isinstance(text, str) and _HEX.match(text) is not None


def _channels(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, definition of relative luminance)."""
    parts = [c / 255 for c in _channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def legible(colour: str, paper: str, least: float = GRAPHIC) -> str:
    """Return the colour, moved towards black or white until it can be seen on the paper.

    >>> legible("#1f6f8b", LIGHT), contrast(legible("#ffff00", LIGHT), LIGHT) >= 3
    ('#1f6f8b', True)
    """
    goal = 0 if luminance(paper) > 0.2 else 255
    for step in range(33):
        mixed = [(c * (32 - step) + goal * step) // 32 for c in _channels(colour)]
        found = "#" + "".join(f"{c:02x}" for c in mixed)
        if contrast(found, paper) >= least:
            break
    return found


def party_colours(stated: Iterable[object]) -> list[str]:
    """Return a colour for each party: its own where it states one, else one of the palette."""
    return [
        str(colour).lower() if is_colour(colour) else PALETTE[k % len(PALETTE)]
        for k, colour in enumerate(stated)
    ]


def party_style(colours: Iterable[str]) -> str:
    """Return the rules that give the class of each party (p0, p1, ...) its colour on each paper."""
    known = list(colours)
    light, dark = (
        "".join(f".p{k}{{color:{legible(c, paper)}}}" for k, c in enumerate(known))
        for paper in (LIGHT, DARK)
    )
    return f"{light}{_DARK}{{{dark}}}"


def paper_style() -> str:
    """Return the rules of figures for paper, and ink on it: plain ones, which any viewer knows.

    What has the colour of a party takes it from `currentColor`; ink does not.
    """
    light, dark = (
        f"svg{{color:{INKS[paper]};fill:{INKS[paper]}}}.paper{{fill:{paper}}}"
        f".seat .hole,.halo{{stroke:{paper}}}"
        f".majority line,.base,.interval{{stroke:{INKS[paper]}}}"
        for paper in (LIGHT, DARK)
    )
    return f"{light}{_DARK}{{{dark}}}"
