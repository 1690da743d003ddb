"""The one sentence over a report: who holds what, in how many draws, and what is open."""

from __future__ import annotations

from simulator.report.sentences import in_words, is_open
from simulator.results.run import Run
from simulator.results.summary import seats_text

RARE = 0.005


def leader(run: Run) -> str:
    """Return the party with the most seats on average; the first of equals."""
    return max(run.facts.parties, key=lambda party: run.seats[party].mean)


def headline(run: Run) -> str:
    """Return one sentence that says what the draws say, and no more.

    It never says "will", and it counts draws instead of speaking of chances in the world.
    """
    facts, first = run.facts, leader(run)
    label, seats = facts.labels[first], run.seats[first]
    if len(seats.pmf) == 1:
        start = f"{label} has {seats.median} of {facts.seats} seats in every draw"
    else:
        start = _majorities(run, first)
    return f"{start}{_entries(run)}."


def _majorities(run: Run, first: str) -> str:
    """Return how often the largest party reaches each majority alone."""
    facts, seats = run.facts, run.seats[first]
    label = facts.labels[first]
    chances = [
        (name, need, seats.at_least(need))
        for name, need in sorted(facts.majorities.items(), key=lambda item: item[1])
    ]
    region = f"{label} has {seats_text(seats.region(0.9))} of {facts.seats} seats in 90% of draws"
    least = min(facts.majorities.values())
    often = run.summary.largest.at_least(least)
    if often.value < RARE:
        words = "in any draw" if not often.value else "in more than 1 of 100 draws"
        return f"No party alone has {least} seats {words}; {region}"
    parts = [f"{need} seats or more ({name}) {in_words(chance)}" for name, need, chance in chances]
    return f"{label} alone holds {', and '.join(parts)}"


def _entries(run: Run) -> str:
    """Return which parties may have seats or none."""
    facts = run.facts
    found = [party for party in facts.parties if is_open(run.enters(party))]
    if not found or len(found) > 3:
        return f"; {len(found)} parties have seats in some draws only" if found else ""
    kind = "list seats" if facts.tiers["list"] else "seats"
    return "".join(
        f"; {facts.labels[party]} has {kind} {in_words(run.enters(party))}" for party in found
    )
