"""The values of a sweep: `0%..10%`, `69..98`, `0.5..1.5:0.25`, `dhondt,adams`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from simulator.errors import Diagnostic, InvalidScenario
from simulator.scenario.overrides import read_value
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Place, Source, refuse
from simulator.scenario.variants import Setting, Variant, vary

MOST_POINTS = 400
MOST_AXES = 2
ARGUMENT = "sweep"
# What is said about a scenario, or holds for all points: to vary it would change nothing.
FIXED = ("schema", "name", "chamber", "simulation", "compare", "expect", "sources", "closeness")
_NUMBER = r"[+-]?\d[\d_]*(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})(%?)\.\.({_NUMBER})(%?)(?::({_NUMBER})(%?))?")
_PLAIN = re.compile(rf"({_NUMBER})(%?)")


@dataclass(frozen=True)
class Axis:
    """A path and the values it takes, as a scenario would write them."""

    path: str
    values: tuple[str, ...]

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """The values as numbers (per cents as written); None when one is no number."""
        found = [_PLAIN.fullmatch(value) for value in self.values]
        if not all(found):
            return None
        return tuple(float(match[1].replace("_", "")) for match in found if match)

    @property
    def percent(self) -> bool:
        """Whether the values are per cents."""
        return all(value.endswith("%") for value in self.values)


def read_axis(argument: str) -> Axis:
    """Return a path with its values.

    Raises
    ------
    InvalidScenario
        With what to write instead.

    Examples
    --------
    >>> read_axis("tiers.list.threshold.share=0%..3%").values
    ('0%', '1%', '2%', '3%')
    >>> read_axis("uncertainty.effective_sample=600,1_200,2400..4800:1200").values
    ('600', '1_200', '2400', '3600', '4800')
    """
    path, equals, text = (part.strip() for part in argument.partition("="))
    if not equals or not path or not all(path.split(".")):
        hint = "write tiers.list.threshold.share=0%..10%"
        raise refuse(ARGUMENT, "E304", f'"{argument}" is not path=values', hint)
    words = [word.strip() for word in text.split(",")]
    values = [value for word in words for value in _expand(argument, word)]
    twice = next((value for k, value in enumerate(values) if value in values[:k]), None)
    if twice is not None:
        raise refuse(ARGUMENT, "E304", f'"{argument}" has the value {twice} twice')
    return Axis(path, tuple(values))


def _expand(argument: str, word: str) -> list[str]:
    """Return the values of one word: itself, or those of a range."""
    if not word:
        hint = "write a value, a range such as 0%..10%:1%, or several with commas"
        raise refuse(ARGUMENT, "E304", f'"{argument}" lacks a value', hint)
    if ".." not in word:
        return [word]
    found = _RANGE.fullmatch(word)
    if found is None:
        hint = "write 0%..10%, 0%..10%:2% or 69..98"
        raise refuse(ARGUMENT, "E304", f'"{word}" is no range of numbers', hint)
    low, high = _decimal(found[1]), _decimal(found[3])
    if len({found[2], found[4], found[6] if found[5] else found[4]}) > 1:
        hint = f"write {found[1]}%..{found[3]}%" + (f":{found[5]}%" if found[5] else "")
        raise refuse(ARGUMENT, "E304", f'"{word}" has % in some places only', hint)
    whole = low == low.to_integral_value() and high == high.to_integral_value()
    if not found[5] and not whole:
        hint = f"write {word}:{(high - low) / 10 if high > low else Decimal(1)}"
        raise refuse(ARGUMENT, "E304", f'"{word}" needs a step', hint)
    step = _decimal(found[5]) if found[5] else Decimal(1)
    if high < low or step <= 0:
        hint = "from the smaller to the larger number, by a step above zero"
        raise refuse(ARGUMENT, "E304", f'"{word}" runs nowhere', hint)
    count = int((high - low) / step) + 1
    if count > MOST_POINTS:
        wider = f"{_wider(low, high)}{found[2]}"
        hint = f"at most {MOST_POINTS}: write {word.partition(':')[0]}:{wider}"
        raise refuse(ARGUMENT, "E304", f'"{word}" has {count:,} values', hint)
    return [f"{_plain(low + k * step)}{found[2]}" for k in range(count)]


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("_", ""))


def _plain(number: Decimal) -> str:
    """Return a number without an exponent and without idle zeros.

    >>> _plain(Decimal("1E+1")), _plain(Decimal("0.50")), _plain(Decimal("0.0"))
    ('10', '0.5', '0')
    """
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _wider(low: Decimal, high: Decimal) -> str:
    """Return a step with which a range has about ten values."""
    return _plain(((high - low) / 10).to_integral_value().max(Decimal(1)))


def grid_variants(source: Source, axes: Sequence[Axis]) -> list[tuple[tuple[str, ...], Variant]]:
    """Return the scenario at every point of a grid, with the values there.

    The first path moves slowest.

    Raises
    ------
    InvalidScenario
        With each kind of fault once, however many points have it.
    """
    if not 1 <= len(axes) <= MOST_AXES:
        hint = "sweep over one path or two"
        raise refuse(ARGUMENT, "E304", f"{len(axes)} paths to vary", hint)
    if len(axes) == MOST_AXES and axes[0].path == axes[1].path:
        text = f'"{axes[0].path}" is varied twice'
        raise refuse(ARGUMENT, "E304", text, "join the values with commas")
    _refuse_fixed(axes)
    points = list(itertools.product(*(axis.values for axis in axes)))
    if len(points) > MOST_POINTS:
        hint = "give larger steps"
        text = f"the grid has {len(points):,} points, at most {MOST_POINTS} are possible"
        raise refuse(ARGUMENT, "E304", text, hint)
    found: list[tuple[tuple[str, ...], Variant]] = []
    faults: dict[tuple[str, str], Diagnostic] = {}
    for values in points:
        try:
            scenario = _at(source, axes, values)
        except InvalidScenario as wrong:
            for fault in wrong.diagnostics:
                faults.setdefault((fault.code, fault.file), _at_point(fault, axes, values))
            continue
        found.append((values, Variant(", ".join(values), scenario)))
    if faults:
        raise InvalidScenario(tuple(faults.values()))
    return found


def _refuse_fixed(axes: Sequence[Axis]) -> None:
    """Stop at a path that no draw and no seat depends on."""
    for axis in axes:
        if axis.path.partition(".")[0] in FIXED or axis.path.rpartition(".")[2] == "doubt":
            text = f'"{axis.path}" changes neither votes nor seats'
            hint = "--draws and --seed hold for all points" if "simulation" in axis.path else ""
            raise refuse(ARGUMENT, "E304", text, hint)


def _at_point(fault: Diagnostic, axes: Sequence[Axis], values: Sequence[str]) -> Diagnostic:
    """Return a fault with the point that has it, where it does not stand in the argument."""
    if fault.file.startswith(ARGUMENT):
        return fault
    point = " and ".join(f"{a.path}={v}" for a, v in zip(axes, values, strict=True))
    return replace(fault, message=f"{fault.message}, at {point}")


def _at(source: Source, axes: Sequence[Axis], values: Sequence[str]) -> Scenario:
    """Return the scenario at one point of a grid."""
    settings = []
    marked = replace(source, lines=dict(source.lines))
    for number, (axis, value) in enumerate(zip(axes, values, strict=True)):
        file = ARGUMENT if len(axes) == 1 else f"{ARGUMENT}, path {number + 1}"
        marked.lines[file] = [f"{axis.path}={value}"]
        settings.append(Setting(
            axis.path, read_value(value, file), Place(file, 1, 1, len(axis.path)),
            Place(file, 1, len(axis.path) + 2, len(value)),
        ))  # fmt: skip
    return vary(marked, settings)
