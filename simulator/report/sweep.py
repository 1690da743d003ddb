"""A sweep on a terminal: a line a point, what is open in columns, a bar where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from simulator.report.comparison import event_label, events
from simulator.report.layout import Column, broken, fit, layout, plain, printable, wide
from simulator.report.sentences import percent, spaced
from simulator.results.comparison import VOTE_BASE, Alternative
from simulator.results.summary import Probability, seats_text
from simulator.results.sweep import Sweep

WIDE, WIDEST = 100, 120
_BAR = 12
_EIGHTHS = "▏▎▍▌▋▊▉█"
_MOST_EVENTS = 4
_LEAST_STEP = 0.01
_TIED = "\u00a0"


def render(found: Sweep, width: int, ascii_only: bool = False, show: str | None = None) -> str:
    """Return the text of a sweep; `show` names what two dimensions or the bars are about."""
    width = max(40, min(width, WIDEST))
    name = show or chosen(found)
    table = _table(found, name, width, ascii_only) if len(found.lines) == 1 else _matrix(
        found, name, width
    )  # fmt: skip
    parts = [_title(found, width), "\n".join(table), "\n".join(_words(found, name, width))]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return plain(text) if ascii_only else text


def chosen(found: Sweep) -> str:
    """Return what a sweep is about when nobody says: a majority that moves, an entry, or seats."""
    ranked = events(found.comparison)
    majorities = [name for name in ranked if name.partition(": ")[2] in found.comparison.entities]
    return (majorities or ranked or [f"seats.{leader(found)}"])[0]


def leader(found: Sweep) -> str:
    """Return the entity with most seats in the scenario as it is."""
    values = found.reference.values
    return max(found.comparison.entities, key=lambda name: values[f"seats.{name}"].mean)


def _title(found: Sweep, width: int) -> str:
    ranges = " and ".join(
        f"{line.path} {line.values[0]} to {line.values[-1]}"
        if line.numbers is not None
        else f"{line.path} {', '.join(line.values)}"
        for line in found.lines
    )
    count = len(found.points)
    again = sum(p.found.reallocated for p in found.points)
    draws = found.comparison.draws
    text = f"{printable(found.comparison.name)} · {ranges} · the same {spaced(draws)} draws at "
    text += f"{count} points, drawn {'once' if again == count else f'{count - again + 1} times'}"
    return "\n".join(broken(text, width))


def _table(found: Sweep, name: str, width: int, ascii_only: bool) -> list[str]:
    """Return one line a point."""
    rows = [(p.values[0], p.found, p.own) for p in found.points]
    if not any(own for _, _, own in rows):
        rows.insert(0, ("as it is", found.reference, True))
    first, label = leader(found), found.comparison.labels
    marked = [f"▸ {value}" if own else f"  {value}" for value, _, own in rows]
    columns = [
        Column(found.lines[0].path.rpartition(".")[2], marked, left=True),
        Column(printable(label[first]), [f"{a.values[f'seats.{first}'].mean:.1f}"
                                         for _, a, _ in rows]),
        Column("90%", [_region(a, first) for _, a, _ in rows], left=True, drop=2),
        Column("moved", [f"{a.moved.mean:.2f}" if not own else "–" for _, a, own in rows], drop=1),
    ]  # fmt: skip
    for head, key, form in (("parties", "parties", ".1f"), ("LSq", "gallagher", ".2f"),
                            ("no seat", "votes without a seat", ".1f")):  # fmt: skip
        if all(key in a.values for _, a, _ in rows):
            cells = [f"{a.values[key].mean:{form}}" for _, a, _ in rows]
            cells = [f"{cell}%" for cell in cells] if head == "no seat" else cells
            columns.append(Column(head, cells, drop=4))
    names = [name, *(n for n in events(found.comparison) if n != name)][: 1 + _MOST_EVENTS]
    names = [n for n in names if n in found.reference.values]
    letters = [chr(ord("a") + k) for k in range(len(names))]
    for k, (letter, event) in enumerate(zip(letters, names, strict=True)):
        columns.append(
            Column(letter, [_cell(a, event) for _, a, _ in rows], drop=5 + k if k else 0)
        )
    bar = _BAR if width >= WIDE else _BAR // 2
    lines = layout(columns, width - bar - 2)
    kept = [letter for letter in letters if letter in lines[0].split()]
    levels = [_level(found, a, name) for _, a, _ in rows]
    lines = _with_bars(lines, levels, bar, ascii_only)
    legend = [f"{letter} = {describe(found, event)}" for letter, event in zip(letters, names,
              strict=True) if letter in kept]  # fmt: skip
    return [*lines, *_tied("; ".join(words.replace(" ", _TIED) for words in legend), width)]


def _with_bars(lines: list[str], levels: Sequence[float], size: int, ascii_only: bool) -> list[str]:
    """Return the lines of a table with a bar of the first letter after each row."""
    widest = max(len(line) for line in lines)
    head, rule, *rows = lines
    drawn = [f"{fit(row, widest, True)}  {_bar(level, size, ascii_only)}".rstrip()
             for row, level in zip(rows, levels, strict=True)]  # fmt: skip
    return [f"{fit(head, widest, True)}  a", rule, *drawn]


def _bar(level: float, size: int, ascii_only: bool) -> str:
    """Return a bar between nothing and full.

    >>> _bar(0.5, 12, False), _bar(0.26, 12, True)
    ('██████', '###')
    """
    eighths = round(max(0.0, min(1.0, level)) * size * 8)
    if ascii_only:
        return "#" * round(eighths / 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest - 1] if rest else "")


def _level(found: Sweep, a: Alternative, name: str) -> float:
    """Return how full the bar of a point is: chances from 0 to 1, others to their largest."""
    value = a.values[name].mean if name in a.values else 0.0
    if kind_of(found, name) == "probability":
        return value
    most = max(p.found.values[name].mean for p in found.points if name in p.found.values)
    return value / most if most > 0 else 0.0


def kind_of(found: Sweep, name: str) -> str:
    """Return the kind of a quantity by its name."""
    return next(q.kind for q in found.comparison.quantities if q.name == name)


def _region(a: Alternative, name: str) -> str:
    words = seats_text(a.distributions[name].region(0.9))
    return words if len(words) <= 12 else f"{words[:11]}…"


def describe(found: Sweep, name: str) -> str:
    """Return a quantity in words."""
    if kind_of(found, name) == "probability":
        return event_label(found.comparison, name)
    tier, _, entity = name.partition(".")
    label = printable(found.comparison.labels.get(entity, entity))
    words = {"seats": f"mean seats of {label}", "list": f"mean list seats of {label}",
             "district": f"mean district seats of {label}"}  # fmt: skip
    return words.get(tier, f"mean of {name}")


def _cell(a: Alternative, name: str) -> str:
    """Return an estimate at a point."""
    value = a.values.get(name)
    if value is None:
        return "–"
    if ": " in name or name.startswith("enters."):
        return percent(Probability(value.mean, value.mcse))
    return f"{value.mean:.1f}"


def _matrix(found: Sweep, name: str, width: int) -> list[str]:
    """Return two dimensions as a table of one quantity."""
    across, down = found.lines[1], found.lines[0]
    at = {p.values: p for p in found.points}
    marked = {v for p in found.points if p.own for v in p.values}
    heads = [f"▸{value}" if value in marked else value for value in across.values]
    rows = [f"▸ {value}" if value in marked else f"  {value}" for value in down.values]
    columns = [Column("", rows, left=True)]
    for value, head in zip(across.values, heads, strict=True):
        columns.append(Column(head, [_cell(at[v, value].found, name) for v in down.values]))
    title = f"{describe(found, name)}; down {down.path}, across {across.path}"
    lines = [*_tied(title, width)]
    start = 1
    while start < len(columns):
        stop = start + 1
        while stop < len(columns) and _fits([columns[0], *columns[start : stop + 1]], width):
            stop += 1
        lines += layout([columns[0], *columns[start:stop]], width)
        start = stop
    return lines


def _fits(columns: Sequence[Column], width: int) -> bool:
    return wide(columns) <= width


def _tied(text: str, width: int) -> list[str]:
    return broken(text, width, "  ", "  ")


def _words(found: Sweep, name: str, width: int) -> list[str]:
    """Return sentences: the steepest step, what the columns mean, how exact it is."""
    texts = []
    if len(found.lines) == 1 and kind_of(found, name) == "probability":
        texts += _steepest(found, name)
    texts += equal_neighbours(found)
    texts += [f"Note: {note}." for note in found.comparison.notes]
    errors = [a.found.differences[name].mcse for a in found.points if name in a.found.differences]
    unit = "points" if kind_of(found, name) == "probability" else ""
    worst = max(errors, default=0.0) * (100 if unit else 1)
    words = f"▸ the scenario as it is, {_cell(found.reference, name)}."
    if len(found.lines) == 1:
        words = "▸ the scenario as it is."
        words += (
            " moved: seats that another party holds than in the same draw of it. LSq: least squares"
            f" index of the list tier on {VOTE_BASE}; no seat: share of the {VOTE_BASE} without a"
            " list seat."
        )
    words += f" Monte Carlo error of a paired difference of a: at most ±{worst:.2g} {unit}".rstrip()
    texts.append(f"{words}." if len(found.lines) == 1 else f"{words}.".replace(" of a:", ":"))
    return [line for text in texts for line in _tied(text, width)]


def equal_neighbours(found: Sweep) -> list[str]:
    """Say which neighbouring values give the same counts of seats, moves and measures."""
    texts = []
    for axis, line in enumerate(found.lines):
        columns = [[p.found for p in found.points if p.values[axis] == v] for v in line.values]
        equal: list[list[str]] = [[line.values[0]]]
        for value, (left, right) in zip(line.values[1:], pairwise(columns), strict=True):
            if all(_same_counts(a, b) for a, b in zip(left, right, strict=True)):
                equal[-1].append(value)
            else:
                equal.append([value])
        same = [
            f"{more[0]} equals {first}" if len(more) == 1
            else f"{more[0]} to {more[-1]} equal {first}"
            for first, *more in equal if more
        ]  # fmt: skip
        where = f"{line.path}: " if len(found.lines) > 1 else ""
        if same:
            texts.append(f"In every count {where}{', '.join(same)}.")
    return texts


def _same_counts(a: Alternative, b: Alternative) -> bool:
    """Tell whether two points have the same numbers before any is rounded."""
    return (a.values, a.differences, a.distributions, a.moved) == (
        b.values, b.differences, b.distributions, b.moved,
    )  # fmt: skip


def _steepest(found: Sweep, name: str) -> list[str]:
    """Return the neighbours between which a chance moves most, in words."""
    chances = [p.found.values.get(name) for p in found.points]
    moves = [
        (abs(two.mean - one.mean), k)
        for k, (one, two) in enumerate(pairwise(chances))
        if one is not None and two is not None
    ]
    size, k = max(moves, default=(0.0, 0))
    if size < _LEAST_STEP or found.lines[0].numbers is None:
        return []
    start, stop = (p.found.probability(name) for p in found.points[k : k + 2])
    values = f"from {found.points[k].values[0]} to {found.points[k + 1].values[0]}"
    chance = f"from {percent(start)} to {percent(stop)}"
    return [f"Steepest step: {values} the chance of a ({describe(found, name)}) goes {chance}."]
