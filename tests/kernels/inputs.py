"""Inputs that the kernel tests share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from benchmarks.plans import Country, Plan, starts
from simulator.kernels.inputs import (
    BASE_BALLOTS,
    BASE_ELECTORATE,
    BASE_VALID,
    DIVISOR,
    FIXED,
    Contests,
)

FLAGSHIP = Country()
SMALL = Country(districts=(2, 1, 1), independents=3, electorate=900_000.0)
NATIONAL_ONLY = Country(
    districts=(1,), drawn=False, swing_sd=0.0, cell_sd=0.0, elects=False, turnout_sd=0.0,
    electorate=4.0e7,
)  # fmt: skip

COUNTRIES = {
    "flagship": FLAGSHIP,
    "one region": Country(districts=(1,), electorate=3.0e6),
    "dhondt": Country(method=DIVISOR, split=1.0, base=BASE_VALID),
    "sainte-lague": replace(SMALL, method=DIVISOR, split=0.5, base=BASE_BALLOTS, strict=True),
    "correlated": Country(blocs=0.3, support=0.4, drawn=False, threshold=(7.0, 100.0)),
    "normal tails": replace(SMALL, tail=0.0, freedom=0, cell_sd=0.0),
    "alone": Country(sample=200.0, threshold=(45.0, 100.0)),
    "nobody": Country(sample=200.0, threshold=(55.0, 100.0), admit_all=False),
    "share of the electorate": replace(SMALL, base=BASE_ELECTORATE, threshold=(1.0, 4.0)),
    "fixed": replace(SMALL, kind=FIXED, swing_sd=0.0, lone=False),
    "logit swing": replace(SMALL, swing=(0.0, 1.0, 0.0, 0.0), tilt=0.3),
    "proportional swing": replace(SMALL, swing=(0.0, 0.0, 1.0, 0.0), tilt=0.1, cell_sd=0.0),
    "additive swing": replace(
        SMALL, swing=(0.0, 0.0, 0.0, 1.0), tilt=0.1, drawn=False, swing_sd=0.0
    ),
    "mixed swing": replace(
        SMALL, swing=(0.125, 0.25, 0.25, 0.375), tilt=0.2, differential=0.5, turnout_sd=0.15
    ),
    "differential turnout": replace(
        SMALL, differential=-0.8, turnout_sd=0.15, cell_turnout_sd=0.07, support=0.3
    ),
    "turnout alone": replace(
        SMALL, differential=0.8, turnout_sd=0.15, cell_turnout_sd=0.0, swing_sd=0.0
    ),
    "distant nominees": replace(SMALL, follow=(0.6, 0.3), tilt=0.4, cell_turnout_sd=0.0),
}


def contest_plan(
    base: ArrayLike,
    sd: ArrayLike,
    entity: ArrayLike,
    *,
    shared: ArrayLike = 0,
    field_sd: float = 0.0,
) -> Plan:
    """Return contests (D, candidates) with normal shocks and nothing else that varies.

    Where `shared` is 1 the common shift is added.
    """
    base = np.atleast_2d(np.asarray(base, np.float32))
    districts, running = base.shape

    def flat(values: ArrayLike, kind: type) -> np.ndarray:
        return np.broadcast_to(np.asarray(values), base.shape).astype(kind).ravel()

    entities = flat(entity, np.int64)
    parties = max(2, running)
    plan = Country(
        share=(1.0 / parties,) * parties, parties=parties, districts=(districts,), kind=FIXED,
        drawn=False, swing_sd=0.0, cell_sd=0.0, tail=0.0, independents=running - 2, seats=0,
    ).plan()  # fmt: skip
    ballots = [[int(e) for e in row] for row in entities.reshape(base.shape)]
    winners = [list(dict.fromkeys(e for e in row if e >= 0)) for row in ballots]
    group = [
        who.index(e) if e >= 0 else len(who)
        for row, who in zip(ballots, winners, strict=True)
        for e in row
    ]
    contests = Contests(
        start=starts([districts]), candidate_start=starts([running] * districts),
        base=base.ravel(), sd=flat(sd, np.float32), shift=flat(shared, np.int64),
        entity=entities, group=np.array(group, np.int64),
        winner_start=starts(len(who) for who in winners),
        winner_entity=np.concatenate(winners), field_sd=field_sd, rate=0.0, scale=0.0,
        follows_list=False,
    )  # fmt: skip
    return plan._replace(contests=contests)
