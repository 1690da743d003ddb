"""Every assumption of a plan in words, with its origin: nothing is used without being named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.engine.distortion import name_irregularities
from simulator.engine.local_assumptions import (
    name_nominees,
    name_swings,
    name_turnout,
    name_undecided,
)
from simulator.engine.nation import FROM_NORMALS, WITH_TAILS, centred
from simulator.engine.plan import Plan
from simulator.engine.polling import shared_bias
from simulator.engine.recount import name_recount
from simulator.results.closeness import counted_in
from simulator.results.facts import Assumption
from simulator.scenario.numbers import share_text
from simulator.scenario.posterior import Posterior
from simulator.scenario.schema import Scenario
from simulator.uncertainty.bands import band_name, band_of, count_rows
from simulator.vocabulary import NOMINAL_BALLOTS


def name_assumptions(scenario: Scenario, plan: Plan) -> tuple[Assumption, ...]:
    """Return the assumptions of a scenario in the order of the layers."""
    parts = (
        _national, _polls, name_undecided, _regional, name_swings, _turnout, name_turnout,
        _districts, name_nominees, _edges, name_irregularities, name_recount,
    )  # fmt: skip
    return tuple(a for part in parts for a in part(scenario, plan))


def _origin(model: Any, *keys: str) -> str:
    return "scenario" if any(key in model.model_fields_set for key in keys) else "default"


def _tails(freedom: int) -> str:
    return f"Student t, {freedom} degrees of freedom" if freedom else "normal"


def _national(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    layer = scenario.uncertainty
    if layer.kernel == "fixed":
        yield Assumption("national error", "none: shares are fixed", _origin(layer, "kernel"))
        return
    if layer.draws is not None:
        yield from _outside(layer.draws)
        return
    if layer.kernel == "bootstrap":
        yield from _history(scenario, plan)
    else:
        yield from _sized(scenario, plan)
    if layer.kernel in WITH_TAILS:
        yield Assumption("national tails", _tails(layer.tails), _origin(layer, "tails"))
    if layer.kernel in FROM_NORMALS:
        yield from _correlated(scenario)
    if layer.kernel in ("logit-normal", "bootstrap"):
        words = (
            "kept by a correction" if centred(scenario) else "moved by the errors: no correction"
        )
        yield Assumption("mean of the shares", words, _origin(layer, "center"))


def _sized(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    """Yield the form and the size of an error that has an effective sample."""
    layer = scenario.uncertainty
    origin = "polls" if plan.pool is not None else "default"
    if layer.effective_sample is not None:
        origin = "scenario"
    size = f"effective sample {plan.sample:,.0f}".replace(",", " ")
    if layer.log_sd is not None:
        size, origin = f"SD {layer.log_sd:g}", "scenario"
    yield Assumption("national error", f"{layer.kernel}, {size}", origin)
    if layer.kernel == "logit-normal":
        c = layer.log_sd if layer.log_sd is not None else plan.sample**-0.5
        words = f"SD {c:.3g} p^({layer.exponent - 1:g})" if layer.exponent != 1 else (
            f"SD {c:.3g} for every option")  # fmt: skip
        yield Assumption("error of a log-share", words, _origin(layer, "exponent"))
    if layer.voters is not None:
        words = f"a sample of {layer.voters:,} voters".replace(",", " ")
        yield Assumption("voters", words, "scenario")


def _correlated(scenario: Scenario) -> Iterator[Assumption]:
    """Yield how parties move together."""
    layer = scenario.uncertainty
    blocs = {p.bloc for p in scenario.parties.values() if p.bloc}
    words = [f"blocs, {layer.blocs.within:+g} within, {layer.blocs.across:+g} across"]
    words = words if blocs else []
    words += [f"{pair} {value:+g}" for pair, value in layer.correlations.items()]
    origin = "scenario" if words else "default"
    yield Assumption("party correlation", "; ".join(words) or "independent", origin)


def _history(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    """Yield how many past errors each band has, and which options draw from it."""
    layer = scenario.uncertainty
    errors, edges = layer.errors or [], layer.edges
    elections = {error.election for error in errors if error.election}
    words = f"bootstrap of {len(errors)} past errors"
    words += f" of {len(elections)} elections" if elections else ""
    yield Assumption("national error", words, "scenario")
    counts = count_rows([error.share for error in errors], edges)
    drawn = [band_of(plan.shares[name], edges) for name in plan.options]
    for band, count in enumerate(counts):
        if count or band in drawn:
            words = f"{count} rows, {drawn.count(band)} options"
            origin = _origin(layer, "bands")
            yield Assumption(f"errors of shares {band_name(band, edges)}", words, origin)


def _outside(drawn: Posterior) -> Iterator[Assumption]:
    """Yield where draws come from, and what was done to their rows."""
    count = f"{drawn.rows:,} draws".replace(",", " ")
    where = "the nation"
    if drawn.regions:
        where = f"{len(drawn.regions)} regions, for baseline and swing,"
    words = f"external, {count} of {where} from {drawn.file}"
    yield Assumption("national error", words, "scenario")
    low, high = drawn.sums
    if abs(low - 1) > 1e-6 or abs(high - 1) > 1e-6:
        yield Assumption("rows of draws", f"sums {low:.6g} to {high:.6g}, normalised", "scenario")


def _polls(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    if plan.pool is None or scenario.polls is None:
        return
    error, pool = scenario.uncertainty.polls, plan.pool
    kind = f"{scenario.polls.kind} polls"
    ways = {
        "precision": "weighted by precision",
        "local-level": "opinion followed day by day",
        "effective-sample": f"samples added up, correlation {error.correlation:g}",
    }
    worth = f"worth {1 / pool.pooled:,.0f} interviews".replace(",", " ")
    yield Assumption(f"{kind}: pooled", f"{worth}, {ways[pool.pooling]}", "polls")
    if pool.pooling == "effective-sample":
        yield Assumption(f"{kind}: shared bias", "none: this pooling has no floor", "scenario")
        return
    yield Assumption(
        f"{kind}: shared bias",
        f"effective sample {shared_bias(scenario):,}".replace(",", " "),
        _origin(error, "bias_n"),
    )
    house = f"effective sample {1 / pool.house:,.0f}".replace(",", " ") if pool.house else "none"
    prior = f"prior {error.house_n:,} with {error.house_df} df".replace(",", " ")
    known = len({poll.pollster for poll in pool.polls if any(poll.bias.values())})
    yield Assumption(
        f"{kind}: house effects", f"{house} ({error.house_estimator}, {prior})",
        _origin(error, "house_n", "house_df", "house_estimator"),
    )  # fmt: skip
    if known:
        noun = "pollster" if known == 1 else "pollsters"
        yield Assumption(f"{kind}: known bias", f"taken out of {known} {noun}", "scenario")
    if any(poll.days for poll in pool.polls):
        yield Assumption(
            f"{kind}: drift a day", f"{error.drift_per_day:g}", _origin(error, "drift_per_day")
        )
    if pool.undecided:
        yield Assumption(f"{kind}: undecided", share_text_short(pool.undecided), "polls")


def _regional(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    layer = scenario.uncertainty.region
    if not plan.geography.regional:
        return
    if plan.regions.swings:
        yield Assumption(
            "regional swing", f"log-scale SD {layer.sd:g}, {_tails(layer.tails)}",
            _origin(layer, "sd", "tails"),
        )  # fmt: skip
    if plan.regions.drawn:
        yield Assumption(
            "regional baselines",
            f"not known: drawn around the nation, log-scale SD {layer.baseline_sd:g}, raked",
            _origin(layer, "baseline_sd"),
        )


def _turnout(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    layer, electorate = scenario.uncertainty.turnout, scenario.electorate
    if not plan.geography.counted:
        if not any(p.votes is not None for p in scenario.parties.values()):
            ballots = f"{NOMINAL_BALLOTS:,}".replace(",", " ")
            yield Assumption(
                "ballots", f"no electorate given: {ballots} nominal ballots", "default"
            )
        return
    yield Assumption(
        "national turnout", f"logit SD {layer.national_sd:g}", _origin(layer, "national_sd")
    )
    if plan.geography.regional:
        yield Assumption(
            "regional turnout", f"logit SD {layer.region_sd:g}", _origin(layer, "region_sd")
        )
        along = ", ".join(f"{k} {v:+g}" for k, v in layer.support.items()) or "0"
        yield Assumption("turnout and support", f"correlation {along}", _origin(layer, "support"))
    yield Assumption(
        "invalid ballots", share_text_short(electorate.invalid), _origin(electorate, "invalid")
    )
    if plan.geography.filled:
        words = f"{len(plan.geography.filled)} regions filled {plan.geography.rule}"
        yield Assumption("registered voters", words, _origin(electorate, "fill"))


def share_text_short(share: object) -> str:
    """Return a share for people: at most two decimals of a per cent."""
    return f"{float(share) * 100:.4g}%"  # type: ignore[arg-type]


def _districts(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    tier, layer = scenario.tiers.district, scenario.uncertainty.district
    if tier is None:
        return
    if tier.held_at is not None:
        seats = ", ".join(f"{name} {n}" for name, n in tier.held_at.items())
        yield Assumption("district seats", f"held, not simulated: {seats}", "scenario")
        return
    if plan.regions.cell_sd > 0:
        yield Assumption(
            "district swing of the list vote", f"log-scale SD {layer.sd:g}, {_tails(layer.tails)}",
            _origin(layer, "sd"),
        )  # fmt: skip
    yield Assumption(
        "candidates",
        f"log-scale SD nominee {layer.nominee_sd:g}, independent {layer.independent_sd:g}, "
        f"{_tails(layer.tails)}",
        _origin(layer, "nominee_sd", "independent_sd", "tails"),
    )
    field = scenario.electorate.field
    if field is not None:
        words = counted_in(field.independents, "independent")
        words += f" of strength {field.strength:+g}".replace("-", "−")
        words += f" ± {field.strength_sd:g}: {field.basis}"
        yield Assumption("district field", words, "scenario")


def _edges(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    tier = scenario.tiers.list
    if tier is None:
        return
    yield Assumption("equal claims", "the list registered earlier", _origin(tier, "ties"))
    if tier.threshold is not None:
        words = {"admit-all": "every list takes part", "admit-largest": "the largest list alone"}
        yield Assumption("if no list passes", words[tier.none_pass], _origin(tier, "none_pass"))
        if tier.lone_list is not None:
            factor = share_text(tier.lone_list.factor)
            least = tier.lone_list.minimum
            yield Assumption(
                "if one list passes",
                f"runner-up admitted, quotient x {factor}, at least {least} seats", "scenario",
            )  # fmt: skip
