"""Who can reach a majority together and how little would move a seat, as tables for the page."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.report import coalitions
from simulator.report.page.content import Seen, seen
from simulator.report.sentences import is_open, percent, spaced
from simulator.results.coalitions import Game, games
from simulator.results.run import Run
from simulator.vocabulary import INDEPENDENTS

MOST_COALITIONS = 2 * coalitions.SHOWN


@dataclass(frozen=True)
class Open:
    """A majority that no party has for itself alone: its coalitions, and who has power."""

    majority: str
    seats: int
    coalitions: tuple[tuple[str, str, bool], ...]  # words, share of draws, whether it is open
    more: int
    needed: str
    powers: tuple[tuple[Seen, str], ...]


@dataclass(frozen=True)
class Margins:
    """The votes that give a party one more list seat, and those that cost it one."""

    basis: str
    rows: tuple[tuple[Seen, str, str], ...]


def games_open(run: Run) -> list[Open]:
    """Return the majorities that coalitions decide."""
    return [_open(run, game) for game in games(run) if coalitions.open_coalitions(game)]


def _open(run: Run, game: Game) -> Open:
    usual = coalitions.open_coalitions(game)
    shown = usual[:MOST_COALITIONS]
    by_name = {party.name: party for party in seen(run)}
    powers = [(by_name[p], v) for p, v in coalitions.powerful(game) if p in by_name]
    return Open(
        game.majority, game.seats,
        tuple(
            (coalitions.coalition_words(run, w.members), percent(w.probability),
             is_open(w.probability))
            for w in shown
        ),
        len(usual) - len(shown), coalitions.needed_most(run, game),
        tuple((party, f"{100 * v:.0f}%") for party, v in powers),
    )  # fmt: skip


def margins(run: Run, most: int) -> Margins | None:
    """Return the margins of so many parties, those that are the closest to another seat."""
    close = run.facts.closeness
    if close is None:
        return None
    gains = {m.target: m.votes for m in close.margins if m.kind == "add"}
    losses = {m.source: m.votes for m in close.margins if m.kind == "lose"}
    parties = [p for p in seen(run) if p.name != INDEPENDENTS and p.name in {**gains, **losses}]
    near = sorted(
        parties, key=lambda p: min(found.get(p.name, math.inf) for found in (gains, losses))
    )[:most]
    gained, lost = (
        {name: spaced(votes) for name, votes in found.items()} for found in (gains, losses)
    )
    rows = tuple((p, gained.get(p.name, "–"), lost.get(p.name, "–")) for p in parties if p in near)
    return Margins(close.basis, rows) if rows else None


def sentences(run: Run) -> list[tuple[str, str]]:
    """Return the labelled sentences of the terminal that are no table here."""
    found = coalitions.closeness(run)
    text = coalitions.together(run)
    return [*found, ("seats together", text)] if text else found
