"""Runs for tests of the page: usual ones, and one whose every text is hostile."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from simulator.engine.run import run, run_loaded
from simulator.errors import Diagnostic
from simulator.results.facts import Alternative, Assumption
from simulator.results.run import Run
from simulator.scenario.load import load_text

HOSTILE = (
    '</script><script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "</style><style>*{display:none}",
    "' onmouseover='alert(1)",
    "<!--<script>",
    "]]></svg><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}${7*7}",
    "javascript:alert(1)",
    "\u202egnp.exe\x07\u2028",
    "&lt;b&gt;\\u003cb\\u003e",
)

TEXT = """
schema: simseats/1
name: Plain
parties:
  a: {share: 40%}
  b: {share: 30%}
  c: {share: 24%}
  none: {share: 6%, seats: false}
tiers:
  list: {seats: 20, method: sainte-lague, threshold: 5%}
  district: {seats: 3}
electorate:
  registered: 100000
  turnout: 60%
  regions:
    r1: {districts: 2, name: North}
    r2: {districts: 1, name: South}
  field: {nominees: [a, b], independents: 2, strength: -0.5, basis: invented,
          alternatives: {stronger: {strength: 0.1, basis: also invented}}}
coalitions: {both: [b, c]}
majorities: {majority: 12, more: 16}
expect: {seats: {a: 10, b: 7, c: 6, independents: 0}}
sources: [invented]
simulation: {draws: 3000, seed: 1}
uncertainty: {effective_sample: 300}
"""


@cache
def plain() -> Run:
    """Return a run with everything a page can show and harmless texts."""
    return run_loaded(load_text(TEXT, "plain.yaml"), threads=1)


@cache
def flagship() -> Run:
    """Return the run of the scenario that comes with the program."""
    return run("scenarios/kazakhstan-2023.yaml", draws=100_000)


def poisoned(text: str) -> Run:
    """Return the plain run with a hostile text wherever a text or a colour can stand."""
    facts = plain().facts
    scenario = dict(facts.scenario)
    scenario["parties"] = {name: {"colour": text} for name in facts.parties}
    scenario["name"] = text
    changed = replace(
        facts, name=text, chamber=text, scenario=scenario, rule=text, threshold=text,
        labels=dict.fromkeys(facts.labels, text),
        regions=tuple((name, text) for name, _ in facts.regions),
        majorities={f"{text}{k}": n for k, n in enumerate(facts.majorities.values())},
        coalitions={f"{text}{k}": group for k, group in enumerate(facts.coalitions.values())},
        contests=tuple((text, region, who) for _, region, who in facts.contests),
        assumptions=(Assumption(text, text, text, f"{text}:3"),),
        warnings=(Diagnostic(text, 1, 1, text, text),),
        alternatives=(Alternative(text, 0.1, text, "a", 1.0, (1, 2), 256),),
        sources=(text, text),
    )  # fmt: skip
    return Run(changed, plain().tally, {text: text})
