"""A run as a file and back: what the document repeats, what it adds, which versions are read.

Facts are stored field by field, so that a new field needs no new code; the counts are stored whole,
so that everything else in the document can be computed from them again.
"""

from __future__ import annotations

import json
import math
import os
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from simulator.errors import FileTrouble
from simulator.results.checks import Checks
from simulator.results.closeness import KINDS, MEASURES, Closeness
from simulator.results.provenance import fingerprint
from simulator.results.tally import Tally
from simulator.vocabulary import KEY, LARGEST_RUN, RUN_SCHEMA

_SCALARS: tuple[type, ...] = (str, bool, int, float)


def check_version(document: Any, file: str) -> None:
    """Refuse what is not the document of a run, or is one of a later major version.

    A minor version only adds: ``simseats.run/1`` and ``simseats.run/1.4`` are both read.

    Raises
    ------
    FileTrouble
        With what the file says it is and what is read here.

    Examples
    --------
    >>> check_version({"schema": "simseats.run/1"}, "run.json")
    >>> check_version({"schema": "simseats.run/2"}, "run.json")
    Traceback (most recent call last):
    simulator.errors.FileTrouble: run.json: its schema is "simseats.run/2", and this version of ...
    """
    found = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(found, str) or not found.startswith("simseats.run/"):
        raise FileTrouble(f"{file}: this is not a run.json: it has no schema: {RUN_SCHEMA}")
    major = found.partition("/")[2].partition(".")[0]
    if major != RUN_SCHEMA.partition("/")[2]:
        what = f'its schema is "{found}", and this version of simseats reads "{RUN_SCHEMA}"'
        raise FileTrouble(f"{file}: {what}; update simseats, or run the scenario again")


def facts_to_plain(facts: Any, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that the document does not already state under the same name."""
    plain = json.loads(json.dumps(asdict(facts)))
    # As JSON has them: a tuple in the document is the list in the file.
    stated = {name: json.loads(json.dumps(document[name])) for name in plain if name in document}
    return {
        name: value for name, value in plain.items() if name not in stated or stated[name] != value
    }


def from_plain(kind: Any, value: Any, where: str) -> Any:
    """Return plain JSON data as the annotated type, or raise TypeError that names the place.

    >>> from_plain(tuple[int, ...], [1, 2], "seats")
    (1, 2)
    >>> from_plain(dict[str, int], {"a": "1"}, "seats")
    Traceback (most recent call last):
    TypeError: seats.a is no int
    """
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        rest = [part for part in inner if part is not type(None)]
        return None if value is None else from_plain(rest[0], value, where)
    if kind is float and type(value) is int:
        return float(value)
    if kind in _SCALARS:
        if type(value) is not kind:
            raise TypeError(f"{where} is no {kind.__name__}")
        return value
    if is_dataclass(kind):
        return _record(kind, value, where)
    if origin is not tuple:
        if not isinstance(value, dict):
            raise TypeError(f"{where} is no mapping")
        return {key: from_plain(inner[1], item, f"{where}.{key}") for key, item in value.items()}
    if not isinstance(value, list):
        raise TypeError(f"{where} is no list")
    kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else list(inner)
    if len(kinds) != len(value):
        raise TypeError(f"{where} has {len(value)} items, not {len(kinds)}")
    return tuple(
        from_plain(part, item, f"{where}.{k}")
        for k, (part, item) in enumerate(zip(kinds, value, strict=True))
    )


def _record(kind: Any, value: Any, where: str) -> Any:
    """Return a mapping as a dataclass; a field that an earlier version lacks takes its default."""
    if not isinstance(value, dict):
        raise TypeError(f"{where} is no mapping")
    hints = typing.get_type_hints(kind)
    found = {}
    for field in fields(kind):
        if field.name in value:
            found[field.name] = from_plain(
                hints[field.name], value[field.name], f"{where}.{field.name}"
            )
        elif field.default is MISSING and field.default_factory is MISSING:
            raise TypeError(f"{where}.{field.name} is not there")
    return kind(**found)


class NotFinite(ValueError):
    """A number of a document that is none: NaN, or beyond what can be held."""


def parse(text: str) -> Any:
    """Return what a text of JSON holds; every number in it is finite.

    Raises
    ------
    NotFinite
        NaN, Infinity or a number as large; any other ValueError is of a text that is not JSON.

    Examples
    --------
    >>> parse('{"draws": 1e3}')
    {'draws': 1000.0}
    >>> parse('{"draws": NaN}')
    Traceback (most recent call last):
    simulator.results.stored.NotFinite: NaN is no finite number
    """
    return json.loads(text, parse_float=_finite, parse_constant=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotFinite(f"{text} is no finite number")
    return number


def read_document(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the document in a file, or say why it cannot be read."""
    file = Path(path)
    try:
        # Not by its size: a pipe or a device has none.
        with file.open("rb") as opened:
            content = opened.read(LARGEST_RUN + 1)
        if len(content) > LARGEST_RUN:
            raise FileTrouble(f"{file}: the file is too large: the limit is {LARGEST_RUN:,} bytes")
        document = parse(content.decode("utf-8-sig"))
    except OSError as trouble:
        raise FileTrouble(f"{file} cannot be read: {trouble.strerror}") from None
    except NotFinite as trouble:
        raise FileTrouble(f"{file}: this is not a whole run.json: {trouble}") from None
    except (ValueError, RecursionError) as trouble:
        raise FileTrouble(f"{file}: this is not JSON: {trouble}") from None
    check_version(document, str(file))
    return typing.cast(dict[str, Any], document)


def restore(kind: Any, document: dict[str, Any], file: str) -> tuple[Any, Tally, dict[str, str]]:
    """Return the facts (of this kind), the tally and the versions of a document.

    Raises
    ------
    FileTrouble
        When the document has no counts, a part of it has another form, or its fingerprint is not
        that of its scenario and counts.
    """
    if "tally" not in document or "facts" not in document:
        raise FileTrouble(f"{file} holds a summary without its counts; run the scenario again")
    try:
        stated = document["facts"]
        facts = from_plain(kind, {**document, **stated}, "facts")
        tally = Tally.from_plain(document["tally"])
        _fits(facts, tally)
        machine = document.get("machine", {})
        made_with = from_plain(dict[str, str], machine.get("versions", {}), "versions")
        found = fingerprint(facts.scenario, tally)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, AttributeError) as trouble:
        raise FileTrouble(f"{file}: this is not a whole run.json: {trouble}") from None
    if found != document.get("fingerprint"):
        what = "the fingerprint is not that of its scenario and counts"
        raise FileTrouble(f"{file} was changed after it was written: {what}")
    return facts, tally, made_with


def _fits(facts: Any, tally: Tally) -> None:
    """Check that facts and counts speak of the same parties, seats, coalitions and districts."""
    shape, entities = tally.shape, facts.entities
    stated = (len(facts.parties), facts.tiers["list"], facts.tiers["district"])
    if stated != (shape.parties, shape.list_seats, shape.district_seats):
        raise ValueError("parties and seats are not those of the counts")
    wins = [entity for _, _, winners in facts.contests for entity in winners]
    if len(wins) != shape.wins or any(not 0 <= entity < len(entities) for entity in wins):
        raise ValueError("districts are not those of the counts")
    if len(facts.coalitions) != len(shape.coalitions):
        raise ValueError("coalitions are not those of the counts")
    rows = len(facts.options) + (1 + len(facts.regions)) * facts.counted
    sums = [len(own) for own in tally.moments] if len(tally.moments) == shape.replicates else [0]
    if min(*sums, len(tally.squares), len(shape.centre)) < rows:
        raise ValueError("options and regions are not those of the counts")
    if tally.draws < 1 or not len(tally.chambers()[0]):
        raise ValueError("there are no draws in it")
    if not facts.majorities or set(facts.simulated) != {"list", "district"}:
        raise ValueError("majorities or tiers are missing")
    named = {*entities, *facts.options, *(a.party for a in facts.alternatives)}
    grouped = {member for group in facts.coalitions.values() for member in group}
    known = set(entities) & set(facts.labels)
    if not named <= set(facts.labels) or not set(facts.parties) <= set(facts.options):
        raise ValueError("an option has no name")
    keys = {*facts.options, *(region for region, _ in facts.regions)}
    if not all(re.fullmatch(KEY, key) for key in keys):
        raise ValueError("a party or a region has a name that no scenario can give it")
    if not grouped | {a.party for a in facts.alternatives} <= known:
        raise ValueError("a party is not known")
    if facts.closeness is not None:
        _close_fits(facts.closeness, set(facts.labels))
    if facts.checks is not None and facts.checks.official is not None:
        _check_fits(facts.checks, facts.official, set(facts.labels))


def _check_fits(checks: Checks, official: Mapping[str, Any], known: set[str]) -> None:
    """Check that what the official votes give can be set beside what they gave."""
    elsewise = set(checks.elsewise)
    if "list" not in official or not elsewise <= known or checks.official is bool(elsewise):
        raise ValueError("a check is of no official result or no known party")


def _close_fits(close: Closeness, known: set[str]) -> None:
    """Check that margins speak of known parties, and that the measures that are shown are there."""
    named = {name for m in close.margins for name in (m.source, m.target, *m.changes) if name}
    named |= {*close.votes, *close.seats, *(close.threshold.parties if close.threshold else ())}
    if not named <= known or any(m.kind not in KINDS for m in close.margins):
        raise ValueError("a margin is of no known party or kind")
    if any(not set(found) >= MEASURES for found in list(close.indices.values())[:1]):
        raise ValueError("a measure of proportionality is missing")
