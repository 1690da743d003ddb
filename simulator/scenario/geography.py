"""Who votes where: the electorate of a scenario with every gap filled by a stated rule."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from simulator.scenario.posterior import Posterior
from simulator.scenario.schema import Candidate, District, Scenario
from simulator.vocabulary import NOMINAL_BALLOTS, OTHERS

WHOLE_COUNTRY = "nation"


@dataclass(frozen=True)
class Seat:
    """A district: its region is the one that holds it."""

    id: str
    registered: int
    candidates: tuple[Candidate, ...] | None
    independents: int | None
    turnout: Fraction | None


@dataclass(frozen=True)
class Area:
    """A region with complete figures."""

    id: str
    name: str
    registered: int
    turnout: Fraction
    shares: dict[str, Fraction] | None
    districts: tuple[Seat, ...]
    shift: dict[str, float]

    @property
    def cells(self) -> list[int]:
        """Voters of the places where list votes are counted; they add up to the region."""
        known = [seat.registered for seat in self.districts]
        if not known:
            return [self.registered]
        return known if sum(known) == self.registered else largest_remainder(self.registered, known)

    @property
    def ballots(self) -> Fraction:
        """Expected ballots: voters times turnout, place by place."""
        stated = [seat.turnout for seat in self.districts] or [None]
        places = zip(self.cells, stated, strict=True)
        return sum(((t or self.turnout) * n for n, t in places), Fraction(0))


@dataclass(frozen=True)
class Geography:
    """The regions of a scenario; one area stands for a country without regions."""

    areas: tuple[Area, ...]
    filled: tuple[str, ...]
    rule: str
    counted: bool  # whether registered voters are known, so that turnout has a meaning
    regional: bool  # whether the scenario has regions

    @property
    def registered(self) -> int:
        """Registered voters of the country."""
        return sum(area.registered for area in self.areas)


def options(scenario: Scenario) -> list[str]:
    """Return the ballot options: parties in order, then options without seats."""
    names = [k for k, p in scenario.parties.items() if p.seats]
    names += [k for k, p in scenario.parties.items() if not p.seats]
    if scenario.polls is None and _remainder(scenario) > 0:
        names.append(OTHERS)
    return names


def _remainder(scenario: Scenario) -> Fraction:
    """Return the part of the vote that shares below 100% leave to lists not named."""
    shares = [p.share for p in scenario.parties.values() if p.share is not None]
    rest = 1 - sum(shares, Fraction(0)) if shares else Fraction(0)
    return rest if rest > Fraction(1, 200) else Fraction(0)


def baseline(scenario: Scenario) -> dict[str, Fraction]:
    """Return the shares of the options by the votes or shares of the parties; sums to one."""
    parties = scenario.parties
    if scenario.uncertainty.draws is not None:
        return _drawn_baseline(scenario, scenario.uncertainty.draws)
    if any(p.votes is not None for p in parties.values()):
        total = sum(p.votes or 0 for p in parties.values())
        return {k: Fraction(parties[k].votes or 0, total) for k in options(scenario)}
    rest = _remainder(scenario)
    weights = {k: parties[k].share or Fraction(0) for k in options(scenario) if k in parties}
    if rest > 0:
        weights[OTHERS] = rest
    total_share = sum(weights.values(), Fraction(0))
    if total_share == 0:
        return {k: Fraction(1, len(weights)) for k in weights}
    return {k: share / total_share for k, share in weights.items()}


def _drawn_baseline(scenario: Scenario, drawn: Posterior) -> dict[str, Fraction]:
    """Return the mean shares of draws from outside; those of regions by their expected ballots."""
    if not drawn.regions:
        return drawn.expected()
    areas = resolve(scenario).areas
    ballots = [area.registered * area.turnout for area in areas]
    total = sum(ballots, Fraction(0))
    own = [drawn.expected(area.id) for area in areas]
    return {
        name: sum((n * p[name] for n, p in zip(ballots, own, strict=True)), Fraction(0)) / total
        for name in drawn.options
    }


def largest_remainder(total: int, weights: list[int]) -> list[int]:
    """Split a whole number in proportion to weights; the rest by largest remainders."""
    whole = sum(weights)
    parts = [total * w // whole for w in weights]
    order = sorted(range(len(weights)), key=lambda k: (-(total * weights[k] % whole), k))
    for k in order[: total - sum(parts)]:
        parts[k] += 1
    return parts


def resolve(scenario: Scenario) -> Geography:
    """Return the electorate with gaps filled: registered voters, turnout, districts."""
    if not scenario.electorate.regions:
        return _nation(scenario)
    electorate = scenario.electorate
    regions = electorate.regions
    counts = {name: _district_count(scenario, name) for name in regions}
    missing = [name for name, region in regions.items() if region.registered is None]
    filled: dict[str, int] = {}
    if missing and electorate.registered is not None:
        left = electorate.registered - sum(r.registered or 0 for r in regions.values())
        by_districts = electorate.fill == "by-districts"
        weights = [max(1, counts[name]) if by_districts else 1 for name in missing]
        filled = dict(zip(missing, largest_remainder(left, weights), strict=True))
    areas = []
    for name, region in regions.items():
        registered = region.registered or filled.get(name, 1)
        turnout = region.turnout if region.turnout is not None else electorate.turnout
        areas.append(
            Area(
                name,
                region.name or name,
                registered,
                turnout or Fraction(1, 2),
                _region_shares(scenario, name),
                _seats(scenario, name, registered, counts[name]),
                region.shift,
            )
        )
    words = "by number of districts" if electorate.fill == "by-districts" else "equally"
    return Geography(tuple(areas), tuple(missing), words, True, True)


def _region_shares(scenario: Scenario, name: str) -> dict[str, Fraction] | None:
    """Return the baseline of a region: its own shares, or the mean of draws from outside."""
    drawn = scenario.uncertainty.draws
    if drawn is not None and drawn.regions:
        return drawn.expected(name)
    return scenario.electorate.regions[name].shares


def _district_count(scenario: Scenario, region: str) -> int:
    listed = [d for d in scenario.electorate.districts.values() if d.region == region]
    return len(listed) or scenario.electorate.regions[region].districts


def _seats(scenario: Scenario, region: str | None, registered: int, count: int) -> tuple[Seat, ...]:
    """Return the districts of a region, their voters filled equally where not known."""
    tier = scenario.tiers.district
    if tier is None or tier.held_at is not None or count == 0:
        return ()
    electorate = scenario.electorate
    listed = {k: d for k, d in electorate.districts.items() if region is None or d.region == region}
    if not listed:
        prefix = f"{region}-" if region is not None else ""
        listed = {f"{prefix}{k + 1}": District() for k in range(count)}
    known = sum(d.registered or 0 for d in listed.values())
    missing = [k for k, d in listed.items() if d.registered is None]
    left = max(registered - known, len(missing))
    shares = largest_remainder(left, [1] * len(missing)) if missing else []
    filled = dict(zip(missing, shares, strict=True))
    return tuple(
        Seat(
            k,
            d.registered or filled[k],
            tuple(d.candidates) if d.candidates is not None else None,
            d.independents,
            d.turnout,
        )
        for k, d in listed.items()
    )


def _nation(scenario: Scenario) -> Geography:
    """Return a country without regions as one area."""
    electorate, tier = scenario.electorate, scenario.tiers.district
    votes = sum(p.votes or 0 for p in scenario.parties.values())
    ballots = round(Fraction(votes) / (1 - electorate.invalid)) if votes else NOMINAL_BALLOTS
    if electorate.registered is None:
        # Twice the ballots at a turnout of one half: a fixed number of ballots, no electorate.
        registered, turnout = 2 * ballots, Fraction(1, 2)
    else:
        registered = electorate.registered
        turnout = electorate.turnout or Fraction(ballots, registered)
    seats = _seats(scenario, None, registered, tier.seats if tier is not None else 0)
    area = Area(WHOLE_COUNTRY, scenario.name, registered, turnout, None, seats, {})
    return Geography((area,), (), "", electorate.registered is not None, False)
