"""The allocation methods by name: one entry a method, from which everything else follows."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


class UnknownMethod(LookupError):
    """No method has this name."""


@dataclass(frozen=True)
class Method:
    """A method: its id, the words for it, its family and its parameter."""

    id: str
    label: str
    family: str  # "quota", "divisor" or "plurality"
    aliases: tuple[str, ...] = ()
    split: Fraction | None = None  # signpost between s and s + 1 seats: s + split
    quota: str | None = None
    axioms: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


_METHODS: dict[str, Method] = {}


def register(method: Method) -> Method:
    """Add a method under its id."""
    _METHODS[method.id] = method
    return method


def all_methods() -> tuple[Method, ...]:
    """Return every method in order of registration."""
    _load()
    return tuple(_METHODS.values())


def get(name: str) -> Method:
    """Return the method of an id or alias.

    >>> get("jefferson").id
    'dhondt'
    """
    for method in all_methods():
        if name == method.id or name in method.aliases:
            return method
    raise UnknownMethod(name)


def _load() -> None:
    from simulator.allocation import divisor, plurality, quota  # noqa: F401
