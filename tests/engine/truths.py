"""Elections drawn from the model by plain numpy, polls of them, and forecasts from those polls.

Two designs in which a forecast is calibrated in theory, whatever happens:

*Conjugate.* National shares come from a Dirichlet distribution and a poll asks a simple random
sample. The posterior is the Dirichlet distribution of prior and answers together, which is the
kernel `dirichlet` around their shares with their number as effective sample.

*Spherical.* The roots of the national shares are uniform on the sphere (Jeffreys' prior, Dirichlet
with parameters 1/2) and the roots of the polled shares are off by c x / 2, x isotropic: normal or
Student's t alike. The chance of a poll then depends on nothing but its angle to the truth, and by
that symmetry the truth lies around the poll as the poll lies around the truth: in the kernel
`angular`, but for its correction of the mean and its floor, of the order c^2. Elections are kept
only when the poll, which the forecast knows, shows every option above three per cent: a selection
by what is known takes nothing from calibration.

*Pooled.* As the spherical design, with four polls that have house effects and a bias in common, of
the sizes that the engine takes for default. How much pollsters differ is then estimated, and
calibration holds as far as the pooling is right.

Everything below the nation (swing, turnout, contests) is drawn afresh with the sizes that the
scenario states, so it is calibrated if the engine draws what the scenario says. Nominees alone
stand in districts: what moves all options alike cancels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.allocation.law import allocate_by_law
from simulator.engine.execute import Draws, draw
from simulator.engine.plan import compile_plan
from simulator.measures.calibration import ranks
from simulator.scenario.load import load_text

Floats = NDArray[np.float64]

OPTIONS = ("a", "b", "c", "d", "e", "none")  # the last takes no seats
PARTIES = 5
LIST_SEATS = 30
REGIONS = {"north": (400_000, 0.5, 3), "south": (700_000, 0.6, 4), "east": (250_000, 0.7, 2)}
INVALID = 0.02
THRESHOLD = Fraction(1, 20)
SWING, CELL, NOMINEE, FREEDOM = 0.10, 0.07, 0.15, 6
TURNOUT_NATION, TURNOUT_REGION = 0.15, 0.09
DRAWS = 999

PRIOR = np.array([20, 14, 10, 6, 4, 6])
RESPONDENTS = 580  # with the prior 640, so that shares of it are short decimals
SAMPLE, TAILS = 400, 5
LEAST_POLLED = 0.03
POLLS, ASKED, HOUSE = 4, 1000, 3300


@dataclass(frozen=True)
class Election:
    """What can be compared with a forecast."""

    share: Floats  # (options,) of the valid ballots
    list_seats: NDArray[np.int64]  # (parties,)
    district_seats: NDArray[np.int64]
    turnout: float


@dataclass(frozen=True)
class Case:
    """An election and what its forecast knows: polled shares, one row a poll, and their size."""

    truth: Election
    polled: Floats  # (polls, options)
    size: int
    uncertainty: str


def student(generator: np.random.Generator, *shape: int) -> Floats:
    """Return Student's t of unit variance by Wallace's transform, which the model states."""
    z = generator.standard_normal(shape)
    rate = ((8 * FREEDOM + 3) / (8 * FREEDOM + 1)) ** 2 / FREEDOM
    return np.asarray(np.sign(z) * np.sqrt((FREEDOM - 2) * np.expm1(rate * z * z)))


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def hold_election(share: Floats, generator: np.random.Generator) -> Election:
    """Return an election in a country with these national shares."""
    votes = np.zeros(len(OPTIONS))
    won = np.zeros(PARTIES, np.int64)
    cast = 0.0
    common = TURNOUT_NATION * generator.standard_normal()
    for people, turnout, districts in REGIONS.values():
        own = TURNOUT_REGION * generator.standard_normal()
        rate = logistic(math.log(turnout / (1 - turnout)) + common + own)
        weight = np.log(share) + SWING * student(generator, len(OPTIONS))
        for _ in range(districts):
            cell = np.exp(weight + CELL * student(generator, len(OPTIONS)))
            ballots = people / districts * rate
            cast += ballots
            votes += (1 - INVALID) * ballots * cell / cell.sum()
            own_weight = weight[:PARTIES] + NOMINEE * student(generator, PARTIES)
            won[own_weight.argmax()] += 1
    whole = np.rint(votes).astype(int)
    seats = allocate_by_law(
        [int(v) for v in whole[:PARTIES]], base=int(whole.sum()), seats=LIST_SEATS,
        method="largest-remainder", threshold=THRESHOLD,
    ).seats  # fmt: skip
    people = sum(region[0] for region in REGIONS.values())
    return Election(whole / whole.sum(), np.array(seats), won, cast / people)


# Sampling, house effects and shared bias together are what the poll's own number says.
EXACT = "polls: {bias_n: 1_000_000_000_000, house_n: 1_000_000_000_000}"


def conjugate(generator: np.random.Generator) -> Case:
    """Return a case of the conjugate design."""
    share = generator.dirichlet(PRIOR)
    answers = PRIOR + generator.multinomial(RESPONDENTS, share)
    truth = hold_election(share, generator)
    size = int(answers.sum())
    return Case(truth, answers[None] / size, size, f"kernel: dirichlet, {EXACT}")


def random_roots(generator: np.random.Generator) -> Floats:
    """Return roots of shares, uniform on the sphere."""
    root = np.abs(generator.standard_normal(len(OPTIONS)))
    return np.asarray(root / np.sqrt((root**2).sum()))


def shared_miss(generator: np.random.Generator) -> Floats:
    """Return the error of roots that has an effective sample of SAMPLE and heavy tails."""
    mixing = (TAILS - 2) / generator.chisquare(TAILS)
    return np.asarray(generator.standard_normal(len(OPTIONS)) * math.sqrt(mixing / SAMPLE) / 2)


def squared(root: Floats) -> Floats:
    """Return roots as shares."""
    return np.asarray(root**2 / (root**2).sum())


def spherical(generator: np.random.Generator) -> Case:
    """Return a case of the spherical design."""
    while True:
        root = random_roots(generator)
        polled = squared(root + shared_miss(generator))
        if polled.min() >= LEAST_POLLED:
            truth = hold_election(root**2, generator)
            return Case(truth, polled[None], SAMPLE, f"tails: {TAILS}, {EXACT}")


def pooled(generator: np.random.Generator) -> Case:
    """Return a case of the pooled design."""
    while True:
        root = random_roots(generator)
        centre = root + shared_miss(generator)
        houses = generator.standard_normal((POLLS, len(OPTIONS))) / math.sqrt(HOUSE) / 2
        asked = [generator.multinomial(ASKED, squared(centre + house)) for house in houses]
        polled = np.array(asked) / ASKED
        if polled.mean(axis=0).min() >= LEAST_POLLED and polled.min() > 0:
            return Case(hold_election(root**2, generator), polled, ASKED, f"tails: {TAILS}")


DESIGNS: dict[str, Callable[[np.random.Generator], Case]] = {
    "conjugate": conjugate,
    "spherical": spherical,
    "pooled": pooled,
}


def percents(polled: Floats) -> str:
    """Return the shares of a poll as a scenario writes them; they add up to one."""
    parts = np.rint(1e8 * polled).astype(int)
    parts[0] += 10**8 - parts.sum()
    return ", ".join(f"{o}: {m / 1e6:.6f}%" for o, m in zip(OPTIONS, parts, strict=True))


def scenario(case: Case) -> str:
    """Return the scenario of a case: its polls, three regions, contests of nominees."""
    # Nominees move with their parties, from where the polls have them.
    centre = np.log(case.polled).mean(axis=0)
    nominees = ", ".join(
        f"{{party: {o}, strength: {x:.10f}}}"
        for o, x in zip(OPTIONS[:PARTIES], centre, strict=False)
    )
    lines = ["schema: simseats/1", "name: Forecast", "parties:"]
    lines += [f"  {o}: {{seats: {'false' if o == 'none' else 'true'}}}" for o in OPTIONS]
    lines += ["tiers:", f"  list: {{seats: {LIST_SEATS}, threshold: {float(THRESHOLD):.0%}}}"]
    lines += [f"  district: {{seats: {sum(r[2] for r in REGIONS.values())}}}"]
    lines += ["electorate:", f"  invalid: {INVALID:.0%}", "  regions:"]
    lines += [
        f"    {name}: {{registered: {n}, turnout: {t:.0%}}}" for name, (n, t, _) in REGIONS.items()
    ]
    lines.append("  districts:")
    lines += [
        f"    {name}-{k}: {{region: {name}, candidates: [{nominees}]}}"
        for name, (_, _, districts) in REGIONS.items()
        for k in range(districts)
    ]
    lines.append("polls:")
    lines += [
        f"  - {{pollster: p{k}, n: {case.size}, shares: {{{percents(row)}}}}}"
        for k, row in enumerate(case.polled)
    ]
    lines.append(f"uncertainty: {{{case.uncertainty}, region: {{baseline_sd: 0}}}}")
    return "\n".join(lines) + "\n"


def forecast(case: Case, seed: int) -> Draws:
    """Return draws of the engine for a case."""
    return draw(compile_plan(load_text(scenario(case)).scenario), seed, 0, DRAWS)


def rank_truths(
    make: Callable[[np.random.Generator], Case], truths: int, seed: int
) -> dict[str, NDArray[np.int64]]:
    """Return the rank of each truth among its draws, by quantity; parties take turns.

    One party of each truth, because the parties of one election are not independent.
    """
    generator = np.random.default_rng(seed)
    found: dict[str, list[int]] = {
        name: [] for name in ("share", "list seats", "district seats", "all seats", "turnout")
    }
    for k in range(truths):
        case = make(generator)
        draws, truth, party = forecast(case, seed + k), case.truth, k % PARTIES
        votes = draws.votes[:, party] / draws.votes.sum(axis=1)
        lists, districts = draws.list_seats[:, party], draws.district_seats[:, party]
        own, won = truth.list_seats[party], truth.district_seats[party]
        for name, values, actual in (
            ("share", votes, truth.share[party]),
            ("list seats", lists, own),
            ("district seats", districts, won),
            ("all seats", lists + districts, own + won),
            ("turnout", draws.turnout, truth.turnout),
        ):
            found[name].append(int(ranks(values, actual, generator)))
    return {name: np.array(values) for name, values in found.items()}
