"""The national layer of a plan: the form of the error that a scenario chose, as arrays."""

from __future__ import annotations

import numpy as np

from simulator.kernels import inputs
from simulator.kernels.inputs import National
from simulator.kernels.layer import (
    Additive,
    Bootstrap,
    Dirichlet,
    DirichletMultinomial,
    Layer,
    LogitNormal,
    Outside,
    OutsideByRegion,
)
from simulator.scenario.geography import resolve
from simulator.scenario.schema import Scenario
from simulator.uncertainty import history, national
from simulator.uncertainty.precise import sqrt as root
from simulator.uncertainty.streams import streams

# Forms whose errors start from one standard normal an option, and of these the ones with tails.
FROM_NORMALS = ("angular", "logit-normal", "additive", "bootstrap")
WITH_TAILS = ("angular", "logit-normal", "additive")
SAMPLED = (*WITH_TAILS, "dirichlet", "dirichlet-multinomial")


def tail_freedom(scenario: Scenario) -> int:
    """Return the degrees of freedom of the national tails; 0 without them."""
    layer = scenario.uncertainty
    return layer.tails if layer.kernel in WITH_TAILS else 0


def from_normals(nation: National) -> bool:
    """Tell whether the error of each option comes from a standard normal of its own."""
    layers = (LogitNormal, Additive, Bootstrap)
    return nation.kind == inputs.ANGULAR or isinstance(nation.layer, layers)


def more_names(scenario: Scenario, ballot: list[str]) -> list[str]:
    """Return the names of random numbers that are not standard normals."""
    names = [f"national/{name}/accept" for name in ballot]
    if scenario.uncertainty.kernel == "dirichlet-multinomial":
        names += [f"national/{name}/voters" for name in ballot]
    return names


def compile_nation(
    scenario: Scenario, shares: dict[str, float], ballot: list[str], sample: float, salt: int
) -> tuple[National, float]:
    """Return the national layer and its effective sample size, infinite where it has none.

    Parameters
    ----------
    scenario
        A scenario that passed every check.
    shares
        Expected national shares.
    ballot
        Options in the order of the arrays.
    sample
        Effective sample size of the error, where the form has one.
    salt
        Of the names of random numbers.
    """
    layer = scenario.uncertainty
    p = [max(shares[name], national.FLOOR) for name in ballot]
    ratio, slope = national.angular(p, 1.0 / root(sample))
    mixing, correlated = correlate_parties(scenario, ballot)
    known = {"fixed": inputs.FIXED, "angular": inputs.ANGULAR}
    nation = National(
        kind=known.get(layer.kernel, inputs.LAYERED),
        freedom=tail_freedom(scenario),
        ratio=ratio,
        slope=slope,
        mixing=mixing,
        correlated=correlated,
        turnout_sd=layer.turnout.national_sd if resolve(scenario).counted else 0.0,
        layer=_compile_layer(scenario, p, ballot, sample, salt),
    )
    if centred(scenario):
        from simulator.kernels.centre import centre

        centre(nation, np.array(p) / sum(p), [sorted(ballot).index(name) for name in ballot])
    return nation, sample if layer.kernel in SAMPLED else float("inf")


def correlate_parties(
    scenario: Scenario, ballot: list[str]
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], bool]:
    """Return the Cholesky factor of the party correlation and whether it matters."""
    layer = scenario.uncertainty
    blocs = [scenario.parties[n].bloc if n in scenario.parties else None for n in ballot]
    pairs = {
        (ballot.index(one), ballot.index(two)): value
        for (one, two), value in layer.pairs.items()
    }  # fmt: skip
    return national.correlation(blocs, layer.blocs.within, layer.blocs.across, pairs)


def centred(scenario: Scenario) -> bool:
    """Tell whether errors on the logarithm are corrected so that shares keep their mean."""
    layer = scenario.uncertainty
    if layer.kernel not in ("logit-normal", "bootstrap"):
        return False
    return (layer.center or ("mean" if layer.kernel == "logit-normal" else "none")) == "mean"


def _compile_layer(
    scenario: Scenario, p: list[float], ballot: list[str], sample: float, salt: int
) -> Layer | None:
    """Return the arrays of a form that is neither angular nor fixed."""
    layer = scenario.uncertainty
    if layer.kernel == "logit-normal":
        c = layer.log_sd if layer.log_sd is not None else 1.0 / root(sample)
        spread = national.log_spread(p, c, layer.exponent)
        return LogitNormal(spread, np.zeros(len(p), np.float32))
    if layer.kernel == "additive":
        roots = national.sample_roots(p, 1.0 / root(sample))
        return Additive(roots, np.array(p, np.float32))
    if layer.kernel in ("dirichlet", "dirichlet-multinomial"):
        gammas = Dirichlet(
            alpha=np.array([sample * share for share in p], np.float32),
            proposals=streams([f"national/{name}" for name in ballot], salt),
            accepts=streams([f"national/{name}/accept" for name in ballot], salt),
        )
        if layer.voters is None:
            return gammas
        samples = streams([f"national/{name}/voters" for name in ballot], salt)
        return DirichletMultinomial(gammas, float(layer.voters), samples)
    if layer.kernel == "bootstrap":
        rows = [(error.share, error.log_error) for error in layer.errors or ()]
        return history.compile_history(rows, layer.edges, p)
    if layer.kernel == "external":
        return _compile_draws(scenario, p, ballot)
    return None


def _compile_draws(scenario: Scenario, p: list[float], ballot: list[str]) -> Layer:
    """Return the shares of a posterior over the expected ones, draw by draw."""
    found = scenario.uncertainty.draws
    assert found is not None
    columns = [found.options.index(name) for name in ballot]
    if not found.regions:
        table = found.shares[:, columns] / np.array(p)
        return Outside(np.ascontiguousarray(table.T, np.float32))
    tables = []
    for area in resolve(scenario).areas:
        own = found.shares[:, found.regions.index(area.id)][:, columns]
        expected = [float((area.shares or {})[name]) for name in ballot]
        tables.append((own / np.array(expected)).T)
    return OutsideByRegion(np.ascontiguousarray(np.array(tables), np.float32))
