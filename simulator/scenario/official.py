"""The law applied to counted votes, in exact fractions, beside the official seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from simulator.allocation import registry
from simulator.allocation.law import LawOutcome, LoneClause, allocate_by_law
from simulator.scenario.counts import counted
from simulator.scenario.geography import resolve
from simulator.scenario.schema import ListTier, Scenario
from simulator.vocabulary import INDEPENDENTS


@dataclass(frozen=True)
class Comparison:
    """Seats by the law and seats by the official result, by tier."""

    computed: dict[str, dict[str, int]]
    expected: dict[str, dict[str, int]]
    tied: tuple[str, ...]

    @property
    def differences(self) -> list[tuple[str, str, int, int]]:
        """Tier, party, computed and expected seats wherever the two differ."""
        return [
            (tier, name, self.computed[tier].get(name, 0), seats)
            for tier, expected in self.expected.items()
            if tier in self.computed
            for name, seats in expected.items()
            if self.computed[tier].get(name, 0) != seats
        ]

    @property
    def reproduced(self) -> bool:
        """Whether the rule gives the official seats, all of them."""
        return not self.differences


def threshold_base(
    scenario: Scenario, votes: Mapping[str, int] | None = None, ballots: int | None = None
) -> int:
    """Return the number of which the threshold is a share, from the counted votes.

    `votes` and `ballots` stand for those of the scenario where they are counted elsewhere.
    """
    if votes is None:
        votes = {name: party.votes or 0 for name, party in scenario.parties.items()}
    valid = sum(votes.values())
    tier = scenario.tiers.list
    of = tier.threshold.of if tier is not None and tier.threshold is not None else "valid"
    if of == "party-votes":
        return sum(n for name, n in votes.items() if scenario.parties[name].seats)
    if of == "ballots":
        # Ballots cast are known by turnout; without it by the invalid share.
        electorate = scenario.electorate
        if ballots is not None:
            return ballots
        if electorate.registered is not None and electorate.turnout is not None:
            return round(electorate.registered * electorate.turnout)
        return round(Fraction(valid) / (1 - electorate.invalid))
    if of == "electorate":
        return resolve(scenario).registered
    return valid


def apply_law(tier: ListTier, votes: Sequence[int], base: int) -> LawOutcome:
    """Return what the law of a list tier makes of the votes of its parties."""
    lone, threshold = tier.lone_list, tier.threshold
    return allocate_by_law(
        votes,
        base=base,
        seats=tier.seats,
        method=registry.get(tier.method).id,
        parameters=tier.parameters,
        threshold=threshold.share if threshold is not None else None,
        strict=threshold is not None and threshold.compare == ">",
        none_pass=tier.none_pass,
        lone=LoneClause(lone.factor, lone.minimum) if lone is not None else None,
    )


def compare_official(scenario: Scenario) -> Comparison | None:
    """Return the comparison; None when the scenario has no counted votes or no official result.

    Votes are counted by the parties of the scenario or, beside a forecast, in its `expect` block.
    """
    expect, tier, counts = scenario.expect, scenario.tiers.list, counted(scenario)
    if expect is None or tier is None or counts is None:
        return None
    parties = [name for name, party in scenario.parties.items() if party.seats]
    votes = [counts.votes[name] for name in parties]
    outcome = apply_law(tier, votes, threshold_base(scenario, counts.votes, counts.ballots))
    computed = {"list": dict(zip(parties, outcome.seats, strict=True))}
    expected = {"list": expect.list} if expect.list is not None else {}
    held = scenario.tiers.district.held_at if scenario.tiers.district is not None else {}
    if held is not None:
        everybody = [*parties, INDEPENDENTS]
        computed["district"] = {name: held.get(name, 0) for name in everybody}
        computed["seats"] = {
            name: computed["list"].get(name, 0) + held.get(name, 0) for name in everybody
        }
        expected |= {"district": expect.district} if expect.district is not None else {}
        expected |= {"seats": expect.seats} if expect.seats is not None else {}
    if not expected:
        return None
    tied = tuple(parties[k] for k in outcome.tied)
    return Comparison(computed, expected, tied)
