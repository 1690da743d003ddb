"""Plurality in single-member districts."""

from __future__ import annotations

from simulator.allocation.registry import Method, register

PLURALITY = register(
    Method(
        id="plurality",
        label="plurality",
        family="plurality",
        aliases=("fptp", "first-past-the-post"),
        axioms=("anonymity", "homogeneity"),
    )
)
