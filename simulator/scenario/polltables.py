"""CSV files of polls: a column an option, or a row an option, as the polls of a scenario.

Wide: `pollster,date,n,amanat,auyl`. Long: `pollster,date,n,option,share`, where the rows of one
pollster and one day are one poll.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from simulator.errors import Diagnostic, InvalidScenario, suggest
from simulator.scenario.polling import Poll
from simulator.scenario.source import Key, Source, attach_table, refuse
from simulator.scenario.starter import UNNAMED, key_of

KNOWN = tuple(Poll.model_fields)
LONG_SHARES = ("share", "pct")
_AT: Key = ("polls", "items")
_ROWS: Key = ("polls", "rows")
_Faults = list[Diagnostic]
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def arrange_polls(source: Source) -> None:
    """Bring the rows of a table of polls into the form of inline polls, places included."""
    rows = source.value_at(_AT)
    if not isinstance(rows, list) or not rows or source.locate((*_AT, 0)).file == source.file:
        return
    if any("option" in row for row in rows):
        source.data["polls"]["items"] = _gather(source, rows)
        return
    _refuse_columns(source, rows)
    for number, row in enumerate(rows):
        here: Key = (*_AT, number)
        options = [name for name in row if name not in KNOWN]
        shares = row.setdefault("shares", {})
        for name in options if isinstance(shares, dict) else ():
            shares[name] = row.pop(name)
            _move(source, (*here, name), (*here, "shares", name))
        source.values.setdefault((*here, "shares"), source.values[here])
        source.keys.setdefault((*here, "shares"), source.values[here])


def _refuse_columns(source: Source, rows: list[dict[str, Any]]) -> None:
    """Stop at columns that are neither a key of a poll nor a party."""
    parties = source.data.get("parties")
    known = [*KNOWN, *(parties if isinstance(parties, dict) else ())]
    faults = {
        source.diagnose(
            "E221", f'the column "{name}" is neither a key of a poll nor a party',
            (*_AT, number, name), suggest(name, known), at_key=True,
        )
        for number, row in enumerate(rows) for name in row if name not in known
    }  # fmt: skip
    if faults:
        raise InvalidScenario(tuple(sorted(faults)))


def _move(source: Source, old: Key, new: Key) -> None:
    """Let a value keep its place under another path."""
    for places in (source.keys, source.values):
        if old in places:
            places[new] = places.pop(old)


def _gather(source: Source, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make one poll of the rows of a pollster and a day; the rows keep their places beside it."""
    inside: dict[Any, list[Key]] = {}
    for places in (source.keys, source.values):
        for key in [k for k in places if k[:2] == _AT and len(k) > 2]:
            places[(*_ROWS, *key[2:])] = places.pop(key)
            inside.setdefault(key[2], []).append(key[3:])
    polls: list[dict[str, Any]] = []
    known: dict[tuple[Any, ...], int] = {}
    faults: _Faults = []
    for number, row in enumerate(rows):
        name = (row.get("pollster"), row.get("date"), row.get("days_before"))
        if name not in known:
            known[name] = len(polls)
            polls.append({"shares": {}})
            here: Key = (*_AT, known[name])
            for places in (source.keys, source.values):
                for rest in inside[number]:
                    if (*_ROWS, number, *rest) in places:
                        places[(*here, *rest)] = places[(*_ROWS, number, *rest)]
                places[(*here, "shares")] = source.values[(*_ROWS, number)]
        faults += _add(source, number, row, known[name], polls[known[name]])
    if faults:
        raise InvalidScenario(tuple(sorted(faults)))
    return polls


def _add(
    source: Source, number: int, row: dict[str, Any], position: int, poll: dict[str, Any]
) -> _Faults:
    """Add a row to its poll; return what is wrong with it."""
    there, here = (*_ROWS, number), (*_AT, position)
    share = next((key for key in LONG_SHARES if key in row), None)
    if "option" not in row or share is None:
        what = "option" if "option" not in row else "share"
        hint = "" if what == "option" else "in a column share or pct: 5%"
        return [source.diagnose("E202", f"the row names no {what}", there, hint)]
    option = str(row["option"])
    if option in poll["shares"]:
        text = f'"{option}" stands here a second time for this poll'
        hint = f"first on line {source.keys[(*here, 'shares', option)].line}"
        return [source.diagnose("E221", text, (*there, "option"), hint)]
    first = not poll["shares"]
    poll["shares"][option] = row[share]
    source.keys[(*here, "shares", option)] = source.values[(*there, "option")]
    source.values[(*here, "shares", option)] = source.values[(*there, share)]
    rest = {key: value for key, value in row.items() if key not in ("option", share)}
    if first:
        poll |= rest
        return []
    return _differences(source, there, rest, poll, source.values[here].line)


def _differences(
    source: Source, there: Key, rest: dict[str, Any], poll: dict[str, Any], line: int
) -> _Faults:
    """Return where a row says something else of its poll than the first row."""
    found: _Faults = []
    for key in [*rest, *(k for k in poll if k not in rest and k != "shares")]:
        if rest.get(key) != poll.get(key):
            text = f'"{key}" is {rest.get(key, "empty")} here, {poll.get(key, "empty")} before'
            place = (*there, key) if key in rest else there
            found.append(source.diagnose("E221", text, place, f"the poll starts on line {line}"))
    return found


def _bad_option(source: Source, table: Path, name: str) -> Diagnostic:
    """Return the fault of an option that is no name, where it first stands in the table."""
    lines = source.lines[str(table)]
    number = next((k for k, line in enumerate(lines, 1) if name in line), 1)
    key = key_of(name)
    hint = f"call it {key}" if key != UNNAMED else "lower-case letters, digits, - and _"
    return Diagnostic(
        str(table), number, lines[number - 1].find(name) + 1, "E208",
        f'"{name}" cannot be the name of a party', hint, len(name), lines[number - 1],
    )  # fmt: skip


def options_of(table: Path) -> tuple[str, ...]:
    """Return the ballot options of a table of polls, in its order.

    Raises
    ------
    InvalidScenario
        For what is no table, or an option that is no name of the scenario language.
    """
    source = Source(str(table.parent / "scenario.yaml"))
    rows = attach_table(source, _AT, table.name, table.parent, False)
    listed = [str(row["option"]) for row in rows if "option" in row]
    columns = [name for row in rows for name in row if name not in (*KNOWN, *LONG_SHARES)]
    parts = [name for row in rows for name in row.get("shares", {}) if "shares" in row]
    found = tuple(dict.fromkeys(listed or [*columns, *parts]))
    bad = next((name for name in found if not NAME.fullmatch(name)), None)
    if bad is not None:
        raise InvalidScenario((_bad_option(source, table, bad),))
    if not found:
        what = "no column is a party"
        raise refuse(str(table), "E221", what, "pollster,date,n,tide,lighthouse")
    return found
