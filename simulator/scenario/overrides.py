"""Other values for keys of a scenario, by their paths."""

from __future__ import annotations

from typing import Any

from simulator.errors import suggest
from simulator.scenario.diagnostics import known_keys
from simulator.scenario.source import Key, Place, Source, read_yaml, refuse


def override_by_text(source: Source, override: str) -> None:
    """Apply one path=value; the value is read as YAML, items of lists are numbered from 0."""
    path, equals, text = override.partition("=")
    if not equals or not all(path.strip().split(".")):
        raise refuse("--set", "E301", f'"{override}" is not path=value', "tiers.list.seats=98")
    taken = set_value(source, path.strip(), read_value(text, "--set"))
    lines = source.lines.setdefault("--set", [])
    lines.append(override)
    lead = len(path) - len(path.lstrip())
    at_key = Place("--set", len(lines), lead + 1, len(path.strip()))
    at_value = Place("--set", len(lines), len(path) + 2, max(1, len(text)))
    # What the file has is shown there: its lines say what the value is instead of.
    for length in range(1, len(taken) + 1):
        if taken[:length] not in source.values:
            source.keys[taken[:length]], source.values[taken[:length]] = at_key, at_value


def read_value(text: str, file: str) -> Any:
    """Read the text of a value as YAML."""
    return read_yaml(f"value: {text}\n", file).data["value"]


def set_value(source: Source, path_text: str, value: Any) -> Key:
    """Put a value at a path and return its steps, items of lists numbered.

    An item of a list is meant by its number from 0 or, where items have one, by its id.

    Raises
    ------
    InvalidScenario
        The path is none of the language, or of this scenario.
    """
    steps = path_text.split(".")
    node: Any = source.data
    taken: list[str | int] = []
    for depth, step in enumerate(steps):
        path = tuple(steps[: depth + 1])
        if isinstance(node, list):
            number = _number(node, path)
            taken.append(number)
            if depth + 1 == len(steps):
                node[number] = value
            node = node[number]
            continue
        taken.append(step)
        known = known_keys(tuple(taken[:-1]))
        if (known and step not in known) or not isinstance(node, dict):
            text = f'there is no "{".".join(path)}" in a scenario'
            raise refuse("--set", "E301", text, suggest(step, known))
        if depth + 1 == len(steps):
            node[step] = value
        else:
            node = _enter(node, path, bool(known))
    return tuple(taken)


def _number(node: list[Any], path: Key) -> int:
    """Return which item of a list the last step of a path means: by its number, or by its id."""
    text = str(path[-1])
    if text.isdecimal() and int(text) < len(node):
        return int(text)
    names = [str(item.get("id", "")) if isinstance(item, dict) else "" for item in node]
    if text in names:
        return names.index(text)
    what = f'"{".".join(map(str, path))}" is no item'
    hint = f"items are numbered 0 to {len(node) - 1}"
    if any(names):
        hint = suggest(text, names) or f"{hint}, or called {', '.join(filter(None, names))}"
    raise refuse("--set", "E301", what, hint)


def _enter(node: dict[str, Any], path: Key, optional: bool) -> Any:
    """Return the part at the last step of a path; an absent one only where the language has it."""
    step = str(path[-1])
    if node.get(step) is None and optional:
        node[step] = {}
    elif step not in node:
        what = f'there is no "{".".join(map(str, path))}" in this scenario'
        raise refuse("--set", "E301", what, suggest(step, list(node)))
    elif not isinstance(node[step], dict | list):
        node[step] = _expand(path, node[step])
    return node[step]


def _expand(path: Key, value: Any) -> dict[str, Any]:
    """Return the long form of a short value, so that one of its keys can be set."""
    if (len(path) == 2 and path[0] == "parties") or path[-1] == "threshold":
        return {"share": value}
    raise refuse("--set", "E301", f'"{".".join(map(str, path))}" has no keys to set')
