"""What makes a run repeatable: the fingerprint, and the versions it was made with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from simulator.results.tally import Tally


def canonical_json(data: Mapping[str, Any]) -> str:
    """Return data as JSON with sorted keys and no spaces."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(scenario: Mapping[str, Any], tally: Tally) -> str:
    """Return the fingerprint of a run: scenario and counts, in four groups of hexadecimal digits.

    The same on any number of threads and any machine; a colleague compares it at a glance.
    """
    digest = hashlib.sha256()
    digest.update(canonical_json(scenario).encode())
    digest.update(tally.canonical())
    text = digest.hexdigest()
    return "-".join(text[k : k + 4] for k in range(0, 16, 4))


def scenario_hash(scenario: Mapping[str, Any]) -> str:
    """Return the hash of a scenario as it was run, every default filled in."""
    return hashlib.sha256(canonical_json(scenario).encode()).hexdigest()[:16]


def versions() -> dict[str, str]:
    """Return the versions of what computed the run."""
    import platform
    from importlib.metadata import version

    from simulator._version import __version__

    found = {"simseats": __version__, "python": platform.python_version()}
    for name in ("numpy", "numba", "llvmlite"):
        found[name] = version(name)
    return found
