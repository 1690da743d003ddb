"""How close the list tier is: exact margins of one election, and a few ballots in single draws.

Votes that are added or lost are ballots that are cast or not, so a base of the threshold that
counts ballots moves with them; votes that are switched leave it alone. The same rules as those of
:mod:`simulator.allocation.margins`, for many changes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.engine.execute import Draws, draw, most_draws
from simulator.engine.plan import Plan
from simulator.engine.recount import count_ballots
from simulator.engine.sampler import replicate_of_draws, replicates, whole_draws
from simulator.kernels import inputs
from simulator.kernels.layout import BLOCK, GROUP
from simulator.measures.fragmentation import effective_number
from simulator.measures.proportionality import (
    dhondt_index,
    gallagher,
    loosemore_hanby,
    rae,
    sainte_lague_index,
)
from simulator.results.attribution import Ints
from simulator.results.closeness import Closeness, Margin, Nearness, Recount, Spread, chance
from simulator.scenario.official import threshold_base
from simulator.scenario.schema import Scenario
from simulator.system.rows import ListRule, Rows
from simulator.vocabulary import DIGITS

MOST_DRAWS = 4_096
# Stations times draws, and draws times changes times options: a fraction of a second of work.
MOST_VISITS = 2**24
MOST_MOVED = 2**24
FEWEST_LANES = 16

LIST_VOTES, VALID_BALLOTS, CHAMBER = "votes for lists", "valid ballots", "chamber"

KINDS = ("add", "lose", "switch")

# A change: from which option and to which one; None is nobody, a ballot not cast.
Change = tuple[int | None, int | None]


@dataclass(frozen=True)
class Elections:
    """Rows of whole votes with the ballots cast in each, and the rule of the tier."""

    rule: ListRule
    of: int  # the base of the threshold, see kernels.inputs
    electorate: int
    parties: int
    votes: Rows  # (rows, options)
    ballots: Rows  # (rows,)

    def base(self, votes: Rows, ballots: Rows) -> Rows:
        """Return the number of which the threshold is a share, for each row."""
        if self.of == inputs.BASE_BALLOTS:
            return ballots
        if self.of == inputs.BASE_ELECTORATE:
            return np.full(len(votes), self.electorate, np.int64)
        counted = self.parties if self.of == inputs.BASE_PARTY_VOTES else votes.shape[1]
        return np.asarray(votes[:, :counted].sum(axis=1))

    def seats(self) -> Rows:
        """Return the seats of each row as it is."""
        return self._allocate(self.votes, self.ballots)

    def moved(self, source: Rows, target: Rows, size: Rows) -> Rows:
        """Return the seats when `size` votes of each row go from one option to another.

        Options are numbered; -1 is nobody. No option loses more votes than it has.
        """
        rows = np.arange(len(self.votes))
        loses, gains = source >= 0, target >= 0
        size = np.where(loses, np.minimum(size, self.votes[rows, source]), size)
        votes = self.votes.copy(order="F")
        votes[rows[loses], source[loses]] -= size[loses]
        votes[rows[gains], target[gains]] += size[gains]
        return self._allocate(votes, self.ballots + size * gains - size * loses)

    def moved_alike(self, change: Change, size: int) -> Rows:
        """Return the seats when so many votes go the same way in every row."""
        source, target = change
        votes, ballots = self.votes.copy(order="F"), self.ballots
        sizes: Rows | int = size
        if source is not None:
            sizes = np.minimum(size, votes[:, source])
            votes[:, source] -= sizes
            ballots = ballots - sizes
        if target is not None:
            votes[:, target] += sizes
            ballots = ballots + sizes
        return self._allocate(votes, ballots)

    def _allocate(self, votes: Rows, ballots: Rows) -> Rows:
        return self.rule.allocate(votes[:, : self.parties], self.base(votes, ballots))


def find_closeness(scenario: Scenario, plan: Plan, seed: int, draws: int) -> Closeness | None:
    """Return how close the list tier of a plan is; None without a list tier.

    Parameters
    ----------
    scenario, plan
        A valid scenario and what it compiles to.
    seed, draws
        Those of the run: at most its first 4 096 draws are looked at one by one.

    References
    ----------
    M. Blom, P. J. Stuckey, V. Teague, "Computing the margin of victory in preferential
    parliamentary elections", E-Vote-ID 2018, for the margin as the fewest changed ballots.
    """
    if scenario.tiers.list is None:
        return None
    plan, draws = _single_draws(plan, draws)
    rule = _rule(scenario)
    ballots, size, near = count_ballots(scenario, plan)
    basis, one = _one_election(scenario, plan, rule)
    margins, seats = find_margins(one, plan.options, plan.parties)
    drawn = draw(plan, seed, 0, draws)
    replicate = replicate_of_draws(plan.sampler, draws)
    registered = plan.geography.registered
    many = Elections(
        rule, plan.law.threshold_base, registered, len(plan.parties),
        drawn.votes, np.rint(drawn.turnout * registered).astype(np.int64),
    )  # fmt: skip
    return Closeness(
        basis=basis,
        votes=dict(zip(plan.options, one.votes[0].tolist(), strict=True)),
        seats=seats,
        margins=margins,
        draws=draws,
        replicates=replicates(plan.sampler),
        recount=_recount(many, replicate, size, float(size / ballots)),
        threshold=_nearness(many, replicate, plan.parties, near),
        indices=_indices(drawn, replicate, len(plan.parties)),
    )


def _single_draws(plan: Plan, draws: int) -> tuple[Plan, int]:
    """Return the plan and the number of its first draws that are looked at one by one."""
    most = min(MOST_DRAWS, most_draws(plan) or MOST_DRAWS)
    if plan.distortion is not None and plan.distortion.stations.people.size:
        visits = MOST_VISITS // plan.distortion.stations.people.size
        most = min(most, max(GROUP, visits // GROUP * GROUP))
    whole = whole_draws(plan.sampler, min(draws, most))
    if whole > most:
        return replace(plan, sampler="mc"), min(draws, most)
    return plan, whole


def _rule(scenario: Scenario) -> ListRule:
    tier = scenario.tiers.list
    assert tier is not None
    threshold, lone = tier.threshold, tier.lone_list
    return ListRule(
        tier.seats, tier.method, tier.parameters,
        share=threshold.share if threshold is not None else Fraction(0),
        strict=threshold is not None and threshold.compare == ">",
        everybody=tier.none_pass == "admit-all",
        lone=(lone.factor, lone.minimum) if lone is not None else None,
    )  # fmt: skip


def _one_election(scenario: Scenario, plan: Plan, rule: ListRule) -> tuple[str, Elections]:
    """Return the counted votes of a scenario, or those that it expects."""
    areas = plan.geography.areas
    cast = sum((area.ballots for area in areas), Fraction(0))
    votes = {name: party.votes for name, party in scenario.parties.items()}
    official = scenario.polls is None and all(votes.get(o) is not None for o in plan.options)
    if official:
        counts = [votes[name] or 0 for name in plan.options]
        of_ballots = plan.law.threshold_base == inputs.BASE_BALLOTS
        ballots = threshold_base(scenario) if of_ballots else round(cast)
    else:
        valid = float(cast * (1 - scenario.electorate.invalid))
        counts = [round(plan.shares[name] * valid) for name in plan.options]
        ballots = round(cast)
    one = Elections(
        rule, plan.law.threshold_base, plan.geography.registered, len(plan.parties),
        np.array([counts], np.int64), np.array([ballots], np.int64),
    )  # fmt: skip
    return ("official" if official else "expected"), one


def find_margins(
    one: Elections, options: tuple[str, ...], parties: tuple[str, ...]
) -> tuple[tuple[Margin, ...], dict[str, int]]:
    """Return the fewest votes that move a seat of one election, and its seats.

    Added and lost votes move a seat of their own party; switched votes any seat. What all the
    votes of the source, or as many votes again as there are, do not move is left out.
    """
    changes = [c for c in _changes(len(options)) if _is_own(c, len(parties))]
    rows = len(changes)
    source, target = _columns(changes, rows)
    votes = np.asfortranarray(np.repeat(one.votes, rows, axis=0))
    lanes = replace(one, votes=votes, ballots=np.repeat(one.ballots, rows))
    now = lanes.seats()[0]
    own = np.where(source < 0, target, source)
    pairs = (source >= 0) & (target >= 0)
    each = np.arange(rows)
    inside = np.minimum(own, len(parties) - 1)

    def moves(size: Rows) -> NDArray[np.bool_]:
        seats = lanes.moved(source, target, size)
        held = seats[each, inside]
        before = now[inside]
        alone = np.where(source < 0, held > before, held < before)
        return np.asarray(np.where(pairs, (seats != now).any(axis=1), alone))

    most = np.where(source < 0, int(one.votes.sum()), one.votes[0][np.maximum(source, 0)])
    fewest = _fewest(moves, most)
    found = lanes.moved(source, target, np.maximum(fewest, 1)) - now
    margins = []
    for k, (start, end) in enumerate(changes):
        if fewest[k] > 0:
            one_way, other = ("" if i is None else options[i] for i in (start, end))
            effect = {p: int(d) for p, d in zip(parties, found[k], strict=True) if d}
            margins.append(Margin(_kind((start, end)), one_way, other, int(fewest[k]), effect))
    seats = dict(zip(parties, now.tolist(), strict=True))
    return tuple(sorted(margins, key=lambda m: (m.kind, m.votes))), seats


def _changes(options: int) -> list[Change]:
    """Return every way in which votes of one option can become others, or none."""
    added: list[Change] = [(None, k) for k in range(options)]
    lost: list[Change] = [(k, None) for k in range(options)]
    pairs: list[Change] = [(a, b) for a in range(options) for b in range(options) if a != b]
    return added + lost + pairs


def _kind(change: Change) -> str:
    """Return what happens to the votes of a change."""
    source, target = change
    return "add" if source is None else "lose" if target is None else "switch"


def _is_own(change: Change, parties: int) -> bool:
    """Tell whether a change is between options, or of a party that can have seats."""
    start, end = change
    return None not in change or (start if start is not None else end or 0) < parties


def _columns(changes: list[Change], rows: int) -> tuple[Rows, Rows]:
    plain = [[-1 if i is None else i for i in change] for change in changes]
    found = np.array(plain, np.int64).reshape(rows, 2)
    return found[:, 0], found[:, 1]


def _fewest(moves: Callable[[Rows], NDArray[np.bool_]], most: Rows) -> Rows:
    """Return the smallest number for which each row moves, by doubling; zero where none does."""
    low, high = np.zeros_like(most), np.minimum(1, most)
    moved = moves(high) & (high > 0)
    while (growing := ~moved & (high < most)).any():
        low = np.where(growing, high, low)
        high = np.where(growing, np.minimum(2 * high, most), high)
        moved = np.where(growing, moves(high), moved)
    while (open_ := moved & (high - low > 1)).any():
        middle = np.where(open_, (low + high) // 2, high)
        there = moves(middle)
        high = np.where(open_ & there, middle, high)
        low = np.where(open_ & ~there, middle, low)
    return np.where(moved, high, 0)


def _recount(many: Elections, replicate: Ints | None, size: int, share: float) -> Recount:
    """Return how often so many ballots change the seats, wherever they are placed."""
    options = many.votes.shape[1]
    changes = _changes(options)
    kept = _kept(len(many.votes), len(changes) * options, replicate)
    some = replace(many, votes=np.asfortranarray(many.votes[kept]), ballots=many.ballots[kept])
    own = replicate[kept] if replicate is not None else None
    now, count = some.seats(), len(kept)
    found = {kind: np.zeros(count, np.bool_) for kind in KINDS}
    for change in changes:
        found[_kind(change)] |= (some.moved_alike(change, size) != now).any(axis=1)
    either = found["add"] | found["lose"] | found["switch"]
    return Recount(
        size, round(share, DIGITS), count, **{k: chance(v, own) for k, v in found.items()},
        any=chance(either, own),
    )  # fmt: skip


def _kept(draws: int, cost: int, replicate: Ints | None) -> Ints:
    """Return the draws whose ballots are moved: as many of each replicate as there is time for."""
    lanes = BLOCK
    while lanes > FEWEST_LANES and draws * lanes // BLOCK * cost > MOST_MOVED:
        lanes //= 2
    if replicate is None:
        return np.arange(max(1, draws * lanes // BLOCK))
    return np.flatnonzero(np.arange(draws) % BLOCK < lanes)


def _nearness(
    many: Elections, replicate: Ints | None, parties: tuple[str, ...], size: int
) -> Nearness | None:
    """Return how often the votes of a list are so few above or below the threshold."""
    share = many.rule.share
    if not share:
        return None
    bar = many.base(many.votes, many.ballots)[:, None] * share.numerator
    own = many.votes[:, : len(parties)] * share.denominator
    near = np.abs(own - bar) <= size * share.denominator
    by_party = {name: chance(near[:, p], replicate) for p, name in enumerate(parties)}
    return Nearness(size, chance(near.any(axis=1), replicate), by_party)


def _indices(
    drawn: Draws, replicate: Ints | None, parties: int
) -> Mapping[str, Mapping[str, Spread]]:
    """Return measures of the list tier draw by draw, each under the base of its votes."""
    seated = drawn.list_seats.sum(axis=1) > 0
    votes, seats = drawn.votes[seated], drawn.list_seats[seated]
    if not len(votes):
        return {}
    own = replicate[seated] if replicate is not None else None
    listed = votes[:, :parties]
    found = {LIST_VOTES: _measures(listed, seats)}
    if votes.shape[1] > parties:
        unseated = np.zeros((len(votes), votes.shape[1] - parties), np.int64)
        found[VALID_BALLOTS] = _measures(votes, np.concatenate([seats, unseated], axis=1))
    total = drawn.district_seats[seated].copy()
    total[:, :parties] += seats
    found[CHAMBER] = {"effective_parties_in_seats": effective_number(total)}
    return {
        base: {name: Spread.of(values, own) for name, values in measures.items()}
        for base, measures in found.items()
    }


def _measures(votes: Rows, seats: Rows) -> dict[str, NDArray[np.float64]]:
    without = np.where(seats == 0, votes, 0).sum(axis=1) / votes.sum(axis=1)
    return {
        "least_squares": gallagher(votes, seats),
        "loosemore_hanby": loosemore_hanby(votes, seats),
        "rae": rae(votes, seats),
        "sainte_lague": sainte_lague_index(votes, seats),
        "dhondt": dhondt_index(votes, seats),
        "effective_parties_in_votes": effective_number(votes),
        "effective_parties_in_seats": effective_number(seats),
        "votes_without_a_seat": 100 * without,
    }
