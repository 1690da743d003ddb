"""What only the whole scenario can show about the national error: correlations, bands, use."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from simulator.errors import Diagnostic, suggest
from simulator.scenario.geography import baseline
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source
from simulator.uncertainty.bands import band_name, band_of, count_rows
from simulator.uncertainty.correlation import cholesky, correlation_matrix

# Which forms of the national error a key has an effect on.
USES = {
    "effective_sample": (
        "angular", "logit-normal", "additive", "dirichlet", "dirichlet-multinomial", "fixed",
    ),
    "correlations": ("angular", "logit-normal", "additive", "bootstrap"),
    "exponent": ("logit-normal",),
    "log_sd": ("logit-normal",),
    "center": ("logit-normal", "bootstrap"),
    "voters": ("dirichlet-multinomial",),
    "errors": ("bootstrap",),
    "bands": ("bootstrap",),
    "draws": ("external",),
    "variable": ("external",),
}  # fmt: skip


def check_nation(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield the faults of the national error."""
    yield from _check_uses(scenario, source)
    yield from _check_correlations(scenario, source)
    yield from _check_bands(scenario, source)
    layer = scenario.uncertainty
    if layer.kernel == "dirichlet-multinomial" and layer.voters is None:
        text = "dirichlet-multinomial needs the number of voters that are sampled"
        yield source.diagnose("E202", text, ("uncertainty", "kernel"), "add voters: 1000")
    if layer.kernel == "bootstrap" and not layer.errors:
        text = "bootstrap needs errors that happened before"
        yield source.diagnose("E202", text, ("uncertainty", "kernel"), "add errors: errors.csv")


def _check_uses(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield a fault for every key that has no effect on the chosen form."""
    layer = scenario.uncertainty
    for key, kernels in USES.items():
        given = key in layer.model_fields_set and getattr(layer, key) not in (None, {}, [])
        if given and layer.kernel not in kernels:
            text = f"{key} has no effect on the kernel {layer.kernel}"
            hint = "it belongs to: " + ", ".join(kernels)
            yield source.diagnose("E219", text, ("uncertainty", key), hint, at_key=True)
    if layer.log_sd is not None and layer.effective_sample is not None:
        text = "log_sd and effective_sample both say how large the error is"
        yield source.diagnose("E219", text, ("uncertainty", "log_sd"), "keep one", at_key=True)


def _check_correlations(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield the faults of correlations: names, repeated pairs, a matrix that cannot be."""
    layer, known = scenario.uncertainty, list(scenario.parties)
    sound, seen = True, set()
    for key in layer.correlations:
        path: Key = ("uncertainty", "correlations", key)
        names = key.split("+")
        unknown = [name for name in names if name not in known]
        text, hint, code = "", "", "E210"
        if len(names) != 2 or names[0] == names[1]:
            text, code = f'"{key}" does not name two parties', "E208"
            hint = "write two of them as " + "+".join(known[:2] if len(known) > 1 else ["a", "b"])
        elif unknown:
            text = f'no party is called "{unknown[0]}"'
            hint = suggest(unknown[0], known) or "known: " + ", ".join(known[:8])
        elif frozenset(names) in seen:
            text, code = f'the pair "{key}" stands here a second time', "E219"
        seen.add(frozenset(names))
        if text:
            sound = False
            yield source.diagnose(code, text, path, hint, at_key=True)
    if sound:
        yield from _check_matrix(scenario, source)


def _possible(scenario: Scenario, pairs: dict[tuple[str, str], float]) -> bool:
    """Tell whether a joint distribution has these correlations."""
    layer, names = scenario.uncertainty, list(scenario.parties)
    places = {(names.index(one), names.index(two)): x for (one, two), x in pairs.items()}
    blocs = [party.bloc for party in scenario.parties.values()]
    try:
        cholesky(correlation_matrix(blocs, layer.blocs.within, layer.blocs.across, places))
    except ValueError:
        return False
    return True


def _check_matrix(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield one fault when correlations contradict each other: at the last that could mend it."""
    pairs = scenario.uncertainty.pairs
    if _possible(scenario, pairs):
        return
    if not pairs:
        text = "the correlations of the blocs contradict each other"
        hint = "bring within and across nearer to zero"
        yield source.diagnose("E231", text, ("uncertainty", "blocs"), hint, at_key=True)
        return
    found, hint = list(pairs)[-1], "bring the correlations nearer to zero"
    for pair in reversed(pairs):
        able = [x / 20 for x in range(-19, 20) if _possible(scenario, pairs | {pair: x / 20})]
        if able:
            found = pair
            hint = f"with the others as they are, from {able[0]:g} to {able[-1]:g}"
            break
    text = "the correlations contradict each other: "
    text += f"{found[0]} and {found[1]} cannot have {pairs[found]:g}"
    yield source.diagnose("E231", text, ("uncertainty", "correlations", "+".join(found)), hint)


def _check_bands(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield a fault for every band that an option needs and that has no rows."""
    layer = scenario.uncertainty
    edges = layer.edges
    rising = all(low < high for low, high in pairwise(edges))
    if not rising or any(not 0 < edge < 1 for edge in edges):
        text = "the edges of bands rise between 0% and 100%"
        yield source.diagnose("E205", text, ("uncertainty", "bands"), "bands: [2%, 7%, 15%]")
        return
    if layer.kernel != "bootstrap" or not layer.errors:
        return
    counts = count_rows([error.share for error in layer.errors], edges)
    told = set()
    for name, (low, high) in _expected_range(scenario).items():
        for band in range(band_of(low, edges), band_of(high, edges) + 1):
            if counts[band] == 0 and band not in told:
                told.add(band)
                words = band_name(band, edges)
                text = f'no error of the table lies in the band {words}, where "{name}" is'
                hint = "add rows, or choose other bands"
                yield source.diagnose("E232", text, ("uncertainty", "errors"), hint, at_key=True)


def _expected_range(scenario: Scenario) -> dict[str, tuple[Fraction, Fraction]]:
    """Return the lowest and the highest share that polls give each option, or its share."""
    if scenario.polls is None:
        return {name: (share, share) for name, share in baseline(scenario).items()}
    polled = {name: [poll.shares[name] for poll in scenario.polls.items if name in poll.shares]
              for name in scenario.parties}  # fmt: skip
    return {name: (min(found), max(found)) for name, found in polled.items() if found}
