"""Official counts under the rule of every alternative: one election each, in exact fractions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator.engine.columns import MEASURES, measure
from simulator.results.comparison import OfficialSeats
from simulator.results.pairing import UNIT
from simulator.scenario.counts import Counts
from simulator.scenario.official import apply_law, threshold_base
from simulator.scenario.schema import Scenario


def allocate_counts(
    counts: Counts, scenario: Scenario, reference: OfficialSeats | None
) -> OfficialSeats | None:
    """Return the list seats that the rule of a scenario gives for counted votes.

    None where the scenario has other parties than were counted, or no list tier.
    """
    tier = scenario.tiers.list
    if tier is None or list(scenario.parties) != list(counts.votes):
        return None
    parties = [name for name, party in scenario.parties.items() if party.seats]
    votes = [counts.votes[name] for name in parties]
    base = threshold_base(scenario, counts.votes, counts.ballots)
    outcome = apply_law(tier, votes, base)
    held = np.array(outcome.seats, np.int64)[:, None]
    found = measure(held, np.array(votes, np.int64)[:, None])
    seats = dict(zip(parties, outcome.seats, strict=True))
    return OfficialSeats(
        seats,
        0 if reference is None else _moved(seats, reference.seats),
        {name: int(row[0]) / UNIT for name, row in zip(MEASURES, found, strict=True)},
        tuple(parties[k] for k in outcome.tied),
    )


def _moved(seats: Mapping[str, int], reference: Mapping[str, int]) -> int:
    """Return how many seats are another's; where one chamber is larger, those added too."""
    steps = [seats.get(name, 0) - reference.get(name, 0) for name in {**seats, **reference}]
    return max(sum(s for s in steps if s > 0), -sum(s for s in steps if s < 0))
