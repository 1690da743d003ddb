"""Irregularities in the scenario language: what is assumed, never what is claimed.

Every operator says where its figures come from. A number may be fixed, or have a prior, so that
what nobody knows enters as uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from simulator.scenario.numbers import Real, Share, fault, read_real
from simulator.scenario.words import Deviation, Doubt, Model, Name, Positive, Text, bounded


@dataclass(frozen=True)
class Prior:
    """A prior of an intensity: one of its forms with one or two numbers."""

    form: Literal["beta", "half-normal", "uniform"]
    first: float
    second: float = 0.0


def _read_intensity(value: Any) -> Any:
    """Read a number, a per cent, or a prior such as {beta: [2, 18]}."""
    if isinstance(value, Prior):
        return value
    if not isinstance(value, dict):
        return read_real(value)
    forms = {"beta": 2, "half-normal": 1, "uniform": 2}
    if set(value) == {"form", "first", "second"}:
        return Prior(**value)
    if len(value) != 1 or next(iter(value)) not in forms:
        hint = "write 5%, or {beta: [2, 18]}, {half-normal: 0.1}, {uniform: [0%, 10%]}"
        raise fault("E203", f"{', '.join(map(str, value)) or 'nothing'} is no prior", hint)
    form, given = next(iter(value.items()))
    numbers = given if isinstance(given, list) else [given]
    if len(numbers) != forms[form] or any(isinstance(n, dict | list) for n in numbers):
        raise fault("E203", f"{form} takes {forms[form]} numbers", "such as {beta: [2, 18]}")
    first, second = [*(read_real(n) for n in numbers), 0.0][:2]
    _check_prior(form, first, second)
    return Prior(form=form, first=first, second=second)


def _check_prior(form: str, first: float, second: float) -> None:
    if form == "beta" and not (0.5 <= first <= 10_000 and 0.5 <= second <= 10_000):
        raise fault("E205", "the parameters of a beta prior lie between 0.5 and 10 000")
    if form == "half-normal" and first <= 0:
        raise fault("E205", "the scale of a half-normal prior is above zero")
    if form == "uniform" and not 0 <= first < second:
        raise fault("E205", f"a uniform prior goes from less to more, not {first:g} to {second:g}")


_PRIOR_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%\s*$"},
        {"type": "number", "minimum": 0},
        {
            "type": "object",
            "properties": {
                "beta": {"type": "array", "items": {"type": "number"}},
                "half-normal": {"type": ["number", "string"]},
                "uniform": {"type": "array", "items": {"type": ["number", "string"]}},
            },
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
    ],
    "description": "A number, or a prior: {beta: [2, 18]}, {half-normal: 0.1}, {uniform: [0, 1%]}.",
}
Intensity = Annotated[
    float | Prior, BeforeValidator(_read_intensity), WithJsonSchema(_PRIOR_SCHEMA)
]
Power = Annotated[Real, AfterValidator(bounded(0.25, 10.0))]


class Operator(Model):
    """One assumed irregularity: what is done, for whom, where, how much, and on what basis."""

    id: Name = Field(description="Name of the operator; its random numbers carry it.")
    kind: Literal[
        "klimek", "eforensics", "stuffing", "switching", "carousel", "rewriting", "suppression",
        "topping-up", "annulment",
    ] = Field(description="What is done to the ballots.")  # fmt: skip
    basis: Text = Field(description="Where the figures come from, or that they are assumed.")
    source: Text | None = Field(None, description="A report that such things were said to happen.")
    beneficiary: Name | None = Field(None, description="Option whose votes rise.")
    victims: list[Name] | None = Field(
        None, description="Options whose votes fall; all others when absent."
    )
    regions: list[Name] | None = Field(None, description="Where; everywhere when absent.")
    tiers: list[Literal["list", "district"]] = Field(
        ["list"], min_length=1, description="Ballot papers that are affected."
    )
    level: Literal["region", "district", "station"] = Field(
        "district", description="Unit that has an intensity of its own."
    )
    incremental: Intensity | None = Field(
        None, description="klimek, eforensics: share of stations with small intensities."
    )
    extreme: Intensity | None = Field(
        None, description="klimek, eforensics: share of stations with intensities near one."
    )
    theta: Intensity | None = Field(
        None, description="klimek: size of small intensities; 0.2 when absent."
    )
    alpha: Intensity | None = Field(
        None, description="klimek: votes taken are the intensity to this power; 2 when absent."
    )
    sigma: Deviation | None = Field(
        None, description="klimek, eforensics: distance of extreme intensities from one; 0.075."
    )
    manufactured: Deviation | None = Field(
        None, description="eforensics: size of small shares of non-voters made to vote."
    )
    stolen: Deviation | None = Field(
        None, description="eforensics: size of small shares of votes taken."
    )
    share: Intensity | None = Field(
        None,
        description="stuffing: of the non-voters; switching, suppression: of the victims' votes; "
        "rewriting, annulment: of the stations.",
    )
    ballots: Intensity | None = Field(
        None, description="stuffing: ballots in all, instead of a share."
    )
    buses: Intensity | None = Field(
        None, description="carousel: buses for every 1,000 stations, a Poisson mean."
    )
    ballots_per_bus: Positive | None = Field(
        None, description="carousel: extra ballots of a bus at each of its stations."
    )
    stations_per_bus: Positive | None = Field(None, description="carousel: stations of a bus.")
    supplementary: Share | None = Field(
        None, description="carousel: supplementary list of voters, as a share of the registered."
    )
    rewrites: Literal["turnout", "share"] | None = Field(
        None, description="rewriting: what is lifted to the next round number; turnout if absent."
    )
    step: Share | None = Field(None, description="rewriting: the round numbers; 5% if absent.")
    target: Intensity | None = Field(None, description="topping-up: turnout that is reached.")
    clean: Intensity | None = Field(
        None, description="topping-up, inverse: turnout assumed without it."
    )
    doubt: Doubt = None


class Irregularities(Model):
    """Assumed irregularities, and whether the figures of the scenario already contain them."""

    mode: Literal["forward", "inverse"] = Field(
        "forward",
        description="forward: the scenario is clean and operators are added; inverse: it already "
        "contains them and every draw is cleaned.",
    )
    operators: list[Operator] = Field(min_length=1, description="In the order in which they act.")


class Stations(Model):
    """Polling stations: how many, and how they differ."""

    total: Positive | None = Field(
        None, description="Stations in all, spread in proportion to registered voters."
    )
    per_district: Positive | None = Field(
        None, description="Or the number in each district (region, where there are none)."
    )
    size_cv: Deviation = Field(0.6, description="Relative spread of their registered voters.")
    turnout_sd: Deviation = Field(0.3, description="Of their turnout, on the scale of logits.")
    support_sd: Deviation = Field(0.3, description="Of support, on the scale of logarithms.")
    source: Text | None = None
    doubt: Doubt = None
