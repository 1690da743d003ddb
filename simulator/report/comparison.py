"""Alternatives on a terminal: what each rule makes of the official votes and of the draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulator.report.layout import Column, broken, layout, plain, printable, wide
from simulator.report.sentences import in_words, is_open, percent, spaced
from simulator.results.attribution import Estimate
from simulator.results.comparison import VOTE_BASE, Alternative, Comparison
from simulator.results.summary import Probability
from simulator.vocabulary import INDEPENDENTS

WIDEST = 120
LETTERS = 6
NAMES = 24
METHOD = "tiers.list.method"
# Below these a column or a difference says nothing.
_LEAST_MEAN = 0.005
_LEAST_CHANCE = 0.005
_TIED = "\u00a0"


def render(found: Comparison, width: int, ascii_only: bool = False) -> str:
    """Return the text of a comparison for a terminal of this width."""
    width = max(40, min(width, WIDEST))
    found = _nearest_first(found)
    parts = [
        _title(found, width),
        "\n".join(_official(found, width)),
        "\n".join(_draws(found, width)),
        "\n".join(_events(found, width)),
        "\n".join(_words(found, width)),
    ]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return plain(text) if ascii_only else text


def _nearest_first(found: Comparison) -> Comparison:
    """Return methods of one list tier by the seats they move; what a person listed stays so."""
    first, *others = found.alternatives
    if any(set(a.settings) != {METHOD} for a in others):
        return found
    ordered = sorted(others, key=lambda a: a.moved.mean)
    return replace(found, alternatives=(first, *ordered))


def _title(found: Comparison, width: int) -> str:
    names = {"list": found.list_seats, "district": found.district_seats}
    tiers = " and ".join(f"{seats} {name} seats" for name, seats in names.items() if seats)
    count = len(found.alternatives)
    text = f"{printable(found.name)} · {tiers} · the same {spaced(found.draws)} draws for all "
    return "\n".join(broken(text + f"{count} alternatives", width))


def shown(found: Comparison) -> list[str]:
    """Return the parties that have seats anywhere, and independents where they have."""
    officials = [a.official.seats for a in found.alternatives if a.official is not None]
    return [
        name for name in found.entities
        if any(a.values[f"seats.{name}"].mean >= _LEAST_MEAN for a in found.alternatives)
        or any(seats.get(name) for seats in officials)
    ]  # fmt: skip


def abbreviate(labels: Sequence[str], size: int = 3) -> list[str]:
    """Return short names that differ from each other, as long as they have to be.

    >>> abbreviate(["Amanat", "Auyl", "Aq Jol"]), abbreviate(["Tide A", "Tide B"])
    (['Ama', 'Auy', 'AqJ'], ['TideA', 'TideB'])
    """
    whole = [printable(label).replace(" ", "") for label in labels]
    found = [word[:size] for word in whole]
    longer = any(len(word) > size for word in whole)
    if len(set(found)) == len(found) or not longer:
        return found
    return abbreviate(labels, size + 1)


def tell_apart(names: Sequence[str], room: int) -> list[str]:
    """Return names that show what tells them apart where a column cuts them.

    Names that begin alike lose as much of the shared beginning as they have to.

    >>> tell_apart(["Harbour Council (a/run.json)", "Harbour Council (town.yaml)", "Bay"], 22)
    ['…Council (a/run.json)', '…Council (town.yaml)', 'Bay']
    >>> tell_apart(["Harbour Council (the run) #1", "Harbour Council (the run) #2"], 22)
    ['…Council (the run) #1', '…Council (the run) #2']
    """
    found = list(names)
    for name in names:
        group = [k for k, other in enumerate(names) if other[: room // 2] == name[: room // 2]]
        if len(group) < 2 or all(len(names[k]) <= room for k in group):
            continue
        alike = [names[k] for k in group]
        columns = enumerate(zip(*alike, strict=False))
        shared = next((k for k, c in columns if len(set(c)) > 1), min(map(len, alike)))
        start = min(shared, max(1, max(map(len, alike)) - room + 1))
        words = [k + 1 for k in range(start - 1, shared) if not name[k].isalnum()]
        start = min(words, default=shared)
        start += name[start : start + 1] == " " and start < shared
        for k, rest in zip(group, tell_apart([n[start:] for n in alike], room - 1), strict=True):
            found[k] = f"…{rest.removeprefix('…')}"
    return found


def _named(found: Comparison, columns: Sequence[Column], head: str, width: int) -> Column:
    """Return the column of alternatives: names as long as the others leave room."""
    every = found.alternatives
    free = width - wide([c for c in columns if not c.drop]) - 2
    most = max(NAMES if free > NAMES else max(6, free), width - wide(columns) - 2)
    names = tell_apart([printable(a.name) for a in every], most - 2)
    marked = [f"{'▸' if a is found.reference else ' '} {n}" for a, n in zip(every, names,
              strict=True)]  # fmt: skip
    return Column(head, marked, left=True, most=most)


def _heads(found: Comparison, names: Sequence[str], width: int) -> list[str]:
    """Return the heads of the columns of parties: whole names where there is room."""
    labels = [printable(found.labels[name]) for name in names]
    whole = sum(max(len(label), 5) + 2 for label in labels)
    return labels if whole <= width - 50 else abbreviate(labels)


def _official(found: Comparison, width: int) -> list[str]:
    """Return what each rule gives on the official votes; nothing where they are not known."""
    rows = [(a, a.official) for a in found.alternatives]
    laws = {a.rule for a, official in rows if official is not None}
    if len(laws) < 2:
        return []
    names = [n for n in shown(found) if n != INDEPENDENTS]
    columns = []
    for name, head in zip(names, _heads(found, names, width), strict=True):
        cells = [str(o.seats.get(name, 0)) if o is not None else "–" for _, o in rows]
        columns.append(Column(head, cells))
    moved = ["–" if o is None or a is found.reference else str(o.moved) for a, o in rows]
    columns.append(Column("moved", moved, drop=1))
    index = [f"{o.measures['gallagher']:.2f}" if o is not None else "–" for _, o in rows]
    columns.append(Column("LSq", index, drop=2))
    head = f"On the official votes, allocated once and exactly ({found.official_source})"
    first = _named(found, columns, "list seats", width)
    return [*_paragraph(head, width), *layout([first, *columns], width)]


def _draws(found: Comparison, width: int) -> list[str]:
    """Return mean seats by party, seats moved, disproportionality."""
    names = shown(found)
    every = found.alternatives
    columns = []
    for k, (name, head) in enumerate(zip(names, _heads(found, names, width), strict=True)):
        means = [f"{a.values[f'seats.{name}'].mean:.1f}" for a in every]
        columns.append(Column(head, means, drop=3 + k if k >= 4 else 0))
    moved = ["–" if a is found.reference else f"{a.moved.mean:.2f}" for a in every]
    columns.append(Column("moved", moved))
    any_moved = ["–" if a is found.reference else _share(a) for a in every]
    columns.append(Column("any", any_moved, drop=1))
    if any("gallagher" in a.values for a in every):
        index = [f"{a.values['gallagher'].mean:.2f}" if "gallagher" in a.values else "–"
                 for a in every]  # fmt: skip
        columns.append(Column("LSq", index, drop=2))
    return layout([_named(found, columns, "mean seats", width), *columns], width)


def _share(a: Alternative) -> str:
    """Return in how many draws any seat moves."""
    return "none" if a.same else percent(a.moved.at_least(1))


def events(found: Comparison) -> list[str]:
    """Return the events whose chance differs by half a point or more, those that are open first."""
    ranked = []
    for quantity in found.quantities:
        if quantity.kind != "probability":
            continue
        chances = [a.values[quantity.name] for a in found.alternatives if quantity.name in a.values]
        means = [c.mean for c in chances]
        if means and max(means) - min(means) >= _LEAST_CHANCE:
            undecided = any(is_open(Probability(c.mean, c.mcse)) for c in chances[:1])
            ranked.append((not undecided, min(means) - max(means), quantity.name))
    return [name for _, _, name in sorted(ranked)]


def event_label(found: Comparison, name: str) -> str:
    """Return an event in words: `Amanat: two thirds`, `JSDP enters`."""
    bar, colon, holder = name.partition(": ")
    if colon:
        return f"{printable(found.labels.get(holder, holder))}: {printable(bar)}"
    return f"{printable(found.labels[name.partition('.')[2]])} enters"


def _events(found: Comparison, width: int) -> list[str]:
    """Return the chances of what is open, with paired differences to the reference, in points."""
    names = events(found)
    if not names:
        return []
    columns = []
    keys = [chr(ord("a") + k) for k in range(min(len(names), LETTERS))]
    for k, (key, name) in enumerate(zip(keys, names, strict=False)):
        cells = [_chance(a, name) for a in found.alternatives]
        columns.append(Column(key, cells, drop=k))
    lines = layout([_named(found, columns, "chances", width), *columns], width)
    kept = [key for key in keys if key in lines[0].split()]
    lettered = zip(keys, names, strict=False)
    legend = [f"{key} = {event_label(found, name)}" for key, name in lettered if key in kept]
    text = "; ".join(words.replace(" ", _TIED) for words in legend)
    if len(kept) < len(names):
        text += f"; {len(names) - len(kept)} more with --json"
    text = f"Chances, and their difference from ▸ in points: {text}"
    return [*_paragraph(text, width), *lines]


def _open(found: Comparison) -> str:
    """Say how far the chance of the majority that is nearest to even differs; empty without one."""
    majorities = [name for name in events(found) if ": " in name]
    first = found.reference.values
    chances = {name: first[name] for name in majorities if name in first}
    unsure = [n for n, c in chances.items() if is_open(Probability(c.mean, c.mcse))]
    if not unsure:
        return ""
    name = min(unsure, key=lambda n: abs(chances[n].mean - 0.5))
    having = [a for a in found.alternatives if name in a.values]
    low = min(having, key=lambda a: a.values[name].mean)
    high = max(having, key=lambda a: a.values[name].mean)
    return (
        f"The most open majority is {event_label(found, name)}, from "
        f"{percent(low.probability(name))} ({printable(low.name)}) to "
        f"{percent(high.probability(name))} ({printable(high.name)})."
    )


def _chance(a: Alternative, name: str) -> str:
    """Return a chance and its difference to the reference in points."""
    value, difference = a.values.get(name), a.differences.get(name)
    if value is None:
        return "–"
    text = percent(Probability(value.mean, value.mcse))
    return text if difference is None else f"{text} {points(difference):>6}"


def _paragraph(text: str, width: int) -> list[str]:
    return broken(text, width, "  ", "  ")


def points(e: Estimate) -> str:
    """Return a difference of probabilities in points, with the digits that its error supports.

    >>> points(Estimate(0.0979, 0.0007)), points(Estimate(-0.0306, 0.0062))
    ('+9.8', '-3')
    >>> points(Estimate(0.0032, 0.0002)), points(Estimate(0.0, 3e-5))
    ('+0.3', '±0')
    """
    digits = 1 if e.mcse < 0.005 else 0
    text = f"{100 * e.mean:+.{digits}f}"
    return text if text.strip("+-0.") else "±0"


def _unmoved(a: Alternative) -> Probability:
    moved = a.moved.at_least(1)
    return Probability(1.0 - moved.value, moved.mcse)


def worst(found: Comparison, kind: str) -> float:
    """Return the largest error of a paired difference of this kind."""
    names = [q.name for q in found.quantities if q.kind == kind]
    return max(
        (a.differences[n].mcse for a in found.alternatives[1:] for n in names
         if n in a.differences),
        default=0.0,
    )  # fmt: skip


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _distances(found: Comparison) -> str:
    """Say which alternative is the nearest to the reference and which the farthest."""
    every = found.alternatives[1:]
    others = sorted((a for a in every if not a.same), key=lambda a: a.moved.mean)
    if len(every) == 1:
        text = f"▸ what the other is compared with. The same chamber {in_words(_unmoved(every[0]))}"
    elif not others:
        text = "▸ what the others are compared with. All give the same chamber in every draw"
    elif len(others) == 1:
        text = (
            f"▸ what the others are compared with. Only {printable(others[0].name)} differs: the "
            f"same chamber {in_words(_unmoved(others[0]))}"
        )
    else:
        near, far = others[0], others[-1]
        text = (
            f"▸ what the others are compared with. Nearest to it is {printable(near.name)}: the "
            f"same chamber {in_words(_unmoved(near))}; farthest is {printable(far.name)}: "
            f"{in_words(_unmoved(far))}"
        )
    return f"{text}."


def _words(found: Comparison, width: int) -> list[str]:
    """Return sentences: who gives the same chamber, what the columns mean, how exact it is."""
    first = found.reference
    texts = []
    texts.append(_distances(found))
    if more := _open(found):
        texts.append(more)
    known = [a for a in found.alternatives if a.official is not None]
    if len({a.rule for a in known}) > 1 and first.official is not None:
        equal = [a for a in known if a.official is not None and not a.official.moved]
        if len(equal) > 1:
            text = f"{len(equal)} of {len(known)} give the same list seats on the official votes"
            # Seats that are not those of the result rule all of these alternatives out.
            alike = first.official.seats
            if found.official_list and all(
                alike.get(name, 0) == found.official_list.get(name, 0)
                for name in {*alike, *found.official_list}
            ):
                text += ", those of the official result: it alone cannot tell them apart"
            texts.append(f"{text}.")
    texts += [f"Note: {note}." for note in found.notes]
    again = sum(a.reallocated for a in found.alternatives)
    drawn = len(found.alternatives) - again
    texts.append(
        f"moved: seats that another party holds, per draw; any: draws in which a seat moves. LSq: "
        f"least squares index of the list tier on {VOTE_BASE}, in points. Monte Carlo error of a "
        f"paired difference: at most ±{worst(found, 'seats'):.2g} on mean seats, "
        f"±{100 * worst(found, 'probability'):.2g} points on a chance. Votes were drawn "
        f"{_times(drawn)}" + (f" and allocated again {_times(again)}." if again else ".")
    )
    lines: list[str] = []
    for text in texts:
        lines += _paragraph(text, width)
    return lines
