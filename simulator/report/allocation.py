"""One allocation on a terminal: the law, the worked table, ties, the last seat and who was next.

Plain lines that fit; a narrow terminal drops what follows from the other columns, never a count of
votes or seats.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from rich.cells import cell_len, set_cell_size

from simulator.allocation import registry
from simulator.allocation.margins import NextSeat
from simulator.allocation.numbers import Exact, read_count, read_share
from simulator.allocation.outcome import Allocation
from simulator.allocation.threshold import least_votes
from simulator.allocation.ties import Tie

WIDE, NARROW = 88, 40
_LABEL, _NAMES = 11, 24
_PLAIN = {"─": "-", "·": "-", "▸": ">", "…": ".", "–": "-", "✓": "+", "✗": "x", "’": "'"}
_PLAIN_KEYS = ("share", "base", "compare", "exempt", "district_seats")
_HEADS = {
    "held at the start": "held",
    "whole quotas": "whole",
    "remainder": "rest",
    "smallest remainder": "back",
    "quotient": "average",
    "bonus of the largest party": "bonus",
    "guaranteed seats of the largest party": "jackpot",
    "highest average, one a list": "one each",
    "absolute majority": "majority",
}


@dataclass(frozen=True)
class Law:
    """What was asked for beyond the method: seats, threshold, who is let in when none passes."""

    seats: int
    threshold: Any = None
    none_pass: str = "vacant"


@dataclass(frozen=True)
class Column:
    """A column of a table; where it is too wide, those with the largest `drop` go first."""

    head: str
    cells: Sequence[str]
    foot: str = ""
    left: bool = False
    drop: int = 0


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


def render_allocation(
    found: Allocation,
    law: Law,
    following: NextSeat | None = None,
    margins: Mapping[str, tuple[int | None, int | None]] | None = None,
    width: int = WIDE,
    ascii_only: bool = False,
) -> str:
    """Return the screen of one allocation.

    Parameters
    ----------
    following
        Who was next, from :func:`simulator.allocation.margins.next_seat`.
    margins
        By party: votes to one seat more, and to one less.

    Examples
    --------
    >>> from simulator.allocation.allocate import allocate
    >>> found = allocate({"a": 60, "b": 29, "c": 11}, 10, "dhondt")
    >>> print(render_allocation(found, Law(10), width=60).splitlines()[0])
    D'Hondt · 10 seats                      3 parties, 100 votes
    """
    screen = Screen.of(list(found.seats), width, ascii_only)
    parts = [
        "\n".join([_headline(found, law, screen), "", *_law_lines(found, law, screen)]).rstrip(),
        "\n".join(worked_table(found, screen)),
        "\n".join(
            line
            for text in (*_ties(found, screen), *_remarks(found, law, screen, following))
            for line in wrap(text, screen.width)
        ),
        "\n".join(_margin_lines(found, margins, screen)) if margins else "",
    ]
    return screen.show("\n\n".join(part for part in parts if part) + "\n")


def _headline(found: Allocation, law: Law, screen: Screen) -> str:
    method = registry.get(found.method)
    votes = sum(found.votes.values())
    left = f"{method.label[:1].upper()}{method.label[1:]} · {plural(law.seats, 'seat')}"
    right = f"{plural(len(found.votes), 'party', 'parties')}, {plural(votes, 'vote')}"
    gap = screen.width - cell_len(left) - cell_len(right)
    return left + (" " * gap if gap >= 2 else "\n  ") + right


def _law_lines(found: Allocation, law: Law, screen: Screen) -> list[str]:
    lines = []
    own = {k: v for k, v in found.parameters.items() if k != "quota" or found.quota is None}
    shown = [f"{k.replace('_', ' ')} {_value(v)}" for k, v in own.items() if _matters(k, v)]
    if shown:
        lines += paragraph("with", ", ".join(shown), screen.width)
    if found.quota is not None:
        words = str(found.parameters.get("quota", "hare"))
        price = f"{plural(found.quota, 'vote')} a seat"
        text = price if words[:1].isdigit() else f"{words}: {price}"
        lines += paragraph("quota", text, screen.width)
    if law.threshold is not None:
        lines += paragraph("threshold", _threshold(found, law, screen), screen.width)
    return lines


def _matters(name: str, value: Any) -> bool:
    return (name, value) not in (("rounding", "exact"), ("on_overflow", "error")) and (
        value is not None
    )


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{printable(str(k))} {_value(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return " ".join(f"({_value(v)})" if isinstance(v, Mapping) else str(v) for v in value)
    return printable(str(value))


def _threshold(found: Allocation, law: Law, screen: Screen) -> str:
    """Say what the bar is, and who stays below it by how much."""
    bar, words = _bar(found.votes, law.threshold)
    standing = [party for party, v in found.votes.items() if v > 0]
    barred = [party for party in standing if party not in found.admitted]
    if standing and (not found.admitted or "no party passed" in found.admitted.values()):
        outcome = {
            "vacant": "all seats stay vacant", "admit-all": "all take part",
            "admit-largest": "the largest takes part alone",
        }  # fmt: skip
        return f"{words}: no party passes, so {outcome[law.none_pass]}"
    let_in = _let_in(found, screen)
    if not barred:
        return f"{words}: every party with votes takes part{let_in}"
    total = sum(found.votes.values())
    texts = []
    for party in barred:
        votes = found.votes[party]
        short = f", {number(bar - votes)} short" if bar is not None and bar > votes else ""
        texts.append(f"{screen.names[party]} {number(votes)} ({percent(votes, total)}{short})")
    verb = "is" if len(barred) == 1 else "are"
    return f"{words}; out {verb} {', '.join(texts)}{let_in}"


def _let_in(found: Allocation, screen: Screen) -> str:
    """Name those who take part for another reason than their votes."""
    texts = [
        f"; {screen.names[party]} takes part: {why}"
        for party, why in found.admitted.items()
        if why == "exempt" or why.endswith(("district seats", "regions"))
    ]
    return "".join(texts)


def _bar(votes: Mapping[str, Exact], threshold: Any) -> tuple[Exact | None, str]:
    """Return the votes that a plain share asks of every party, and the threshold in words."""
    if not isinstance(threshold, Mapping):
        threshold = {"share": threshold}
    keys = set(threshold)
    if "share" not in keys or keys & {"per_party", "by_partners"}:
        return None, ", ".join(f"{k.replace('_', ' ')} {_value(v)}" for k, v in threshold.items())
    base = threshold.get("base", "votes")
    base = sum(votes.values()) if base in ("votes", "party-votes") else threshold.get(base, base)
    count = read_count(base, "threshold.base")
    share = read_share(threshold["share"], "share")
    strict = threshold.get("compare") == ">"
    bar = least_votes(share, count, strict)
    words = f"{'more than ' if strict else ''}{percent(share, 1)} of {number(count)}, "
    words += f"{number(bar)} votes"
    others = {k: v for k, v in threshold.items() if k not in (*_PLAIN_KEYS, threshold.get("base"))}
    return bar, f"{words}, {_value(others)}".replace("_", " ") if others else words


def worked_table(found: Allocation, screen: Screen) -> list[str]:
    """Return the worked table: votes, what the method made of them, seats stage by stage."""
    return layout(_columns(found, screen), screen.width)


def _columns(found: Allocation, screen: Screen) -> list[Column]:
    votes = found.votes
    total = sum(votes.values())
    columns = [
        Column("", [screen.names[p] for p in votes], "total", left=True),
        Column("votes", aligned([number(v) for v in votes.values()]), number(total)),
        Column("share", aligned([percent(v, total) for v in votes.values()]), drop=3),
        *_quota_columns(found),
        *_stage_columns(found),
        *_claim_columns(found),
        Column("seats", [str(s) if s else "–" for s in found.seats.values()], str(found.total)),
    ]
    if not found.vacant:
        return columns
    return [
        Column(
            c.head, [*c.cells, {"": "vacant", "seats": str(found.vacant)}.get(c.head, "")],
            str(found.total + found.vacant) if c.head == "seats" else c.foot, c.left, c.drop,
        )
        for c in columns
    ]  # fmt: skip


def _quota_columns(found: Allocation) -> list[Column]:
    if found.quota is None or "rest" in found.parameters:
        return []
    votes = {p: v for p, v in found.votes.items() if p in found.admitted}
    quotas = {p: Fraction(v) / found.quota for p, v in votes.items()}
    left = {p: v - int(quotas[p]) * found.quota for p, v in votes.items()}
    cells = [
        aligned([number(values[p]) if p in votes else "–" for p in found.votes])
        for values in (quotas, left)
    ]
    return [Column("quotas", cells[0], drop=2), Column("remainder", cells[1], drop=1)]


def _stage_columns(found: Allocation) -> list[Column]:
    """Return a column of seats for every stage, where there were several."""
    stages = list(dict.fromkeys(step.rule for step in found.steps))
    if len(stages) < 2:
        return []
    columns = []
    for stage in stages:
        given = dict.fromkeys(found.votes, 0)
        for step in found.steps:
            if step.rule == stage:
                given[step.party] += step.seats
        cells = [str(n) if n else "–" for n in given.values()]
        columns.append(Column(_head(stage), cells, str(sum(given.values())), drop=0))
    return columns


def _head(stage: str) -> str:
    return _HEADS.get(stage, stage if len(stage) <= 9 else f"{stage[:8]}…")


def _claim_columns(found: Allocation) -> list[Column]:
    """Return the claims around the cut: the last that won a seat, and the next of each party."""
    following = dict(found.waiting)
    quotients = [s for s in found.steps if "quotient" in s.rule or "average" in s.rule]
    if not quotients or not following or any("left over" in c for c in following.values()):
        return []
    won = {step.party: step.claim for step in quotients}
    heads = ("last won", "next") if found.quota is None else ("", "next quotient")
    return [
        Column(head, aligned([_quotient(claims.get(p)) for p in found.votes]))
        for head, claims in zip(heads, (won, following), strict=True)
        if head
    ]


def _quotient(claim: str | None) -> str:
    if claim is None:
        return "–"
    return "first" if claim.endswith("/ 0") else pretty(claim)


def _ties(found: Allocation, screen: Screen) -> list[str]:
    texts = [_tie(tie, screen) for tie in found.ties]
    if any(not tie.decided for tie in found.ties):
        level = dict.fromkeys(p for tie in found.ties for p in tie.parties)
        sure = ", ".join(f"{screen.names[p]} {found.certain[p]}" for p in level)
        how = "Decide with --ties listed-order, larger-party, smaller-party or lot"
        texts.append(f"Sure whatever is decided: {sure}. {how}.")
    return texts


def _tie(tie: Tie, screen: Screen) -> str:
    """Say who is level for how many seats, and how it is decided."""
    head = f"Tie: {screen.listed(tie.parties)} are level ({tie.stage}) for "
    head += plural(tie.seats, "seat")
    if not tie.decided:
        first = screen.listed(tie.winners)
        return f"{head}. Nothing decides it; shown as if it went to those listed first: {first}."
    words = tie.rule.replace("-", " ").replace(", ", ", then ")
    verb = "gets" if len(tie.winners) == 1 else "get"
    return f"{head}. Decided by {words}: {screen.listed(tie.winners)} {verb} it."


def _remarks(found: Allocation, law: Law, screen: Screen, following: NextSeat | None) -> list[str]:
    texts = []
    if found.total > law.seats:
        texts.append(
            f"Whole quotas exceed the chamber: it grows from {law.seats} to {found.total} seats."
        )
    if not any(v > 0 for v in found.votes.values()):
        texts.append("No party has votes, so nobody can take a seat.")
    elif found.vacant:
        verb = "stays" if found.vacant == 1 else "stay"
        texts.append(f"{plural(found.vacant, 'seat')} {verb} vacant: nobody can take them.")
    if any(not tie.decided for tie in found.ties):
        return texts
    stage = next((step.rule for step in reversed(found.steps) if step.seats > 0), "")
    if found.last is not None and stage != "whole quotas":
        party, claim = found.last
        seats = found.seats[party]
        which = f", its {ordinal(seats)}" if seats > 1 else ""
        texts.append(f"The last seat went to {screen.names[party]}{which}{_on(claim, stage)}.")
    if following is not None:
        texts.append(_next(found, following, stage, screen))
    return texts


def _on(claim: str, stage: str) -> str:
    if not claim or claim.endswith("/ 0"):
        return ", before all others" if claim else ""
    bare = " " not in claim and stage != "whole quotas"
    return f", on {pretty(claim)}{f' ({stage})' if bare else ''}"


def _next(found: Allocation, following: NextSeat, stage: str, screen: Screen) -> str:
    """Say who was next, how many votes were missing and who would have had to give."""
    party = screen.names[following.party]
    claim = dict(found.waiting)[following.party]
    head = f"Next was {party}{_on(claim, stage)}"
    if following.votes is None:
        return f"{head}; no number of further votes gives it one more seat."
    now, then = found.seats, following.seats
    others = [f"{screen.names[p]} {n} (now {now[p]})" for p, n in then.items() if n != now[p]
              and p != following.party]  # fmt: skip
    noun = "vote" if following.votes == 1 else "votes"
    text = f"{head}: with {number(following.votes)} more {noun} it would have "
    text += f"{then[following.party]} (now {now[following.party]})"
    return f"{text}{', and ' if others else ''}{', '.join(others)}."


def _margin_lines(
    found: Allocation, margins: Mapping[str, tuple[int | None, int | None]], screen: Screen
) -> list[str]:
    columns = [
        Column("", [screen.names[p] for p in margins], left=True),
        Column("seats", [str(found.seats[p]) for p in margins]),
        Column("votes for one more", [_count(more) for more, _ in margins.values()]),
        Column("votes to lose one", [_count(less) for _, less in margins.values()]),
    ]
    text = "Votes of the party alone change, and with them the ballots that the threshold counts."
    return [*layout(columns, screen.width), *wrap(text, screen.width)]


def _count(votes: int | None) -> str:
    return "–" if votes is None else number(votes)


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
    return max(min(most, _NAMES), cell_len(column.foot)) if column.left else most


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
