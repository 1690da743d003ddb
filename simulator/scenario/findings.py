"""What the checks of a scenario share: known names, shares in words, the slack of rounding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from simulator.errors import Diagnostic, suggest
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source

# Published shares are rounded: together they may exceed 100% by half a point.
ROUNDING = Fraction(1, 200)


def percent(share: Fraction) -> str:
    """Return a share as a per cent with the digits it has."""
    return f"{float(share) * 100:.10g}%"


def unknown_names(
    source: Source, path: Key, names: Iterable[str], known: list[str], what: str = "party"
) -> Iterator[Diagnostic]:
    """Yield a fault for every name that is not known; names are keys or items at a path."""
    codes = {"party": "E210", "region": "E211", "estimate": "E240"}
    for position, name in enumerate(names):
        if name not in known:
            keyed = (*path, name) in source.keys
            place: Key = (*path, name) if keyed else (*path, position)
            hint = suggest(name, known) or "known: " + ", ".join(known[:8])
            text = f'no {what} is called "{name}"'
            yield source.diagnose(codes[what], text, place, hint, at_key=keyed)


def seated(scenario: Scenario) -> list[str]:
    """Return the parties that can hold seats, in order of registration."""
    return [name for name, party in scenario.parties.items() if party.seats]
