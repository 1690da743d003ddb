"""Answers to questions about a run, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.report.sentences import in_words, percent, spaced
from simulator.report.terminal import plain
from simulator.results.question import Answer
from simulator.results.run import Run
from simulator.results.summary import Probability


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


def chance_in_words(p: Probability) -> str:
    """Return a probability in words and numbers, with its Monte Carlo error.

    >>> chance_in_words(Probability(0.4032, 0.0014)), chance_in_words(Probability(0.0, 0.0003))
    ('in 40 of 100 draws (40.3% ± 0.14)', 'in no draw (<0.1%)')
    """
    if p.value in (0, 1):
        return f"{in_words(p)} ({percent(p)})"
    return f"{in_words(p)} ({percent(p)} ± {100 * p.mcse:.2g})"


def _basis(answer: Answer) -> str:
    if answer.probability.value in (0, 1):
        return "bound of the rule of three"
    if answer.source == "chambers":
        return "binomial error, from whole chambers"
    if answer.replicates > 1:
        return f"error from {answer.replicates} replicates"
    return "error of independent draws"
