"""Every assumption of a plan in words, with its origin: nothing is used without being named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.engine.plan import EXIT_POLL_BIAS, PRE_ELECTION_BIAS, Plan
from simulator.results.run import Assumption
from simulator.scenario.irregularities import Operator, Prior
from simulator.scenario.numbers import share_text
from simulator.scenario.schema import Scenario
from simulator.vocabulary import NOMINAL_BALLOTS


def name_assumptions(scenario: Scenario, plan: Plan) -> tuple[Assumption, ...]:
    """Return the assumptions of a scenario in the order of the layers."""
    parts = (_national, _polls, _regional, _turnout, _districts, _edges, _assumed)
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
    origin = "polls" if plan.pool is not None else "default"
    if layer.effective_sample is not None:
        origin = "scenario"
    size = f"effective sample {plan.sample:,.0f}".replace(",", " ")
    yield Assumption("national error", f"{layer.kernel}, {size}", origin)
    if layer.kernel == "angular":
        yield Assumption("national tails", _tails(layer.tails), _origin(layer, "tails"))
        blocs = {p.bloc for p in scenario.parties.values() if p.bloc}
        words = "independent"
        if blocs:
            words = f"blocs, {layer.blocs.within:+g} within, {layer.blocs.across:+g} across"
        yield Assumption("party correlation", words, "scenario" if blocs else "default")


def _polls(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    if plan.pool is None or scenario.polls is None:
        return
    error, pool = scenario.uncertainty.polls, plan.pool
    default = EXIT_POLL_BIAS if scenario.polls.kind == "exit" else PRE_ELECTION_BIAS
    kind = f"{scenario.polls.kind} polls"
    yield Assumption(
        f"{kind}: pooled", f"worth {1 / pool.pooled:,.0f} interviews".replace(",", " "), "polls"
    )
    yield Assumption(
        f"{kind}: shared bias",
        f"effective sample {error.bias_n or default:,}".replace(",", " "),
        _origin(error, "bias_n"),
    )
    house = f"effective sample {1 / pool.house:,.0f}".replace(",", " ") if pool.house else "none"
    prior = f"prior {error.house_n:,} with {error.house_df} df".replace(",", " ")
    yield Assumption(
        f"{kind}: house effects", f"{house} ({prior})", _origin(error, "house_n", "house_df")
    )
    if any(poll.days_before for poll in scenario.polls.items):
        yield Assumption(
            f"{kind}: drift a day", f"{error.drift_per_day:g}", _origin(error, "drift_per_day")
        )


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
        words = f"{field.independents} independents of strength {field.strength:+g}"
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


def _assumed(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    """Yield every assumed irregularity: what it does, for whom, how much."""
    found = scenario.irregularities
    if found is None:
        return
    words = {
        "forward": "added to figures that are taken as clean",
        "inverse": "taken out of figures that are assumed to contain them",
    }
    yield Assumption("irregularities", words[found.mode], _origin(found, "mode"))
    for operator in found.operators:
        whom = (
            scenario.parties[operator.beneficiary].name or operator.beneficiary
            if operator.beneficiary
            else ""
        )
        text = f"{operator.kind}{' for ' + whom if whom else ''}, "
        text += f"{amounts(operator)}; {' and '.join(operator.tiers)} vote, by {operator.level}"
        yield Assumption(f"if {operator.id}", text, "scenario")
    stations = scenario.electorate.stations
    if stations is not None:
        count = sum(cell.stations for cell in plan.distortion.cells) if plan.distortion else 0
        text = f"{count:,}, size CV {stations.size_cv:g}".replace(",", " ")
        if plan.distortion is not None and plan.distortion.stations.people.size:
            text += f", logit turnout SD {stations.turnout_sd:g}"
            text += f", log support SD {stations.support_sd:g}"
        yield Assumption("polling stations", text, _origin(stations, "size_cv", "turnout_sd"))


def amounts(operator: Operator) -> str:
    """Return the intensities of an operator in words."""
    names = (
        "incremental", "extreme", "theta", "alpha", "sigma", "manufactured", "stolen", "share",
        "ballots", "buses", "ballots_per_bus", "stations_per_bus", "supplementary", "rewrites",
        "step", "target", "clean",
    )  # fmt: skip
    parts = []
    for name in names:
        value = getattr(operator, name)
        if isinstance(value, Prior):
            second = f", {value.second:g}" if value.form != "half-normal" else ""
            parts.append(f"{name} ~ {value.form}({value.first:g}{second})")
        elif value is not None:
            text = f"{value:g}" if isinstance(value, float) else str(value)
            parts.append(f"{name.replace('_', ' ')} {text}")
    return ", ".join(parts)
