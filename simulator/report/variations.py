"""The variations of a scenario below its run: what each moves, on the same draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.report.layout import Column, broken, layout, printable, signs
from simulator.report.sentences import percent, spaced
from simulator.results.run import Run
from simulator.results.summary import Probability

_LEAST = 0.05
_MOST_PARTIES = 3


def render_variations(run: Run, width: int) -> str:
    """Return a line for each variation; empty where a scenario compares nothing."""
    found = run.facts.comparison
    if found is None:
        return ""
    others = found["alternatives"][1:]
    columns = [
        Column("variation", [f"  {printable(a['name'])}" for a in others], left=True),
        Column(
            "moved",
            ["–" if a["same_as_reference"] else f"{a['moved']['mean']:.2f}" for a in others],
        ),
        Column("any", [_any(a) for a in others]),
    ]
    text = (
        f"Variations on the same {spaced(found['draws'])} draws: seats moved per draw, draws in "
        "which any seat moves, mean seats less those above; more with simseats compare"
    )
    head, rule, *rows = layout(columns, width)
    size = max(len(row) for row in rows)
    lines = broken(text, width, "  ", "  ")
    lines += [f"{head:<{size}}  mean seats", f"{rule}{'─' * 12}"]
    for row, a in zip(rows, others, strict=True):
        words = _seats(a, run.facts.labels, width - size - 2)
        lines.append(f"{row:<{size}}  {words}")
    return "\n".join(lines)


def _any(a: Mapping[str, Any]) -> str:
    if a["same_as_reference"]:
        return "none"
    moved = a["moved"]["any"]
    return percent(Probability(moved["probability"], moved["mcse"]))


def _seats(a: Mapping[str, Any], labels: Mapping[str, str], width: int) -> str:
    """Return the parties whose seats differ most, as many as fit."""
    differences = {
        name.removeprefix("seats."): estimates["difference"]
        for name, estimates in a["quantities"].items()
        if name.startswith("seats.") and "difference" in estimates
    }
    largest = sorted(differences, key=lambda name: -abs(differences[name]))[:_MOST_PARTIES]
    largest = [name for name in largest if abs(differences[name]) >= _LEAST]
    words = [
        f"{printable(labels.get(name, name))} {signs(f'{differences[name]:+.1f}')}"
        for name in largest
    ]
    while len(", ".join(words)) > width:
        words.pop()
    return ", ".join(words) or ("as above" if not largest else "")
