"""Messages about scenarios: code, place, source line, caret, what to write instead."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.errors import Diagnostic

WIDTH = 88


def render_diagnostics(diagnostics: Sequence[Diagnostic]) -> str:
    """Return all messages, and a last line that counts them."""
    parts = [render_one(d) for d in diagnostics]
    faults = [d for d in diagnostics if d.severity == "error"]
    if faults:
        noun = "error" if len(faults) == 1 else "errors"
        example = faults[0].code
        parts.append(
            f"{len(faults)} {noun}, nothing was run. More about any of them: "
            f"simseats explain {example}"
        )
    return "\n\n".join(parts) + "\n"


def render_one(d: Diagnostic) -> str:
    """Return one message with its source line."""
    head = f"{d.severity}[{d.code}] {d.message}"
    place = f"{d.file}:{d.line}:{d.column}" if d.line else d.file
    gap = WIDTH - len(head) - len(place)
    lines = [head + (" " * gap + place if gap >= 2 else f"\n  {place}")]
    if d.source:
        lines.append(f"  {d.line:>4} │ {d.source}")
        caret = " " * (d.column - 1) + "^" * d.width
        lines.append(f"       │ {caret} {d.hint}".rstrip())
    elif d.hint:
        lines.append(f"       = {d.hint}")
    return "\n".join(lines)
