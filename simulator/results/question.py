"""Answers to questions about a run: any coalition afterwards, from the chambers that occurred."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.errors import QuestionError, suggest
from simulator.results.facts import Facts
from simulator.results.grammar import Clause, Sum, comparisons, holds, read_question
from simulator.results.run import Run
from simulator.results.summary import Probability, SeatDistribution
from simulator.vocabulary import INDEPENDENTS

TIERS = ("list", "district")
MAJORITY = "majority"


@dataclass(frozen=True)
class Answer:
    """How often what was asked is so, and what that was counted from."""

    question: str
    probability: Probability
    hits: int
    draws: int
    source: str  # "seats": counts of one quantity by replicate; "chambers": whole chambers
    replicates: int  # from whose spread the error comes; 1: that of independent draws
    capped: bool  # whether chambers were dropped from the table

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "question": self.question,
            **self.probability.to_dict(),
            "hits": self.hits, "draws": self.draws, "source": self.source,
            "replicates": self.replicates, "capped": self.capped,
        }  # fmt: skip


def ask(run: Run | str | os.PathLike[str], question: str) -> Answer:
    """Return how often something is so in the draws of a run.

    A question compares sums of seats (``amanat+jsdp>=66``, ``list.jsdp=0``,
    ``amanat>=majority and jsdp=0``); the language is that of :mod:`simulator.results.grammar`.

    A question about one party, or one coalition that the scenario declares, is counted by
    replicate, and its Monte Carlo error is theirs. Any other is counted in the stored chambers,
    which do not know their replicate: its error is the binomial one of as many independent draws.
    That is conservative, since draws that are spread evenly usually have a smaller error.

    Parameters
    ----------
    run
        A finished run, or the run.json of one.
    question
        What to count.

    Raises
    ------
    QuestionError
        A question that cannot be read (E302), or one about several parties at once when chambers
        were dropped (E303).
    FileTrouble
        When the file is no run.

    Examples
    --------
    >>> from simulator import run
    >>> found = run("scenarios/kazakhstan-2023-official.yaml", draws=256)
    >>> ask(found, "amanat + jsdp >= 'two thirds' and baytaq = 0").probability.value
    1.0
    """
    found = run if isinstance(run, Run) else Run.load(run)
    clause = read_question(question, Meanings(found.facts).read)
    alone = _alone(found, clause)
    if alone is not None:
        hits, own = _count_seats(clause, alone)
        return _answer(found, question, hits, "seats", own)
    if found.summary.capped:
        raise QuestionError("E303", _refusal(found), question, 1, len(question))
    counted, vectors = found.tally.chambers()
    happens = holds(clause, lambda s: vectors[:, list(s.columns)].sum(axis=1) + s.number)
    return _answer(found, question, int(counted[happens].sum()), "chambers", [])


def _answer(run: Run, question: str, hits: int, source: str, own: Sequence[int]) -> Answer:
    probability = Probability.of(hits, run.draws, own)
    text = " ".join(question.split())
    return Answer(
        text, probability, hits, run.draws, source, len(own) or 1, run.summary.capped
    )  # fmt: skip


def _refusal(run: Run) -> str:
    """Return why a joint question has no answer, and what has one."""
    declared = ", ".join(f'"{name}"' for name in run.facts.coalitions)
    return (
        "more distinct chambers occurred than are kept, so what parties hold together is only "
        "known of declared coalitions"
        + (f", here {declared}" if declared else ", and the scenario declares none")
        + "; declare this one and run again, or run fewer draws"
    )


class Meanings:
    """What the names of a question stand for in one run."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.parties = len(facts.parties)
        self.numbers = {MAJORITY: facts.seats // 2 + 1, **facts.majorities}

    def read(self, tier: str, name: str) -> Sum:
        """Return the columns or the number of a name; LookupError where it stands for nothing."""
        if tier and tier not in TIERS:
            raise LookupError(f'"{tier}" is no tier: write list.{name} or district.{name}')
        entity, coalition = self._entity(name), _same(name, self.facts.coalitions)
        bar = _same(name, self.numbers)
        if bar is not None and not tier and (entity is not None or coalition is not None):
            seats = self.numbers[bar]
            text = f'"{name}" is a majority of {seats} seats and holds seats itself'
            raise LookupError(f"{text}: write {seats}, or list.{bar} + district.{bar}")
        if entity is not None and coalition is not None and not tier:
            party = self.facts.entities[entity]
            text = f'"{name}" is a party and a coalition: write list.{party} + district.{party} '
            raise LookupError(f"{text}for the party, or the parties of the coalition with +")
        if entity is not None:
            return self._columns(tier, [entity])
        if coalition is not None:
            members = [self.facts.entities.index(m) for m in self.facts.coalitions[coalition]]
            return self._columns(tier, members)
        if bar is not None and not tier:
            return Sum((), self.numbers[bar])
        known = [*self.facts.entities, *self.facts.coalitions, *self.numbers]
        others = [self.facts.labels[o] for o in self.facts.options if o not in self.facts.entities]
        if name in self.facts.options or name in others:
            raise LookupError(f'"{name}" takes no seats')
        seated = [
            e for e in self.facts.entities if e != INDEPENDENTS or self.facts.tiers["district"]
        ]
        hint = suggest(name.lower(), known) or f"the parties are {', '.join(seated)}"
        raise LookupError(f'no party, coalition or majority is called "{name}"; {hint}')

    def _entity(self, name: str) -> int | None:
        labels = {self.facts.labels[e]: e for e in reversed(self.facts.entities)}
        found = name if name in self.facts.entities else None
        found = found or _same(name, self.facts.entities) or labels.get(_same(name, labels) or "")
        return None if found is None else self.facts.entities.index(found)

    def _columns(self, tier: str, entities: Iterable[int]) -> Sum:
        columns = []
        for entity in entities:
            if tier != "district" and entity < self.parties:
                columns.append(entity)
            if tier != "list":
                columns.append(self.parties + entity)
        if not columns:
            raise LookupError("independents are not on the list ballot")
        return Sum(tuple(columns), 0)


def _same(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is the same but for case, spaces and dashes."""
    wanted = _plain(name)
    return next((word for word in known if _plain(word) == wanted), None)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c not in " -_")


def _alone(run: Run, clause: Clause) -> SeatDistribution | None:
    """Return the distribution of the one quantity that a question is about, if it is known."""
    facts, summary = run.facts, run.summary
    sums = [s for c in comparisons(clause) for s in (c.left, c.right) if s.columns]
    both = [c for c in comparisons(clause) if c.left.columns and c.right.columns]
    asked = {frozenset(s.columns) for s in sums}
    if len(asked) != 1 or both:
        return None
    meanings = Meanings(facts)
    known: dict[frozenset[int], SeatDistribution] = {}
    for name, members in facts.coalitions.items():
        inside = [facts.entities.index(member) for member in members]
        known[frozenset(meanings._columns("", inside).columns)] = run.coalition(name)
    for e, total in enumerate(summary.total):
        known[frozenset(meanings._columns("", [e]).columns)] = total
    for e, district in enumerate(summary.district[: len(facts.parties)]):
        known[frozenset([len(facts.parties) + e])] = district
    for p, listed in enumerate(summary.list):
        known[frozenset([p])] = listed
    return known.get(asked.pop())


def _count_seats(clause: Clause, alone: SeatDistribution) -> tuple[int, list[int]]:
    """Return the draws in which a question about one quantity holds, in all and by replicate."""
    numbers = np.arange(len(alone.counts))
    happens: NDArray[np.bool_] = holds(clause, lambda s: numbers * bool(s.columns) + s.number)
    rows = (alone.counts, *alone.replicates)
    hits = [sum(count for count, held in zip(row, happens, strict=True) if held) for row in rows]
    return hits[0], hits[1:]
