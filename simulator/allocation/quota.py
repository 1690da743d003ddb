"""Quota methods."""

from __future__ import annotations

from simulator.allocation.registry import Method, register

LARGEST_REMAINDER = register(
    Method(
        id="largest-remainder",
        label="largest remainder",
        family="quota",
        aliases=("hamilton", "hare-niemeyer", "vinton"),
        quota="hare",
        axioms=("quota", "anonymity", "homogeneity"),
        references=("Pukelsheim, Proportional Representation, 2nd ed., ch. 5",),
    )
)
