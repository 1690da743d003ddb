"""Plans for measuring and testing the kernels: the inputs of a chunk, built without a scenario.

The default :class:`Country` is the flagship: 20 regions, 29 districts with 11 candidates each, 8
ballot options of which 7 are parties, 69 list seats; baselines are drawn and raked, every district
is a cell of its own. Change a field and call :meth:`Country.plan`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.allocation import registry
from simulator.engine.chances import no_chances
from simulator.kernels import chunk, tally
from simulator.kernels.inputs import (
    ANGULAR,
    AS_THE_REGION,
    BASE_PARTY_VOTES,
    DIVISOR,
    F64,
    FULLY,
    I64,
    LARGEST_REMAINDER,
    LAYERED,
    NO_TILT,
    U32,
    Contests,
    Counts,
    Following,
    Law,
    Layers,
    Names,
    National,
    Record,
    Regions,
    Swing,
    Turnout,
    Undecided,
)
from simulator.kernels.layer import Dirichlet
from simulator.kernels.layout import PAD64
from simulator.kernels.points import MC
from simulator.system.law import compile_method

KEY: U32 = np.array([20230319, 1], np.uint32)
SHARE = (0.5378, 0.1066, 0.0868, 0.0831, 0.0669, 0.0512, 0.0260, 0.0416)
SLOTS = 1 << 16
NO_POINTS = np.zeros((0, 0, 33), np.uint32)
NO_PUSH = np.zeros((0, 2), np.float32)


class Plan(NamedTuple):
    """The inputs of a chunk."""

    names: Names
    nation: National
    regions: Regions
    contests: Contests
    law: Law
    layers: Layers = Layers()


class Outcome(NamedTuple):
    """Every draw of a chunk, one draw a row."""

    votes: I64  # (draws, K)
    list_seats: I64  # (draws, P)
    district_seats: I64  # (draws, E)
    turnout: F64  # (draws,)


def stream(name: str) -> int:
    """Return the 32-bit stream of a name."""
    return int.from_bytes(hashlib.blake2s(name.encode(), digest_size=4).digest(), "little")


def streams(names: Iterable[str]) -> U32:
    """Return the streams of many names."""
    return np.array([stream(name) for name in names], np.uint32)


def wallace(freedom: float) -> tuple[float, float]:
    """Return rate and scale of the tail transform; normal tails when `freedom` is zero."""
    if freedom == 0:
        return 0.0, 0.0
    return ((8 * freedom + 3) / (8 * freedom + 1)) ** 2 / freedom, freedom - 2.0


def starts(sizes: Iterable[int]) -> I64:
    """Return CSR offsets."""
    return np.concatenate([[0], np.cumsum(list(sizes))]).astype(np.int64)


@dataclass(frozen=True)
class Country:
    """An invented country; the fields are the model's parameters."""

    share: tuple[float, ...] = SHARE
    parties: int = 7
    districts: tuple[int, ...] = (3, 3, 2, 2, 2, 2, 2, *[1] * 13)  # of each region
    electorate: float = 12_035_578.0
    kind: int = ANGULAR
    sample: float = 1600.0  # effective size of the polls
    freedom: int = 5
    blocs: float = 0.0  # correlation between the national shocks of all options
    turnout_sd: float = 0.02
    drawn: bool = True
    baseline_sd: float = 0.25
    swing_sd: float = 0.10
    cell_sd: float = 0.07
    tail: float = 6.0  # degrees of freedom of swings and candidates, 0: normal
    support: float = 0.0
    invalid: float = 0.0238
    elects: bool = True
    independents: int = 9
    seats: int = 69
    method: int = LARGEST_REMAINDER
    split: float = 1.0
    threshold: tuple[float, float] = (1.0, 20.0)
    strict: bool = False
    base: int = BASE_PARTY_VOTES
    admit_all: bool = True
    lone: bool = True
    swing: tuple[float, float, float, float] | None = None  # parts of Swing
    tilt: float = 0.0  # regional shifts up to this size
    cell_turnout_sd: float = 0.02
    differential: float = 0.0
    undecided: float = 0.0
    concentration: float = 10.0
    follow: tuple[float, float] = (1.0, 1.0)  # nation and region

    @property
    def cells(self) -> int:
        """Return the number of districts, which are the cells of the list vote."""
        return sum(self.districts)

    def plan(self) -> Plan:
        """Return the kernel inputs."""
        return Plan(
            self.names(), self.nation(), self.regions(), self.contests(), self.law(), self.layers()
        )

    def names(self) -> Names:
        """Return the streams of every named shock, in the order of the rows."""
        options = range(len(self.share))
        national = [f"national/option/{i}" for i in options] if self.kind == ANGULAR else []
        national += [f"national/tail/{j}" for j in range(self.tails)]
        national += ["national/turnout", "national/field"]
        baseline = [f"region/{r}/baseline/{i}" for r in range(len(self.districts)) for i in options]
        local = [list(self._local(r)) for r in range(len(self.districts))]
        return Names(
            streams(national),
            streams(baseline if self.drawn else []),
            streams(name for names in local for name in names),
            starts(len(names) for names in local),
        )

    @property
    def tails(self) -> int:
        """Return how many squared normals mix the tails."""
        return self.freedom if self.kind == ANGULAR else 0

    def _local(self, region: int) -> Iterable[str]:
        options, within = range(len(self.share)), range(self.districts[region])
        yield f"region/{region}/turnout"
        if self.swing_sd > 0:
            yield from (f"region/{region}/swing/{i}" for i in options)
        if self.cell_sd > 0:
            yield from (f"cell/{region}/{d}/swing/{i}" for d in within for i in options)
        if self.elects:
            running = range(self.independents + 2)
            yield from (f"district/{region}/{d}/candidate/{a}" for d in within for a in running)
        if self.cell_turnout_sd > 0:
            yield from (f"district/{region}/{d}/turnout" for d in within)

    def nation(self) -> National:
        """Return the national layer, shares corrected for the mean of the squared root."""
        share = self._share()
        c, options = self.sample**-0.5, share.size
        corrected = np.maximum(share * (1 + options * c * c / 4) - c * c / 4, 1e-4)
        rho = np.full((options, options), self.blocs) + (1 - self.blocs) * np.eye(options)
        return National(
            kind=self.kind, freedom=self.tails,
            ratio=(corrected / share).astype(np.float32),
            slope=(c / (2 * np.sqrt(corrected))).astype(np.float32),
            mixing=np.ascontiguousarray(np.linalg.cholesky(rho), np.float32),
            correlated=self.blocs != 0, turnout_sd=self.turnout_sd,
            layer=self.dirichlet() if self.kind == LAYERED else None,
        )  # fmt: skip

    def dirichlet(self) -> Dirichlet:
        """Return the Dirichlet layer."""
        options = range(len(self.share))
        return Dirichlet(
            (self.sample * self._share()).astype(np.float32),
            streams(f"national/gamma/{i}" for i in options),
            streams(f"national/accept/{i}" for i in options),
        )

    def _share(self) -> F64:
        share = np.array(self.share, np.float64)
        return share / share.sum()

    def regions(self) -> Regions:
        """Return the regional layer: electorates in proportion to the districts."""
        share, count = self._share(), len(self.districts)
        cell_start = starts(self.districts)
        people = np.full(self.cells, round(self.electorate / self.cells), np.float64)
        own = np.add.reduceat(people, cell_start[:-1])
        rate, scale = wallace(self.tail)
        return Regions(
            baseline=np.ascontiguousarray(np.tile(share, (count, 1)), np.float32),
            drawn=self.drawn, baseline_sd=self.baseline_sd,
            weight=(own / own.sum()).astype(np.float32), share=share.astype(np.float32),
            raking_steps=4, swings=self.swing_sd > 0,
            swing_sd=np.full(share.size, self.swing_sd, np.float32), rate=rate, scale=scale,
            support=np.linspace(self.support, -self.support, share.size).astype(np.float32),
            turnout_logit=np.linspace(-0.4, 0.7, count).astype(np.float32),
            turnout_sd=self.turnout_sd, valid_share=np.full(count, 1 - self.invalid),
            people=own, cell_start=cell_start, cell_people=people, cell_sd=self.cell_sd,
        )  # fmt: skip

    def contests(self) -> Contests:
        """Return the contests: a nominee of party 0, independents, and against all."""
        districts = self.cells if self.elects else 0
        field = np.arange(self.independents + 2)
        nominee, against = field == 0, field == field[-1]
        base = np.where(nominee, 0.0, np.where(against, -2.6, -0.784))
        entity = np.where(nominee, 0, np.where(against, -1, self.parties))
        rate, scale = wallace(self.tail)
        return Contests(
            start=starts(self.districts if self.elects else [0] * len(self.districts)),
            candidate_start=starts([field.size] * districts),
            base=np.tile(base, districts).astype(np.float32),
            sd=np.tile(np.where(nominee | against, 0.15, 0.40), districts).astype(np.float32),
            shift=np.tile(np.where(nominee, 2, np.where(against, 0, 1)), districts),
            entity=np.tile(entity, districts),
            group=np.tile(np.where(nominee, 0, np.where(against, 2, 1)), districts),
            winner_start=starts([2] * districts),
            winner_entity=np.tile(np.array([0, self.parties]), districts), field_sd=0.2,
            rate=rate, scale=scale, follows_list=self.elects,
        )  # fmt: skip

    def layers(self) -> Layers:
        """Return the layers that are switched on."""
        options, count = len(self.share), len(self.districts)
        slopes = np.linspace(self.differential, -self.differential, options)
        moved = np.linspace(-self.tilt, self.tilt, options * count).reshape(count, options)
        level = np.repeat(np.linspace(-0.4, 0.7, count), self.districts)
        late = [f"undecided/{i}" for i in range(options)]
        contests = self.contests()
        return Layers(
            swing=Swing(*self.swing) if self.swing is not None else None,
            tilt=np.exp(moved).astype(np.float32) if self.tilt else NO_TILT,
            turnout=Turnout(
                logit=(level + np.linspace(-0.1, 0.1, self.cells)).astype(np.float32),
                sd=self.cell_turnout_sd, differential=slopes.astype(np.float32),
                differs=self.differential != 0,
            ) if self.cell_turnout_sd > 0 or self.differential else AS_THE_REGION,
            undecided=Undecided(
                self.undecided, self.concentration, streams(late),
                streams(f"{name}/accept" for name in late),
            ) if self.undecided else None,
            following=Following(
                option=np.where(contests.shift >= 2, contests.shift - 2, -1),
                nation=np.full(contests.base.size, self.follow[0], np.float32),
                region=np.full(contests.base.size, self.follow[1], np.float32),
            ) if self.follow != (1.0, 1.0) else FULLY,
        )  # fmt: skip

    def law(self) -> Law:
        """Return the list tier."""
        own = self.method == DIVISOR
        name, given = ("stationary", {"split": str(self.split)}) if own else (
            "largest-remainder", {})  # fmt: skip
        rule = compile_method(registry.get(name), given, self.seats, int(self.electorate))
        return Law(
            self.seats, self.method, rule, *self.threshold, self.strict, self.base,
            self.electorate, self.admit_all, self.lone, 7, 10, 2,
            np.zeros(self.parties + 1, np.int64),
        )  # fmt: skip


DIRICHLET_COUNTRY = Country(kind=LAYERED)


def empty_counts(plan: Plan) -> Counts:
    """Return counts of zero draws; the moments are centred at a tenth."""
    parties, districts = plan.law.held.size - 1, plan.contests.candidate_start.size - 1
    every = plan.law.seats + districts + int(plan.law.held.sum())
    moments = plan.nation.ratio.size + 1 + plan.regions.people.size

    def zeros(*shape: int) -> I64:
        return np.zeros(shape, np.int64)

    return Counts(
        list_seats=zeros(1, parties, plan.law.seats + 1),
        district_seats=zeros(1, parties + 1, every - plan.law.seats + 1),
        total_seats=zeros(1, parties + 1, every + 1),
        coalition_member=np.eye(2, parties + 1, dtype=np.int8),
        coalition_seats=zeros(1, 2, every + 1), largest=zeros(1, every + 1),
        won=zeros(1, plan.contests.winner_entity.size), flags=zeros(tally.FLAGS),
        moments=np.zeros((1, moments, PAD64)), squares=np.zeros((moments, PAD64)),
        centre=np.full(moments, 0.1), chance_sums=zeros(1, parties), chance_squares=zeros(parties),
        chance_passed=zeros(1, parties), chance_draws=zeros(1),
        chamber_hash=np.zeros(SLOTS, np.uint64),
        chamber_count=zeros(SLOTS), chamber_vector=np.zeros((SLOTS, 2 * parties + 1), np.int16),
        chamber_limit=np.full(1, 2**64 - 1, np.uint64),
    )  # fmt: skip


def empty_record(plan: Plan, draws: int) -> Record:
    """Return room for every draw of a chunk."""
    parties = plan.law.held.size - 1
    rows = plan.nation.ratio.size + 2 * parties + 1
    return Record(np.zeros((rows, draws), np.int64), np.zeros(draws))


class Runner:
    """Runs chunks of one plan over one workspace, and counts."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        parties = plan.law.held.size - 1
        wins = plan.contests.winner_entity.size
        self.work = chunk.workspace(plan.names, plan.regions, parties, wins)
        self.counts = empty_counts(plan)
        self.record = empty_record(plan, 0)  # every draw, where somebody asks for it

    def run(self, first: int, draws: int, key: U32 = KEY) -> None:
        """Simulate the draws [first, first + draws)."""
        divisor = 1 if self.plan.law.method == DIVISOR else None
        chunk.run_chunk(
            *self.plan[:5], self.work, self.counts, self.record, key, np.uint64(first), draws,
            divisor, *self.plan.layers, MC, NO_POINTS, NO_POINTS, NO_POINTS, NO_PUSH,
            None, None, None, None, no_chances(self.counts),
        )  # fmt: skip


def run_every_draw(plan: Plan, first: int, draws: int, key: U32 = KEY) -> Outcome:
    """Return every draw of a chunk as the kernels compute it."""
    runner = Runner(plan)
    record = runner.record = empty_record(plan, draws)
    runner.run(first, draws, key)
    whole: NDArray[np.int64] = record.whole.T
    options, parties = plan.nation.ratio.size, plan.law.held.size - 1
    cuts = [options, options + parties]
    votes, list_seats, district_seats = np.split(whole, cuts, axis=1)
    return Outcome(votes, list_seats, district_seats, record.turnout)


def flagship() -> Plan:
    """Return the plan that the benchmarks measure."""
    return Country().plan()
