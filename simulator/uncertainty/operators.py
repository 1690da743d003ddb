"""Assumed irregularities compiled into the arrays that the kernels read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.kernels import irregularities as codes
from simulator.kernels.inputs import Contests
from simulator.kernels.irregularities import Operators
from simulator.uncertainty.precise import sqrt as root
from simulator.uncertainty.priors import POINTS, law_moments, table
from simulator.uncertainty.streams import streams
from simulator.vocabulary import INDEPENDENTS

THETA, ALPHA, SIGMA, STEP = 0.2, 2.0, 0.075, 0.05
MOST_SMALL, LEAST_EXTREME = 0.5, 0.8
_GRID, _PANELS = 65, 1024

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """A place where list votes are counted: a district, or a region without districts."""

    id: str
    region: str
    people: int
    stations: int = 0  # zero: not known


@dataclass(frozen=True)
class Act:
    """How a kind of the language acts: law over stations, and what is added, moved, cut."""

    law: int
    add: int = codes.ADD_NONE
    move: int = codes.MOVE_NONE
    cut: int = codes.CUT_NONE
    takes: bool = False


def act_of(operator: Any) -> Act:
    """Return how an operator acts at its level."""
    station = operator.level == "station"
    if operator.kind in ("klimek", "eforensics"):
        return Act(codes.MIXTURE, codes.ADD_SHARE, codes.MOVE_SHARE)
    if operator.kind == "stuffing":
        add = codes.ADD_SHARE if operator.ballots is None else codes.ADD_COUNT
        return Act(codes.PLAIN, add)
    if operator.kind == "switching":
        return Act(codes.PLAIN, move=codes.MOVE_SHARE, takes=True)
    if operator.kind == "carousel":
        return Act(codes.POISSON, codes.ADD_COUNT)
    if operator.kind == "rewriting" and operator.rewrites == "share":
        move = codes.MOVE_NEXT if station else codes.MOVE_LIFT
        return Act(codes.REWRITE, move=move, takes=True)
    if operator.kind == "rewriting":
        return Act(codes.REWRITE, codes.ADD_NEXT if station else codes.ADD_COUNT)
    if operator.kind == "suppression":
        return Act(codes.PLAIN, cut=codes.CUT_VOTES, takes=True)
    if operator.kind == "annulment":
        return Act(codes.BINOMIAL, cut=codes.CUT_ALL, takes=True)
    return Act(codes.PLAIN, codes.ADD_TARGET)


def first_knob(operator: Any) -> tuple[str, float]:
    """Return the name of the first number of an operator, and the most it can be."""
    names = {
        "klimek": "incremental", "eforensics": "incremental", "carousel": "buses",
        "topping-up": "target",
    }  # fmt: skip
    name = names.get(operator.kind, "share")
    if operator.kind == "stuffing" and operator.ballots is not None:
        name = "ballots"
    return name, 1.0 if name not in ("buses", "ballots") else float("inf")


def second_knob(operator: Any) -> str | None:
    """Return the name of the second number of an operator, if it has one."""
    if operator.kind in ("klimek", "eforensics"):
        return "extreme"
    return "clean" if operator.kind == "topping-up" else None


def shape_knob(operator: Any) -> str | None:
    """Return which number of the law of the intensities has a prior."""
    if operator.kind != "klimek":
        return None
    return next((n for n in ("theta", "alpha") if _is_prior(getattr(operator, n))), None)


def _is_prior(value: Any) -> bool:
    return value is not None and not isinstance(value, float)


def moments(kind: str, scale: float, shape: float, sigma: float) -> list[float]:
    """Return the columns of a law: moments of a small and of an extreme intensity, parameters.

    Each five: means of what is made and taken, of their squares, of their product.
    """
    if kind == "klimek":
        powers = (1.0, shape, 2.0, 2.0 * shape, 1.0 + shape)
        small = [law_moments(scale, p, panels=_PANELS) for p in powers]
        extreme = [law_moments(sigma, p, from_one=True, panels=_PANELS) for p in powers]
        return [*small, *extreme, scale, shape]
    made = [law_moments(scale, p, 0.0, MOST_SMALL) for p in (1.0, 2.0)]
    taken = [law_moments(shape, p, 0.0, MOST_SMALL) for p in (1.0, 2.0)]
    far = [law_moments(sigma, p, LEAST_EXTREME, from_one=True) for p in (1.0, 2.0)]
    small = [made[0], taken[0], made[1], taken[1], made[0] * taken[0]]
    extreme = [far[0], far[0], far[1], far[1], far[0] * far[0]]
    return [*small, *extreme, scale, shape]


def compile_knobs(operator: Any) -> tuple[list[float], list[bool], NDArray[np.float64]]:
    """Return fixed values, which knobs are drawn, and the tables of those that are."""
    const, drawn = [0.0] * codes.KNOBS, [False] * 3
    tables = np.zeros((codes.KNOBS, POINTS))

    def set_knob(part: int, name: str | None, most: float) -> None:
        value: Any = getattr(operator, name) if name is not None else None
        if _is_prior(value):
            drawn[part] = True
            tables[part] = np.minimum(table(value.form, value.first, value.second), most)
        elif value is not None:
            const[part] = value

    name, most = first_knob(operator)
    set_knob(0, name, most)
    set_knob(1, second_knob(operator), 1.0)
    if operator.kind not in ("klimek", "eforensics"):
        return const, drawn, tables
    sigma = operator.sigma if operator.sigma is not None else SIGMA
    scale: Any
    shape: Any
    if operator.kind == "eforensics":
        scale, shape = operator.manufactured or 0.0, operator.stolen or 0.0
    else:
        scale = THETA if operator.theta is None else operator.theta
        shape = ALPHA if operator.alpha is None else operator.alpha
    uncertain = shape_knob(operator)
    if uncertain is None:
        const[codes.INCREMENTAL :] = moments(operator.kind, scale, shape, sigma)
        return const, drawn, tables
    drawn[2] = True
    prior: Any = scale if uncertain == "theta" else shape
    low, high = (0.001, 0.5) if uncertain == "theta" else (0.25, 10.0)
    values = np.clip(table(prior.form, prior.first, prior.second), low, high)
    columns: Callable[[float], list[float]] = (
        (lambda x: moments("klimek", x, shape, sigma)) if uncertain == "theta"
        else (lambda x: moments("klimek", scale, x, sigma))
    )  # fmt: skip
    grid = np.linspace(values.min(), values.max(), _GRID)
    found = np.array([columns(float(x)) for x in grid])
    for column in range(found.shape[1]):
        tables[codes.INCREMENTAL + column] = np.interp(values, grid, found[:, column])
    return const, drawn, tables


def knob_names(operator: Any) -> list[str]:
    """Return the names of the three priors of an operator."""
    names = (first_knob(operator)[0], second_knob(operator) or "second", "shape")
    shape = shape_knob(operator)
    return [f"irregularities/{operator.id}/{n}" for n in (*names[:2], shape or names[2])]


def noise_names(operator: Any, cells: Sequence[Cell]) -> list[str]:
    """Return the names of the station noise of each cell: what is made, and what is taken."""
    names = []
    for cell in cells:
        region = operator.level == "region" and act_of(operator).law != codes.POISSON
        place = f"region/{cell.region}" if region else f"district/{cell.id}"
        names += [f"irregularities/{operator.id}/{place}/{part}" for part in ("made", "taken")]
    return names


def all_names(operators: Sequence[Any], cells: Sequence[Cell]) -> list[str]:
    """Return the names of all random numbers of the operators, without repeats."""
    names: dict[str, None] = {}
    for operator in operators:
        names |= dict.fromkeys([*knob_names(operator), *noise_names(operator, cells)])
    return list(names)


def compile_operators(
    operators: Sequence[Any],
    cells: Sequence[Cell],
    options: Sequence[str],
    parties: int,
    contests: Contests,
    *,
    inverse: bool,
    contested: bool,
    salt: int,
) -> Operators:
    """Return the arrays of all operators."""
    acts = [act_of(operator) for operator in operators]
    knobs = [compile_knobs(operator) for operator in operators]
    slots = _Slots(contests, parties)

    def ints(values: Sequence[Any]) -> Ints:
        return np.array(values, np.int64)

    count, width = len(operators), len(cells)
    return Operators(
        kind=ints([a.law for a in acts]), add=ints([a.add for a in acts]),
        move=ints([a.move for a in acts]), cut=ints([a.cut for a in acts]),
        active=np.ones(count, np.int64),
        station=ints([o.level == "station" for o in operators]),
        on_list=ints(["list" in o.tiers for o in operators]),
        on_district=ints(["district" in o.tiers for o in operators]),
        sign=-1.0 if inverse else 1.0,
        own=ints([-1 if o.beneficiary is None else options.index(o.beneficiary)
                  for o in operators]),
        victim=np.array([_victims(o, options) for o in operators], np.int8),
        takes=ints([a.takes for a in acts]),
        step=np.array([STEP if o.step is None else o.step for o in operators]),
        linked=ints([o.kind == "klimek" for o in operators]),
        visit=np.array([_visit(o) for o in operators]),
        extra=np.array([o.supplementary or 0.0 for o in operators]),
        const=np.array([k[0] for k in knobs], np.float32),
        drawn=ints([k[1] for k in knobs]),
        stream=np.array([streams(knob_names(o), salt) for o in operators]),
        table=np.array([k[2] for k in knobs], np.float32),
        place=ints([[_acts_in(o, cell) for cell in cells] for o in operators]),
        scale=np.array([_scales(o, a, cells) for o, a in zip(operators, acts, strict=True)],
                       np.float32),
        parts=ints([_parts(o, k, cells) for o, k in zip(operators, knobs, strict=True)]),
        root=np.array([[_root(o, cell, cells) for cell in cells] for o in operators], np.float32),
        noise=np.array([streams(noise_names(o, cells), salt) for o in operators])
        .reshape(count, width, 2),
        slot_start=slots.start, slot_victim=np.array([slots.victims(o, options)
                                                      for o in operators], np.int8),
        slot_own=ints([slots.own(o, options) for o in operators]),
        slot_entity=ints(slots.entity), slot_entities=parties + 2, slot_alone=ints(slots.alone),
        option=np.arange(len(options), dtype=np.int64), contested=int(contested),
    )  # fmt: skip


def _victims(operator: Any, options: Sequence[str]) -> list[bool]:
    if operator.kind == "annulment":
        return [True] * len(options)
    victims = operator.victims
    return [
        name != operator.beneficiary and (victims is None or name in victims) for name in options
    ]


def _visit(operator: Any) -> float:
    ballots = operator.ballots_per_bus or 0
    return float(
        ballots if operator.level == "station" else ballots * (operator.stations_per_bus or 1)
    )


def _acts_in(operator: Any, cell: Cell) -> bool:
    return operator.regions is None or cell.region in operator.regions


def _scales(operator: Any, act: Act, cells: Sequence[Cell]) -> list[float]:
    """Return the factors from a knob to ballots, or to expected buses, in each cell."""
    if operator.kind == "carousel":
        return [cell.stations / 1000.0 for cell in cells]
    if act.add != codes.ADD_COUNT:
        return [1.0] * len(cells)
    if operator.kind == "rewriting":
        return [float(cell.people) for cell in cells]
    everybody = sum(cell.people for cell in cells if _acts_in(operator, cell))
    return [cell.people / everybody for cell in cells]


def _parts(
    operator: Any, knobs: tuple[list[float], list[bool], NDArray[np.float64]], cells: Sequence[Cell]
) -> list[int]:
    """Return into how many Poisson numbers the buses of each cell are split."""
    if operator.kind != "carousel":
        return [1] * len(cells)
    const, drawn, tables = knobs
    most = float(tables[0].max()) if drawn[0] else const[0]
    return [1 + int(most * cell.stations / 1000.0 / codes.MOST_MEAN) for cell in cells]


def _root(operator: Any, cell: Cell, cells: Sequence[Cell]) -> float:
    """Return one over the root of the number of stations over which the noise averages."""
    stations = cell.stations
    if operator.level == "region":
        stations = sum(other.stations for other in cells if other.region == cell.region)
    return 1.0 / root(stations) if stations else 0.0


class _Slots:
    """The groups of every contest, and after them those who cannot be elected."""

    def __init__(self, contests: Contests, parties: int) -> None:
        self.parties = parties
        starts = contests.winner_start
        self.contests = [
            [*(int(e) for e in contests.winner_entity[starts[d] : starts[d + 1]]), parties + 1]
            for d in range(len(starts) - 1)
        ]
        self.entity = [e for contest in self.contests for e in contest]
        self.alone = [n == 1 for n in _group_sizes(contests, self.contests)]
        self.start = np.cumsum([0, *(len(c) for c in self.contests)]).astype(np.int64)

    def victims(self, operator: Any, options: Sequence[str]) -> list[bool]:
        """Return who loses votes, slot by slot."""
        if operator.kind == "annulment":
            return [True] * len(self.entity)
        if operator.victims is None:
            hit = set(range(self.parties + 2))
        else:
            named = [*options[: self.parties], INDEPENDENTS]
            hit = {k for k, name in enumerate(named) if name in operator.victims}
            if any(name in operator.victims for name in options[self.parties :]):
                hit.add(self.parties + 1)
        if operator.beneficiary is not None:
            hit.discard(options.index(operator.beneficiary))
        return [e in hit for e in self.entity]

    def own(self, operator: Any, options: Sequence[str]) -> list[int]:
        """Return the slot of the beneficiary in each contest, -1 where it does not stand."""
        if operator.beneficiary is None:
            return [-1] * len(self.contests)
        k = options.index(operator.beneficiary)
        return [contest.index(k) if k in contest else -1 for contest in self.contests]


def _group_sizes(contests: Contests, groups: Sequence[Sequence[int]]) -> list[int]:
    """Return how many candidates stand in each group of each contest."""
    sizes = []
    for d, slots in enumerate(groups):
        start, stop = contests.candidate_start[d], contests.candidate_start[d + 1]
        sizes += np.bincount(contests.group[start:stop], minlength=len(slots)).tolist()
    return sizes
