"""What is uncertain, layer by layer, in the scenario language.

Defaults come from the calibration that docs/explanation/model.md describes; the output of a run
names every one that was used.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from simulator.scenario.polling import PollError
from simulator.scenario.words import Correlation, Deviation, Model, Name, Positive, Tails


class RegionLayer(Model):
    """How far regions leave the nation, on the scale of logarithms."""

    sd: Deviation = Field(0.10, description="Geographic swing of a region.")
    tails: Tails = 6
    baseline_sd: Deviation = Field(
        0.25, description="Spread of regional baselines where no regional shares are known."
    )


class DistrictLayer(Model):
    """How far districts leave their region, on the scale of logarithms."""

    sd: Deviation = Field(0.07, description="Swing of the list vote in a district.")
    nominee_sd: Deviation = Field(0.15, description="Own shock of a party's nominee.")
    independent_sd: Deviation = Field(0.40, description="Own shock of an independent.")
    tails: Tails = 6


class TurnoutLayer(Model):
    """How uncertain turnout is, on the scale of logits."""

    national_sd: Deviation = Field(0.15, description="Common to the whole country.")
    region_sd: Deviation = Field(0.09, description="Of a single region.")
    support: dict[Name, Correlation] = Field(
        default_factory=dict, description="Correlation of a region's turnout with a party."
    )


class Blocs(Model):
    """Correlation of parties by bloc."""

    within: Correlation = Field(0.3, description="Between parties of one bloc.")
    across: Correlation = Field(-0.3, description="Between parties of different blocs.")


class Uncertainty(Model):
    """What is uncertain, layer by layer; every default is named in the output."""

    kernel: Literal["angular", "dirichlet", "fixed"] = Field(
        "angular", description="Form of the national error."
    )
    effective_sample: Positive | None = Field(
        None,
        description="National error as the size of a simple random sample; from polls, else 400.",
    )
    tails: Tails = 5
    blocs: Blocs = Blocs()
    polls: PollError = PollError()
    region: RegionLayer = RegionLayer()
    district: DistrictLayer = DistrictLayer()
    turnout: TurnoutLayer = TurnoutLayer()

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
                "turnout": {"national_sd": 0, "region_sd": 0},
            }
        return value
