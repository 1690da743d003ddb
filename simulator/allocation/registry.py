"""The allocation methods by name: one function and one registry line each.

A method is registered by decorating a function: :func:`divisor` for a sequence of divisors,
:func:`method` for any other rule. Its parameters are those of the function. Packages add their own
through the entry-point group ``simseats.methods``: each entry point names a module, which is
imported when the methods are first looked up.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from simulator.allocation.exact import Contest, Signpost, highest_quotients
from simulator.errors import AllocationError, suggest

GROUP = "simseats.methods"
_ROOMS = ("divisor", "quota", "council", "plurality", "bonus")
_PLACES = {f"simulator.allocation.{room}": place for place, room in enumerate(_ROOMS)}


class UnknownMethod(AllocationError, LookupError):
    """No method has this name."""


@dataclass(frozen=True)
class Method:
    """A method: its id, the words for it, its rule and what is known about it.

    Attributes
    ----------
    allocate
        The rule: moves the seats of a :class:`~simulator.allocation.exact.Contest`.
    signpost
        Divisor methods: the divisor of a party that holds s seats, ``signpost(s, **parameters)``.
    split
        Stationary divisor methods: signpost(s) = s + split, up to a factor.
    parameters
        Names and defaults of the parameters that the rule takes.
    axioms
        The axioms claimed; each is a property test, and each denied one has a witness.
    users
        Who elects by it.
    favours
        Which parties gain from it, in two words.
    """

    id: str
    label: str
    family: str  # "divisor", "quota", "plurality" or "mixed"
    allocate: Callable[..., None]
    rule: str = ""
    aliases: tuple[str, ...] = ()
    signpost: Callable[..., Signpost] | None = None
    split: Fraction | None = None
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    axioms: frozenset[str] = frozenset()
    users: str = ""
    favours: str = ""
    references: tuple[str, ...] = ()

    @property
    def proportional(self) -> bool:
        """Whether the axioms of proportional allocation apply to it."""
        return self.family in ("divisor", "quota")


_METHODS: dict[str, Method] = {}
_loaded = False


def register(found: Method) -> Method:
    """Add a method under its id; an id or alias that is taken is refused."""
    taken = {name for m in _METHODS.values() for name in (m.id, *m.aliases)}
    clash = taken & {found.id, *found.aliases}
    if clash:
        raise ValueError(f"there already is a method called {', '.join(sorted(clash))}")
    _METHODS[found.id] = found
    return found


def method(id: str, **facts: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function that allocates a contest; its keywords are its parameters."""

    def add(function: Callable[..., None]) -> Callable[..., None]:
        register(
            Method(
                id,
                allocate=function,
                rule=_summary(function),
                parameters=_parameters(function),
                **_frozen(facts),
            )
        )
        return function

    return add


def divisor(id: str, **facts: Any) -> Callable[[Callable[..., Signpost]], Callable[..., Signpost]]:
    """Register a function from seats held to the divisor of the next seat."""

    def add(function: Callable[..., Signpost]) -> Callable[..., Signpost]:
        def allocate(contest: Contest, **parameters: Any) -> None:
            highest_quotients(contest, lambda s: function(s, **parameters))

        register(
            Method(
                id,
                family="divisor",
                allocate=allocate,
                rule=_summary(function),
                signpost=function,
                parameters=_parameters(function),
                **_frozen(facts),
            )
        )
        return function

    return add


def _frozen(facts: dict[str, Any]) -> dict[str, Any]:
    return facts | {"axioms": frozenset(facts.get("axioms", ()))}


def _summary(function: Callable[..., Any]) -> str:
    return inspect.cleandoc(function.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def _parameters(function: Callable[..., Any]) -> Mapping[str, Any]:
    """Return the parameters after the first, with their defaults."""
    found = list(inspect.signature(function).parameters.values())[1:]
    return MappingProxyType({p.name: p.default for p in found})


def all_methods() -> tuple[Method, ...]:
    """Return every method, room by room, and then those of other packages.

    The order does not depend on which room was imported first.
    """
    _load()
    return tuple(sorted(_METHODS.values(), key=_room))


def _room(found: Method) -> int:
    """Return the place of the room that a method is in; other packages come last."""
    return _PLACES.get((found.signpost or found.allocate).__module__, len(_PLACES))


def get(name: str) -> Method:
    """Return the method of an id or alias, or say which one was perhaps meant.

    >>> get("jefferson").id
    'dhondt'
    """
    for found in all_methods():
        if name == found.id or name in found.aliases:
            return found
    known = [n for m in all_methods() for n in (m.id, *m.aliases)]
    hint = suggest(str(name), known) or "simseats methods lists them"
    raise UnknownMethod("E507", f"no method is called {name!r}; {hint}")


def _load() -> None:
    global _loaded
    if _loaded:
        return
    _loaded = True
    for room in _ROOMS:
        importlib.import_module(f"simulator.allocation.{room}")
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP):
        point.load()
