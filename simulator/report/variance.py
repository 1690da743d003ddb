"""The variance split by layer on a terminal: one line an outcome, Shapley shares in columns."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from simulator.engine.variance import Index, Split
from simulator.report.sentences import spaced

# Outcomes with less variance have nothing to explain: a seat in a hundred draws.
_SHOWN = 0.01
_WIDTH = 9
_NOTES = (
    "Shares of the variance by Shapley's rule: what a layer adds on average, whatever else is "
    "known; a row adds up to 100%.",
    "alone: what would vanish if only this layer were known. left: what would stay if everything "
    "else were known. They differ where layers act together, as at a threshold.",
    "own: what the national error of the party itself decides.",
)


def render(
    splits: Sequence[Split], labels: Mapping[str, str], title: str, draws: int, width: int
) -> str:
    """Return the text for a terminal of this width."""
    width = max(48, min(width, 88))
    shown = [split for split in _without_twins(splits) if split.variance >= _SHOWN]
    if not shown:
        return f"{title}: nothing varies\n"
    layers = list(shown[0].shapley)
    rows = [f"{title} · where the uncertainty comes from", ""]
    label = width - 8 - _WIDTH * len(layers) - 2
    head = "".join(f"{_short(layer):>{_WIDTH}}" for layer in layers)
    rows.append(f"  {'':<{label}}{head}{'own':>8}")
    for split in shown:
        cells = "".join(f"{_percent(split.shapley[layer]):>{_WIDTH}}" for layer in layers)
        own = _percent(split.own) if split.own is not None else ""
        rows.append(f"  {_name(split.outcome, labels)[:label]:<{label}}{cells}{own:>8}".rstrip())
    rows += ["", *_largest(shown, labels, width), ""]
    worst = max(index.mcse for split in shown for index in split.shapley.values())
    notes = [*_NOTES, f"{spaced(draws)} draws of {2 ** len(layers)} runs; Monte Carlo error of a "
             f"share at most ±{100 * worst:.1g} points."]  # fmt: skip
    for note in notes:
        rows += textwrap.wrap(note, width, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(rows) + "\n"


def _without_twins(splits: Sequence[Split]) -> list[Split]:
    """Return the outcomes without all seats of a party that varies in one tier only."""
    tiers = {split.outcome.split(" seats: ")[-1]: split.variance for split in splits
             if " seats: " in split.outcome}  # fmt: skip
    return [
        split for split in splits
        if not split.outcome.startswith("seats: ")
        or tiers.get(split.outcome.removeprefix("seats: ")) != split.variance
    ]  # fmt: skip


def _largest(splits: Sequence[Split], labels: Mapping[str, str], width: int) -> list[str]:
    """Return alone and left of the leading layer, for the outcomes with the largest variance."""
    rows = []
    for split in sorted(splits, key=lambda split: -split.variance)[:5]:
        layer = max(split.shapley, key=lambda name: split.shapley[name].value)
        text = (
            f"{_name(split.outcome, labels)}: {layer} alone {_percent(split.first[layer])}, "
            f"left {_percent(split.total[layer])}"
        )
        rows += textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ")
    return rows


def _name(outcome: str, labels: Mapping[str, str]) -> str:
    kind, _, party = outcome.rpartition(": ")
    return f"{labels.get(party, party)}, {kind}"


def _short(layer: str) -> str:
    return {"candidate": "candid.", "irregularities": "irregul.", "undecided": "undec."}.get(
        layer, layer
    )


def _percent(index: Index) -> str:
    """Return a share with the digits that its error supports; noise below zero is zero."""
    if index.mcse >= 0.5:
        return "?"
    decimals = 1 if index.mcse < 0.005 else 0
    return f"{100 * max(0.0, index.value):.{decimals}f}%"
