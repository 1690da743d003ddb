"""Answers to questions about a run, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.report.layout import plain
from simulator.report.sentences import chance_in_words, spaced
from simulator.results.question import Answer
from simulator.results.run import Run


def render_answers(run: Run, answers: Sequence[Answer], ascii_only: bool = False) -> str:
    """Return what was asked and how often it is so, with the error and where it comes from."""
    head = f"{run.facts.name} · {spaced(run.draws)} draws, fingerprint #{run.fingerprint}"
    if not run.facts.complete:
        head += f"; interrupted: {spaced(run.facts.requested)} were asked for"
    rows = [head, ""]
    for answer in answers:
        rows.append(f"  {answer.question}")
        rows.append(f"    {chance_in_words(answer.probability)}, {_basis(answer)}")
    if any(answer.capped for answer in answers):
        rows += ["", "  Not every chamber was kept; what is shown was counted in every draw."]
    text = "\n".join(rows) + "\n"
    return plain(text) if ascii_only else text


def _basis(answer: Answer) -> str:
    if answer.probability.value in (0, 1):
        return "bound of the rule of three"
    if answer.source == "chambers":
        return "binomial error, from whole chambers"
    if answer.replicates > 1:
        return f"error from {answer.replicates} replicates"
    return "error of independent draws"
