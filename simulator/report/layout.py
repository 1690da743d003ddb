"""Tables, paragraphs and numbers for a terminal: what fits, and what plain ASCII can show."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from rich.cells import cell_len, set_cell_size

from simulator.allocation.numbers import Exact

WIDE, NARROW = 88, 40
_LABEL, _NAMES = 11, 24
_PLAIN = {"─": "-", "·": "-", "▸": ">", "…": ".", "–": "-", "✓": "+", "✗": "x", "−": "-", "’": "'"}


@dataclass(frozen=True)
class Column:
    """A column of a table; where it is too wide, those with the largest `drop` go first."""

    head: str
    cells: Sequence[str]
    foot: str = ""
    left: bool = False
    drop: int = 0
    most: int = _NAMES  # cells, of a column of names


@dataclass(frozen=True)
class Screen:
    """How wide the terminal is, whether it shows ASCII only, and what parties are called on it."""

    width: int = WIDE
    ascii_only: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, parties: Sequence[str], width: int, ascii_only: bool) -> Screen:
        """Return the screen for some parties; names that ASCII cannot tell apart are numbered."""
        names = {party: printable(party) for party in parties}
        if ascii_only:
            plain = {party: to_ascii(name) for party, name in names.items()}
            names = {
                party: name if "?" not in name and list(plain.values()).count(name) == 1
                else f"#{k} {name}"
                for k, (party, name) in enumerate(plain.items(), 1)
            }  # fmt: skip
        return cls(max(NARROW, min(width, WIDE)), ascii_only, names)

    def show(self, text: str) -> str:
        """Return the text as the terminal can show it."""
        return (to_ascii(text.replace("√", "sqrt")) if self.ascii_only else text).replace(
            "\u00a0", " "
        )

    def listed(self, parties: Sequence[str]) -> str:
        """Return names as in a sentence: a, b and c."""
        names = [self.names.get(party, printable(party)) for party in parties]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def layout(columns: Sequence[Column], width: int) -> list[str]:
    """Return the lines of a table that fits, with a line of totals where columns have one.

    >>> layout([Column("", ["a", "b"], "total", left=True), Column("seats", ["3", "4"], "7")], 40)
    ['     seats', '  ────────────', '  a          3', '  b          4', '  ────────────', ...
    """
    shown = list(columns)
    while wide(shown) > width and any(c.drop for c in shown):
        shown.remove(max(shown, key=lambda c: c.drop))
    sizes = [_size(c) for c in shown]
    spare = width - wide(shown)
    if spare < 0:
        sizes[0] = max(6, sizes[0] + spare)
    rule = "  " + "─" * (sum(sizes) + 2 * len(sizes) - 2)

    def line(cells: Sequence[str]) -> str:
        texts = [
            fit(cell, size, column.left)
            for cell, size, column in zip(cells, sizes, shown, strict=True)
        ]
        return ("  " + "  ".join(texts)).rstrip()

    lines = [line([c.head for c in shown]), rule]
    lines += [line(row) for row in zip(*(c.cells for c in shown), strict=True)]
    if any(c.foot for c in shown):
        lines += [rule, line([c.foot for c in shown])]
    return lines


def _size(column: Column) -> int:
    most = max(cell_len(text) for text in (column.head, column.foot, *column.cells))
    return max(min(most, column.most), cell_len(column.foot)) if column.left else most


def wide(columns: Sequence[Column]) -> int:
    """Return the cells that a table takes."""
    return sum(_size(c) for c in columns) + 2 * len(columns)


def fit(text: str, size: int, left: bool) -> str:
    """Return a text cut or filled to a number of terminal cells.

    >>> fit("Respublica", 6, left=True), fit("12", 4, left=False)
    ('Respu…', '  12')
    """
    if cell_len(text) > size:
        text = set_cell_size(text, size - 1).rstrip() + "…"
    gap = " " * (size - cell_len(text))
    return text + gap if left else gap + text


def paragraph(label: str, text: str, width: int) -> list[str]:
    """Return a labelled paragraph: the label in a column, the text wrapped beside it."""
    first, *rest = wrap(text, width, _LABEL + 3)
    return [f"  {label:<{_LABEL}} {first.lstrip()}", *rest]


def labelled(label: str, text: str, width: int) -> str:
    """Return a labelled paragraph of a run: the text stands beside a column for labels.

    A label that is wider than its column pushes the text aside, or has a line of its own.

    >>> print(labelled("swing kernel", "softmax", 60))
      swing kernel        softmax
    >>> print(labelled("exit polls: house effects", "effective sample 4 592 in all", 48))
      exit polls: house effects   effective sample
                          4 592 in all
    """
    wide = len(label) > 19
    head = f"  {label}   " if wide else f"  {label:<19} "
    margin, above = " " * 22, []
    if len(head) > max(42, width) - 16:
        head, above = margin, textwrap.wrap(label, width - 2, initial_indent="  ",
                                            subsequent_indent="  ")  # fmt: skip
    lines = broken(text, max(42, width), head, margin)
    return "\n".join([*above, *(lines or [head.rstrip()])])


def tight(text: str) -> str:
    r"""Return a text whose numbers are not broken between their groups of digits.

    >>> tight("1 559 of 2")
    '1\xa0559 of 2'
    """
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "\u00a0", text)


def broken(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Return the lines of a text of a run; no number is broken between its groups of digits.

    >>> broken("of 1 000 000", 9)
    ['of', '1 000 000']
    """
    lines = textwrap.wrap(
        tight(text), width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
    return [line.replace("\u00a0", " ") for line in lines]


def signs(number: str) -> str:
    """Return a number with the sign for minus that is as wide as plus.

    >>> signs(f"{-0.6:+.1f}"), signs(f"{2:+d}")
    ('−0.6', '+2')
    """
    return number.replace("-", "−")


def wrap(text: str, width: int, indent: int = 2) -> list[str]:
    """Return the lines of a text by terminal cells; numbers with spaces are kept in one piece."""
    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if line and cell_len(joined) + indent > width:
            lines.append(line)
            line = word
        else:
            line = joined
    return [" " * indent + piece for piece in (*lines, line)]


def number(value: Exact) -> str:
    r"""Return a number with groups of digits, and two decimals where it is no whole number.

    >>> number(3431510), number(Fraction(7, 3))
    ('3\xa0431\xa0510', '2.33')
    """
    if value.denominator == 1:
        return f"{int(value):,}".replace(",", "\u00a0")
    hundredths = round(abs(Fraction(value)) * 100)
    sign = "-" if value < 0 and hundredths else ""
    whole = f"{hundredths // 100:,}".replace(",", "\u00a0")
    return f"{sign}{whole}.{hundredths % 100:02d}"


def aligned(cells: Sequence[str]) -> list[str]:
    """Return numbers with two decimals each, where any of them has decimals.

    >>> aligned(["2", "2.50", "–"]), aligned(["40%", "33.33%"])
    (['2.00', '2.50', '–'], ['40.00%', '33.33%'])
    """
    if not any("." in cell for cell in cells):
        return list(cells)
    found = []
    for cell in cells:
        digits, sign = (cell[:-1], "%") if cell.endswith("%") else (cell, "")
        whole = digits.replace("\u00a0", "").isdecimal()
        found.append(f"{digits}.00{sign}" if whole else cell)
    return found


def pretty(claim: str) -> str:
    """Return a claim of the judge with its number rounded: 82764.50 for 165529/2."""
    head, gap, tail = claim.partition(" ")
    try:
        return number(Fraction(head)) + gap + tail
    except (ValueError, ZeroDivisionError):
        return claim


def percent(part: Exact, whole: Exact) -> str:
    """Return a share as a per cent with two decimals; whole ones without.

    >>> percent(1, 20), percent(1, 3), percent(0, 0)
    ('5%', '33.33%', '–')
    """
    if whole == 0:
        return "–"
    value = Fraction(part) / whole * 100
    return f"{value}%" if value.denominator == 1 else f"{number(value)}%"


def plural(count: Exact, one: str, many: str = "") -> str:
    """Return a count with its noun."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def ordinal(count: int) -> str:
    """Return 1st, 2nd, 3rd, 4th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{number(count)}{'th' if count % 100 in (11, 12, 13) else ending}"


def printable(text: str) -> str:
    """Return a name without what would move the cursor."""
    return "".join(c if c.isprintable() else "?" for c in text).strip() or "?"


def to_ascii(text: str) -> str:
    """Return a text in ASCII that is as wide: accents go, other letters become ?.

    >>> to_ascii("Sainte-Laguë · 69")
    'Sainte-Lague - 69'
    """
    found = []
    for c in text:
        base = _PLAIN.get(c) or (c if c.isascii() else unicodedata.normalize("NFKD", c)[0])
        found.append(base if base.isascii() else "?" * cell_len(c))
    return "".join(found)


_WIDER = str.maketrans(
    {"…": "...", "±": "+-", "—": "-", "≥": ">=", "≤": "<=", "√": "sqrt", "│": "|", "×": "x"}
)


def plain(text: str) -> str:
    """Return a text for a terminal without UTF-8: like `to_ascii`, and signs may become wider.

    >>> plain("Laguë · ±0.3 …"), plain("│ ≥ 5")
    ('Lague - +-0.3 ...', '| >= 5')
    """
    return to_ascii(text.translate(_WIDER))
