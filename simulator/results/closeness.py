"""How close it is: the votes between now and other seats, and how often a few ballots decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from simulator.results.attribution import Ints, probability
from simulator.results.summary import Probability
from simulator.results.tally import error_of_mean
from simulator.vocabulary import DIGITS

KINDS = ("add", "lose", "switch")
# What of the indices is shown on the screen.
MEASURES = {
    "least_squares", "votes_without_a_seat", "effective_parties_in_votes",
    "effective_parties_in_seats",
}  # fmt: skip


def in_per_cent(share: float) -> str:
    """Return a share in per cent with two digits that count, never with an exponent.

    >>> in_per_cent(1.0), in_per_cent(0.00101), in_per_cent(1.5e-7)
    ('100%', '0.1%', '0.000015%')
    """
    return f"{Decimal(f'{100 * share:.2g}'):f}%"


def counted_in(count: int, noun: str) -> str:
    """Return a count with its noun, digits in thin groups.

    >>> counted_in(1, "ballot"), counted_in(6479, "vote")
    ('1 ballot', '6 479 votes')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}".replace(",", " ")


@dataclass(frozen=True)
class Margin:
    """The fewest votes added, lost or switched that move a seat, and which seats they move."""

    kind: str  # add, lose, switch
    source: str  # whose votes they were; empty when votes are added
    target: str  # whose votes they become; empty when votes are lost
    votes: int
    changes: Mapping[str, int]  # seats gained and lost


@dataclass(frozen=True)
class Spread:
    """A measure over draws: mean with its Monte Carlo error, 5% and 95% quantiles."""

    mean: float
    mcse: float
    low: float
    high: float

    @classmethod
    def of(cls, values: NDArray[np.float64], replicate: Ints | None) -> Spread:
        """Return the spread of one value a draw.

        >>> Spread.of(np.array([1.0, 2.0, 3.0]), None)
        Spread(mean=2.0, mcse=0.5773502692, low=1.0, high=3.0)
        """
        mean, n = float(values.mean()), values.size
        if replicate is None:
            error = float(values.std(ddof=1)) / n**0.5 if n > 1 else 0.0
        else:
            sizes = np.bincount(replicate)
            parts = np.bincount(replicate, values)[sizes > 0] / sizes[sizes > 0]
            error = error_of_mean(list(parts))
        ordered = np.sort(values)
        low, high = (ordered[max(0, -(-n * k // 20) - 1)] for k in (1, 19))
        return cls(*(round(float(x), DIGITS) for x in (mean, error, low, high)))


def chance(happens: NDArray[np.bool_], replicate: Ints | None) -> Probability:
    """Return how often something happens in single draws, in the digits of the document."""
    p = probability(happens, replicate)
    return Probability(round(p.value, DIGITS), round(p.mcse, DIGITS))


@dataclass(frozen=True)
class Recount:
    """How often the worst that a recount of so many ballots can do changes the list seats.

    Ballots are added to one option, taken from one, or switched from one to another.
    """

    ballots: int
    share: float  # of the expected ballots
    draws: int
    add: Probability
    lose: Probability
    switch: Probability
    any: Probability


@dataclass(frozen=True)
class Nearness:
    """How often lists are within so many votes of the threshold, to either side."""

    votes: int
    any: Probability
    parties: Mapping[str, Probability]


@dataclass(frozen=True)
class Closeness:
    """How close the list tier is: one election exactly, and single draws."""

    basis: str  # "official" or "expected" votes
    votes: Mapping[str, int]
    seats: Mapping[str, int]
    margins: tuple[Margin, ...]
    draws: int
    replicates: int
    recount: Recount
    threshold: Nearness | None
    indices: Mapping[str, Mapping[str, Spread]]  # by vote base, then by measure

    def closest(self, kind: str, seated: bool = False) -> Margin | None:
        """Return the smallest change of a kind; `seated`: one between parties only."""
        found = [m for m in self.margins if m.kind == kind]
        if seated:
            found = [m for m in found if {m.source, m.target} - {""} <= set(self.seats)]
        return min(found, key=lambda m: m.votes, default=None)
