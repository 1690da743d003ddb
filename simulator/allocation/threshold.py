"""Legal thresholds: who takes part in the allocation, by exact comparison.

A threshold is a mapping. Its plain conditions must hold together:

==================  ================================================================================
``share``           of the base, for example 5%
``votes``           an absolute number of votes
``rank``            among the k largest (parties level with the k-th are in)
``base``            ``votes`` (all list votes, the default), a number, or one of ``valid``,
                    ``valid-plus-against-all``, ``ballots``, ``electorate`` with the number under
                    that key
``compare``         ``>=`` (the default) or ``>``
``per_party``       {party: share} instead of ``share``
``by_partners``     {number of partners: share}; ``partners`` {party: number} says who is a
                    coalition; the largest number not above that of the party counts
``exempt``          parties that need not pass
==================  ================================================================================

Alternatives let a party in that fails them: ``or_district_seats`` k (seats won in districts, from
``district_seats``), ``or_regions`` {at_least: m, share: 12%} or {at_least: m, quota: hare} (with
``regional_votes`` {region: {party: votes}} and ``regional_seats`` {region: seats}). ``any`` and
``all`` hold lists of thresholds; base, comparison, partners and what was won in districts and
regions count for these too, unless they say otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from simulator.allocation.numbers import Exact, read_count, read_seats, read_share
from simulator.errors import AllocationError, suggest

BASES = ("votes", "party-votes", "valid", "valid-plus-against-all", "ballots", "electorate")
_KEYS = (
    "share", "votes", "rank", "base", "compare", "per_party", "by_partners", "partners", "exempt",
    "or_district_seats", "district_seats", "or_regions", "regional_votes", "regional_seats", "any",
    "all", *BASES[2:],
)  # fmt: skip
_REGIONAL = ("at_least", "share", "quota")
_CONDITIONS = (
    "share", "votes", "rank", "per_party", "by_partners", "or_district_seats", "or_regions", "any",
    "all",
)  # fmt: skip
# What the thresholds under any and all take over.
_SHARED = (
    "base", "compare", "partners", "district_seats", "regional_votes", "regional_seats", *BASES[2:],
)  # fmt: skip


def admit(
    votes: Mapping[str, Exact],
    threshold: object,
    district_seats: Mapping[str, object] | None = None,
) -> dict[str, str]:
    """Return the parties that take part, each with the reason.

    Parameters
    ----------
    votes
        Votes by party; a party without votes takes no part.
    threshold
        A share, or a mapping as described above; None admits everybody.
    district_seats
        Seats won in districts, for ``or_district_seats``.

    Raises
    ------
    AllocationError
        E506, with the key that is wrong.

    Examples
    --------
    Exactly 7% of 100 votes is 7 votes:

    >>> admit({"a": 93, "b": 7}, "7%")
    {'a': '7% of 100', 'b': '7% of 100'}
    """
    standing = {party: v for party, v in votes.items() if v > 0}
    if threshold is None:
        return dict.fromkeys(standing, "no threshold")
    rule = _Rule(votes, threshold, district_seats)
    return {party: why for party in standing if (why := rule.passes(party))}


class _Rule:
    """One mapping of conditions, read once."""

    def __init__(
        self, votes: Mapping[str, Exact], threshold: object,
        district_seats: Mapping[str, object] | None, shared: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        keys = dict(threshold) if isinstance(threshold, Mapping) else {"share": threshold}
        _check_keys(keys, district_seats is not None, shared or {})
        keys = {**(shared or {}), **keys}
        self.votes, self.keys = votes, keys
        self.strict = _compare(keys.get("compare", ">="))
        self.base = _base(votes, keys)
        self.district_seats = _mapping(keys, "district_seats") or district_seats or {}
        self.exempt = tuple(_parties(keys.get("exempt", ()), votes, "exempt"))
        self.per_party = {
            party: read_share(share, f"per_party.{party}")
            for party, share in _mapping(keys, "per_party").items()
        }
        _parties(self.per_party, votes, "per_party")
        shared = {key: keys[key] for key in _SHARED if key in keys}
        self.any = [_Rule(votes, t, district_seats, shared) for t in _several(keys, "any")]
        self.all = [_Rule(votes, t, district_seats, shared) for t in _several(keys, "all")]

    def passes(self, party: str) -> str:
        """Return why a party takes part, or an empty string."""
        if party in self.exempt:
            return "exempt"
        plain = self._conditions(party)
        if plain:
            return plain
        return self._by_districts(party) or self._by_regions(party)

    def _conditions(self, party: str) -> str:
        """Return the reason when all plain conditions hold together."""
        reasons = []
        for holds in (self._share, self._least_votes, self._rank, self._any, self._all):
            why = holds(party)
            if why is None:
                continue
            if not why:
                return ""
            reasons.append(why)
        only_alternatives = not reasons and {"or_district_seats", "or_regions"} & set(self.keys)
        return "" if only_alternatives else ", ".join(reasons) or "no condition"

    def _beats(self, value: Exact, bar: Exact) -> bool:
        return value > bar if self.strict else value >= bar

    def _share(self, party: str) -> str | None:
        share = self.per_party.get(party)
        if share is None and "by_partners" in self.keys:
            share = self._by_partners(party)
        if share is None:
            if "share" not in self.keys:
                return None
            share = read_share(self.keys["share"], "share")
        passed = self._beats(self.votes[party], share * self.base)
        return f"{_percent(share)} of {self.base}" if passed else ""

    def _by_partners(self, party: str) -> Fraction | None:
        steps = {
            read_seats(n, "by_partners"): read_share(share, f"by_partners.{n}")
            for n, share in _mapping(self.keys, "by_partners").items()
        }
        partners = _mapping(self.keys, "partners")
        _parties(partners, self.votes, "partners")
        size = read_seats(partners.get(party, 1), f"partners.{party}")
        below = [n for n in steps if n <= size]
        return steps[max(below)] if below else None

    def _least_votes(self, party: str) -> str | None:
        if "votes" not in self.keys:
            return None
        bar = read_count(self.keys["votes"], "threshold.votes")
        return f"{bar} votes" if self._beats(self.votes[party], bar) else ""

    def _rank(self, party: str) -> str | None:
        if "rank" not in self.keys:
            return None
        most = read_seats(self.keys["rank"], "threshold.rank")
        rank = 1 + sum(v > self.votes[party] for v in self.votes.values())
        return f"rank {rank}" if rank <= most else ""

    def _any(self, party: str) -> str | None:
        if not self.any:
            return None
        return next((why for rule in self.any if (why := rule.passes(party))), "")

    def _all(self, party: str) -> str | None:
        if not self.all:
            return None
        reasons = [rule.passes(party) for rule in self.all]
        return ", ".join(reasons) if all(reasons) else ""

    def _by_districts(self, party: str) -> str:
        if "or_district_seats" not in self.keys:
            return ""
        least = _at_least_one(self.keys["or_district_seats"], "or_district_seats")
        won = read_seats(self.district_seats.get(party, 0), f"district_seats.{party}")
        return f"{won} district seats" if won >= least else ""

    def _by_regions(self, party: str) -> str:
        rule = _mapping(self.keys, "or_regions")
        if not rule:
            return ""
        least = _at_least_one(rule.get("at_least", 1), "or_regions.at_least")
        reached = sum(
            self._reaches(rule, name, dict(votes), party)
            for name, votes in _mapping(self.keys, "regional_votes").items()
        )
        return f"{reached} regions" if reached >= least else ""

    def _reaches(
        self, rule: Mapping[str, Any], name: str, votes: dict[str, object], party: str
    ) -> bool:
        counts = {p: read_count(v, f"regional_votes.{name}.{p}") for p, v in votes.items()}
        total = sum(counts.values())
        if "share" in rule:
            bar: Exact = read_share(rule["share"], "or_regions.share") * total
        else:
            from simulator.allocation.quota import quota_of

            seats = _mapping(self.keys, "regional_seats").get(name)
            if seats is None:
                raise _fault(f"or_regions.quota needs regional_seats of {name}")
            bar = quota_of(total, read_seats(seats, name), rule.get("quota", "hare"), "exact")
        return counts.get(party, 0) > 0 and self._beats(counts.get(party, 0), bar)


def least_votes(share: Fraction, base: Exact, strict: bool) -> int:
    """Return the smallest whole number of votes that passes a share of a base.

    >>> least_votes(Fraction(7, 100), 100, strict=False)
    7
    """
    bar = share * base
    return math.floor(bar) + 1 if strict else math.ceil(bar)


def _fault(text: str) -> AllocationError:
    return AllocationError("E506", f"threshold: {text}")


def _check_keys(
    keys: Mapping[str, Any], has_district_seats: bool, shared: Mapping[str, Any]
) -> None:
    """Refuse unknown keys, and those that could have no effect."""
    for key in keys:
        if key not in _KEYS:
            raise _fault(f"unknown key {key!r}. {suggest(str(key), list(_KEYS))}".rstrip(". "))
    if keys and not set(keys) & set(_CONDITIONS):
        raise _fault(f"{', '.join(map(str, keys))} without a condition, such as share: 5%")
    known = {**shared, **keys}
    given = [key for key in BASES[2:] if key in keys]
    if given and "base" not in known:
        raise _fault(f"{given[0]} is given and is not the base; add base: {given[0]}")
    if "or_district_seats" in keys and not has_district_seats and "district_seats" not in known:
        raise _fault("or_district_seats needs district_seats: {a: 1}")
    if "or_regions" not in keys:
        return
    rule = _mapping(keys, "or_regions")
    for key in rule:
        if key not in _REGIONAL:
            raise _fault(f"or_regions: {key!r} is none of {', '.join(_REGIONAL)}")
    if len({"share", "quota"} & set(rule)) != 1:
        raise _fault("or_regions needs a share or a quota")
    if "regional_votes" not in known:
        raise _fault("or_regions needs regional_votes: {north: {a: 10, b: 7}}")


def _at_least_one(value: object, what: str) -> int:
    number = read_seats(value, what)
    if number == 0:
        raise _fault(f"{what}: 0 would let everybody in")
    return number


def _compare(word: object) -> bool:
    if word not in (">=", ">"):
        raise _fault(f"compare is >= or >, not {word!r}")
    return word == ">"


def _base(votes: Mapping[str, Exact], keys: Mapping[str, Any]) -> Exact:
    base = keys.get("base", "votes")
    if base in ("votes", "party-votes"):
        return sum(votes.values())
    if isinstance(base, str) and base in BASES:
        if base not in keys:
            raise _fault(f"base {base} needs its number: {base}: 6521860")
        base = keys[base]
    elif isinstance(base, str) and not base.strip()[:1].isdigit():
        raise _fault(f"base {base!r} is none of {', '.join(BASES)}, and no number of votes")
    return read_count(base, "threshold.base")


def _mapping(keys: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = keys.get(key) or {}
    if not isinstance(found, Mapping):
        raise _fault(f"{key} is a mapping, not {found!r}")
    return found


def _several(keys: Mapping[str, Any], key: str) -> Sequence[object]:
    if key not in keys:
        return ()
    found = keys[key]
    if isinstance(found, (str, Mapping)) or not isinstance(found, Sequence) or not found:
        raise _fault(f"{key} is a list of thresholds, not {found!r}")
    return found


def _parties(found: Any, votes: Mapping[str, Exact], key: str) -> list[str]:
    if isinstance(found, str):
        raise _fault(f"{key} is a list of parties, [{found}]")
    for party in found:
        if party not in votes:
            raise _fault(f"{key}: no party is called {party!r}. {suggest(party, list(votes))}")
    return list(found)


def _percent(share: Fraction) -> str:
    value = share * 100
    return f"{value}%" if value.denominator == 1 else f"{float(value):g}%"
