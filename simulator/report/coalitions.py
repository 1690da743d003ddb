"""Coalitions and closeness of a run, in a few lines; the document has all of it."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.report.layout import labelled
from simulator.report.sentences import chance_in_words, in_words, percent, spaced
from simulator.results.closeness import Closeness, Margin, Spread
from simulator.results.coalitions import Game, Pivot, Winning, correlations, games
from simulator.results.run import Run

SHOWN = 3
# Powers and correlations that are worth a word.
LEAST_POWER, LEAST_CORRELATION = 0.005, 0.2
KINDS = ("add", "lose", "switch")
CERTAIN = 0.98


def render_coalitions(run: Run, width: int) -> str:
    """Return who can reach the majorities together, and how little would move a seat."""
    rows = [row for game in games(run) for row in _majority(run, game, width)]
    text = _together(run)
    rows += [labelled("seats together", text, width)] if text else []
    close = run.facts.closeness
    if close is not None:
        rows += [
            labelled("closest list seat", _closest(run, close), width),
            labelled("recount", _recount(close), width),
            *([labelled("near the threshold", _near(close), width)] if close.threshold else []),
            *([labelled("proportionality", _indices(close), width)] if close.indices else []),
        ]
    return "\n".join(["  Coalitions and closeness", *rows])


def _majority(run: Run, game: Game, width: int) -> list[str]:
    """Return the smallest coalitions of one majority, who is needed, who has power."""
    label = game.majority[:19]
    if game.winning is None:
        return [labelled(label, "coalitions unknown: not every chamber was kept", width)]
    usual = [w for w in game.winning if w.probability.value >= 1 - CERTAIN]
    if not usual:
        return []
    if len(usual[0].members) == 1 and usual[0].probability.value > CERTAIN:
        # One party alone, as the majorities above say.
        return []
    text = _smallest(run, usual, game.seats)
    needed = [p for p in game.pivots or () if not p.coalition]
    if needed:
        text += _needed(run, needed)
    rows = [labelled(label, text, width)]
    power = game.power.get("banzhaf", {})
    shown = {p: float(v) for p, v in power.items() if v >= LEAST_POWER}
    if len(shown) > 1:
        text = ", ".join(f"{run.facts.labels[p]} {100 * v:.0f}%" for p, v in _largest(shown))
        rows.append(labelled("", f"Banzhaf power in the typical chamber: {text}", width))
    return rows


def _largest(shown: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shown.items(), key=lambda item: -item[1])[: 2 * SHOWN]


def _smallest(run: Run, usual: list[Winning], seats: int) -> str:
    listed = [
        f"{' + '.join(run.facts.labels[m] for m in w.members)}"
        f"{' alone' if len(w.members) == 1 else ''} ({percent(w.probability)})"
        for w in usual[:SHOWN]
    ]
    more = len(usual) - SHOWN
    rest = f" and {more} more in at least 2%" if more > 0 else ""
    return f"minimal coalitions for {seats} seats, of draws: {', '.join(listed)}{rest}"


def _needed(run: Run, needed: list[Pivot]) -> str:
    """Return who is needed the most often; nothing where nobody is."""
    most = max(needed, key=lambda p: p.probability.value)
    if most.probability.value < 1 - CERTAIN:
        return ""
    return f"; none without {run.facts.labels[most.party]} {in_words(most.probability)}"


def _together(run: Run) -> str:
    """Return the seats that move together or apart the most."""
    table = correlations(run)
    if table is None:
        return ""
    names = list(table)
    pairs = [
        (abs(value), value, a, b)
        for k, a in enumerate(names)
        for b in names[:k]
        if (value := table[a][b]) is not None and abs(value) >= LEAST_CORRELATION
    ]
    labels = run.facts.labels
    found = sorted(pairs, key=lambda item: -item[0])[:SHOWN]
    text = ", ".join(f"{labels[b]} and {labels[a]} {value:+.2f}" for _, value, a, b in found)
    return f"correlation of {text}" if text else ""


def _closest(run: Run, close: Closeness) -> str:
    """Return the smallest change of each kind, and the seats that the smallest of all moves."""
    found = [m for kind in KINDS if (m := close.closest(kind)) is not None]
    if not found:
        return f"no change of the {close.basis} votes moves one"
    words = [f"{spaced(m.votes)} {_way(run, m)}" for m in sorted(found, key=lambda m: m.votes)]
    first = min(found, key=lambda m: m.votes)
    moved = ", ".join(f"{run.facts.labels[p]} {d:+d}" for p, d in first.changes.items())
    return f"of the {close.basis} votes, {', '.join(words)}; the first makes {moved}"


def _way(run: Run, margin: Margin) -> str:
    labels = run.facts.labels
    if margin.kind == "add":
        return f"more for {labels[margin.target]}"
    if margin.kind == "lose":
        return f"fewer for {labels[margin.source]}"
    return f"from {labels[margin.source]} to {labels[margin.target]}"


def _recount(close: Closeness) -> str:
    found = close.recount
    where = f"{spaced(found.ballots)} ballots ({100 * found.share:g}%) changed where they count"
    return f"{where} most would move a list seat {chance_in_words(found.any)}"


def _near(close: Closeness) -> str:
    near = close.threshold
    assert near is not None
    return f"a list within {spaced(near.votes)} votes of it {chance_in_words(near.any)}"


def _indices(close: Closeness) -> str:
    base, found = next(iter(close.indices.items()))
    return (
        f"list tier, by {base}, mean and 90% of draws: least squares "
        f"{_spread(found['least_squares'])}, votes without a seat "
        f"{_spread(found['votes_without_a_seat'])}%, effective parties "
        f"{found['effective_parties_in_votes'].mean:.2f} in votes and "
        f"{found['effective_parties_in_seats'].mean:.2f} in seats"
    )


def _spread(spread: Spread) -> str:
    return f"{spread.mean:.1f} ({spread.low:.1f}–{spread.high:.1f})"
