"""The worked table of an allocation: votes, what the method made of them, seats by stage."""

from __future__ import annotations

from fractions import Fraction

from simulator.allocation.outcome import Allocation
from simulator.report.layout import Column, Screen, aligned, layout, number, percent, pretty

_HEADS = {
    "held at the start": "held",
    "whole quotas": "whole",
    "remainder": "rest",
    "smallest remainder": "back",
    "quotient": "average",
    "bonus of the largest party": "bonus",
    "guaranteed seats of the largest party": "jackpot",
    "highest average, one a list": "one each",
    "absolute majority": "majority",
}


def worked_table(found: Allocation, screen: Screen) -> list[str]:
    """Return the worked table: votes, what the method made of them, seats stage by stage."""
    return layout(_columns(found, screen), screen.width)


def _columns(found: Allocation, screen: Screen) -> list[Column]:
    votes = found.votes
    total = sum(votes.values())
    columns = [
        Column("", [screen.names[p] for p in votes], "total", left=True),
        Column("votes", aligned([number(v) for v in votes.values()]), number(total)),
        Column("share", aligned([percent(v, total) for v in votes.values()]), drop=3),
        *_quota_columns(found),
        *_stage_columns(found),
        *_claim_columns(found),
        Column("seats", [str(s) if s else "–" for s in found.seats.values()], str(found.total)),
    ]
    if not found.vacant:
        return columns
    return [
        Column(
            c.head, [*c.cells, {"": "vacant", "seats": str(found.vacant)}.get(c.head, "")],
            str(found.total + found.vacant) if c.head == "seats" else c.foot, c.left, c.drop,
        )
        for c in columns
    ]  # fmt: skip


def _quota_columns(found: Allocation) -> list[Column]:
    if found.quota is None or "rest" in found.parameters:
        return []
    votes = {p: v for p, v in found.votes.items() if p in found.admitted}
    quotas = {p: Fraction(v) / found.quota for p, v in votes.items()}
    left = {p: v - int(quotas[p]) * found.quota for p, v in votes.items()}
    cells = [
        aligned([number(values[p]) if p in votes else "–" for p in found.votes])
        for values in (quotas, left)
    ]
    return [Column("quotas", cells[0], drop=2), Column("remainder", cells[1], drop=1)]


def _stage_columns(found: Allocation) -> list[Column]:
    """Return a column of seats for every stage, where there were several."""
    stages = list(dict.fromkeys(step.rule for step in found.steps))
    if len(stages) < 2:
        return []
    columns = []
    for stage in stages:
        given = dict.fromkeys(found.votes, 0)
        for step in found.steps:
            if step.rule == stage:
                given[step.party] += step.seats
        cells = [str(n) if n else "–" for n in given.values()]
        columns.append(Column(_head(stage), cells, str(sum(given.values())), drop=0))
    return columns


def _head(stage: str) -> str:
    return _HEADS.get(stage, stage if len(stage) <= 9 else f"{stage[:8]}…")


def _claim_columns(found: Allocation) -> list[Column]:
    """Return the claims around the cut: the last that won a seat, and the next of each party."""
    following = dict(found.waiting)
    quotients = [s for s in found.steps if "quotient" in s.rule or "average" in s.rule]
    if not quotients or not following or any("left over" in c for c in following.values()):
        return []
    won = {step.party: step.claim for step in quotients}
    heads = ("last won", "next") if found.quota is None else ("", "next quotient")
    return [
        Column(head, aligned([_quotient(claims.get(p)) for p in found.votes]))
        for head, claims in zip(heads, (won, following), strict=True)
        if head
    ]


def _quotient(claim: str | None) -> str:
    if claim is None:
        return "–"
    return "first" if claim.endswith("/ 0") else pretty(claim)
