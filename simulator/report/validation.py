"""What `simseats validate` says about a valid scenario."""

from __future__ import annotations

import textwrap
from pathlib import Path

from simulator.scenario.load import Loaded
from simulator.scenario.official import Comparison


def render_valid(loaded: Loaded, comparison: Comparison | None, detailed: bool) -> str:
    """Return one line for a scenario, and its doubts when it is the only one."""
    mark = "!" if loaded.warnings else "✓"
    name = Path(loaded.file).name
    text = "valid"
    if comparison is not None and comparison.reproduced:
        seats = comparison.computed["list"]
        text = "official result reproduced   " + " ".join(str(n) for n in seats.values())
    elif comparison is not None:
        mark, text = "✗", "E222 official result not reproduced"
    lines = [f"  {mark} {name:<32} {text}"]
    if comparison is not None:
        lines += [
            f"      {tier}: {party} {computed}, official {expected}"
            for tier, party, computed, expected in comparison.differences
        ]
        if comparison.tied:
            lines.append("      decided by a tie of " + ", ".join(comparison.tied))
        if detailed and comparison.reproduced and "seats" in comparison.expected:
            totals = comparison.computed["seats"].items()
            words = ", ".join(f"{party} {n}" for party, n in totals if n)
            lines.append(f"      with the district seats: {words}")
    if loaded.warnings and detailed:
        for w in loaded.warnings:
            place = f" line {w.line}" if w.file == loaded.file else f" {Path(w.file).name} {w.line}"
            lines += textwrap.wrap(
                f"{w.code}{place if w.line else ''}: {w.message}", 88,
                initial_indent="      ", subsequent_indent="           ",
            )  # fmt: skip
    elif loaded.warnings:
        first, noun = loaded.warnings[0], "doubt" if len(loaded.warnings) == 1 else "doubts"
        lines[0] += f"   {first.code} {len(loaded.warnings)} {noun}"
        lines[0] += f", first on line {first.line}" if first.line else ""
    return "\n".join(lines) + "\n"
