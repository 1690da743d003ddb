"""From the findings of pydantic to messages with a place, all at once and sorted by line."""

from __future__ import annotations

import copy
import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from simulator.errors import Diagnostic, suggest
from simulator.scenario.numbers import show
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source

_MOST_ROUNDS = 6
_MOST_KEYS = 12


def model_at(path: Key) -> type[BaseModel] | None:
    """Return the model that a path of the scenario is validated by, if any."""
    kind: Any = Scenario
    for step in path:
        kind = _inner(kind, step)
        if kind is None:
            return None
    return next(_models(kind), None)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif typing.get_origin(kind) in {typing.Union, types.UnionType, typing.Annotated}:
        for part in typing.get_args(kind):
            yield from _models(part)


def _inner(kind: Any, step: str | int) -> Any:
    """Return the annotation one step further down."""
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        kinds = [_inner(part, step) for part in typing.get_args(kind)]
        return next((found for found in kinds if found is not None), None)
    if origin is typing.Annotated:
        return _inner(typing.get_args(kind)[0], step)
    if origin in {dict, list}:
        return typing.get_args(kind)[-1]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if step in {name, field.alias}:
                return field.annotation
    return None


def known_keys(path: Key) -> list[str]:
    """Return the keys that may stand at a path."""
    model = model_at(path)
    if model is None:
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def validate(source: Source) -> tuple[Scenario | None, list[Diagnostic], set[Key]]:
    """Validate the data of a source; a partial scenario is returned for further checks.

    Parts with faults are taken out and the rest is tried again, so that one wrong key does not
    hide the faults that only the whole scenario can show. The paths taken out come third.
    """
    data = copy.deepcopy(source.data)
    found: list[Diagnostic] = []
    taken: set[Key] = set()
    for attempt in range(_MOST_ROUNDS):
        try:
            return Scenario.model_validate(data), found, taken
        except ValidationError as trouble:
            errors = trouble.errors(include_url=False)
        if attempt == 0:
            found = [_diagnose(source, error) for error in errors]
        for error in errors:
            removed = _take_out(data, _path(source, error))
            if not removed:
                return None, found, taken
            taken.add(removed)
    return None, found, taken


def _path(source: Source, error: Any) -> Key:
    """Return the path of an error, without the labels pydantic adds to it."""
    path: list[str | int] = []
    node: Any = source.data
    for step in error["loc"]:
        if step == "[key]":
            break
        if isinstance(node, dict) and step not in node and error["type"] != "missing":
            continue
        path.append(step)
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            node = None
    return tuple(path)


def _take_out(data: Any, path: Key) -> Key:
    """Remove the part at a path, or its parent when the part itself is missing; return which."""
    for length in range(len(path), 0, -1):
        node = data
        try:
            for step in path[: length - 1]:
                node = node[step]
            if isinstance(node, dict) and path[length - 1] in node:
                del node[path[length - 1]]
                return path[:length]
            if isinstance(node, list) and isinstance(path[length - 1], int):
                del node[path[length - 1]]  # type: ignore[arg-type]
                return path[:length]
        except (KeyError, IndexError, TypeError):
            continue
    return ()


def _diagnose(source: Source, error: Any) -> Diagnostic:
    """Return the message for one finding."""
    path, kind, context = _path(source, error), error["type"], error.get("ctx", {})
    key = str(path[-1]) if path else ""
    if kind.startswith("E"):
        return source.diagnose(kind, context["text"], path, context["hint"])
    if kind == "extra_forbidden":
        hint = suggest(key, known_keys(path[:-1]))
        if not hint:
            known = known_keys(path[:-1])
            shown = [*known[:_MOST_KEYS], "..."] if len(known) > _MOST_KEYS else known
            hint = "keys here: " + ", ".join(shown)
        return source.diagnose("E201", f'unknown key "{key}"', path, hint, at_key=True)
    if kind == "missing":
        where = f' of "{path[-2]}"' if len(path) > 1 and isinstance(path[-2], str) else ""
        hint = "schema: simseats/1" if key == "schema" else ""
        return source.diagnose("E202", f'the key "{key}"{where} is missing', path, hint)
    if "[key]" in error["loc"]:
        hint = "lower-case letters, digits, - and _; the full name goes under 'name'"
        name = show(str(error["input"]))
        bad = (*path, error["input"]) if (*path, error["input"]) in source.keys else path
        return source.diagnose("E208", f"{name} cannot be a name here", bad, hint, at_key=True)
    return _diagnose_value(source, error, path, kind, context)


def _diagnose_value(
    source: Source, error: Any, path: Key, kind: str, context: dict[str, Any]
) -> Diagnostic:
    """Return the message for a value of a wrong type, choice or form."""
    value = error["input"]
    if kind == "literal_error":
        choices = str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        hint = suggest(str(value), choices) or "one of: " + ", ".join(choices)
        code = "E107" if path == ("schema",) else "E207"
        return source.diagnose(code, f"{show(value)} is not a choice here", path, hint)
    if kind == "string_pattern_mismatch" and path and path[-1] == "colour":
        return source.diagnose("E203", f"{show(value)} is no colour", path, 'write "#1f6f8b"')
    if kind == "string_pattern_mismatch":
        hint = "lower-case letters, digits, - and _"
        return source.diagnose("E208", f"{show(value)} is not a name", path, hint)
    if kind in {"too_short", "dict_too_short"}:
        return source.diagnose("E202", f'"{path[-1]}" is empty', path)
    if kind in {"string_too_short", "string_too_long"}:
        return source.diagnose("E203", f'the text of "{path[-1]}" is empty or too long', path)
    expected = {
        "model_type": "a mapping", "dict_type": "a mapping", "list_type": "a list",
        "string_type": "a text", "bool_parsing": "true or false", "bool_type": "true or false",
    }.get(kind, "another kind of value")  # fmt: skip
    return source.diagnose("E203", f"expected {expected}, not {show(value)}", path)
