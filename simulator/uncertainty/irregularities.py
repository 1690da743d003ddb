"""Operators of irregularities on one result, exactly: forward, inverse, moments, ledger.

The slow twin of :mod:`simulator.kernels.irregularities`, in whole numbers and fractions, and the
calculator for official totals: *if* ballots had been handled so, what would the count have been
without it? An answer is as good as its assumption; nothing here finds an irregularity.

P. Klimek, Y. Yegorov, R. Hanel, S. Thurner, "Statistical detection of systematic election
irregularities", PNAS 109 (2012) 16469; D. Ferrari, K. McAlister, W. R. Mebane, "Developments in
positive empirical models of election frauds" (2018), for shares made and taken drawn apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Exact = Fraction | int


@dataclass(frozen=True)
class Place:
    """A count: registered voters, ballots cast, votes by option; what is left is invalid."""

    registered: Exact
    ballots: Exact
    votes: Mapping[str, Exact]

    @property
    def turnout(self) -> Fraction:
        """Ballots cast over registered voters."""
        return Fraction(self.ballots) / self.registered

    @property
    def valid(self) -> Exact:
        """Votes of all options."""
        return sum(self.votes.values())

    @property
    def feasible(self) -> bool:
        """Whether no number is negative and no more voted than are registered."""
        return self.valid <= self.ballots <= self.registered and min(self.votes.values()) >= 0

    def shares(self) -> dict[str, Fraction]:
        """Return the shares of the valid votes."""
        return {name: Fraction(votes) / self.valid for name, votes in self.votes.items()}


@dataclass(frozen=True)
class Ledger:
    """What an operator did, by option: ballots added, votes moved (signed), votes removed."""

    added: Mapping[str, Exact] = field(default_factory=dict)
    moved: Mapping[str, Exact] = field(default_factory=dict)
    removed: Mapping[str, Exact] = field(default_factory=dict)

    @property
    def total(self) -> Exact:
        """Ballots touched: added, moved once, removed."""
        moved = sum((n for n in self.moved.values() if n > 0), Fraction(0))
        return sum(self.added.values()) + moved + sum(self.removed.values())


@dataclass(frozen=True)
class Effect:
    """An operator with its intensities: what it makes, takes, lifts or removes.

    `made`: share of the non-voters that become ballots of the beneficiary; `ballots`: ballots added
    besides; `taken`: share of the victims' votes that moves; `lifted`: share of all valid votes
    that moves, from the victims in proportion; `removed`: share of the victims' votes that is
    removed with its ballots; `annulled`: share of everything that is cancelled. `reached` tops
    turnout up from `clean`, where it is below.
    """

    beneficiary: str | None = None
    victims: frozenset[str] | None = None
    made: Exact = 0
    ballots: Exact = 0
    taken: Exact = 0
    lifted: Exact = 0
    removed: Exact = 0
    annulled: Exact = 0
    reached: Exact | None = None
    clean: Exact | None = None

    def hits(self, place: Place) -> list[str]:
        """Return the victims of this operator in a place."""
        named = self.victims
        return [
            name for name in place.votes
            if name != self.beneficiary and (named is None or name in named)
        ]  # fmt: skip

    def forward(self, place: Place) -> tuple[Place, Ledger]:
        """Return what the place would report if the operator acted on it."""
        votes = dict(place.votes)
        if self.removed or self.annulled:
            return self._remove(place, forward=True)
        added = self.made * (place.registered - place.ballots) + self.ballots
        if self.reached is not None:
            added += max(Fraction(0), self.reached * place.registered - place.ballots)
        hit = self.hits(place)
        moved = {name: -self.taken * votes[name] for name in hit}
        if self.lifted:
            ratio = Fraction(self.lifted) * place.valid / sum(votes[name] for name in hit)
            moved = {name: -ratio * votes[name] for name in hit}
        return self._book(place, added, moved, 1)

    def inverse(self, place: Place) -> tuple[Place, Ledger]:
        """Return what the place was before, if it reports what the operator left.

        The result may be infeasible: then the assumption contradicts the figures.
        """
        if self.removed or self.annulled:
            return self._remove(place, forward=False)
        room = Fraction(place.registered - place.ballots + self.ballots) / (1 - Fraction(self.made))
        added = self.made * room + self.ballots
        if self.reached is not None and place.ballots >= self.reached * place.registered:
            if self.clean is None:
                raise ValueError("turnout without topping-up is needed to undo it: clean")
            added += place.ballots - self.clean * place.registered
        hit = self.hits(place)
        ratio = Fraction(self.taken) / (1 - Fraction(self.taken))
        if self.lifted:
            left = sum(place.votes[name] for name in hit)
            ratio = Fraction(self.lifted) * place.valid / left if left else Fraction(0)
        moved = {name: -ratio * place.votes[name] for name in hit}
        return self._book(place, added, moved, -1)

    def _book(
        self, place: Place, added: Exact, moved: Mapping[str, Exact], sign: int
    ) -> tuple[Place, Ledger]:
        votes = {name: n + sign * moved.get(name, 0) for name, n in place.votes.items()}
        if self.beneficiary is None:
            return place, Ledger()
        gained = -sum(moved.values(), Fraction(0))
        votes[self.beneficiary] += sign * (added + gained)
        ledger = Ledger({self.beneficiary: added}, {**moved, self.beneficiary: gained})
        return Place(place.registered, place.ballots + sign * added, votes), ledger

    def _remove(self, place: Place, *, forward: bool) -> tuple[Place, Ledger]:
        share = Fraction(self.annulled or self.removed)
        rate = share if forward else share / (1 - share)
        hit = list(place.votes) if self.annulled else self.hits(place)
        gone = {name: rate * place.votes[name] for name in hit}
        sign = -1 if forward else 1
        votes = {name: n + sign * gone.get(name, 0) for name, n in place.votes.items()}
        blank = rate * (place.ballots - place.valid) if self.annulled else 0
        ballots = place.ballots + sign * (sum(gone.values()) + blank)
        return Place(place.registered, ballots, votes), Ledger(removed=gone)


def half_normal_moment(theta: float, power: float) -> float:
    """Return ``E |N(0, theta)|^power``: theta^p 2^(p/2) Gamma((p + 1)/2) / sqrt(pi).

    Examples
    --------
    >>> [round(half_normal_moment(0.2, p), 6) for p in (1, 1.5, 2)]
    [0.159577, 0.076924, 0.04]
    """
    if theta == 0:
        return 0.0 if power else 1.0
    gamma = math.gamma((power + 1) / 2)
    return float((theta * math.sqrt(2)) ** power * gamma / math.sqrt(math.pi))


def extreme_moment(sigma: float, power: float) -> float:
    """Return ``E (1 - |N(0, sigma)|)^power``, redrawn into (0, 1), by Simpson's rule.

    Examples
    --------
    >>> [round(extreme_moment(0.075, p), 6) for p in (1, 1.5, 2)]
    [0.940159, 0.912392, 0.885942]
    """
    panels = 2000

    def term(k: int, exponent: float) -> float:
        # With 1 - x = u^2 fractional powers are smooth enough.
        u = k / panels
        density = math.exp(-(((1 - u * u) / sigma) ** 2) / 2)
        weight = 1 if k in {0, panels} else 2 + 2 * (k % 2)
        return weight * math.pow(u, 2 * exponent + 1) * density

    above, below = (sum(term(k, p) for k in range(panels + 1)) for p in (power, 0.0))
    return above / below


def klimek(
    beneficiary: str,
    incremental: float | Fraction,
    extreme: float | Fraction,
    *,
    theta: float = 0.2,
    alpha: float = 2.0,
    sigma: float = 0.075,
    victims: Iterable[str] | None = None,
) -> Effect:
    """Return the operator of Klimek and others on the sum of many stations.

    A share of the stations adds ballots for the share x of the non-voters and takes the share
    x^alpha of the other votes, x = abs(N(0, theta)); where it is extreme, 1 - abs(N(0, sigma)).

    Examples
    --------
    >>> effect = klimek("a", 0.1, 0.01)
    >>> round(float(effect.made), 4), round(float(effect.taken), 4)
    (0.0254, 0.0129)
    """
    made, taken = (
        incremental * Fraction(half_normal_moment(theta, p))
        + extreme * Fraction(extreme_moment(sigma, p))
        for p in (1.0, alpha)
    )
    hit = frozenset(victims) if victims is not None else None
    return Effect(beneficiary, hit, made=Fraction(made), taken=Fraction(taken))


def dilution(votes: Exact, base: Exact, threshold: Fraction) -> int:
    """Return how many more ballots for others a list at the threshold can bear.

    With one more its share of the base would be below the threshold; negative: it already is.

    Examples
    --------
    >>> dilution(331_058, 6_366_441, Fraction(5, 100))
    254719
    """
    return math.floor(Fraction(votes) / threshold - base)
