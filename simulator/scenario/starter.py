"""The first text of a scenario: commented, valid, and honest about what is not known yet."""

from __future__ import annotations

import json
import re
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.vocabulary import INDEPENDENTS, OTHERS

LONGEST_NAME = 60


@dataclass(frozen=True)
class Entry:
    """A ballot option: its key, what it is called, and its support as text."""

    key: str
    name: str
    share: str = ""
    votes: int | None = None
    seats: bool = True  # false: never takes seats


@dataclass(frozen=True)
class Start:
    """What somebody said about an election."""

    name: str
    entries: tuple[Entry, ...]
    seats: int
    chamber: str = "Chamber"
    method: str = "largest-remainder"
    threshold: str = ""
    sample: int | None = None  # respondents behind the shares
    polls: str = ""  # name of a table beside the scenario
    date: str = ""
    official: Mapping[str, int] = field(default_factory=dict)
    reproduced_by: tuple[str, ...] = ()
    source: str = ""


# The key of a name without a single Latin letter or digit.
UNNAMED = "party"


def key_of(name: str, taken: Sequence[str] = ()) -> str:
    """Return the key of a name: lower-case ASCII, one of its own among those taken.

    >>> key_of("Bündnis 90/Die Grünen"), key_of("Аманат"), key_of("Tide", ["tide"])
    ('bundnis_90_die_grunen', 'party', 'tide_2')
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    base = re.sub(r"[^a-z0-9]+", "_", kept).strip("_")[:LONGEST_NAME].strip("_") or UNNAMED
    number, found = 2, base
    while found in (*taken, INDEPENDENTS, OTHERS):
        found, number = f"{base}_{number}", number + 1
    return found


def quoted(text: str) -> str:
    r"""Return a text as YAML, quoted, without what would move a cursor.

    >>> print(quoted('Tide: "first" # list'))
    "Tide: \"first\" # list"
    """
    clean = "".join(c if c.isprintable() else " " for c in text)
    return json.dumps(" ".join(clean.split()), ensure_ascii=False)


def compose(start: Start) -> str:
    """Return the scenario as commented YAML.

    Examples
    --------
    >>> text = compose(Start("Harbour", (Entry("tide", "Tide", share="60%"),), 9))
    >>> from simulator.scenario.load import load_text
    >>> load_text(text).scenario.seats
    9
    """
    lines = [
        "# A first scenario: run it with simseats run, check it with simseats validate.",
        "# simseats schema prints the whole language; the docs explain every key.",
        "schema: simseats/1",
        f"name: {quoted(start.name)}",
        f"chamber: {quoted(start.chamber)}",
        *([f"date: {start.date}"] if start.date else []),
        "",
        "# Lists in the order of the ballot: it decides between equal claims.",
        "parties:",
        *(f"  {entry.key}: {_entry(entry)}" for entry in start.entries),
        "",
        "tiers:",
        "  list:",
        f"    seats: {start.seats}",
        *_method(start),
        *_threshold(start),
        "",
        *_uncertainty(start),
        "majorities:",
        f"  majority: {start.seats // 2 + 1}",
        "",
        "# Groups of parties whose seats are added up in every draw:",
        "# coalitions:",
        f"#   government: [{', '.join(e.key for e in _seated(start)[:2])}]",
        "",
        *_expect(start),
        "simulation: {draws: 100_000, seed: 1}",
        *(["", "sources:", f"  - {quoted(start.source)}"] if start.source else []),
    ]
    return "\n".join(lines) + "\n"


def _seated(start: Start) -> list[Entry]:
    return [entry for entry in start.entries if entry.seats]


def _entry(entry: Entry) -> str:
    parts = [f"name: {quoted(entry.name)}"]
    parts += [f"share: {entry.share}"] if entry.share else []
    parts += [f"votes: {entry.votes}"] if entry.votes is not None else []
    parts += [] if entry.seats else ["seats: false"]
    return f"{{{', '.join(parts)}}}"


def _method(start: Start) -> list[str]:
    lines = []
    if start.reproduced_by:
        others = [m for m in start.reproduced_by if m != start.method]
        lines.append("    # With these votes the method gives the seats of the table.")
        if others:
            text = f"So do {', '.join(others)}: read the law."
            lines += [f"    # {line}" for line in textwrap.wrap(text, 80, break_on_hyphens=False)]
    return [*lines, f"    method: {start.method}   # simseats methods lists them"]


def _threshold(start: Start) -> list[str]:
    if not start.threshold:
        return ["    # threshold: {share: 5%, of: valid}   # none; of: what it is a share of"]
    return [
        f"    threshold: {{share: {start.threshold}, of: valid}}"
        "   # of: valid, party-votes, ballots, electorate"
    ]


def _uncertainty(start: Start) -> list[str]:
    if start.polls:
        return [
            "# Polls: simseats polls shows what each of them is worth.",
            f"polls: {{items: {quoted(start.polls)}}}",
            "",
            "# uncertainty: swing, turnout, correlations; the output names every default.",
            "",
        ]
    head = "# How wrong the numbers above can be decides the result more than anything else here."
    if start.sample is None:
        return [
            head,
            "# It was not said, so the default of the model applies, and the output names it.",
            "# uncertainty: {effective_sample: 800}   # or: fixed, when the votes are counted",
            "",
        ]
    return [
        head,
        "# As many respondents, drawn at random, would err as much; polls err more than their size",
        "# says, so this is often less than the number of people who were asked.",
        f"uncertainty: {{effective_sample: {start.sample}}}",
        "",
    ]


def _expect(start: Start) -> list[str]:
    if not start.official:
        return []
    seats = ", ".join(f"{key}: {n}" for key, n in start.official.items())
    if start.reproduced_by:
        return ["# The official seats: simseats validate reproduces them.",
                "expect:", f"  list: {{{seats}}}", ""]  # fmt: skip
    return [
        "# The seats of the table, which no method gives with this threshold: look for another",
        "# rule, for districts or for seats outside the lists.",
        "# expect:", f"#   list: {{{seats}}}", "",
    ]  # fmt: skip
