"""The electoral law compiled for the kernels, with the bounds inside which it stays exact."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from simulator.allocation import registry
from simulator.kernels import inputs
from simulator.kernels.inputs import Law, Rule
from simulator.vocabulary import MOST_SEATS, MOST_VOTERS

EXACT = 2**53

BASES = {
    "party-votes": inputs.BASE_PARTY_VOTES,
    "valid": inputs.BASE_VALID,
    "ballots": inputs.BASE_BALLOTS,
    "electorate": inputs.BASE_ELECTORATE,
}


def prove_exact(voters: int, seats: int, threshold: Fraction) -> None:
    """Check that no product of the allocation reaches 2^53, where float64 stops being whole.

    Keys of largest remainders are at most votes x seats in size, quotients of divisor methods are
    compared as votes x (seats + 1) with split point denominators of 2, and the threshold compares
    votes x denominator with base x numerator.

    Raises
    ------
    ValueError
        With the bound that is broken.
    """
    if voters > MOST_VOTERS or seats > MOST_SEATS:
        raise ValueError(f"{voters:,} voters and {seats:,} seats are beyond the proved bound")
    largest = max(4 * voters * (seats + 1), voters * threshold.denominator)
    if largest >= EXACT:
        raise ValueError(f"{largest:,} is not below 2^53")


def compile_method(
    method: registry.Method, parameters: Mapping[str, Any], seats: int, voters: int
) -> Rule:
    """Return a method as numbers for the kernels.

    Raises
    ------
    ValueError
        The method is none that the kernels decide exactly for so many voters and seats.
    """
    from simulator.allocation.compile import compile_rule

    rule = compile_rule(method, dict(method.parameters) | dict(parameters), max(1, seats), voters)
    if rule is None or not rule.exact:
        raise ValueError(f"{method.id} cannot be simulated exactly")
    return rule.numbers()


def compile_law(
    *,
    seats: int,
    method: str,
    parameters: Mapping[str, Any],
    threshold: Fraction | None,
    base: str,
    strict: bool,
    none_pass: str,
    lone: tuple[Fraction, int] | None,
    electorate: int,
    held: list[int],
) -> Law:
    """Return the law as numbers; `held` are district seats that are given, by entity."""
    import numpy as np

    found = registry.get(method)
    share = threshold if threshold is not None else Fraction(0)
    prove_exact(electorate, seats, share)
    factor, minimum = lone if lone is not None else (Fraction(1), 0)
    return Law(
        seats=seats,
        method=inputs.DIVISOR if found.signpost is not None else inputs.LARGEST_REMAINDER,
        rule=compile_method(found, parameters, seats, electorate),
        threshold_numerator=float(share.numerator),
        threshold_denominator=float(share.denominator),
        threshold_strict=strict,
        threshold_base=BASES[base],
        electorate=float(electorate),
        admit_all=none_pass == "admit-all",
        lone_clause=lone is not None,
        lone_numerator=factor.numerator,
        lone_denominator=factor.denominator,
        lone_minimum=minimum,
        held=np.array(held, np.int64),
    )
