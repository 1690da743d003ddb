"""The scenario language: frozen models, nothing unknown allowed, every default documented."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from simulator.allocation import registry
from simulator.scenario.closeness import Closeness
from simulator.scenario.dates import Date
from simulator.scenario.irregularities import Irregularities, Stations
from simulator.scenario.layers import Uncertainty
from simulator.scenario.numbers import Count, Share
from simulator.scenario.polling import Polls
from simulator.scenario.simulation import Simulation
from simulator.scenario.words import (
    Deviation,
    Doubt,
    Model,
    Name,
    Number,
    Positive,
    Pull,
    SeatCounts,
    Shares,
    Slope,
    Strength,
    Text,
)

PARAMETERS = ("quota", "rounding", "on_overflow", "first_divisor", "split", "divisors")


def simulated_methods() -> list[str]:
    """Return the methods of list tiers: those that the kernels decide exactly."""
    return [
        found.id
        for found in registry.all_methods()
        if found.id == "largest-remainder"
        or (found.signpost is not None and set(found.parameters) <= {*PARAMETERS})
    ]


_METHODS: dict[str, Any] = {"enum": simulated_methods()}


class Party(Model):
    """A list on the ballot, in order of registration; or an option that never takes seats."""

    name: Text | None = Field(None, description="Name on the screen; the key when absent.")
    share: Share | None = Field(None, description="Expected share of the valid ballots.")
    votes: Count | None = Field(None, description="Counted votes, instead of a share.")
    seats: bool = Field(True, description="false: takes votes but never seats (against all).")
    bloc: Name | None = Field(None, description="Parties of one bloc rise and fall together.")
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = Field(
        None, description="Colour in charts, as #rrggbb."
    )
    doubt: Doubt = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """A bare share stands for the whole party: `tide: 38%`."""
        if value is None or isinstance(value, dict):
            return value or {}
        return {"share": value}


class Threshold(Model):
    """The legal threshold of a list tier."""

    share: Share = Field(description="Share of the base that a list needs.")
    of: Literal["party-votes", "valid", "ballots", "electorate"] = Field(
        "valid",
        description="Base: votes for lists; valid ballots (with against all); ballots cast; "
        "registered voters.",
    )
    compare: Literal[">=", ">"] = Field(">=", description="At least the share, or more than it.")
    doubt: Doubt = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """A bare share stands for a threshold on valid ballots: `threshold: 5%`."""
        return value if isinstance(value, dict) else {"share": value}

    @property
    def base(self) -> str:
        """The base in words."""
        return {
            "party-votes": "votes for lists", "valid": "valid ballots",
            "ballots": "ballots cast", "electorate": "registered voters",
        }[self.of]  # fmt: skip


class LoneList(Model):
    """What happens when exactly one list passes: the runner-up is admitted."""

    factor: Share = Field(Fraction(1), description="Factor on the runner-up's quotient.")
    minimum: Count = Field(0, description="Seats the runner-up gets at least.")
    doubt: Doubt = None


class ListTier(Model):
    """Seats for closed lists in one nationwide constituency."""

    seats: Positive = Field(description="Seats of the tier.")
    method: Text = Field(
        "largest-remainder",
        description="Allocation method: an id or alias of `simseats methods`.",
        json_schema_extra=_METHODS,
    )
    quota: Number | None = Field(
        None,
        description="Quota of largest remainders: hare (when absent), droop, hagenbach-bischoff, "
        "imperiali, reinforced-imperiali, or a number of votes.",
    )
    rounding: Literal["exact", "floor", "ceil", "half-up"] | None = Field(
        None, description="How the quota is rounded; exact when absent."
    )
    on_overflow: Literal["subtract-smallest-remainder"] | None = Field(
        None, description="What happens when whole quotas exceed the seats, where they can."
    )
    first_divisor: Number | None = Field(
        None, description="First divisor of modified-sainte-lague; 1.4 when absent."
    )
    split: Number | None = Field(None, description="Split point of stationary, such as 1/3.")
    divisors: tuple[Number, ...] | None = Field(
        None, description="Own divisors of divisor-list, one for each seat of the tier."
    )
    threshold: Threshold | None = Field(None, description="Legal threshold; none when absent.")
    ties: Literal["listed-order"] = Field(
        "listed-order", description="Equal claims go to the party listed first."
    )
    none_pass: Literal["admit-all", "admit-largest"] = Field(
        "admit-all", description="When no list passes: admit every list, or the largest alone."
    )
    lone_list: LoneList | None = Field(None, description="Clause for a single list that passes.")
    doubt: Doubt = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of the method that the scenario names."""
        named = {key: getattr(self, key) for key in PARAMETERS}
        return {key: value for key, value in named.items() if value is not None}


class DistrictTier(Model):
    """Seats from single-member districts."""

    seats: Positive = Field(description="Seats of the tier.")
    method: Literal["plurality"] = Field("plurality", description="One round, most votes win.")
    held_at: SeatCounts | None = Field(
        None, description="Seats given as known instead of simulated, by party or `independents`."
    )
    doubt: Doubt = None


class Tiers(Model):
    """The tiers of the chamber; they are filled in parallel."""

    list: ListTier | None = None
    district: DistrictTier | None = None


class Region(Model):
    """A region: its voters, turnout, districts and, where known, its shares."""

    name: Text | None = None
    registered: Positive | None = Field(None, description="Registered voters; filled when absent.")
    turnout: Share | None = Field(None, description="Expected turnout; the national one if absent.")
    districts: Count = Field(0, description="Districts in the region, when not listed by name.")
    shares: Shares | None = Field(None, description="Regional baseline of the list vote.")
    shift: dict[Name, Slope] = Field(
        default_factory=dict, description="Moves of the baseline here, as logarithms of factors."
    )
    source: Text | None = None
    doubt: Doubt = None


class Candidate(Model):
    """A candidate of a district: of a party, or independent under a name of their own."""

    party: Name | None = Field(None, description="Nominating party; independent when absent.")
    name: Text | None = None
    share: Share | None = Field(None, description="Expected share of the district's vote.")
    strength: Strength | None = Field(None, description="Or the logarithm of a relative weight.")
    shift: Slope = Field(0.0, description="Move of that logarithm: incumbency, an endorsement.")
    follows_nation: Pull | None = Field(
        None, description="How far the nominee follows the national shock of the party."
    )
    follows_region: Pull | None = Field(
        None, description="How far the nominee follows the regional swing of the party."
    )
    doubt: Doubt = None


class District(Model):
    """A single-member district."""

    region: Name | None = Field(None, description="The region it lies in.")
    name: Text | None = None
    registered: Positive | None = Field(
        None, description="Registered voters; an equal part of what is left when absent."
    )
    turnout: Share | None = Field(
        None, description="Expected turnout; that of the region when absent."
    )
    candidates: list[Candidate] | None = Field(
        None, description="Candidates; the declared field when absent."
    )
    independents: Positive | None = Field(
        None, description="Number of independents here, instead of the field's."
    )
    source: Text | None = None
    doubt: Doubt = None


class Alternative(Model):
    """Another value for the strength of independents, to show how far the result moves."""

    strength: Strength = Field(
        description="Log-weight of a typical independent against the first nominee."
    )
    basis: Text | None = Field(None, description="Where it comes from; shown on the screen.")


class ContestField(Model):
    """Who stands in districts whose candidates are not known: a declared assumption."""

    nominees: list[Name] = Field(description="Parties with one nominee in each district.")
    independents: Count = Field(0, description="Independents in each district.")
    strength: Strength = Field(
        0.0, description="Log-weight of a typical independent against the first nominee."
    )
    strength_sd: Deviation = Field(
        0.0, description="Uncertainty of that strength, shared by all districts."
    )
    against_all: Strength | None = Field(
        None, description="Log-weight of against all; absent: not on the ballot."
    )
    basis: Text = Field(description="Where the strength comes from; shown on the screen.")
    alternatives: dict[Text, Alternative] = Field(
        default_factory=dict, description="Other strengths whose result is shown beside."
    )


class Electorate(Model):
    """Who votes, and where."""

    registered: Positive | None = Field(None, description="Registered voters in total.")
    fill: Literal["by-districts", "equally"] = Field(
        "equally", description="Rule for regions without a number of registered voters."
    )
    turnout: Share | None = Field(None, description="Expected national turnout.")
    invalid: Share = Field(Fraction(0), description="Invalid share of the ballots cast.")
    regions: dict[Name, Region] = Field(
        default_factory=dict, description="Regions, inline or as a CSV file beside the scenario."
    )
    districts: dict[Name, District] = Field(
        default_factory=dict, description="Districts, inline or as a CSV file."
    )
    candidates: list[dict[str, Any]] | None = Field(
        None, description="Candidates of all districts as a CSV file (district, party, name, ...)."
    )
    field: ContestField | None = Field(None, description="Candidates where none are listed.")
    stations: Stations | None = Field(None, description="Polling stations, for irregularities.")
    doubt: Doubt = None


class Expectation(Model):
    """The official result: shown beside the simulation, checked by `validate`."""

    list: SeatCounts | None = Field(None, description="List seats by party.")
    district: SeatCounts | None = Field(
        None, description="District seats by party and `independents`."
    )
    seats: SeatCounts | None = Field(None, description="Totals of list and district seats.")
    turnout: Share | None = Field(None, description="Official turnout.")
    votes: dict[Name, Count] | None = Field(
        None, description="Counted votes of every option, where the scenario itself has none."
    )
    ballots: Count | None = Field(
        None, description="Ballots cast, where the threshold is a share of them."
    )


class Variation(Model):
    """The scenario with other values, to be compared with it draw by draw."""

    name: Text = Field(description="What it is called beside the scenario.")
    set: dict[Text, Any] = Field(
        min_length=1, description="Other values by path, such as `tiers.list.method: dhondt`."
    )


class Scenario(Model):
    """A parliament, how it is elected, and what is uncertain."""

    schema_: Literal["simseats/1"] = Field(alias="schema", description="Version of the language.")
    name: Text = Field(description="Title of the scenario.")
    chamber: Text = Field("Chamber", description="Name of the parliament.")
    parties: dict[Name, Party] = Field(
        min_length=1, description="Parties in order of registration, and other ballot options."
    )
    tiers: Tiers
    electorate: Electorate = Electorate()
    polls: Polls | None = None
    uncertainty: Uncertainty = Uncertainty()
    irregularities: Irregularities | None = None
    majorities: dict[Text, Positive] = Field(
        default_factory=dict, description="Named numbers of seats; a majority when absent."
    )
    coalitions: dict[Text, list[Name]] = Field(
        default_factory=dict, description="Named groups of parties."
    )
    simulation: Simulation = Simulation()
    compare: list[Variation] = Field(
        default_factory=list, description="The same draws under other rules or assumptions."
    )
    # Left out where a scenario does not state it, so that the fingerprint of its runs stays.
    closeness: Closeness | None = Field(
        None, exclude_if=lambda stated: stated is None, description="What counts as close."
    )
    expect: Expectation | None = None
    date: Date | None = Field(None, description="Election day; dated polls count from it.")
    sources: list[Text] = Field(default_factory=list, description="Where the figures come from.")

    @property
    def seats(self) -> int:
        """Seats of the chamber."""
        tiers = (self.tiers.list, self.tiers.district)
        return sum(tier.seats for tier in tiers if tier is not None)
