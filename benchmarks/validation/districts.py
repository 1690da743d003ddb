"""Our district model on the German election of 2025, with every default, national vote given.

The scenario knows the candidates, the candidate vote of 2021 in the districts of 2025, and the
national candidate vote of 2025; it does not know how regions and districts left the nation. So it
knows more than a forecast before the election, and is no forecast: what it shows is that the sizes
of regional swing and of candidates' own shocks are right. They were taken from elections of which
this one is one.

The engine counts the winners; shares of candidates are made again from the same named normals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.validation.germany import CANDIDATES, OTHERS, STATES, Table, read_table
from benchmarks.validation.swing import OPTIONS, calibrate, nation_of, shares
from benchmarks.validation.targets import Target, main
from simulator.engine.execute import simulate, stream_key
from simulator.engine.plan import Plan, compile_plan
from simulator.kernels.normal import normals
from simulator.measures.calibration import central, covered
from simulator.measures.scores import average, brier_of_classes
from simulator.scenario.load import load_text

DRAWS = 16_384
SEED = 20250223
LEVELS = (0.5, 0.8, 0.9, 0.95)
PUBLISHED = 0.1367
# Log-weight of a candidate who does not stand.
ABSENT = -np.inf

Floats = NDArray[np.float64]


def expected_shares(table: Table) -> Floats:
    """Return expected shares: those before, moved by what returns the nation; absent ones 0.

    An option that stood nowhere before in a district starts at its mean log-share in the state.
    """
    stands, stood = table.now > 0, table.before > 0
    with np.errstate(divide="ignore"):
        log = np.log(shares(table.before))
    for state in set(table.states):
        here = table.states == state
        for option in range(log.shape[1]):
            known = log[here & stood[:, option], option]
            log[here & ~stood[:, option], option] = known.mean() if known.size else ABSENT
    log[~stands] = ABSENT
    return calibrate(lambda shift: shares(np.exp(log + shift)), *nation_of(table))


def scenario(table: Table, expected: Floats) -> str:
    """Return the text of the scenario: 299 districts of sixteen states, nothing but defaults."""
    _, nation = nation_of(table)
    lines = ["schema: simseats/1", "name: Germany 2025, districts", "parties:"]
    # Rounded down, so that they do not add up to more than one; districts do not use them.
    lines += [f"  {o}: {{share: {p:.5f}}}" for o, p in zip(OPTIONS, nation - 1e-5, strict=False)]
    lines += [f"tiers: {{district: {{seats: {len(table.districts)}}}}}"]
    lines += ["uncertainty: {kernel: fixed}", "electorate:"]
    lines += ["  registered: 60490603", "  turnout: 82.54%", "  regions:"]
    lines += [f"    {state.lower()}: {{}}" for state in STATES.values() if state in table.states]
    lines.append("  districts:")
    for at, k in enumerate(table.districts):
        lines.append(f"    d{k}: {{region: {table.states[at].lower()}, candidates: [")
        for option, share in zip(table.options, expected[at], strict=True):
            if share > 0:
                party = "" if option == OTHERS else f"party: {option}, "
                lines.append(f"      {{{party}strength: {np.log(share):.12f}}},")
        lines.append("    ]}")
    return "\n".join(lines) + "\n"


def candidate_weights(plan: Plan, draws: int) -> NDArray[np.float32]:
    """Return the log-weights (candidates, draws) of a plan without national error.

    Written from the formulas: base + regional swing + own shock, Student's t by Wallace's transform
    of the normal that has the candidate's name.
    """
    names, contests, regions = plan.names, plan.contests, plan.regions
    z = np.empty((names.local.size, draws), np.float32)
    normals(names.local, np.uint64(0), stream_key(SEED), z)
    found = np.empty((contests.base.size, draws), np.float32)
    at = 0
    for r in range(len(plan.geography.areas)):
        start, stop = names.local_start[r], names.local_start[r + 1]
        swing = student(z[start + 1 : start + 1 + len(plan.options)], regions.rate, regions.scale)
        swing *= regions.swing_sd[:, None]
        own = student(z[start + 1 + len(plan.options) : stop], contests.rate, contests.scale)
        for row in own:
            found[at] = contests.base[at] + contests.sd[at] * row
            if contests.shift[at] >= 2:
                found[at] += swing[contests.shift[at] - 2]
            at += 1
    return found


def student(z: NDArray[np.float32], rate: float, scale: float) -> NDArray[np.float32]:
    """Return Student's t of unit variance by D. L. Wallace's transform of normals."""
    x = z.astype(np.float64)
    return np.asarray(np.sign(x) * np.sqrt(scale * np.expm1(rate * x**2)), np.float32)


def check(folder: Path) -> Iterator[Target]:
    """Yield the targets."""
    table = read_table(folder, 2025, CANDIDATES, OPTIONS)
    expected = expected_shares(table)
    # Independent draws: the shares below are made again from the same normals.
    plan = replace(compile_plan(load_text(scenario(table, expected)).scenario), sampler="mc")
    order = [table.districts.index(int(roster.district[1:])) for roster in plan.rosters]
    counts = simulate(plan, SEED, 0, DRAWS).counts
    probability = np.zeros((len(order), len(table.options)))
    starts, entity = plan.contests.winner_start, plan.contests.winner_entity
    for d, at in enumerate(order):
        for w in range(starts[d], starts[d + 1]):
            probability[at, entity[w]] = counts.won[0, w] / DRAWS
    won = np.array([table.options.index(o) for o in table.best])
    score = average(brier_of_classes(probability, won))
    right = int((probability.argmax(axis=1) == won).sum())
    yield Target.between("winners right of 299, more than the published", 271, 299, right)
    yield Target.between("Brier score, below the published 0.1367", 0, PUBLISHED, score.value)
    yield from check_shares(plan, table, order, probability)


def check_shares(
    plan: Plan, table: Table, order: list[int], probability: Floats
) -> Iterator[Target]:
    """Yield the targets of the shares of candidates, and that they are those of the engine."""
    weights = candidate_weights(plan, DRAWS)
    low, high, truth = [], [], []
    away, starts = 0.0, plan.contests.candidate_start
    for d, at in enumerate(order):
        here = weights[starts[d] : starts[d + 1]].astype(np.float64)
        standing = np.flatnonzero(table.now[at] > 0)
        first = np.bincount(here.argmax(axis=0), minlength=standing.size) / DRAWS
        away = max(away, float(np.abs(first - probability[at, standing]).max()))
        drawn = 100 * np.exp(here) / np.exp(here).sum(axis=0)
        ends = [central(drawn, level) for level in LEVELS]
        low.append(np.array([e[0] for e in ends]))
        high.append(np.array([e[1] for e in ends]))
        truth.append(100 * table.now[at, standing] / table.now[at].sum())
    # Shocks are made here in double precision: a level draw or two may fall to the other side.
    yield Target("winning probabilities: engine and formulas differ by", 0, away, 2 / DRAWS)
    lows, highs, actual = np.hstack(low), np.hstack(high), np.hstack(truth)
    for k, level in enumerate(LEVELS):
        share = covered(level, lows[k], highs[k], actual).share
        bounds = (0.85, 0.95) if level == 0.9 else (level - 0.1, min(1.0, level + 0.1))
        yield Target.between(f"coverage of {level:.0%} intervals", *bounds, share)


if __name__ == "__main__":
    main("The district model on Germany 2025, national vote given", check)
