"""The usual methods of a list tier on the first draws of a run: what another formula would move."""

from __future__ import annotations

from dataclasses import replace

from simulator.engine.comparison import (
    MOST_DECLARED,
    Candidate,
    Study,
    prepare,
    run_study,
)
from simulator.errors import InvalidScenario
from simulator.results.comparison import Comparison
from simulator.results.run import Run
from simulator.scenario.load import Loaded
from simulator.scenario.variants import METHOD, method_variants

# The usual methods of laws, and the two divisors that favour small and large parties the most.
METHODS = (
    "largest-remainder",
    "sainte-lague",
    "huntington-hill",
    "danish",
    "adams",
    "dhondt",
    "imperiali-divisor",
)


def method_study(loaded: Loaded) -> Study | None:
    """Return the usual methods beside the law, compiled; None without a list tier.

    At most the first 16 384 draws are compared. A method that the chamber cannot have is left out.

    Examples
    --------
    >>> from simulator import load
    >>> study = method_study(load("scenarios/kazakhstan-2023-official.yaml"))
    >>> [one.name for one in study.candidates][:3], study.draws
    (['largest-remainder', 'sainte-lague', 'huntington-hill'], 4096)
    """
    if loaded.scenario.tiers.list is None or loaded.source is None:
        return None
    listed: list[Candidate] = []
    for name in METHODS:
        try:
            law, *others = method_variants(loaded.scenario, loaded.source, [name])
        except InvalidScenario:
            continue
        listed = listed or [Candidate(law.name, law.scenario)]
        listed += [Candidate(other.name, other.scenario, {METHOD: name}) for other in others]
    if not listed:
        return None
    draws = min(loaded.scenario.simulation.draws, MOST_DECLARED)
    return prepare(loaded.scenario, listed, draws)


def compare_methods(run: Run, loaded: Loaded, threads: int | None = None) -> Run:
    """Return a run with the comparison of the usual methods on its first draws.

    It is another look at the same draws: counts and fingerprint are those of the run as it was.
    """
    study = method_study(loaded) if run.facts.complete else None
    if study is None:
        return run
    return with_methods(run, run_study(study, threads))


def with_methods(run: Run, found: Comparison) -> Run:
    """Return a run with the comparison of methods in its document."""
    return Run(replace(run.facts, methods=found.to_dict()), run.tally, run.made_with)
