"""Alternatives on the same named draws, and what differs between them draw by draw.

Random numbers are addressed by name, so every alternative sees the same voters and the same errors
of the polls. Where only the law differs, the votes are drawn once and allocated again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine.columns import Chambers, Frame, tabulate
from simulator.engine.execute import (
    Draws,
    compiled_variant,
    draw,
    most_draws,
    threads_available,
)
from simulator.engine.officials import allocate_counts
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.reallocation import reallocate, same_votes
from simulator.engine.run import describe_law, labels_of
from simulator.engine.sampler import replicates, whole_draws
from simulator.results.comparison import Alternative, Comparison, OfficialSeats
from simulator.results.pairing import PairCounts, Quantity
from simulator.scenario.counts import counted
from simulator.scenario.load import Loaded, load
from simulator.scenario.schema import Scenario
from simulator.scenario.variants import ALL, AS_IT_IS, Variant, method_variants
from simulator.vocabulary import INDEPENDENTS

if TYPE_CHECKING:
    from simulator.scenario.load import Given

# Draws in hand at once; a whole number of rounds of replicates.
PIECE = 8_192
# Draws of a run that are compared with the variations of its scenario.
MOST_DECLARED = 16_384

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Candidate:
    """A scenario to be compared: its name, and which values it sets."""

    name: str
    scenario: Scenario
    settings: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # what has to be known of where it comes from


def compare(
    scenario: Given | Loaded | list[Given | Loaded] | tuple[Given | Loaded, ...],
    *others: Given | Loaded,
    methods: str | Sequence[str] | None = None,
    draws: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Comparison:
    """Compare a scenario with other methods, with its variations, or with other scenarios.

    Parameters
    ----------
    scenario, others
        Scenario files, stored runs, runs, their scenarios, or what :func:`simulator.load`
        returned. With several, the first is the reference.
    methods
        Methods for the list tier of the one scenario, ``all`` for every one that can be
        simulated. When absent, the variations of its `compare` block; without one, all methods.
    draws, seed
        Instead of those of the first scenario, which hold for all.
    threads
        Worker threads; the result is the same for any number.
    overrides
        Values by path for every scenario, as ``--set`` takes them; not for what is loaded.

    Returns
    -------
    Comparison
        Its differences are those of paired draws.

    Raises
    ------
    InvalidScenario
        With every fault of a scenario or a method.
    ValueError
        Methods for several scenarios.

    Examples
    --------
    >>> found = compare("scenarios/kazakhstan-2023-official.yaml", methods="dhondt", draws=256)
    >>> found["dhondt"].differences["list.amanat"].mean, found["dhondt"].moved.mean
    (1.0, 1.0)
    """
    several = list(scenario) if isinstance(scenario, list | tuple) else [scenario]
    texts = tuple(f"{path}={value}" for path, value in (overrides or {}).items())
    loaded = [s if isinstance(s, Loaded) else load(s, texts) for s in (*several, *others)]
    wanted = [methods] if isinstance(methods, str) else methods
    return run_study(prepare(loaded[0].scenario, candidates(loaded, wanted), draws, seed), threads)


def candidates(loaded: Sequence[Loaded], methods: Sequence[str] | None) -> list[Candidate]:
    """Return what is compared: scenarios, or one under other methods, or with its variations."""
    if len(loaded) > 1:
        if methods:
            raise ValueError("methods are compared for one scenario, not for several")
        return [
            Candidate(name, one.scenario, notes=one.notes)
            for name, one in zip(unique_names(loaded), loaded, strict=True)
        ]
    first = loaded[0]
    if not methods and first.variants:
        return [Candidate(AS_IT_IS, first.scenario, notes=first.notes), *declared(first)]
    assert first.source is not None
    found = method_variants(first.scenario, first.source, methods or [ALL])
    return [
        Candidate(v.name, v.scenario, _method_setting(v, first), () if k else first.notes)
        for k, v in enumerate(found)
    ]


def unique_names(loaded: Sequence[Loaded]) -> list[str]:
    """Return a name for each scenario that no other has: with its file, or else with a number.

    Examples
    --------
    >>> town = load("scenarios/harbour-council.yaml")
    >>> unique_names([town, town])[1]
    'Harbour Council (scenarios/harbour-council.yaml) #2'
    """
    own = [one.scenario.name for one in loaded]
    names = [
        name if own.count(name) == 1 else f"{name} ({one.file})"
        for name, one in zip(own, loaded, strict=True)
    ]
    found: list[str] = []
    for name in names:
        number, unique = names[: len(found)].count(name) + 1, name
        while names.count(name) > 1 and (unique == name or unique in {*names, *found}):
            unique, number = f"{name} #{number}", number + 1
        found.append(unique)
    return found


def _method_setting(variant: Variant, loaded: Loaded) -> dict[str, str]:
    own = variant.scenario is loaded.scenario
    return {} if own else {"tiers.list.method": variant.name}


def declared(loaded: Loaded) -> list[Candidate]:
    """Return the variations of the `compare` block of a scenario."""
    return [
        Candidate(
            variant.name, variant.scenario, {path: str(v) for path, v in block.set.items()}
        )
        for variant, block in zip(loaded.variants, loaded.scenario.compare, strict=True)
    ]  # fmt: skip


def compare_declared(loaded: Loaded, threads: int | None = None) -> Comparison:
    """Compare a scenario with its variations on the first draws of its run."""
    listed = [Candidate(AS_IT_IS, loaded.scenario), *declared(loaded)]
    draws = min(loaded.scenario.simulation.draws, MOST_DECLARED)
    return run_study(prepare(loaded.scenario, listed, draws), threads)


@dataclass(frozen=True)
class Study:
    """Compiled candidates, the first of them the reference, in groups that share their votes."""

    candidates: tuple[Candidate, ...]
    plans: tuple[Plan, ...]
    groups: tuple[tuple[int, ...], ...]  # the first of a group is drawn, the others reallocated
    frame: Frame
    rows: tuple[tuple[int, ...], ...]  # of the frame, for the parties of each plan
    first: Scenario
    draws: int
    seed: int

    @property
    def compiled(self) -> set[tuple[object, ...]]:
        """What tells the compilations of kernels that the study needs from others."""
        drawn = {("draws", *compiled_variant(self.plans[group[0]])) for group in self.groups}
        again = {self.plans[k].law.method for group in self.groups for k in group[1:]}
        return drawn | {("rows", method) for method in again}

    @property
    def replicates(self) -> int:
        """Replicates of the sampler; one where draws are independent."""
        return replicates(self.plans[0].sampler)

    def chambers(self, k: int, drawn: Draws, own: bool) -> Chambers:
        """Return the seats and list votes of draws for a candidate, in the rows of the frame."""
        plan, frame = self.plans[k], self.frame
        tier = self.candidates[k].scenario.tiers.list
        listed, district = (
            (drawn.list_seats, drawn.district_seats) if own else reallocate(plan, tier, drawn)
        )
        theirs = list(self.rows[k])
        n = drawn.votes.shape[0]
        found = Chambers(
            np.zeros((len(frame.parties), n), np.int64),
            np.zeros((len(frame.entities), n), np.int64),
            np.zeros((len(frame.parties), n), np.int64),
        )
        found.listed[theirs] = listed.T
        found.district[theirs] = district.T[:-1]
        found.district[-1] = district.T[-1]
        found.votes[theirs] = drawn.votes.T[: len(theirs)]
        return found


def compile_study(listed: Sequence[Candidate], first: Scenario, draws: int, seed: int) -> Study:
    """Compile candidates: plans, groups of equal votes, the parties and majorities together."""
    plans = [compile_plan(one.scenario) for one in listed]
    groups: list[list[int]] = []
    for k, plan in enumerate(plans):
        home = next((g for g in groups if same_votes(plans[g[0]], plan)), None)
        if home is None:
            groups.append([k])
        else:
            home.append(k)
    scenarios = [one.scenario for one in listed]
    parties = tuple(dict.fromkeys(name for plan in plans for name in plan.parties))
    frame = Frame(
        parties,
        tuple(dict.fromkeys(bar for s in scenarios for bar in majorities_of(s))),
        tuple(dict.fromkeys(name for s in scenarios for name in s.coalitions)),
        any(s.tiers.list is not None for s in scenarios),
        any(s.tiers.district is not None for s in scenarios),
    )
    rows = tuple(tuple(parties.index(name) for name in plan.parties) for plan in plans)
    shared = tuple(map(tuple, groups))
    return Study(tuple(listed), tuple(plans), shared, frame, rows, first, draws, seed)


def majorities_of(scenario: Scenario) -> dict[str, int]:
    """Return the majorities of a scenario by name: one seat more than half when none is named."""
    return dict(scenario.majorities) or {"majority": scenario.seats // 2 + 1}


def prepare(
    first: Scenario, listed: Sequence[Candidate], draws: int | None = None, seed: int | None = None
) -> Study:
    """Return candidates, the first of them the reference, compiled for the draws of `first`."""
    settings = first.simulation
    same = [
        replace(one, scenario=one.scenario.model_copy(update={"simulation": settings}))
        for one in listed
    ]
    study = compile_study(
        same, first, draws if draws is not None else settings.draws,
        seed if seed is not None else settings.seed,
    )  # fmt: skip
    return _limit(study)


def run_study(
    study: Study, threads: int | None = None, progress: Callable[[int, int], None] | None = None
) -> Comparison:
    """Simulate a study; `progress` is called with the draws done and those to do."""
    return _conclude(study, count_pairs(study, threads, progress))


def _limit(study: Study) -> Study:
    """Return the study with whole replicates, or with all the draws that come from outside."""
    known = [n for n in map(most_draws, study.plans) if n is not None]
    whole = whole_draws(study.plans[0].sampler, study.draws)
    if known and whole > min(known):
        plans = tuple(replace(plan, sampler="mc") for plan in study.plans)
        return replace(study, plans=plans, draws=min(study.draws, *known))
    return replace(study, draws=whole)


def count_pairs(
    study: Study, threads: int | None = None, progress: Callable[[int, int], None] | None = None
) -> list[PairCounts]:
    """Return the counts of every candidate beside the reference, over all draws."""
    total, draws = _fresh(study), study.draws
    with ThreadPoolExecutor(threads or threads_available()) as pool:
        starts = range(0, draws, PIECE)
        for piece in pool.map(lambda s: _count(study, s, min(PIECE, draws - s)), starts):
            for mine, more in zip(total, piece, strict=True):
                mine.add(more)
            if progress is not None:
                progress(total[0].draws, draws)
    return total


def _fresh(study: Study) -> list[PairCounts]:
    frame = study.frame
    most = max(one.scenario.seats for one in study.candidates)
    rows = len(frame.quantities())
    return [PairCounts(rows, len(frame.entities), most, study.replicates) for _ in study.candidates]


def _count(study: Study, first: int, draws: int) -> list[PairCounts]:
    """Count one piece of the draws."""
    counts = _fresh(study)
    reference: tuple[Ints, Ints] | None = None
    for group in study.groups:
        drawn = draw(study.plans[group[0]], study.seed, first, draws)
        for k in group:
            scenario = study.candidates[k].scenario
            chambers = study.chambers(k, drawn, k == group[0])
            rows = tabulate(study.frame, chambers, majorities_of(scenario), scenario.coalitions)
            seats = chambers.total
            if reference is None:
                reference = rows, seats
            counts[k].count(rows, reference[0], seats, reference[1])
    return counts


def _conclude(study: Study, counts: Sequence[PairCounts]) -> Comparison:
    """Return the estimates of all candidates."""
    frame, plan, first = study.frame, study.plans[0], study.first
    quantities = frame.quantities()
    labels: dict[str, str] = {}
    colours: dict[str, str] = {}
    for one in study.candidates:
        labels = labels_of(one.scenario) | labels
        stated = {name: party.colour for name, party in one.scenario.parties.items()}
        colours = {name: colour for name, colour in stated.items() if colour} | colours
    found = counted(first)
    officials: list[OfficialSeats | None] = []
    for one in study.candidates:
        own = officials[0] if officials else None
        officials.append(None if found is None else allocate_counts(found, one.scenario, own))
    drawn = {group[0] for group in study.groups}
    return Comparison(
        name=first.name, chamber=first.chamber, draws=study.draws, seed=study.seed,
        sampler=plan.sampler,
        replicates=study.replicates, entities=frame.entities, labels=labels, colours=colours,
        list_seats=plan.seats["list"], district_seats=plan.seats["district"],
        majorities=majorities_of(first),
        coalitions={name: tuple(group) for name, group in first.coalitions.items()},
        quantities=quantities,
        alternatives=tuple(
            _alternative(study, k, counts[k], quantities, k not in drawn, officials[k])
            for k in range(len(study.candidates))
        ),
        official_source=_official_source(first) if found is not None else "",
        official_list=dict(first.expect.list or {}) if first.expect is not None else {},
        notes=_notes(study),
    )  # fmt: skip


def _official_source(first: Scenario) -> str:
    own = any(party.votes is not None for party in first.parties.values())
    return "the votes of the scenario" if own else "expect.votes of the scenario"


def _alternative(
    study: Study, k: int, counts: PairCounts, quantities: Sequence[Quantity], again: bool,
    official: OfficialSeats | None,
) -> Alternative:  # fmt: skip
    """Return one candidate with its estimates; those it does not have are left out."""
    one, frame = study.candidates[k], study.frame
    own, other = (_known(study, number) for number in (k, 0))
    shown = [(c, q) for c, q in enumerate(quantities) if own(q)]
    return Alternative(
        name=one.name,
        rule=describe_law(one.scenario),
        settings=one.settings,
        seats=one.scenario.seats,
        values={q.name: counts.estimate(c, q) for c, q in shown},
        differences={} if k == 0 else {
            q.name: counts.difference(c, q) for c, q in shown if other(q)
        },
        distributions={name: counts.distribution(e) for e, name in enumerate(frame.entities)},
        moved=counts.moves(),
        reallocated=again,
        same=k > 0 and not counts.differs.any(),
        official=official,
    )  # fmt: skip


def _known(study: Study, k: int) -> Callable[[Quantity], bool]:
    """Return whether a candidate has a quantity: its own majorities, coalitions and tiers."""
    scenario, plan = study.candidates[k].scenario, study.plans[k]
    bars, mine = majorities_of(scenario), {*plan.parties, INDEPENDENTS}

    def known(quantity: Quantity) -> bool:
        bar, colon, holder = quantity.name.partition(": ")
        if colon:
            return bar in bars and (holder in mine or holder in scenario.coalitions)
        head = quantity.name.partition(".")[0]
        if head in ("list", "enters") or quantity.kind == "measure":
            return scenario.tiers.list is not None
        return True

    return known


def _notes(study: Study) -> tuple[str, ...]:
    """Return what a reader has to know about the comparison."""
    first = study.candidates[0].scenario
    found = [note for one in study.candidates for note in one.notes]
    if first.majorities and any(c.scenario.seats != first.seats for c in study.candidates):
        found.append(
            "chambers differ in size, and the majorities of the scenario are numbers of seats: "
            + ", ".join(f"{name} {seats}" for name, seats in first.majorities.items())
        )
    return tuple(found)
