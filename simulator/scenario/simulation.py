"""How much is simulated, and when it is enough, in the scenario language."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from simulator.scenario.numbers import Count, Real, fault
from simulator.scenario.words import Model, Positive, Text, at_most, bounded

MOST_DRAWS = 10**12
# A replicate has a sixteenth of them, half are mirror images, and points are numbered in 32 bits.
MOST_SOBOL_DRAWS = 2**37

Draws = Annotated[Positive, AfterValidator(lambda n: at_most(n, MOST_DRAWS))]
Error = Annotated[Real, AfterValidator(bounded(1e-6, 10.0))]


class Until(Model):
    """Monte Carlo errors that are wanted; draws are doubled until all are reached twice."""

    probability: Error | None = Field(
        None, description="Of every entry, majority and coalition probability, such as 0.002."
    )
    mean_seats: Error | None = Field(
        None, description="Of the mean seats of every party, such as 0.02."
    )
    errors: dict[Text, Error] = Field(
        default_factory=dict,
        description="Of single estimates: enters.PARTY, seats.PARTY, list.PARTY, district.PARTY, "
        "or an event such as `majority: PARTY`.",
    )
    most: Draws = Field(2**22, description="Draws at which the run stops in any case.")

    @model_validator(mode="after")
    def _something(self) -> Until:
        """Ask for at least one error."""
        if self.probability is None and self.mean_seats is None and not self.errors:
            raise fault("E202", "no error is named", "probability: 0.002")
        return self


class Simulation(Model):
    """How many draws, from which seed."""

    draws: Draws = Field(100_000, description="Number of draws; with `until` the first look.")
    seed: Count = Field(1, description="Seed of the random numbers.")
    sampler: Literal["mc", "antithetic", "sobol", "lhs"] = Field(
        "sobol",
        description="How draws are spread: independent (mc), in mirrored pairs, Sobol' points or "
        "Latin hypercubes; all but mc come in 16 replicates of equal size.",
    )
    until: Until | None = Field(
        None, description="Errors to reach; the draws are doubled until they are."
    )

    @model_validator(mode="after")
    def _points(self) -> Simulation:
        """Refuse more Sobol' points than there are: beyond the last their numbers begin again."""
        draws = self.draws if self.until is None else max(self.draws, self.until.most)
        if self.sampler == "sobol" and draws > MOST_SOBOL_DRAWS:
            text = f"{draws:,} draws are more than the {MOST_SOBOL_DRAWS:,} of Sobol' points"
            raise fault("E205", text, "sampler: lhs, or fewer draws")
        return self
