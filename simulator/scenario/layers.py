"""What is uncertain, layer by layer, in the scenario language.

Defaults come from the calibration that docs/explanation/model.md describes; the output of a run
names every one that was used.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from simulator.scenario.numbers import Real, Share, fault
from simulator.scenario.polling import PollError
from simulator.scenario.posterior import Draws
from simulator.scenario.swings import Mixture, by_weights
from simulator.scenario.words import (
    Correlation,
    Deviation,
    Doubt,
    Model,
    Name,
    Positive,
    Pull,
    Slope,
    Tails,
    Text,
    at_most,
    bounded,
)
from simulator.uncertainty.bands import BANDS
from simulator.vocabulary import MOST_VOTERS


def _not_everybody(share: Fraction) -> Fraction:
    if share > Fraction(9, 10):
        raise fault("E205", "at most nine in ten voters can be undecided")
    return share


class RegionLayer(Model):
    """How far regions leave the nation, on the scale of logarithms."""

    sd: Deviation = Field(0.10, description="Geographic swing of a region.")
    party_sd: dict[Name, Deviation] = Field(
        default_factory=dict,
        description="Swing of single parties instead, such as larger ones of new parties.",
    )
    tails: Tails = 6
    baseline_sd: Deviation = Field(
        0.25, description="Spread of regional baselines where no regional shares are known."
    )


class DistrictLayer(Model):
    """How far districts leave their region, on the scale of logarithms."""

    sd: Deviation = Field(0.07, description="Swing of the list vote in a district.")
    nominee_sd: Deviation = Field(0.15, description="Own shock of a party's nominee.")
    independent_sd: Deviation = Field(0.40, description="Own shock of an independent.")
    follows_nation: Pull = Field(
        1.0, description="How far nominees follow the national shock of their party."
    )
    follows_region: Pull = Field(
        1.0, description="How far nominees follow the regional swing of their party."
    )
    tails: Tails = 6


class TurnoutLayer(Model):
    """How uncertain turnout is, on the scale of logits."""

    national_sd: Deviation = Field(0.15, description="Common to the whole country.")
    region_sd: Deviation = Field(0.09, description="Of a single region.")
    district_sd: Deviation = Field(
        0.07, description="Of a single district, where list votes are counted by district."
    )
    support: dict[Name, Correlation] = Field(
        default_factory=dict, description="Correlation of a region's turnout with a party."
    )
    differential: dict[Name, Slope] = Field(
        default_factory=dict,
        description="Log-weight that a party gains with a logit of turnout above the expected.",
    )


class Blocs(Model):
    """Correlation of parties by bloc."""

    within: Correlation = Field(0.3, description="Between parties of one bloc.")
    across: Correlation = Field(-0.3, description="Between parties of different blocs.")


class PastError(Model):
    """An error that happened: what a list was expected to win, and how far it was from that."""

    share: Share = Field(description="Share that was expected.")
    log_error: Annotated[Real, AfterValidator(bounded(-5.0, 5.0))] = Field(
        description="Natural logarithm of the result over the share that was expected."
    )
    election: Text | None = Field(None, description="Which election it was.")
    source: Text | None = None
    doubt: Doubt = None


class UndecidedLayer(Model):
    """Voters who have not decided: their split is drawn around that of the others."""

    share: Annotated[Share, AfterValidator(_not_everybody)] | None = Field(
        None, description="Undecided part of the vote; from the polls when absent."
    )
    concentration: Annotated[Real, AfterValidator(bounded(0.5, 100_000.0))] = Field(
        10.0, description="Dirichlet concentration of their split around the decided shares."
    )


class Uncertainty(Model):
    """What is uncertain, layer by layer; every default is named in the output."""

    kernel: Literal[
        "angular", "logit-normal", "additive", "dirichlet", "dirichlet-multinomial", "bootstrap",
        "external", "fixed",
    ] = Field("angular", description="Form of the national error.")  # fmt: skip
    effective_sample: Positive | None = Field(
        None,
        description="National error as the size of a simple random sample; from polls, else 400.",
    )
    tails: Tails = 5
    blocs: Blocs = Blocs()
    correlations: dict[Text, Correlation] = Field(
        default_factory=dict,
        description="Correlation of two parties, as `amanat+jsdp: -0.3`; stronger than blocs.",
    )
    exponent: Annotated[Real, AfterValidator(bounded(0.0, 1.0))] = Field(
        1.0,
        description="Of logit-normal errors: the SD of a log-share grows as p^(exponent - 1); "
        "1 is the same for all, 0.5 that of a sample.",
    )
    log_sd: Deviation | None = Field(
        None, description="SD of logit-normal errors at exponent 1, instead of effective_sample."
    )
    center: Literal["mean", "none"] | None = Field(
        None,
        description="Whether errors on log-shares are corrected so that every share keeps its "
        "mean; when absent mean for logit-normal and none for bootstrap.",
    )
    voters: Annotated[Positive, AfterValidator(lambda n: at_most(n, MOST_VOTERS))] | None = Field(
        None, description="Size of the sample of voters of dirichlet-multinomial."
    )
    errors: list[PastError] | None = Field(
        None, description="Errors that bootstrap draws from, inline or as a CSV file."
    )
    bands: list[Share] | None = Field(
        None,
        description="Shares between the bands of these errors; 2%, 7%, 15%, 30%, 60% when absent.",
    )
    draws: Draws | None = Field(
        None, description="File of draws from another program (.csv, .parquet, .nc), for external."
    )
    variable: Text | None = Field(None, description="Variable of a netCDF file of draws.")
    polls: PollError = PollError()
    undecided: UndecidedLayer = UndecidedLayer()
    swing: Mixture = Field(
        default_factory=by_weights,
        description="How regions follow the nation: softmax, logit, proportional, additive, or "
        "parts of a mixture.",
    )
    region: RegionLayer = RegionLayer()
    district: DistrictLayer = DistrictLayer()
    turnout: TurnoutLayer = TurnoutLayer()

    @property
    def pairs(self) -> dict[tuple[str, str], float]:
        """Correlations by the two parties they are of."""
        return {tuple(k.split("+", 1)): v for k, v in self.correlations.items()}  # type: ignore[misc]

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Shares between the bands of past errors."""
        return tuple(self.bands) if self.bands is not None else BANDS

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """The word fixed turns every layer off; dirichlet may hold its sample size."""
        if value == "fixed":
            off: dict[str, Any] = {"sd": 0}
            return {
                "kernel": "fixed",
                "region": {**off, "baseline_sd": 0},
                "district": {**off, "nominee_sd": 0, "independent_sd": 0},
                "turnout": {"national_sd": 0, "region_sd": 0, "district_sd": 0},
                "undecided": {"share": 0},
            }
        return value
