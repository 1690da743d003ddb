"""What the page says, in plain values: the template only arranges it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.report.figures.chambers import spread
from simulator.report.figures.colours import GREY, party_colours
from simulator.report.figures.hemicycle import Bench
from simulator.report.figures.strips import Strip
from simulator.report.figures.turnout import Turnout
from simulator.report.headline import leader
from simulator.report.page.joint import totals
from simulator.report.sentences import is_open, percent
from simulator.results.run import Run
from simulator.results.summary import Probability, seats_text
from simulator.vocabulary import INDEPENDENTS

# How many small chambers: fewer where each has many parties, so that the page stays small.
SMALL, MANY = 100, 14


@dataclass(frozen=True)
class Seen:
    """A party as the page shows it: its place among the entities is the number of its colour."""

    name: str
    label: str
    index: int


def seen(run: Run) -> list[Seen]:
    """Return the parties of the page, and independents where they can hold seats."""
    facts = run.facts
    return [
        Seen(name, facts.labels[name], k)
        for k, name in enumerate(facts.entities)
        if name != INDEPENDENTS or (facts.tiers["district"] and run.shows_independents)
    ]


def colours(run: Run) -> list[str]:
    """Return the colour of every entity: the scenario's where it states one."""
    stated = run.facts.scenario.get("parties")
    parties = stated if isinstance(stated, dict) else {}
    wanted = []
    for name in run.facts.parties:
        party = parties.get(name)
        wanted.append(party.get("colour") if isinstance(party, dict) else None)
    return [*party_colours(wanted), GREY]


def official(run: Run, tier: str = "seats") -> dict[str, int]:
    """Return the official seats of a tier; those of the only tier stand for all seats."""
    facts = run.facts
    known = facts.official.get(tier)
    if known is None and tier == "seats" and not (facts.tiers["list"] and facts.tiers["district"]):
        known = facts.official.get("list" if facts.tiers["list"] else "district")
    return dict(known or {})


def benches(run: Run) -> list[Bench]:
    """Return the typical chamber, in the order of the scenario."""
    typical = run.summary.typical
    return [
        Bench(
            p.label, p.index, typical.list[p.index] if p.index < len(typical.list) else 0,
            typical.district[p.index],
        )
        for p in seen(run)
    ]  # fmt: skip


def strips(run: Run, most: int) -> list[Strip]:
    """Return the rows of the seat strips: of so many parties, those with the most seats."""
    known, seats = official(run), run.seats
    largest = sorted(seen(run), key=lambda p: (-seats[p.name].mean, p.index))[:most]
    return [
        Strip(
            p.label, p.index, seats[p.name], run.summary.typical.total(p.index), known.get(p.name)
        )
        for p in sorted(largest, key=lambda p: p.index)
    ]


def turnouts(run: Run, most: int) -> list[Turnout]:
    """Return the turnout of the whole electorate, then of the regions from the highest."""
    whole = run.turnout()
    if whole is None:
        return []
    labels = dict(run.facts.regions)
    rows = [Turnout(labels[r], *moment) for r, moment in run.regional_turnout().items()]
    rows.sort(key=lambda row: (-row.mean, row.label))
    if len(rows) > most:
        rows = rows[: most // 2] + rows[-(most // 2) :]
    return [Turnout("All voters", *whole, run.facts.official_turnout), *rows]


def seat_table(run: Run) -> list[dict[str, Any]]:
    """Return a row of numbers for each party."""
    known, typical = official(run), run.summary.typical
    rows = []
    for party in seen(run):
        d, k = run.seats[party.name], party.index
        listed = typical.list[k] if k < len(typical.list) else "–"
        votes = "" if party.name == INDEPENDENTS else f"{100 * run.share(party.name)[0]:.2f}%"
        rows.append({
            "party": party, "votes": votes, "official": known.get(party.name, ""),
            "typical": typical.total(k), "list": listed, "district": typical.district[k],
            "mean": f"{d.mean:.2f}", "error": f"{d.mcse:.2g}", "region": seats_text(d.region(0.9)),
            "enters": percent(run.enters(party.name)), "open": is_open(run.enters(party.name)),
        })  # fmt: skip
    return rows


def chance(p: Probability) -> str:
    """Return a probability for a table: words where arithmetic leaves no doubt within the draws."""
    return {0.0: "no draw", 1.0: "every draw"}.get(p.value, percent(p))


def coalition_table(run: Run) -> list[dict[str, Any]]:
    """Return the chance of every majority, for each party that ever has it and each coalition."""
    facts = run.facts
    needs = list(facts.majorities.values())
    rows = []
    for party in seen(run):
        found = [run.seats[party.name].at_least(need) for need in needs]
        if any(p.value for p in found):
            rows.append((f"{party.label} alone", found))
    for name in facts.coalitions:
        rows.append((name, [run.coalition(name).at_least(need) for need in needs]))
    return [
        {"label": label, "cells": [(chance(p), is_open(p)) for p in found]} for label, found in rows
    ]


@dataclass(frozen=True)
class Small:
    """Chambers at even ranks of the draws: their seats, and which of them reach a majority."""

    rows: tuple[tuple[int, ...], ...]
    classes: tuple[int, ...]
    column: int  # of the leader
    groups: tuple[tuple[str, tuple[int, ...]], ...]  # words, and which rows


def small_chambers(run: Run, fewer: int) -> Small:
    """Return small chambers at even ranks, grouped by the majority that the leader reaches."""
    counts, rows = totals(run)
    parties = seen(run)
    most = SMALL if np.count_nonzero(rows.any(axis=0)) <= MANY else fewer
    first = run.facts.parties.index(leader(run))
    picked = rows[spread(counts, rows, first, most)]
    shown = picked[:, [p.index for p in parties]]
    held = [int(n) for n in picked[:, first]]
    label = run.facts.labels[leader(run)]
    steps = sorted(run.facts.majorities.items(), key=lambda item: item[1])
    groups = []
    for k in range(len(steps) + 1):
        low = steps[k - 1][1] if k else 0
        high = steps[k][1] if k < len(steps) else run.facts.seats + 1
        inside = tuple(n for n, seats in enumerate(held) if low <= seats < high)
        words = (
            f"{label} has {low} or more: {steps[k - 1][0]}"
            if k
            else f"{label} has fewer than {high}"
        )
        if inside:
            groups.append((words, inside))
    return Small(
        tuple(tuple(int(s) for s in row) for row in shown), tuple(p.index for p in parties),
        [p.index for p in parties].index(first), tuple(groups),
    )  # fmt: skip


def entries(run: Run, most: int) -> list[tuple[Seen, str, bool]]:
    """Return how often so many parties have seats, those that are open first."""
    rows = [
        (p, chance(run.enters(p.name)), is_open(run.enters(p.name)))
        for p in seen(run)
        if p.name != INDEPENDENTS
    ]
    return sorted(rows, key=lambda row: not row[2])[:most]


def districts(run: Run, most: int) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return simulated districts, the most open first, with the two that win each most often."""
    labels = dict(run.facts.regions)
    won = run.tally.counts.won.sum(axis=0)
    found, at = [], 0
    for district, region, entities in run.facts.contests:
        wins = [int(n) for n in won[at : at + len(entities)]]
        at += len(entities)
        best = [k for k in sorted(range(len(entities)), key=lambda k: -wins[k])[:2] if wins[k]]
        shown = [
            (
                run.facts.labels[run.facts.entities[entities[k]]],
                percent(Probability.of(wins[k], run.draws)),
            )
            for k in best
        ]
        found.append((max(wins, default=0), district, labels.get(region, region), shown))
    found.sort(key=lambda row: row[0])
    return [row[1:] for row in found[:most]]
