"""One allocation on a terminal: the law, the worked table, ties, the last seat and who was next.

Plain lines that fit; a narrow terminal drops what follows from the other columns, never a count of
votes or seats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len

from simulator.allocation import registry
from simulator.allocation.margins import NextSeat
from simulator.allocation.numbers import Exact, read_count, read_share
from simulator.allocation.outcome import Allocation
from simulator.allocation.threshold import least_votes
from simulator.allocation.ties import Tie
from simulator.errors import claims
from simulator.report.layout import (
    WIDE,
    Column,
    Screen,
    layout,
    number,
    ordinal,
    paragraph,
    percent,
    plural,
    pretty,
    printable,
    wrap,
)
from simulator.report.worked import worked_table

_PLAIN_KEYS = ("share", "base", "compare", "exempt", "district_seats")


@dataclass(frozen=True)
class Law:
    """What was asked for beyond the method: seats, threshold, who is let in when none passes."""

    seats: int
    threshold: Any = None
    none_pass: str = "vacant"


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
    head += claims(tie.seats, tie.stage)
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
