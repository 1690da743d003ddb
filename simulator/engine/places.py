"""Where an assumption stands in the scenario: the line of the key that sets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from simulator.results.facts import Assumption

# Assumption -> the keys that set it, most particular first. Of a kind of polls only the end of the
# name is fixed; what is not listed here is shown without a line.
KEYS: Mapping[str, tuple[str, ...]] = {
    "national error": (
        "uncertainty.effective_sample",
        "uncertainty.log_sd",
        "uncertainty.errors",
        "uncertainty.draws",
        "uncertainty.kernel",
        "uncertainty",
        "polls",
    ),
    "national tails": ("uncertainty.tails",),
    "mean of the shares": ("uncertainty.center",),
    "error of a log-share": ("uncertainty.exponent",),
    "voters": ("uncertainty.voters",),
    "rows of draws": ("uncertainty.draws",),
    "party correlation": ("uncertainty.correlations", "uncertainty.blocs", "parties"),
    "pooled": ("polls",),
    "shared bias": ("uncertainty.polls.bias_n",),
    "house effects": ("uncertainty.polls.house_n", "uncertainty.polls.house_df"),
    "drift a day": ("uncertainty.polls.drift_per_day",),
    "known bias": ("polls",),
    "undecided": ("polls",),
    "undecided voters": ("uncertainty.undecided.share", "uncertainty.undecided"),
    "split of the undecided": ("uncertainty.undecided.concentration",),
    "swing kernel": ("uncertainty.swing",),
    "regional swing of single parties": ("uncertainty.region.party_sd",),
    "regional swing": ("uncertainty.region.sd", "uncertainty.region.tails"),
    "regional baselines": ("uncertainty.region.baseline_sd",),
    "national turnout": ("uncertainty.turnout.national_sd",),
    "regional turnout": ("uncertainty.turnout.region_sd",),
    "district turnout": ("uncertainty.turnout.district_sd",),
    "turnout level of districts": ("electorate.districts",),
    "differential turnout": ("uncertainty.turnout.differential",),
    "turnout and support": ("uncertainty.turnout.support",),
    "invalid ballots": ("electorate.invalid",),
    "registered voters": ("electorate.fill",),
    "district seats": ("tiers.district.held_at",),
    "district swing of the list vote": ("uncertainty.district.sd",),
    "candidates": ("uncertainty.district.nominee_sd", "uncertainty.district.independent_sd"),
    "nominees": ("uncertainty.district.follows_nation", "uncertainty.district.follows_region"),
    "nominees who state it": ("electorate.districts",),
    "shifts of candidates": ("electorate.districts",),
    "district field": ("electorate.field",),
    "ballots": ("electorate",),
    "equal claims": ("tiers.list.ties",),
    "if no list passes": ("tiers.list.none_pass",),
    "if one list passes": ("tiers.list.lone_list",),
    "recount": ("closeness.recount", "closeness"),
    "near the threshold": ("closeness.threshold",),
}


def place_assumptions(
    assumptions: Iterable[Assumption], places: Mapping[str, str]
) -> tuple[Assumption, ...]:
    """Return the assumptions with the place of the first of their keys that the scenario has.

    >>> one = Assumption("invalid ballots", "2.39%", "scenario")
    >>> place_assumptions([one], {"electorate.invalid": "town.yaml:12"})[0].place
    'town.yaml:12'
    """
    found = []
    for assumption in assumptions:
        keys = KEYS.get(assumption.about, KEYS.get(assumption.about.rpartition(": ")[2], ()))
        stated = [places[key] for key in keys if key in places]
        shown = stated[0] if stated and assumption.origin != "default" else ""
        found.append(replace(assumption, place=shown))
    return tuple(found)
