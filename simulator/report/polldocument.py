"""A pool of polls as one JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from simulator.engine.pollbasis import basis_of_pool
from simulator.engine.polling import Passing
from simulator.scenario.schema import Scenario
from simulator.uncertainty.pooled import Pool, normalised

SCHEMA = "simseats.polls/1"
_DIGITS = 9


def pool_document(scenario: Scenario, pool: Pool, chances: Mapping[str, Passing]) -> dict[str, Any]:
    """Return what `simseats polls --json` prints: shares as parts of one, errors as c^2.

    Figures have nine digits, so that every machine prints the same.
    """
    tier = scenario.tiers.list
    threshold = tier.threshold if tier is not None else None
    document = {
        "schema": SCHEMA,
        "name": scenario.name,
        "date": scenario.date.isoformat() if scenario.date is not None else None,
        "kind": scenario.polls.kind if scenario.polls is not None else None,
        "pooling": pool.pooling,
        "polls": [_poll(scenario, pool, position) for position in range(len(pool.polls))],
        "houses": {name: dict(effect) for name, effect in pool.effects.items()},
        "heterogeneity": {"q": pool.q, "degrees_of_freedom": pool.freedom,
                          "chance": pool.chance, "variance": pool.house},
        "error": {
            "pooled": pool.pooled, "drift": pool.drift, "shared_bias": pool.bias,
            "total": pool.total, "effective_sample": pool.sample,
        },
        "undecided": pool.undecided,
        "threshold": threshold.model_dump(mode="json") if threshold is not None else None,
        "shares": {name: _share(pool, name, chances.get(name)) for name in pool.shares},
        "path": [
            {"days_before": day.days, "variance": day.variance, "shares": _named(pool, day.logs)}
            for day in pool.path
        ],
        "assumptions": [asdict(one) for one in basis_of_pool(scenario, pool)],
    }  # fmt: skip
    return dict(_rounded(document))


def _poll(scenario: Scenario, pool: Pool, position: int) -> dict[str, Any]:
    poll = pool.polls[position]
    item = scenario.polls.items[position] if scenario.polls is not None else None
    return {
        "pollster": poll.pollster,
        "days_before": poll.days,
        "n": poll.n,
        "design_effect": poll.deff,
        "undecided": poll.undecided,
        "known_bias": dict(poll.bias),
        "sample": 1.0 / poll.sampling,
        "effective_sample": pool.effective[position],
        "weight": pool.weights[position],
        "distance": pool.distance(poll),
        "residuals": pool.residuals(poll),
        "source": item.source if item is not None else None,
        "doubt": item.doubt if item is not None else None,
    }


def _share(pool: Pool, name: str, chance: Passing | None) -> dict[str, Any]:
    share = pool.shares[name]
    found: dict[str, Any] = {"share": share, "sd": pool.deviation(name)}
    if chance is not None:
        found["passes"] = {"normal": chance.normal, "student": chance.student}
    return found


def _named(pool: Pool, logs: tuple[float, ...]) -> dict[str, float]:
    return normalised(dict(zip(pool.shares, logs, strict=True)))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
