"""The scenario of a stored run as it was written: without what only repeats a default.

A run.json holds the effective scenario, every default filled in. Read as it stands it would state
what belongs to other kernels or poolings, which the language refuses; so what equals the default is
taken out again. What is left is the same scenario, of this or of an earlier minor version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from simulator._version import __version__
from simulator.errors import FileTrouble
from simulator.scenario.diagnostics import model_at
from simulator.scenario.source import Key, Place, Source


def restore_source(scenario: Mapping[str, Any], file: str) -> Source:
    """Return an effective scenario as a source, as if read from a file that states it.

    Examples
    --------
    >>> plain = {"schema": "simseats/1", "chamber": "Chamber", "expect": None, "sources": ["law"]}
    >>> restore_source(plain, "run.json").data
    {'schema': 'simseats/1', 'sources': ['law']}
    """
    data = _stated((), json.loads(json.dumps(scenario)))
    drawn, simulation = drawn_from(scenario), scenario.get("simulation")
    if drawn:
        data["uncertainty"]["draws"] = drawn["file"]
    if drawn and isinstance(simulation, Mapping) and "draws" in simulation:
        # Draws from outside are all used where nothing is said, and here something was.
        data.setdefault("simulation", {})["draws"] = simulation["draws"]
    return Source(file, data, values={(): Place(file, 0, 0)})


def drawn_from(scenario: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the file of draws of an effective scenario, and its digest; nothing without one."""
    uncertainty = scenario.get("uncertainty")
    drawn = uncertainty.get("draws") if isinstance(uncertainty, Mapping) else None
    return drawn if isinstance(drawn, Mapping) and "file" in drawn else {}


def _stated(path: Key, node: Any) -> Any:
    """Return the data at a path without what equals the default of the language."""
    if isinstance(node, list):
        return [_stated((*path, k), item) for k, item in enumerate(node)]
    if not isinstance(node, dict):
        return node
    model = model_at(path)
    defaults = {} if model is None else _defaults(model)
    return {
        key: _stated((*path, key), value)
        for key, value in node.items()
        if key not in defaults or value != defaults[key]
    }


@cache
def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    """Return the defaults of a model as a run stores them, by key."""
    return model.model_construct().model_dump(mode="json", by_alias=True, warnings=False)


def run_document(text: str, file: str) -> dict[str, Any] | None:
    """Return the document of a run in the text of a file; None where it is something else.

    Raises
    ------
    FileTrouble
        A number in it is none.
    """
    # What comes by a pipe may have the mark of its encoding before it, or an empty line.
    text = text.lstrip("\ufeff \n\r\t")
    if not text.startswith("{") or '"simseats.run/' not in text:
        return None
    from simulator.results.stored import NotFinite, parse

    try:
        document = parse(text)
    except NotFinite as trouble:
        raise FileTrouble(f"{file}: this is not a whole run.json: {trouble}") from None
    except (ValueError, RecursionError):
        return None
    schema = document.get("schema") if isinstance(document, dict) else None
    return document if str(schema).startswith("simseats.run/") else None


def notes_on(made_with: Mapping[str, str], file: str) -> tuple[str, ...]:
    """Return what a reader has to know about a run that another version made.

    >>> notes_on({"simseats": "0.0.9"}, "run.json")[0].partition(":")[0]
    'run.json was made by simseats 0.0.9'
    >>> notes_on({"simseats": __version__}, "run.json")
    ()
    """
    made = made_with.get("simseats", "a version that it does not name")
    if made == __version__:
        return ()
    text = f"{file} was made by simseats {made}: the draws of version {__version__} may differ"
    return (f"{text}, and its fingerprint may not be met",)
