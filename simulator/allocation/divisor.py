"""Stationary divisor methods."""

from __future__ import annotations

from fractions import Fraction

from simulator.allocation.registry import Method, register

DHONDT = register(
    Method(
        id="dhondt",
        label="D'Hondt",
        family="divisor",
        aliases=("jefferson", "greatest-divisors"),
        split=Fraction(1),
        axioms=("house-monotone", "lower-quota", "anonymity", "homogeneity"),
        references=("Balinski and Young, Fair Representation, 2nd ed., 2001",),
    )
)
SAINTE_LAGUE = register(
    Method(
        id="sainte-lague",
        label="Sainte-Laguë",
        family="divisor",
        aliases=("webster", "major-fractions"),
        split=Fraction(1, 2),
        axioms=("house-monotone", "anonymity", "homogeneity"),
        references=("Balinski and Young, Fair Representation, 2nd ed., 2001",),
    )
)
