"""The reference pages of the methods, one each, from the registry, the axioms and real elections.

Worked examples are official results of `tests/elections/results`, by the rule of their law; methods
without one there are shown on the list votes of Kazakhstan 2023.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.allocation import registry
from simulator.allocation.axioms import AXIOMS
from simulator.allocation.quota import QUOTAS
from simulator.allocation.registry import Method
from simulator.cli.methods import find_breaks
from simulator.report.methods import Break, break_sentence, first_divisors, quota_bound

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference" / "methods"
RESULTS = ROOT / "tests" / "elections" / "results"
SPEED = ROOT / "docs" / "reference" / "allocation-speed.json"
MOST_ON_A_LINE = 20

# The six lists that took part in the allocation of 19 March 2023; Central Election Commission of
# Kazakhstan, as in scenarios/kazakhstan-2023-official.yaml.
KAZAKHSTAN = {
    "amanat": 3431510, "auyl": 693938, "respublica": 547154, "aqjol": 535139, "qhp": 432920,
    "jsdp": 331058,
}  # fmt: skip
SEATS = 69


@dataclass(frozen=True)
class Example:
    """An official result, by file and beginning of its name; other options, and what to say.

    Without a file it is Kazakhstan 2023.
    """

    file: str = ""
    election: str = ""
    options: Mapping[str, Any] | None = None
    note: str = ""


EXAMPLES = {
    "modified-sainte-lague": Example("sweden", "Riksdag, whole country, 11 September 2022"),
    "imperiali-divisor": Example("belgium", "Municipal council of Heist-op-den-Berg"),
    "huntington-hill": Example(
        "united-states", "House of Representatives, apportionment, census of 2020",
        note="Parties are states here and votes are populations. The constitution gives every "
        "state a seat; the first divisor 0 does the same.",
    ),
    "macau": Example("macau", "Legislative Assembly, direct seats, 15 September 2013"),
    "power-divisor": Example("estonia", "Riigikogu, 5 March 2023"),
    "stationary": Example(
        options={"split": "1/3"}, note="With the split point 1/3 of the Danish method."
    ),
    "divisor-list": Example(
        "norway", "Storting, Hedmark", {"divisors": "1.4,3,5,7,9,11"},
        note="The divisors of the Norwegian law written out; six are enough for six seats.",
    ),
    "fixed-price": Example(
        options={"on_overflow": "enlarge-chamber"},
        note="No chamber at hand was elected like this without districts, so these are other "
        "votes at the German price; the chamber then has no fixed size.",
    ),
    "dutch-council": Example("netherlands", "Municipal council of Ameland"),
    "plurality": Example("united-kingdom", "House of Commons, North East Fife"),
    "party-block": Example("united-states", "electors of the President, Florida"),
    "two-round-runoff": Example("france", "President of the Republic, 10 and 24 April 2022"),
    "winner-bonus": Example("greece", "Hellenic Parliament, 25 January 2015"),
    "majority-jackpot": Example("italy", "Chamber of Deputies, Italy, 24-25 February 2013"),
}  # fmt: skip


def own_methods() -> list[Method]:
    """Return the methods that come with simseats, without those of other packages."""
    return [
        m for m in registry.all_methods()
        if (m.signpost or m.allocate).__module__.startswith("simulator.")
    ]  # fmt: skip


def method_pages() -> dict[Path, str]:
    """Return the pages of the methods that come with simseats; blocks are not executed yet."""
    methods = own_methods()
    found = {FOLDER / "index.md": index_page(methods)}
    for method in methods:
        found[FOLDER / f"{method.id}.md"] = method_page(method)
        table = _table_file(method)
        if table is not None:
            found[table] = "party,votes\n" + "".join(
                f"{party},{votes}\n" for party, votes in _election(method)["votes"].items()
            )
    return found


def strays() -> list[Path]:
    """Return files of the folder that belong to no method: those of methods that were removed."""
    known = {FOLDER / "index.md"}
    for method in own_methods():
        known |= {FOLDER / f"{method.id}.md", _table_file(method) or FOLDER / "index.md"}
    return sorted(path for path in FOLDER.glob("*") if path not in known)


def index_page(methods: Sequence[Method]) -> str:
    """Return the table of methods, with links to their pages."""
    lines = [
        "# Allocation methods", "",
        "Written by `python docs/generate.py` from the registry. On a terminal: "
        "`simseats methods`, and `simseats methods NAME` for one of them.", "",
        "| method | id | family | also called | quota | house | favours |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for m in methods:
        house = "✓" if "house-monotone" in m.axioms else "✗" if m.proportional else ""
        cells = (
            f"[{_capital(m.label)}]({m.id}.md)", f"`{m.id}`", m.family,
            ", ".join(f"`{a}`" for a in m.aliases), quota_bound(m), house, m.favours,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "", "quota: seats are never below (lower) or above (upper) the share of them, rounded. "
        "house: one seat more for the chamber costs no party a seat. Every claim is a property "
        "test; every ✗ and – has an election that shows it, on the page of the method.", "",
        "How large such advantages are: "
        "[Which method favours whom](../../explanation/which-method-favours-whom.md). "
        "A method of your own: [Add a method](../../how-to/add-a-method.md).", "",
        "```{toctree}", ":hidden:", "", *(m.id for m in methods), "```", "",
    ]  # fmt: skip
    return "\n".join(lines)


def method_page(method: Method) -> str:
    """Return the page of a method, with the console block of its example still to be executed."""
    rows = [
        ("id", f"`{method.id}`"),
        ("also called", ", ".join(f"`{a}`" for a in method.aliases)),
        ("family", method.family),
        ("used by", method.users),
        ("favours", method.favours),
        ("first divisors", _divisors(method)),
        ("quota", _quota(method)),
    ]
    lines = [f"# {_capital(method.label)}", "", method.rule, "", "| | |", "|---|---|"]
    lines += [f"| {name} | {text} |" for name, text in rows if text]
    if method.parameters:
        lines += ["", "## Parameters", "", "| parameter | default | on the command line |"]
        lines += ["|---|---|---|"]
        for name, default in method.parameters.items():
            option = f"`--{name.replace('_', '-')}`"
            lines.append(f"| `{name}` | {_default(default)} | {option} |")
    lines += ["", "## Example", "", *_example(method)]
    lines += ["", "## Axioms", "", *_axioms(method)]
    lines += ["", "## Speed", "", _speed(method)]
    if method.references:
        lines += ["", "## References", "", *(f"- {r}" for r in method.references)]
    return "\n".join(lines) + "\n"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _divisors(method: Method) -> str:
    found = first_divisors(method, 6)
    if not found:
        return ""
    text = ", ".join(found) + (", ..." if len(found) == 6 else "")
    return f"{text} (by default)" if method.parameters else text


def _quota(method: Method) -> str:
    """Return the price of a seat, in votes V and seats n, of methods that take a quota."""
    default = method.parameters.get("quota")
    if default is None:
        return "V / n (Hare)" if method.id == "dutch-council" else ""
    if default not in QUOTAS:
        return f"{int(str(default)):,} votes".replace(",", " ")
    return ", ".join(
        f"`{name}` {'V / n' if not gamma else f'V / (n + {gamma})'}"
        + (", rounded down, and 1 more" if name == "droop" else "")
        for name, gamma in QUOTAS.items()
    ) + "; V votes, n seats; or a number of votes"  # fmt: skip


def _default(value: object) -> str:
    if value is None:
        return "none"
    shown = ",".join(map(str, value)) if isinstance(value, (list, tuple)) else value
    return f"`{shown}`"


def _axioms(method: Method) -> list[str]:
    kept = [axiom for name, axiom in AXIOMS.items() if name in method.axioms]
    lines = [f"- **{_capital(axiom.label)}.** {axiom.statement}" for axiom in kept]
    lines = ["Claimed, and a property test each:", "", *lines] if kept else ["None is claimed."]
    if not method.proportional:
        text = "It is no proportional method, so the other axioms are not asked of it."
        return [*lines, "", text]
    breaks = find_breaks(method)
    if breaks:
        lines += ["", "Not claimed, with the smallest election found that shows why:", ""]
        lines += [_broken(one, method) for one in breaks]
    return lines


def _broken(one: Break, method: Method) -> str:
    label, _, rest = break_sentence(one, method).partition(": ")
    text = rest.replace("\u00a0", " ")
    return f"- **{_capital(label)}.** {AXIOMS[one.axiom].statement} {_capital(text)}."


def _speed(method: Method) -> str:
    link = "[Benchmarks](../benchmarks.md)"
    stored = json.loads(SPEED.read_text(encoding="utf-8")) if SPEED.exists() else {}
    own = stored.get(method.id)
    if own is None:
        return f"Not among the methods timed in {link}."
    return (
        f"{own['ns']:.0f} ns an election; the plain loop takes {own['loop_ratio']:.1f} times as "
        f"long. The elections, the loop and the machine are in {link}."
    )


def _election(method: Method) -> dict[str, Any]:
    """Return the election of the example of a method."""
    example = EXAMPLES.get(method.id, Example())
    own: dict[str, Any] = dict(example.options or {})
    if not example.file:
        return {
            "title": "Mazhilis of Kazakhstan, list seats, 19 March 2023: the six lists above 5%",
            "votes": KAZAKHSTAN, "seats": SEATS, "options": own, "official": False,
            "source": "Central Election Commission of Kazakhstan",
        }  # fmt: skip
    from ruamel.yaml import YAML

    text = (RESULTS / f"{example.file}.yaml").read_text(encoding="utf-8")
    (found,) = [
        e for e in YAML(typ="safe").load(text) if e["election"].startswith(example.election)
    ]
    return {
        "title": f"{found['country']}: {found['election']}", "votes": found["votes"],
        "seats": found["seats"], "options": own or found.get("options", {}),
        "official": True, "source": found["source"],
    }  # fmt: skip


def _table_file(method: Method) -> Path | None:
    """Return the file of the votes where they are too many for the command line."""
    many = len(_election(method)["votes"]) > MOST_ON_A_LINE
    return FOLDER / f"{method.id}.csv" if many else None


def _example(method: Method) -> list[str]:
    """Return the heading, the command and the source of the example."""
    case = _election(method)
    table = _table_file(method)
    words = ["simseats allocate", f"--seats {case['seats']}", f"--method {method.id}"]
    words += [text for name, value in case["options"].items() if (text := _option(name, value))]
    if table is not None:
        words.append(f"--votes {table.relative_to(ROOT).as_posix()}")
    else:
        words += [f"{party}={votes}" for party, votes in case["votes"].items()]
    note = EXAMPLES.get(method.id, Example()).note
    source = " ".join(case["source"].split())
    official = "These are the official seats. " if case["official"] else ""
    return [
        f"{case['title']}.{' ' + note if note else ''}", "",
        "```console", f"$ {' '.join(words)}", "```", "",
        f"{official}Source: {source}.",
    ]  # fmt: skip


def _option(name: str, value: Any) -> str:
    """Return an option of `allocate` as the command line takes it."""
    if name == "threshold" and isinstance(value, Mapping):
        if set(value) <= {"share", "base"}:
            return f"--threshold {value['share']} --base {value['base']}"
        raise ValueError(f"threshold of an example: {value}")
    text = ",".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, Mapping) else value
    return f"--{name.replace('_', '-')} {text}"
