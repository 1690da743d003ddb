"""What the shell offers while a command is typed: files, methods, paths, parties.

Nothing here may fail: what cannot be read is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

_SUFFIXES = (".yaml", ".yml", ".json")
Offer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _files(*suffixes: str) -> Offer:
    """Return an offer of files by their suffix; of any file while folders are on the way."""

    def offer(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
        folder, _, start = typed.rpartition("/")
        found: list[str] = []
        with suppress(OSError):
            for path in sorted(Path(folder or ("/" if typed.startswith("/") else ".")).iterdir()):
                if path.name.startswith(start) and path.is_dir():
                    return [CompletionItem(typed, type="file")]
                if path.name.startswith(start) and path.suffix in suffixes:
                    found.append(typed.removesuffix(start) + path.name)
        return [CompletionItem(name) for name in found] or [CompletionItem(typed, type="file")]

    return offer


scenario_files = _files(*_SUFFIXES)
run_files = _files(".json")


def _ids() -> list[str]:
    from simulator.allocation.registry import all_methods

    return [found.id for found in all_methods()]


def method_names(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer one method."""
    return _starting(typed, "", _ids())


def method_lists(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the next method of a list with commas; `all` as the first."""
    before, comma, start = typed.rpartition(",")
    names = [*([] if comma else ["all"]), *_ids()]
    return _starting(start, before + comma, [n for n in names if n not in before.split(",")])


def shipped(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the scenarios that come with simseats."""
    from simulator.scenario.shipped import names

    return _starting(typed, "", names())


def settings(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the next step of a path of the scenario, up to its =."""
    from simulator.scenario.diagnostics import known_keys

    if "=" in typed:
        return []
    before, dot, start = typed.rpartition(".")
    steps = tuple(before.split(".")) if before else ()
    node: Any = _data(ctx)
    for step in steps:
        node = node.get(step) if isinstance(node, dict) else None
    names = known_keys(steps) or (list(node) if isinstance(node, dict) else [])
    return _starting(start, before + dot, names)


def estimates(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer what is estimated of each party."""
    names = [f"{kind}.{p}" for kind in ("seats", "enters", "list") for p in _parties(ctx)]
    return _starting(typed, "", names)


def events(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the parties, and their entry."""
    parties = _parties(ctx)
    return _starting(typed, "", [*(f"enters.{p}" for p in parties), *parties])


def questions(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer parties, coalitions and majorities for the last word of a question."""
    start = typed[max((typed.rfind(sign) for sign in " +=<>("), default=-1) + 1 :]
    names = [*_parties(ctx), "independents", "majority"]
    return _starting(start, typed.removesuffix(start), names)


def _starting(typed: str, before: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(before + name) for name in names if name.startswith(typed)]


def _data(ctx: click.Context) -> dict[str, Any]:
    """Return the data of the scenario or run that is named on the line; empty without one."""
    # An option that still lacks its value leaves the arguments before it unread.
    rest = [word for word in ctx.args if word.endswith(_SUFFIXES)]
    named = ctx.params.get("scenario") or ctx.params.get("run_file") or next(iter(rest), None)
    from simulator.errors import SimseatsError
    from simulator.scenario.load import load

    with suppress(SimseatsError, OSError, ValueError):
        loaded = load(named) if named and str(named) != "-" else None
        if loaded is not None and loaded.source is not None:
            return dict(loaded.source.data)
    return {}


def _parties(ctx: click.Context) -> list[str]:
    parties = _data(ctx).get("parties")
    return list(parties) if isinstance(parties, dict) else []
