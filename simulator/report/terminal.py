"""A run on a terminal: assumptions first, then seats, majorities, what decides, how exact.

Plain lines; colour only marks what the words already say. Wide terminals show the distribution,
narrow ones drop it, and terminals without UTF-8 get ASCII.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simulator.report.coalitions import render_coalitions
from simulator.report.figures.svg import clean, one_line
from simulator.report.irregularities import render_short
from simulator.report.layout import broken, labelled, plain
from simulator.report.sentences import (
    checked,
    decisions,
    is_open,
    majorities,
    percent,
    precision,
    sampling,
    spaced,
    ties_in_words,
)
from simulator.report.variations import render_variations
from simulator.results.closeness import counted_in
from simulator.results.run import Run
from simulator.results.summary import SeatDistribution, seats_text
from simulator.vocabulary import INDEPENDENTS

WIDE = 88
BLOCKS = "▁▂▃▄▅▆▇█"
ASCII_BLOCKS = ".:-=+*#@"


def render(run: Run, width: int = WIDE, ascii_only: bool = False, verbose: bool = False) -> str:
    """Return the text of a run for a terminal of this width."""
    width = max(40, min(width, WIDE))
    run = _on_one_line(run)
    parts = [
        _title(run, width),
        _assumptions(run, width),
        _seats(run, width, ascii_only),
        _districts(run, width),
        render_short(run, width),
        render_variations(run, width),
        _majorities(run, width),
        render_coalitions(run, width),
        _decisions(run, width),
        _warnings(run, width, verbose),
        _exactness(run, width),
    ]
    # No text of a scenario moves the cursor, turns the line or begins another one.
    text = clean("\n\n".join(part for part in parts if part) + "\n").replace("\ufffd", "?")
    return plain(text) if ascii_only else text


def _on_one_line(run: Run) -> Run:
    """Return a run whose names have no line breaks."""
    facts = run.facts
    changed = replace(
        facts, name=one_line(facts.name), chamber=one_line(facts.chamber),
        labels={name: one_line(label) for name, label in facts.labels.items()},
        assumptions=tuple(
            replace(a, about=one_line(a.about), value=one_line(a.value)) for a in facts.assumptions
        ),
    )  # fmt: skip
    return run if changed == facts else Run(changed, run.tally, run.made_with)


def _title(run: Run, width: int) -> str:
    facts = run.facts
    left = f"{facts.name} · {facts.chamber}"
    bars = ", ".join(f"{name} {seats}" for name, seats in facts.majorities.items())
    right = f"{facts.seats} seats, {bars}"
    gap = width - len(left) - len(right)
    return left + (" " * gap if gap >= 2 else "\n") + right


def _assumptions(run: Run, width: int) -> str:
    facts = run.facts
    rows = []
    if facts.tiers["list"]:
        text = f"{facts.tiers['list']} seats   {facts.rule} · {facts.threshold}"
        rows.append(labelled("list", text, width))
    if facts.tiers["district"]:
        text = f"{facts.tiers['district']} seats   plurality in single-member districts"
        if not facts.simulated["district"]:
            text = f"{facts.tiers['district']} seats   given, not simulated"
        rows.append(labelled("district", text, width))
    seed = f"{spaced(run.draws)}   seed {facts.seed}   {sampling(run)}"
    if not facts.complete:
        seed += f"   interrupted: {spaced(facts.requested)} were asked for"
    rows.append(labelled("draws", seed, width))
    rows.append("")
    for assumption in facts.assumptions:
        mark = " (default)" if assumption.origin == "default" else ""
        mark = " (from polls)" if assumption.origin == "polls" else mark
        rows.append(labelled(assumption.about, assumption.value + mark, width))
    return "\n".join(rows)


def _shown(run: Run) -> list[str]:
    facts = run.facts
    return [
        name for name in facts.entities
        if name != INDEPENDENTS or (facts.tiers["district"] and run.shows_independents)
    ]  # fmt: skip


def _seats(run: Run, width: int, ascii_only: bool) -> str:
    """Return the seat table: one line a party, totals that add up in every draw."""
    facts, summary = run.facts, run.summary
    names = _shown(run)
    mixed = bool(facts.tiers["list"] and facts.tiers["district"])
    label = min(20, max(12, *(len(facts.labels[n]) for n in names)))
    tiers = mixed and width >= 70
    bins = min(12, width - 55 - label - (10 if tiers else 0))
    wide = bins >= 5
    official = facts.official.get("seats") or (
        facts.official.get("list" if facts.tiers["list"] else "district", {}) if not mixed else {}
    )
    head = f"  {'seats':<{label}} {'votes':>7} {'official':>8} {'typical':>7}"
    head += f" {'list':>4} {'dist':>4}" if tiers else ""
    head += f"  {'90% region':<11} {'enters':>6}"
    head += "  distribution" if wide else ""
    rule = "  " + "─" * (min(width, max(len(head), width - 2)) - 2)
    rows = [head, rule]
    for name in names:
        position = facts.entities.index(name)
        d = run.seats[name]
        chance = run.enters(name)
        mark = "▸" if is_open(chance) else " "
        votes = "" if name == INDEPENDENTS else f"{100 * run.share(name)[0]:.2f}%"
        known = str(official.get(name, "")) if official else ""
        row = f"{mark} {facts.labels[name][:label]:<{label}} {votes:>7} {known:>8}"
        row += f" {summary.typical.total(position):>7}"
        if tiers:
            on_list = str(summary.typical.list[position]) if name != INDEPENDENTS else "–"
            row += f" {on_list:>4} {summary.typical.district[position]:>4}"
        region = seats_text(d.region(0.9))
        region = region if len(region) <= 11 else f"{region[:10]}…"
        row += f"  {region:<11} {percent(chance):>6}"
        row += f"  {_spark(d, bins, ascii_only)}" if wide else ""
        rows.append(row.rstrip())
    rows.append(rule)
    rows.append(_total(run, label, official, tiers))
    rows += [_note(run, option) for option in facts.options if option not in facts.parties]
    return "\n".join(rows)


def _total(run: Run, label: int, official: Mapping[str, int], tiers: bool) -> str:
    """Return the line of totals; the typical chamber is one that occurred."""
    facts, typical = run.facts, run.summary.typical
    chamber = sum(typical.list) + sum(typical.district)
    votes = 100 * sum(run.share(p)[0] for p in facts.parties)
    known = str(sum(official.values())) if official else ""
    row = f"  {'total':<{label}} {votes:>6.2f}% {known:>8} {chamber:>7}"
    row += f" {sum(typical.list):>4} {sum(typical.district):>4}" if tiers else ""
    vacant = run.summary.flags["no_votes"]
    words = (
        f"{facts.seats} in every draw"
        if not vacant
        else f"seats vacant in {counted_in(vacant, 'draw')}"
    )
    return f"{row}  {words}"


def _note(run: Run, option: str) -> str:
    share = 100 * run.share(option)[0]
    return f"  {run.facts.labels[option]}: {share:.2f}% of the valid ballots, no seats"


def _spark(d: SeatDistribution, most: int, ascii_only: bool) -> str:
    """Return a distribution as a few blocks between its ends."""
    low, high = d.quantile(0.002), d.quantile(0.998)
    span = max(high - low + 1, 1)
    bins = min(most, span)
    weights = [0] * bins
    for seats in range(low, high + 1):
        weights[(seats - low) * bins // span] += d.counts[seats]
    top = max(weights)
    marks = ASCII_BLOCKS if ascii_only else BLOCKS
    cells = ""
    for weight in weights:
        if weight == 0:
            cells += " " if ascii_only else "·"
        else:
            cells += marks[min(len(marks) - 1, weight * len(marks) // (top + 1))]
    return f"{low:>2} {cells} {high}"


def _districts(run: Run, width: int) -> str:
    """Return what the district result rests on, and how far it moves."""
    facts = run.facts
    if not facts.alternatives:
        return ""
    first = facts.alternatives[0]
    d = run.tier("district")[first.party]
    label = facts.labels[first.party]
    official = facts.official.get("district", {}).get(first.party)
    known = f", official {official}" if official is not None else ""
    rows = [
        "  District seats move with an assumption: how strong independents are",
        f"    as assumed{' ' * 14} {label} {d.mean:>5.1f}   90% {seats_text(d.region(0.9))}{known}",
    ]
    for a in facts.alternatives:
        text = f"    {a.label[:23]:<24} {label} {a.mean:>5.1f}   90% {seats_text(set(a.region90))}"
        rows.append(text + (f"   {a.basis}" if a.basis and len(text + a.basis) < width - 3 else ""))
    return "\n".join(rows)


def _majorities(run: Run, width: int) -> str:
    rows = [f"  {'Majorities':<18} {'seats':>6}"]
    for name, seats, words in majorities(run):
        head = f"    {name[:16]:<16} {seats or '':>6}   "
        lines = broken(words, max(20, width - len(head)))
        rows.append(head + lines[0])
        rows += [" " * len(head) + line for line in lines[1:]]
    turnout = run.turnout()
    if turnout is not None:
        known = run.facts.official_turnout
        text = f"{100 * turnout[0]:.2f}% of the registered, SD {100 * turnout[1]:.2g} points"
        text += f"; official {100 * known:.2f}%" if known is not None else ""
        rows += ["", labelled("Turnout", text, width)]
        regional = run.regional_turnout()
        if regional:
            labels = dict(run.facts.regions)
            low = min(regional, key=lambda r: regional[r][0])
            high = max(regional, key=lambda r: regional[r][0])
            text = f"lowest {labels[low]} {100 * regional[low][0]:.1f}%, "
            text += f"highest {labels[high]} {100 * regional[high][0]:.1f}%"
            rows.append(labelled("", text, width))
    return "\n".join(rows)


def _decisions(run: Run, width: int) -> str:
    found = decisions(run)
    if not found:
        return ""
    rows = []
    for k, text in enumerate(found):
        lines = broken(text, max(20, width - 22))
        rows.append(("▸ What decides        " if k == 0 else " " * 22) + lines[0])
        rows += [" " * 22 + line for line in lines[1:]]
    return "\n".join(rows)


def _warnings(run: Run, width: int, verbose: bool) -> str:
    found = run.facts.warnings
    if not found:
        return ""
    one = len(found) == 1
    noun = "figure or rule is" if one else "figures or rules are"
    text = f"{len(found)} {noun} marked as doubtful"
    text += "" if verbose else f"; simseats validate lists {'it' if one else 'them'}"
    head = labelled("Doubts", text, width)
    if not verbose:
        return head
    rows = [head]
    for w in found:
        text = f"{w.code} {w.file}:{w.line} {w.message}"
        rows += broken(text, width - 4, "    ", "      ")
    return "\n".join(rows)


def _checks(run: Run, width: int) -> list[str]:
    """Return the checks side by side, as many as a line holds."""
    lines: list[str] = []
    for words in checked(run):
        beside = f"{lines[-1]}   {words}" if lines else ""
        if beside and len(beside) <= width:
            lines[-1] = beside
        else:
            lines += broken(words, width, rest="  ")
    return lines


def _exactness(run: Run, width: int) -> str:
    """Return the last lines: errors, ties, chambers, fingerprint."""
    flags = run.summary.flags
    ties = ties_in_words(run) if run.ties else "no ties"
    if flags["district_tied_draws"]:
        ties += f", {flags['district_tied_draws']} with equal district candidates"
    capped = "at least " if run.summary.capped else ""
    edges = []
    if flags["nobody_passed"] and run.facts.threshold != "no threshold":
        edges.append(f"no list passed in {counted_in(flags['nobody_passed'], 'draw')}")
    if flags["one_passed"] and run.facts.threshold != "no threshold":
        edges.append(f"one list passed in {counted_in(flags['one_passed'], 'draw')}")
    text = "; ".join(
        [
            precision(run),
            f"{capped}{counted_in(run.summary.chambers, 'different chamber')}",
            ties,
            *edges,
        ]
    )
    lines = [*_checks(run, width - 4), *broken(text, width - 4)]
    lines.append(f"fingerprint #{run.fingerprint}")
    return "\n".join(f"  {line}" for line in lines)
