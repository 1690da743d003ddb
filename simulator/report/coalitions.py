"""Coalitions and closeness of a run, in a few lines; the document has all of it."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.report.layout import labelled, signs
from simulator.report.sentences import chance_in_words, in_brackets, in_words, spaced
from simulator.results.closeness import Closeness, Margin, Spread, counted_in, in_per_cent
from simulator.results.coalitions import Game, Winning, correlations, games
from simulator.results.run import Run

SHOWN = 3
# Powers and correlations that are worth a word.
LEAST_POWER, LEAST_CORRELATION = 0.005, 0.2
KINDS = ("add", "lose", "switch")
CERTAIN = 0.98


def render_coalitions(run: Run, width: int) -> str:
    """Return who can reach the majorities together, and how little would move a seat."""
    rows = [row for game in games(run) for row in _majority(run, game, width)]
    text = together(run)
    rows += [labelled("seats together", text, width)] if text else []
    rows += [labelled(label, text, width) for label, text in closeness(run)]
    if unknown := uncounted(run):
        rows.append(labelled("how close it is", unknown, width))
    return "\n".join(["  Coalitions and closeness", *rows]) if rows else ""


def uncounted(run: Run) -> str:
    """Say why an interrupted run does not tell how close it is; empty for others."""
    facts = run.facts
    if facts.complete or facts.closeness is not None or not facts.tiers["list"]:
        return ""
    return "not counted: the run was interrupted, and this is counted when it is complete"


def closeness(run: Run) -> list[tuple[str, str]]:
    """Return labelled sentences: the closest list seat, recounts, the threshold, measures."""
    close = run.facts.closeness
    if close is None:
        return []
    return [
        ("closest list seat", _closest(run, close)),
        ("recount", _recount(close)),
        *([("near the threshold", _near(close))] if close.threshold else []),
        *([("proportionality", _indices(close))] if close.indices else []),
    ]


def _majority(run: Run, game: Game, width: int) -> list[str]:
    """Return the smallest coalitions of one majority, who is needed, who has power."""
    label = game.majority[:19]
    if game.winning is None:
        return [labelled(label, "coalitions unknown: not every chamber was kept", width)]
    usual = open_coalitions(game)
    if not usual:
        return []
    text = _smallest(run, usual, game.seats)
    needed = needed_most(run, game)
    rows = [labelled(label, f"{text}; {needed}" if needed else text, width)]
    powers = powerful(game)
    if powers:
        text = ", ".join(f"{run.facts.labels[p]} {100 * v:.0f}%" for p, v in powers)
        rows.append(labelled("", f"Banzhaf power in the typical chamber: {text}", width))
    return rows


def open_coalitions(game: Game) -> list[Winning]:
    """Return the minimal coalitions that are not rare; none where one party has it alone."""
    usual = [w for w in game.winning or () if w.probability.value >= 1 - CERTAIN]
    # One party alone, as the table of majorities says.
    alone = usual and len(usual[0].members) == 1 and usual[0].probability.value > CERTAIN
    return [] if alone else usual


def powerful(game: Game) -> list[tuple[str, float]]:
    """Return the parties with the most power (Banzhaf) in the typical chamber, if several have."""
    power = game.power.get("banzhaf", {})
    shown = {p: float(v) for p, v in power.items() if v >= LEAST_POWER}
    if len(shown) < 2:
        return []
    return sorted(shown.items(), key=lambda item: -item[1])[: 2 * SHOWN]


def coalition_words(run: Run, members: Sequence[str]) -> str:
    """Return the names of a coalition, or one name and that it is alone."""
    names = " + ".join(run.facts.labels[m] for m in members)
    return f"{names} alone" if len(members) == 1 else names


def _smallest(run: Run, usual: list[Winning], seats: int) -> str:
    listed = [coalition_words(run, w.members) + in_brackets(w.probability) for w in usual[:SHOWN]]
    more = len(usual) - SHOWN
    rest = f" and {more} more in at least 2%" if more > 0 else ""
    return f"minimal coalitions for {seats} seats, of draws: {', '.join(listed)}{rest}"


def needed_most(run: Run, game: Game) -> str:
    """Return who is needed the most often; nothing where nobody is."""
    needed = [p for p in game.pivots or () if not p.coalition]
    most = max(needed, key=lambda p: p.probability.value, default=None)
    if most is None or most.probability.value < 1 - CERTAIN:
        return ""
    return f"none without {run.facts.labels[most.party]} {in_words(most.probability)}"


def together(run: Run) -> str:
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
    text = ", ".join(
        f"{labels[b]} and {labels[a]} {signs(f'{value:+.2f}')}" for _, value, a, b in found
    )
    return f"correlation of {text}" if text else ""


def _closest(run: Run, close: Closeness) -> str:
    """Return the smallest change of each kind, and the seats that the smallest of all moves."""
    found = [m for kind in KINDS if (m := close.closest(kind)) is not None]
    if not found:
        return f"no change of the {close.basis} votes moves one"
    words = [f"{spaced(m.votes)} {_way(run, m)}" for m in sorted(found, key=lambda m: m.votes)]
    first = min(found, key=lambda m: m.votes)
    moved = ", ".join(f"{run.facts.labels[p]} {signs(f'{d:+d}')}" for p, d in first.changes.items())
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
    ballots = f"{counted_in(found.ballots, 'ballot')} ({in_per_cent(found.share)})"
    moved = f"would move a list seat {chance_in_words(found.any)}"
    return f"{ballots} changed where they count most {moved}"


def _near(close: Closeness) -> str:
    near = close.threshold
    assert near is not None
    return f"a list within {counted_in(near.votes, 'vote')} of it {chance_in_words(near.any)}"


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
