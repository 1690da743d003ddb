"""Numbers in words: never "will", never more digits than the Monte Carlo error supports."""

from __future__ import annotations

import math
import shlex

from simulator.results.closeness import counted_in
from simulator.results.run import Run
from simulator.results.stopping import PASSES, check_errors
from simulator.results.summary import Probability

OPEN = (0.02, 0.98)
# Parties at the edge that have sentences of their own.
MOST_OPEN = 6


def percent(p: Probability) -> str:
    """Return a probability as a per cent that its error supports; never 0% or 100%.

    >>> percent(Probability(0.6083, 0.0015)), percent(Probability(0.0, 3e-5))
    ('60.8%', '<0.1%')
    """
    decimals = 1 if p.mcse < 0.005 else 0
    least = 10.0**-decimals
    value = 100 * p.value
    if value < least:
        return f"<{max(least, 100 * p.mcse):.{decimals}f}%"
    if value > 100 - least:
        return f">{min(100 - least, 100 * (1 - p.mcse)):.{decimals}f}%"
    return f"{value:.{decimals}f}%"


def in_words(p: Probability) -> str:
    """Return a probability as people say it.

    >>> in_words(Probability(0.029, 0.0005)), in_words(Probability(1.0, 3e-5))
    ('in 3 of 100 draws', 'in every draw')
    """
    if p.value == 0:
        return "in no draw"
    if p.value == 1:
        return "in every draw"
    if p.value < 0.005:
        return "in fewer than 1 of 100 draws"
    if p.value > 0.995:
        return "in more than 99 of 100 draws"
    return f"in {round(100 * p.value)} of 100 draws"


def chance_in_words(p: Probability) -> str:
    """Return a probability in words and numbers, with its Monte Carlo error.

    >>> chance_in_words(Probability(0.4032, 0.0014)), chance_in_words(Probability(0.0, 0.0003))
    ('in 40 of 100 draws (40.3% ± 0.14)', 'in no draw (<0.1%)')
    """
    if percent(p)[0] in "<>":
        return in_words(p) + in_brackets(p)
    return f"{in_words(p)} ({percent(p)} ± {100 * p.mcse:.2g})"


def in_brackets(p: Probability) -> str:
    """Return a probability behind a text; nothing where so few draws leave it open altogether.

    >>> in_brackets(Probability(0.6083, 0.0015)), in_brackets(Probability(1.0, 1.0))
    (' (60.8%)', '')
    """
    words = percent(p)
    return "" if words in (">0%", "<100%") else f" ({words})"


def is_open(p: Probability) -> bool:
    """Tell whether an event can go either way: between 2% and 98%."""
    return OPEN[0] <= p.value <= OPEN[1]


def spaced(number: int) -> str:
    """Return a whole number with thin groups: 100 000."""
    return f"{number:,}".replace(",", " ")


def majorities(run: Run) -> list[tuple[str, int, str]]:
    """Return each majority with its seats and who holds it how often."""
    rows = []
    for name, seats in run.facts.majorities.items():
        alone = [(p, run.seats[p].at_least(seats)) for p in run.facts.parties]
        best, chance = max(alone, key=lambda item: item[1].value)
        if chance.value > 0:
            words = f"{run.facts.labels[best]} alone {in_words(chance)}"
            words += f" ({percent(chance)})" if 0 < chance.value < 1 else ""
        else:
            words = "no party alone in any draw"
        rows.append((name, seats, words))
        for coalition in run.facts.coalitions:
            together = run.coalition(coalition).at_least(seats)
            text = f"{coalition} {in_words(together)}"
            text += f" ({percent(together)})" if 0 < together.value < 1 else ""
            rows.append(("", 0, text))
    return rows


def decisions(run: Run) -> list[str]:
    """Return what decides: parties whose entry is open, with what follows from it."""
    found: list[str] = []
    if not run.facts.tiers["list"]:
        return found
    unsure = [party for party in run.facts.parties if is_open(run.enters(party))]
    most = sorted(unsure, key=lambda party: abs(run.enters(party).value - 0.5))[:MOST_OPEN]
    for party in (party for party in unsure if party in most):
        chance = run.enters(party)
        label = run.facts.labels[party]
        seats = run.tier("list")[party]
        typical = max((s for s in seats.pmf if s), key=lambda s: (seats.pmf[s], -s))
        found.append(
            f"{label} has list seats {in_words(chance)}, most often {typical}, and none in "
            "the rest."
        )
        found += _chances(run, party)
        found += _consequences(run, party)
    if more := len(unsure) - len(most):
        noun = "party has" if more == 1 else "parties have"
        found.append(f"And {more} more {noun} list seats in 2 to 98 of 100 draws.")
    return found


def _chances(run: Run, party: str) -> list[str]:
    """Return the probability of clearing the threshold by chances, beside the plain count."""
    foresight = run.clears(party)
    if foresight is None:
        return []
    return [
        f"Chance to clear the threshold {with_error(foresight.probability)}, given all but its own "
        f"error; counted in the same draws {with_error(foresight.counted)}."
    ]


def with_error(p: Probability) -> str:
    """Return a probability with its Monte Carlo error, in per cent and no more digits than that.

    >>> with_error(Probability(0.476116, 0.00032)), with_error(Probability(0.4763, 0.0069))
    ('47.61% ±0.03', '47.6% ±0.7')
    """
    error = 100 * p.mcse
    if error <= 0:
        return percent(p)
    decimals = min(6, max(0, -math.floor(math.log10(error))))
    return f"{100 * p.value:.{decimals}f}% ±{error:.{decimals}f}"


def _consequences(run: Run, party: str) -> list[str]:
    """Return how majorities depend on the entry of a party, from the chambers kept."""
    counted, vectors = run.tally.chambers()
    parties = len(run.facts.parties)
    column = run.facts.parties.index(party)
    inside = vectors[:, column] > 0
    shares = []
    for name, seats in run.facts.majorities.items():
        leader = max(run.facts.parties, key=lambda p: run.seats[p].mean)
        k = run.facts.parties.index(leader)
        if leader == party or not is_open(run.seats[leader].at_least(seats)):
            continue
        held = vectors[:, k] + vectors[:, parties + k] >= seats
        rates = [
            Probability.of(int(counted[held & side].sum()), max(1, int(counted[side].sum())))
            for side in (inside, ~inside)
        ]
        label = run.facts.labels[leader]
        shares.append(
            f"With it {label} reaches {name} {in_words(rates[0])}, without it {in_words(rates[1])}."
        )
    return shares


def worst_error(run: Run) -> float:
    """Return the largest Monte Carlo error of a probability of this run, in points."""
    if run.tally.shape.replicates == 1:
        return 100 * 0.5 / math.sqrt(run.draws)
    chances = [*run.events.values(), *(run.enters(party) for party in run.facts.parties)]
    return 100 * max(chance.mcse for chance in chances)


def precision(run: Run) -> str:
    """Return the Monte Carlo error of the run in words."""
    error = worst_error(run)
    mean = max(d.mcse for d in run.summary.total)
    text = (
        f"Monte Carlo error at most ±{error:.2g} points on a probability, "
        f"±{mean:.2g} on a mean number of seats"
    )
    checks = check_errors(run, run.facts.scenario["simulation"].get("until") or {})
    missed = [check for check in checks if not check.passed]
    if missed:
        worst = max(missed, key=lambda check: check.mcse / check.target)
        text += (
            f"; {worst.name} has ±{worst.mcse:.2g}, not the ±{worst.target:g} that was asked for"
        )
    elif checks:
        text += f"; {len(checks)} errors reached their targets in {PASSES} looks"
    return text


def ties_in_words(run: Run) -> str:
    """Return how many draws a tie of list seats decided."""
    if not run.ties:
        return "no ties of list seats"
    return f"{counted_in(run.ties, 'draw')} decided by a tie of list seats"


def checked(run: Run) -> list[str]:
    """Return what the run checked of itself, each with a mark; nothing for a run of before."""
    found = run.facts.checks
    if found is None:
        return []
    words = []
    if found.official is not None:
        words.append("✓ official result reproduced" if found.official else _elsewise(run))
    words.append("✓ totals" if found.totals else "✗ totals do not add up in every draw")
    if found.rechecked and not found.differing:
        words.append(f"✓ {counted_in(found.rechecked, 'draw')} re-checked with exact fractions")
    elif found.rechecked:
        draws = counted_in(found.rechecked, "draw")
        words.append(f"✗ {found.differing} of {draws} have other seats by exact fractions")
    return words


def failed(run: Run) -> list[str]:
    """Return the checks of the program itself that failed, in words."""
    official = run.facts.checks is not None and run.facts.checks.official is not None
    marks = checked(run)[1:] if official else checked(run)
    return [words.removeprefix("✗ ") for words in marks if words.startswith("✗")]


def _elsewise(run: Run) -> str:
    """Return which list seats the rule gives for the official votes, where they differ."""
    assert run.facts.checks is not None
    official = run.facts.official["list"]
    seats = [
        f"{run.facts.labels[name]} {n}, officially {official.get(name, 0)}"
        for name, n in run.facts.checks.elsewise.items()
    ]
    return f"✗ official votes give by this rule {'; '.join(seats)}"


def sampling(run: Run) -> str:
    """Return how the draws were spread."""
    words = {
        "mc": "independent",
        "antithetic": "mirrored pairs",
        "sobol": "Sobol' points and their mirror images",
        "lhs": "Latin hypercubes",
    }[run.facts.scenario["simulation"]["sampler"]]
    replicates = run.tally.shape.replicates
    return words if replicates == 1 else f"{words}, {replicates} replicates"


def command_line(run: Run) -> str:
    """Return the command that repeats a run, as it is pasted into a shell beside the scenario."""
    facts = run.facts
    file = f"./{facts.file}" if facts.file.startswith("-") and facts.file != "-" else facts.file
    words = ["simseats", "run", shlex.quote(file) if file else "SCENARIO"]
    words += ["--seed", str(facts.seed), "--draws", str(facts.requested)]
    for setting in facts.settings:
        words += ["--set", shlex.quote(setting)]
    return " ".join(words)
