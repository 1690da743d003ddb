"""What assumed irregularities would change, in words that claim nothing.

Everything here is conditional: *if* these things were done, as often as assumed, then so many
seats hang on them. The basis of every assumption stands beside its figures.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.report.layout import broken, signs
from simulator.report.sentences import percent, spaced
from simulator.results.attribution import Amount, Attribution, Difference, Estimate, OperatorEffect
from simulator.results.run import Run
from simulator.results.summary import Probability
from simulator.vocabulary import INDEPENDENTS

KINDS = {
    "klimek": "stuffing and recounting by station (Klimek and others)",
    "eforensics": "ballots made and votes taken by station (eforensics)",
    "stuffing": "ballots added for non-voters",
    "switching": "votes moved",
    "carousel": "the same people vote again and again",
    "rewriting": "protocols rewritten to round numbers",
    "suppression": "voters kept away",
    "topping-up": "turnout topped up to a target",
    "annulment": "results of stations annulled",
}
# Below these a change is not worth a line: a seat in 200 draws, one draw in a thousand.
_SHOWN, _RARE = 0.005, 0.001


def render_short(run: Run, width: int) -> str:
    """Return the block below the seats of a run; empty when nothing is assumed."""
    found = run.facts.attribution
    if found is None:
        return ""
    labels = run.facts.labels
    head = "  If the assumed irregularities took place: seats with them less seats without"
    if found.mode == "inverse":
        head = "  The run is cleaned of assumed irregularities; seats with them less seats without"
    rows = _wrapped(head.strip(), width, "  ")
    rows += [_seat_line(labels[name], tiers) for name, tiers in _moved(found)]
    rows += _wrapped(_changes(found, labels), width, "    ")
    rows += _wrapped(
        f"{spaced(found.draws)} paired draws; by irregularity, with sources: "
        "simseats irregularities",
        width, "    ",
    )  # fmt: skip
    return "\n".join(rows)


def render(found: Attribution, labels: Mapping[str, str], title: str, width: int) -> str:
    """Return everything that the assumed irregularities change, operator by operator."""
    width = max(40, min(width, 88))
    how = {
        "forward": "added to a scenario that is taken as clean",
        "inverse": "taken out of figures that are assumed to contain them",
    }[found.mode]
    parts = [
        "\n".join(_wrapped(f"{title}: what if?", width, "")),
        "\n".join(_wrapped(
            f"{len(found.operators)} assumed irregularities, {how}. Nothing here is an "
            "observation: the figures say what would hang on them, not that they took place.",
            width, "  ",
        )),
        "\n".join(_table(found, labels)),
        "\n".join(_wrapped(_changes(found, labels), width, "  ")),
        *("\n".join(_operator(o, found, labels, width)) for o in found.operators),
        "\n".join(_wrapped(_errors(found), width, "  ")),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return broken(text, width, indent, indent)


def _moved(found: Attribution) -> list[tuple[str, Mapping[str, Difference]]]:
    """Return who gains or loses anything, the largest change first."""
    rows = [
        (name, tiers) for name, tiers in found.seats.items()
        if abs(tiers["total"].estimate.mean) >= _SHOWN or name in found.beneficiaries()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -abs(row[1]["total"].estimate.mean))


def _table(found: Attribution, labels: Mapping[str, str]) -> list[str]:
    rows = ["  Seats with them less seats without, in the same draws"]
    return rows + [_seat_line(labels[name], tiers) for name, tiers in _moved(found)]


def _seat_line(label: str, tiers: Mapping[str, Difference]) -> str:
    """Return one line: mean and error, the set of differences, tiers, chance of a seat."""
    total = tiers["total"]
    row = f"    {label[:16]:<16} {signed(total.estimate):>15}   90% {_set(total.region()):<10}"
    if "list" in tiers and "district" in tiers:
        row += signs(f" list {tiers['list'].estimate.mean:+.2f}, district")
        row += signs(f" {tiers['district'].estimate.mean:+.2f}")
    return row.rstrip()


def signed(e: Estimate) -> str:
    """Return a mean with its sign and error, no more digits than the error supports.

    >>> signed(Estimate(1.3984, 0.012)), signed(Estimate(-0.12345, 0.0021))
    ('+1.40 ± 0.01', '−0.123 ± 0.002')
    """
    digits = 3 if 0 < e.mcse < 0.005 else 2
    return signs(f"{e.mean:+.{digits}f} ± {e.mcse:.{digits}f}")


def _set(numbers: list[int]) -> str:
    """Return a set of differences: runs of neighbours joined."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return " or ".join(signs(str(r[0]) if len(r) == 1 else f"{r[0]} to {r[-1]}") for r in runs)


def _changes(found: Attribution, labels: Mapping[str, str]) -> str:
    """Return what changes beside seats: majorities, entries, the price of a seat."""
    parts = []
    bars = {name: p for name, p in found.majorities.items() if p.value >= _RARE}
    words = ", ".join(f"{name} in {percent(p)}" for name, p in bars.items())
    text = f"A majority is held on one side only: {words} of draws."
    parts.append(text if bars else "No majority changes.")
    entries = {labels[name]: p for name, p in found.entries.items() if p.value >= _RARE}
    words = ", ".join(f"{name} in {percent(p)}" for name, p in entries.items())
    text = f"List seats are won on one side only: {words} of draws."
    parts.append(text if entries else "No list enters or leaves.")
    for name in found.beneficiaries():
        price = found.votes_per_seat(name)
        if price is not None:
            parts.append(f"Ballots for each seat of {labels[name]}: {spaced(_round(price))}.")
    if found.infeasible is not None:
        parts.append(_infeasible(found.infeasible))
    return " ".join(parts)


def _infeasible(p: Probability) -> str:
    if p.value == 0:
        return "The figures hold enough votes to take out all that is assumed, in every draw."
    return (
        f"In {percent(p)} of draws the figures do not hold the votes that are to be taken out: "
        "there the assumption contradicts them, and as much is taken out as there is."
    )


def _round(number: float) -> int:
    """Return a number of ballots with three digits."""
    size = max(0, len(str(int(number))) - 3)
    return int(round(number, -size))


def _operator(
    o: OperatorEffect, found: Attribution, labels: Mapping[str, str], width: int
) -> list[str]:
    """Return the block of one operator: basis, source, ledger, its part of the seats."""
    whom = f" for {labels.get(o.beneficiary, o.beneficiary)}" if o.beneficiary else ""
    rows = _wrapped(f"{o.id}: {KINDS[o.kind]}{whom}", width, "  ")
    rows += _labelled("basis", o.basis, width)
    rows += _labelled("report", o.source or "none is cited", width)
    for tier, books in o.books.items():
        parts = [
            f"{word} {_amount(amount)}"
            for word, amount in (("added", books.added), ("moved", books.moved),
                                 ("removed", books.removed))
            if amount.high > 0 or amount.mean > 0
        ]  # fmt: skip
        name = "ballots" if len(o.books) == 1 else f"ballots, {tier}"
        rows += _labelled(name, "; ".join(parts) or "none", width)
    names = found.beneficiaries() if o.beneficiary is None else [o.beneficiary]
    shown = [n for n in (*names, INDEPENDENTS) if abs(o.alone[n].mean) >= _SHOWN or n in names]
    for name in dict.fromkeys(shown):
        text = f"alone {signed(o.alone[name])} seats"
        if o.shapley is not None and len(found.operators) > 1:
            text += f"; its part of all together {signed(o.shapley[name])}"
        rows += _labelled(labels.get(name, name), text, width)
    return rows


def _labelled(label: str, text: str, width: int) -> list[str]:
    lines = broken(text, max(20, width - 23))
    head = f"    {label[:17]:<18} {lines[0]}"
    return [head, *(" " * 23 + line for line in lines[1:])]


def _amount(a: Amount) -> str:
    if a.low == a.high:
        return spaced(round(a.mean))
    return f"{spaced(round(a.mean))} (90% {spaced(a.low)} to {spaced(a.high)})"


def _errors(found: Attribution) -> str:
    text = (
        f"{spaced(found.draws)} draws with all of them, none of them and every subset, on the same "
        "random numbers; ± is one Monte Carlo standard error of the paired difference. "
    )
    if len(found.operators) > 1 and found.operators[0].shapley is not None:
        text += "Parts are Shapley values: they add up to what all change together."
    return text
