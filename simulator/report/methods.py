"""The methods on a terminal: all of them, one of them, or several on the same votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from simulator.allocation import registry
from simulator.allocation.axioms import AXIOMS
from simulator.allocation.election import PARAMETERS, Election
from simulator.allocation.exact import Root
from simulator.allocation.outcome import Allocation
from simulator.allocation.registry import Method
from simulator.errors import AllocationError
from simulator.report.allocation import Law
from simulator.report.layout import (
    WIDE,
    Column,
    Screen,
    layout,
    number,
    paragraph,
    plural,
    wide,
    wrap,
)
from simulator.report.worked import worked_table

_SHOWN_DIVISORS = 5
_MOST_ALIASES = 24


@dataclass(frozen=True)
class Break:
    """An election at which a method breaks an axiom, and how; None where none is stored."""

    axiom: str
    election: Election | None = None
    sentence: str = ""


def render_methods(methods: Sequence[Method], width: int = WIDE, ascii_only: bool = False) -> str:
    """Return the table of methods: names, the bounds and monotonicity claimed, who gains.

    >>> from simulator.allocation import registry
    >>> print(render_methods([registry.get("adams")]).splitlines()[2])
      adams  divisor  0 1 2, smallest-divisors  upper      ✓  small
    """
    screen = Screen.of([], width, ascii_only)
    columns = [
        Column("name", [m.id for m in methods], left=True),
        Column("family", [m.family for m in methods], left=True),
        Column("quota", [quota_bound(m) for m in methods], left=True),
        Column("house", [_mark(m, "house-monotone") for m in methods]),
        Column("favours", [m.favours for m in methods], left=True, drop=1),
    ]
    room = screen.width - wide(columns) - 2
    if room >= 12:
        also = [screen.show(_also(m, min(room, _MOST_ALIASES))) for m in methods]
        columns.insert(2, Column("also called", also, left=True))
    text = (
        "quota: seats are never below (lower) or above (upper) the share of them, rounded; "
        "house ✓: one seat more for the chamber costs no party a seat. Every claim is tested, "
        "and every ✗ and – has an election that shows it: simseats methods NAME"
    )
    return screen.show("\n".join([*layout(columns, screen.width), "", *wrap(text, screen.width)]))


def quota_bound(method: Method) -> str:
    """Return the quota bound that a method claims: both, lower, upper, – or nothing."""
    bounds = [b for b in ("lower", "upper") if f"{b}-quota" in method.axioms]
    if len(bounds) == 2:
        return "both"
    return bounds[0] if bounds else "–" if method.proportional else ""


def _mark(method: Method, axiom: str) -> str:
    return "" if not method.proportional else "✓" if axiom in method.axioms else "✗"


def _also(method: Method, room: int) -> str:
    """Return as many other names, and the first divisors, as there is room for."""
    divisors = " ".join(first_divisors(method, 3))
    text = ""
    for part in (divisors, *method.aliases):
        joined = f"{text}, {part}" if text and part else text or part
        text = joined if len(joined) <= room else text
    return text


def first_divisors(method: Method, count: int = _SHOWN_DIVISORS) -> list[str]:
    """Return the first divisors of a method, none where it has none.

    >>> from simulator.allocation import registry
    >>> first_divisors(registry.get("huntington-hill"), 3)
    ['0', '√2', '√6']
    """
    found: list[str] = []
    if method.signpost is None:
        return found
    for s in range(count):
        try:
            value = method.signpost(s)
        except AllocationError:
            break
        if isinstance(value, Root):
            root = f"√{value.radicand}" if value.degree == 2 else ""
            exact = value.radicand in (0, 1)
            power = float(value.radicand) ** (1 / value.degree)
            found.append(str(value.radicand) if exact else root or f"{power:.2f}")
        else:
            decimal = f"{float(value):g}"
            found.append(decimal if len(decimal) <= 4 else str(value))
    return found


def render_method(
    method: Method, breaks: Sequence[Break], example: Allocation | str,
    width: int = WIDE, ascii_only: bool = False,
) -> str:  # fmt: skip
    """Return the page of a method.

    Parameters
    ----------
    breaks
        The axioms that a proportional method does not claim.
    example
        The method on real votes, or why it cannot be used on them.
    """
    screen = Screen.of([] if isinstance(example, str) else list(example.seats), width, ascii_only)
    left = f"{method.label[:1].upper()}{method.label[1:]}"
    right = f"{method.family}, favours {method.favours}" if method.favours else method.family
    gap = screen.width - cell_len(left) - cell_len(right)
    fields = {
        "id": ", ".join((method.id, *method.aliases)),
        "rule": method.rule,
        "divisors": _divisors(method),
        "parameters": ", ".join(f"{k} {_default(v)}" for k, v in method.parameters.items()),
        "used by": method.users,
    }
    lines = [left + " " * gap + right if gap >= 2 else f"{left}\n  {right}", ""]
    for label, text in fields.items():
        if text:
            lines += paragraph(label, text, screen.width)
    lines += ["", *_axiom_lines(method, breaks, screen), ""]
    lines += _example_lines(example, screen)
    for k, reference in enumerate(method.references):
        lines += ([""] if k == 0 else []) + paragraph("" if k else "read", reference, screen.width)
    return screen.show("\n".join(lines) + "\n")


def _divisors(method: Method) -> str:
    found = first_divisors(method)
    return f"{', '.join(found)}, ..." if found else ""


def _default(value: object) -> str:
    if value is None:
        return "(none)"
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _axiom_lines(method: Method, breaks: Sequence[Break], screen: Screen) -> list[str]:
    labels = {name: axiom.label for name, axiom in AXIOMS.items()}
    kept = [label for name, label in labels.items() if name in method.axioms]
    lines = paragraph("has", ", ".join(kept) or "no axiom claimed", screen.width)
    if not method.proportional:
        text = "no proportional method: the other axioms are not asked of it"
        return [*lines, *paragraph("", text, screen.width)]
    for k, broken in enumerate(breaks):
        label = "" if k else "breaks"
        lines += paragraph(label, break_sentence(broken, method), screen.width)
    return lines


def break_sentence(broken: Break, method: Method) -> str:
    """Return an election that breaks an axiom, in a sentence.

    >>> from simulator.allocation import registry
    >>> found = Break("upper-quota", Election((4, 1, 1), 3), "party 1 has 3 seats")
    >>> break_sentence(found, registry.get("dhondt"))
    'within upper quota: 4, 1 and 1 votes, 3 seats: party 1 has 3 seats'
    """
    label = AXIOMS[broken.axiom].label
    if broken.election is None:
        ask = f"simseats methods {method.id} --hunt {broken.axiom} searches"
        return f"{label}: no election is stored that shows it; {ask}"
    counts = [_counts(broken.election.votes)]
    if broken.election.other_votes is not None:
        counts.append(_counts(broken.election.other_votes))
    votes = ", then ".join(counts)
    return f"{label}: {votes} votes, {plural(broken.election.seats, 'seat')}: {broken.sentence}"


def _counts(votes: Sequence[int]) -> str:
    texts = [number(v) for v in votes]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _example_lines(example: Allocation | str, screen: Screen) -> list[str]:
    if isinstance(example, str):
        return paragraph("example", example, screen.width) if example else []
    seats = example.total + example.vacant
    text = f"Kazakhstan 2023, {plural(seats, 'list seat')} by this method"
    if example.method in PARAMETERS:
        text += ", divisors 1, 3, 5, ..."
    return [f"  {text}", *worked_table(example, screen)]


def render_comparison(
    found: Mapping[str, Allocation], failed: Mapping[str, str], law: Law,
    width: int = WIDE, ascii_only: bool = False,
) -> str:  # fmt: skip
    r"""Return the seats by several methods, one a row; the first is what they are compared with.

    >>> from simulator.allocation.allocate import allocate
    >>> votes = {"a": 60, "b": 29, "c": 11}
    >>> both = {m: allocate(votes, 7, m) for m in ("largest-remainder", "dhondt")}
    >>> print("\n".join(render_comparison(both, {}, Law(7)).splitlines()[2:6]))
        method              a   b   c  sum
      ────────────────────────────────────
      ▸ largest-remainder  4   2   1     7
        dhondt             5+  2   –-    7
    """
    first = next(iter(found.values()))
    screen = Screen.of(list(first.votes), width, ascii_only)
    parties = [p for p in first.votes if any(one.seats[p] for one in found.values())]
    columns, shown, short = _seat_columns(found, parties, screen)
    left = f"{plural(law.seats, 'seat')} by {plural(len(found), 'method')}"
    right = f"{plural(len(first.votes), 'party', 'parties')}, "
    right += plural(sum(first.votes.values()), "vote")
    gap = " " * max(2, screen.width - cell_len(left) - cell_len(right))
    lines = [left + gap + right, "", *layout(columns, screen.width), ""]
    for text in _comparison_notes(found, failed, parties, shown, short, screen):
        lines += wrap(text, screen.width)
    return screen.show("\n".join(lines) + "\n")


def _seat_columns(
    found: Mapping[str, Allocation], parties: Sequence[str], screen: Screen
) -> tuple[list[Column], list[str], dict[str, str]]:
    """Return the columns, the parties that fit, and their short names."""
    first = next(iter(found.values()))
    mark = {name: "▸ " if one is first else "  " for name, one in found.items()}
    names = Column("  method", [mark[m] + m for m in found], left=True)
    sums = Column("sum", [str(one.total) for one in found.values()])
    tied = Column("tie", ["=" if one.ties else "" for one in found.values()])
    ends = [sums, *([tied] if any(one.ties for one in found.values()) else [])]
    size = max(3, max(len(str(n)) for one in found.values() for n in one.seats.values()) + 1)
    room = (screen.width - 2 - max(cell_len(c) for c in names.cells) - 5 * len(ends)) // (size + 2)
    shown = list(parties)
    if len(parties) > room:
        largest = sorted(parties, key=lambda p: first.votes[p], reverse=True)
        shown = [p for p in parties if p in largest[: max(1, room - 2)]]
    short = short_names({p: screen.names[p] for p in shown}, size)
    columns = [names]
    for p in shown:
        cells = [_compared(one.seats[p], first.seats[p]) for one in found.values()]
        columns.append(Column(short[p], cells))
    if len(shown) < len(parties):
        rest = [p for p in parties if p not in shown]
        cells = [str(sum(one.seats[p] for p in rest)) for one in found.values()]
        columns.append(Column("others", cells))
    return [*columns, *ends], shown, short


def _compared(seats: int, measure: int) -> str:
    return f"{seats or '–'}{'+' if seats > measure else '-' if seats < measure else ' '}"


def short_names(names: Mapping[str, str], size: int = 3) -> dict[str, str]:
    """Return names of a few cells, all different.

    >>> short_names({"a": "Amanat", "b": "Amal", "c": "QHP"})
    {'a': 'Aat', 'b': 'Aal', 'c': 'QHP'}
    """
    found: dict[str, str] = {}
    heads = [_cut(name, size) for name in names.values()]
    for party, name in names.items():
        short, count = _cut(name, size), 1
        if heads.count(short) > 1 and not name.startswith("#"):
            short = name[0] + _cut(name[:0:-1], size - cell_len(name[0]))[::-1].strip()
        while short in found.values():
            count += 1
            short = _cut(name, size - len(str(count))) + str(count)
        found[party] = short
    return found


def _cut(text: str, size: int) -> str:
    short = ""
    for letter in text:
        if cell_len(short + letter) > size:
            break
        short += letter
    return short.rstrip()


def _comparison_notes(
    found: Mapping[str, Allocation], failed: Mapping[str, str], parties: Sequence[str],
    shown: Sequence[str], short: Mapping[str, str], screen: Screen,
) -> list[str]:  # fmt: skip
    """Return the legend: what marks mean, short names, who has no seat, ties, what failed."""
    first = next(iter(found.values()))
    texts = [f"▸ the measure; + and -: more or fewer seats than by {registry.get(first.method).id}"]
    same = [m for m, one in found.items() if one is not first and one.seats == first.seats]
    if same and len(found) > 2:
        texts.append(f"The same seats by {_listed(same)}.")
    cut = [f"{short[p]} {screen.names[p]}" for p in shown if short[p] != screen.names[p]]
    if cut:
        texts.append(", ".join(cut))
    without = [p for p in first.votes if p not in parties]
    if without:
        texts.append(f"No seat by any of them: {screen.listed(without)}")
    if first.vacant:
        texts.append(f"Seats that stay vacant by {first.method}: {first.vacant}")
    tied: dict[str, list[str]] = {}
    for name, one in found.items():
        for tie in one.ties:
            how = tie.rule.replace("report", "order of the list")
            text = f"{screen.listed(tie.parties)} are level for {plural(tie.seats, 'seat')}: "
            tied.setdefault(f"{text}{screen.listed(tie.winners)} by {how}", []).append(name)
    texts += [f"= {_listed(names)}: {text}" for text, names in tied.items()]
    texts += [f"Not defined: {name}: {why}" for name, why in failed.items()]
    return texts


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
