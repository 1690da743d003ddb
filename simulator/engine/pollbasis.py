"""What a pool of polls assumes, with the basis of every default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.engine.polling import shared_bias
from simulator.scenario.schema import Scenario
from simulator.uncertainty.polls import FEW_POLLSTERS, NEWEST_DAYS
from simulator.uncertainty.pooled import Pool

JUDGEMENT = "a judgement"
_FINAL_POLLS = (
    "final polls of 15 German elections 1953-2021 erred like a sample of 357, those of US races "
    "1998-2014 like one of 390; it never averages out"
)
_EXIT_POLLS = f"{JUDGEMENT}: no series of exit polls is behind it; it never averages out"
_HOUSES = (
    "US pollsters 1998-2014 differ with a standard deviation of 0.87 points near one half; "
    f"the weight is {JUDGEMENT}"
)
_DRIFT = "0.05/sqrt(300) a day on shares near one half, as The Economist's US model of 2020"
_TAILS = "errors of US races 1998-2014 have 4.6 degrees of freedom, of German elections 5.2"
_WAYS = {
    "precision": "logarithms of shares, weighted by precision",
    "local-level": "opinion as a random walk, followed day by day and smoothed",
    "effective-sample": "samples added up by a correlation between pollsters",
}
_ESTIMATORS = {
    "moments": "moments of DerSimonian and Laird",
    "paule-mandel": "Paule and Mandel",
    "reml": "restricted maximum likelihood",
}


@dataclass(frozen=True)
class Basis:
    """An assumption, where it comes from, and what it rests on."""

    about: str
    value: str
    origin: str  # scenario, default or polls
    basis: str = ""


def basis_of_pool(scenario: Scenario, pool: Pool) -> tuple[Basis, ...]:
    """Return what a pool assumes, in the order of its sources of error."""
    parts = (_pooling, _design, _houses, _drift, _bias, _undecided, _tails)
    return tuple(one for part in parts for one in part(scenario, pool))


def _spaced(number: float) -> str:
    return f"{number:,.0f}".replace(",", " ")


def _origin(given: bool) -> str:
    return "scenario" if given else "default"


def _pooling(scenario: Scenario, pool: Pool) -> Iterator[Basis]:
    polls = scenario.polls
    given = polls is not None and "pooling" in polls.model_fields_set
    yield Basis("pooling", _WAYS[pool.pooling], _origin(given))
    if pool.pooling == "effective-sample":
        error = scenario.uncertainty.polls
        yield Basis(
            "correlation", f"{error.correlation:g} between pollsters",
            _origin("correlation" in error.model_fields_set),
            "the default of the R package coalitions; the newest poll of each pollster, "
            f"{NEWEST_DAYS} days at most before the newest of all",
        )  # fmt: skip


def _design(scenario: Scenario, pool: Pool) -> Iterator[Basis]:
    items = scenario.polls.items if scenario.polls is not None else []
    silent = sum(poll.deff is None and poll.icc is None for poll in items)
    if silent:
        text = f"design effect 1 for {silent} of {len(items)} polls"
        yield Basis("clusters", text, "default", "their sampling is not known to be clustered")


def _houses(scenario: Scenario, pool: Pool) -> Iterator[Basis]:
    known = sorted({poll.pollster for poll in pool.polls if any(poll.bias.values())})
    if known:
        yield Basis("known bias", f"taken out of {', '.join(known)}", "scenario")
    if pool.pooling == "effective-sample":
        yield Basis(
            "pollsters", "do not differ beyond sampling", "scenario", "as this pooling has it"
        )
        return
    error = scenario.uncertainty.polls
    given = "house_estimator" in error.model_fields_set
    yield Basis(
        "pollsters", f"differ; variance by {_ESTIMATORS[error.house_estimator]}", _origin(given)
    )
    pollsters = len({poll.pollster for poll in pool.polls})
    if pollsters < FEW_POLLSTERS and error.house_df:
        given = bool({"house_n", "house_df"} & error.model_fields_set)
        text = f"{_spaced(error.house_n)} interviews with {error.house_df} degrees of freedom, as "
        text += f"there are fewer than {FEW_POLLSTERS} pollsters"
        yield Basis("prior", text, _origin(given), "" if given else _HOUSES)


def _drift(scenario: Scenario, pool: Pool) -> Iterator[Basis]:
    error = scenario.uncertainty.polls
    if pool.pooling != "effective-sample" and any(poll.days for poll in pool.polls):
        given = "drift_per_day" in error.model_fields_set
        text = f"{error.drift_per_day:g} a day"
        yield Basis("drift", text, _origin(given), "" if given else _DRIFT)


def _bias(scenario: Scenario, pool: Pool) -> Iterator[Basis]:
    if pool.pooling == "effective-sample":
        text = "none: this pooling has no floor, more polls look ever more exact"
        yield Basis("shared bias", text, "scenario")
        return
    given = "bias_n" in scenario.uncertainty.polls.model_fields_set
    exit_polls = scenario.polls is not None and scenario.polls.kind == "exit"
    basis = "" if given else _EXIT_POLLS if exit_polls else _FINAL_POLLS
    text = f"{_spaced(shared_bias(scenario))} interviews"
    yield Basis("shared bias", text, _origin(given), basis)


def _undecided(scenario: Scenario, pool: Pool) -> Iterator[Basis]:
    if pool.undecided > 0:
        text = f"{100 * pool.undecided:.1f}% by the weights of the polls"
        yield Basis("undecided", text, "polls", "the decided stand for all in the shares below")


def _tails(scenario: Scenario, pool: Pool) -> Iterator[Basis]:
    freedom = scenario.uncertainty.tails
    given = "tails" in scenario.uncertainty.model_fields_set
    text = f"Student t, {freedom} degrees of freedom" if freedom else "normal"
    yield Basis("tails", text, _origin(given), "" if given else _TAILS)
