"""From a scenario to a finished run: the function behind `simseats run`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.engine.assumptions import name_assumptions, share_text_short
from simulator.engine.attribution import attribute
from simulator.engine.checking import check_run
from simulator.engine.closeness import find_closeness
from simulator.engine.execute import most_draws, simulate, threads_available
from simulator.engine.export import write_draws
from simulator.engine.job import Job, open_job
from simulator.engine.places import place_assumptions
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.pools import open_pool
from simulator.engine.sampler import whole_draws
from simulator.errors import Interrupted
from simulator.kernels.layout import GROUP
from simulator.results.drawsfile import check_place
from simulator.results.facts import Alternative, Facts
from simulator.results.lock import hold
from simulator.results.run import Run
from simulator.results.stopping import PASSES, check_errors
from simulator.results.summary import SeatDistribution
from simulator.results.tally import Tally
from simulator.scenario.load import Loaded, load
from simulator.scenario.schema import Scenario
from simulator.scenario.simulation import Simulation
from simulator.vocabulary import INDEPENDENTS, OTHERS

if TYPE_CHECKING:
    from simulator.scenario.load import Given

ALTERNATIVE_DRAWS = 4_096
# Keys that have options of their own.
OPTIONS = ("simulation.draws", "simulation.seed")


def run(
    scenario: Given | Loaded,
    *,
    draws: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    progress: Callable[[Tally], None] | None = None,
    executor: str | Executor = "threads",
    dask: str | None = None,
    resume: str | os.PathLike[str] | None = None,
    draws_file: str | os.PathLike[str] | None = None,
    methods: bool = False,
) -> Run:
    """Run a scenario: simulate its draws and summarise them.

    Parameters
    ----------
    scenario
        A scenario file, a stored run, a run, its scenario, or what :func:`simulator.load` returned.
    draws, seed
        Instead of those of the scenario.
    threads
        Worker threads or processes; all processors when absent. The result is the same for any
        number.
    overrides
        Values by path, as ``--set`` takes them; not for what is loaded.
    progress
        Called with the tally so far after every batch of chunks.
    executor
        Where draws are simulated: ``threads``, ``processes``, ``dask``, or an executor of
        ``concurrent.futures`` form. The result is the same on all of them.
    dask
        Address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``; implies ``dask``.
    resume
        A file that keeps what is finished, written every few seconds. When it is there already the
        run goes on from it.
    draws_file
        A .parquet or .csv file for the single draws of the run, once it is complete.
    methods
        Whether to compare the usual methods of the list tier on the first 16 384 draws, as the
        command does for ``--json`` and ``--out``.

    Returns
    -------
    Run
        Its list seats add up to the tier in every draw, and so do totals.

    Raises
    ------
    InvalidScenario
        With every fault of the scenario.
    FileTrouble
        The resume file belongs to another run, is in use, or cannot be written.
    WorkersLost
        Workers cannot be reached, or died several times with the same draws.

    Examples
    --------
    >>> found = run("scenarios/kazakhstan-2023-official.yaml", draws=256)
    >>> found.summary.typical.list
    (40, 8, 6, 6, 5, 4, 0)
    """
    if isinstance(scenario, Loaded):
        loaded = scenario
    else:
        texts = [f"{path}={value}" for path, value in (overrides or {}).items()]
        if draws is not None:
            texts.append(f"simulation.draws={draws}")
        if seed is not None:
            texts.append(f"simulation.seed={seed}")
        loaded = load(scenario, tuple(texts))
    place = None if draws_file is None else check_place(draws_file)
    plan = compile_plan(loaded.scenario)
    found = run_loaded(
        loaded, threads=threads, progress=progress, executor=executor, dask=dask, resume=resume,
        plan=plan,
    )  # fmt: skip
    if methods:
        from simulator.engine.formulas import compare_methods

        found = compare_methods(found, loaded, threads)
    if place is not None and found.facts.complete:
        write_draws(place, plan, found, threads or threads_available())
    return found


def run_loaded(
    loaded: Loaded,
    *,
    threads: int | None = None,
    progress: Callable[[Tally], None] | None = None,
    executor: str | Executor = "threads",
    dask: str | None = None,
    resume: str | os.PathLike[str] | None = None,
    plan: Plan | None = None,
) -> Run:
    """Run a scenario that is already valid; the parameters are those of :func:`run`.

    `plan` is that of the scenario, where it is compiled already.
    """
    settings = loaded.scenario.simulation
    plan = plan or compile_plan(loaded.scenario)
    workers = threads or threads_available()
    draws = whole_draws(plan.sampler, settings.draws)
    facts = describe(loaded, plan, True, ())
    one_run = nullcontext() if resume is None else hold(resume)
    with one_run, open_pool(plan, "dask" if dask else executor, workers, dask) as pool:
        job = open_job(pool, plan, facts.scenario, resume, progress)
        if settings.until is None:
            complete = job.reach(draws)
        else:
            complete = _run_until(facts, plan, settings, job)
    tally = job.finished.tally
    if tally.draws == 0:
        raise Interrupted("interrupted before the first chunk was finished")
    alternatives = run_alternatives(loaded.scenario, plan) if complete else ()
    facts = replace(facts, complete=complete, alternatives=alternatives)
    facts = replace(facts, checks=check_run(loaded.scenario, plan, tally, settings.seed))
    if complete:
        found_close = find_closeness(loaded.scenario, plan, settings.seed, draws)
        facts = replace(facts, closeness=found_close)
    if plan.distortion is not None and complete:
        found = attribute(loaded.scenario, plan, settings.seed, settings.draws, threads)
        facts = replace(facts, attribution=found)
    if loaded.variants and complete:
        from simulator.engine.comparison import compare_declared

        facts = replace(facts, comparison=compare_declared(loaded, threads).to_dict())
    return Run(facts, tally)


def _run_until(facts: Facts, plan: Plan, settings: Simulation, job: Job) -> bool:
    """Double the draws until two looks in a row find every error at its target, or to the most."""
    wanted = facts.scenario["simulation"]["until"]
    first = whole_draws(plan.sampler, -(-settings.draws // GROUP) * GROUP)
    draws, passes = job.look.draws or first, job.look.passes
    complete = job.reach(draws, passes)
    while complete:
        found = check_errors(Run(facts, job.finished.tally), wanted)
        passes = passes + 1 if all(check.passed for check in found) else 0
        if passes == PASSES or 2 * draws > wanted["most"]:
            break
        draws *= 2
        complete = job.reach(draws, passes)
    return complete


def run_alternatives(scenario: Scenario, plan: Plan) -> tuple[Alternative, ...]:
    """Run the other strengths of the declared field on the same names: how far the seats move."""
    field = scenario.electorate.field
    if field is None or not field.nominees or not plan.rosters:
        return ()
    party = field.nominees[0]
    entity = plan.parties.index(party)
    draws = min(ALTERNATIVE_DRAWS, max(256, scenario.simulation.draws // 4))
    draws = whole_draws(plan.sampler, draws)
    draws = min(draws, most_draws(plan) or draws)
    found = []
    for label, other in field.alternatives.items():
        base = np.array(
            [
                other.strength if c.declared and c.party is None else c.base
                for roster in plan.rosters
                for c in roster.contenders
            ],
            np.float32,
        )
        moved = replace(plan, contests=plan.contests._replace(base=base))
        tally = simulate(moved, scenario.simulation.seed, 0, draws)
        held = tally.counts.district_seats[:, entity].sum(axis=0)
        seats = SeatDistribution(tuple(held.tolist()))
        found.append(
            Alternative(
                label,
                other.strength,
                other.basis or "",
                party,
                seats.mean,
                tuple(sorted(seats.region(0.9))),
                draws,
            )
        )
    return tuple(found)


def labels_of(scenario: Scenario) -> dict[str, str]:
    """Return the names on the screen of parties and other entities."""
    labels = {name: party.name or name for name, party in scenario.parties.items()}
    return labels | {INDEPENDENTS: "Independents", OTHERS: "Other lists"}


def describe(
    loaded: Loaded, plan: Plan, complete: bool, alternatives: tuple[Alternative, ...]
) -> Facts:
    """Return what a run is about, in plain values."""
    scenario = loaded.scenario
    labels = labels_of(scenario)
    expect = scenario.expect
    official: dict[str, dict[str, int]] = {}
    if expect is not None:
        for key in ("list", "district", "seats"):
            seats = getattr(expect, key)
            if seats is not None:
                official[key] = dict(seats)
    tiers = scenario.tiers
    return Facts(
        name=scenario.name,
        chamber=scenario.chamber,
        seed=scenario.simulation.seed,
        requested=scenario.simulation.draws,
        complete=complete,
        parties=plan.parties,
        options=plan.options,
        labels=labels,
        tiers=plan.seats,
        simulated={
            "list": tiers.list is not None,
            "district": tiers.district is not None and tiers.district.held_at is None,
        },
        rule=describe_rule(scenario),
        threshold=_threshold(scenario),
        regions=tuple((area.id, area.name) for area in plan.geography.areas)
        if plan.geography.regional
        else (),
        counted=plan.geography.counted,
        majorities=scenario.majorities or {"majority": scenario.seats // 2 + 1},
        coalitions=plan.coalitions,
        official=official,
        official_turnout=float(expect.turnout) if expect and expect.turnout else None,
        contests=_contests(plan),
        assumptions=place_assumptions(name_assumptions(scenario, plan), loaded.places),
        warnings=loaded.warnings,
        alternatives=alternatives,
        sources=tuple(scenario.sources),
        scenario=scenario.model_dump(mode="json", by_alias=True, exclude_unset=False),
        file=_file_name(loaded.file),
        settings=tuple(text for text in loaded.overrides if _path(text) not in OPTIONS),
    )


def _file_name(file: str) -> str:
    """Return the name of a file, which says the same on any machine; nothing for a bare text."""
    if file.startswith("<"):
        return "-" if file == "<stdin>" else ""
    return Path(file).name


def _path(override: str) -> str:
    return override.partition("=")[0].strip()


def _contests(plan: Plan) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
    starts, winners = plan.contests.winner_start, plan.contests.winner_entity
    return tuple(
        (roster.district, roster.region, tuple(int(e) for e in winners[starts[d] : starts[d + 1]]))
        for d, roster in enumerate(plan.rosters)
    )


def describe_rule(scenario: Scenario) -> str:
    """Return the method of the list tier in words; nothing without one."""
    from simulator.allocation import registry

    tier = scenario.tiers.list
    if tier is None:
        return ""
    method = registry.get(tier.method)
    words = [method.label]
    if method.family == "quota":
        words.append(f"{(tier.quota or 'hare').title()} quota")
    for key, value in tier.parameters.items():
        if key not in ("quota", "divisors"):
            words.append(f"{key.replace('_', ' ')} {value}")
    if tier.divisors is not None:
        words.append("divisors " + ", ".join(tier.divisors[:4]) + ", ...")
    return ", ".join(words)


def describe_law(scenario: Scenario) -> str:
    """Return the list tier in words: seats, method, threshold; nothing without one."""
    tier = scenario.tiers.list
    if tier is None:
        return ""
    return f"{tier.seats} seats, {describe_rule(scenario)}, {_threshold(scenario)}"


def _threshold(scenario: Scenario) -> str:
    tier = scenario.tiers.list
    if tier is None or tier.threshold is None:
        return "no threshold"
    more = "more than " if tier.threshold.compare == ">" else ""
    return f"threshold {more}{share_text_short(tier.threshold.share)} of {tier.threshold.base}"
