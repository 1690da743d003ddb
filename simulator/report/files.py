"""Every file of a run, by name: the document, tidy rows, the page, figures, how to cite it."""

from __future__ import annotations

from simulator.report.figures.svg import one_line
from simulator.report.page.render import figure_files, render_page
from simulator.report.sentences import spaced
from simulator.results.provenance import scenario_hash
from simulator.results.run import Run

PAGE, FIGURES = "report.html", "figures"


def run_files(run: Run, reproducible: bool = False) -> dict[str, str]:
    """Return the text of each file; `reproducible` leaves out what differs by machine.

    Examples
    --------
    >>> from simulator import run
    >>> found = run_files(run("scenarios/kazakhstan-2023-official.yaml", draws=256))
    >>> list(found)[:4], sum(name.endswith(".svg") for name in found)
    (['run.json', 'seats.csv', 'report.html', 'cite.txt'], 3)
    """
    if reproducible:
        made_with = {k: v for k, v in run.made_with.items() if k == "simseats"}
        run = Run(run.facts, run.tally, made_with)
    return {"run.json": run.to_json(reproducible), **report_files(run)}


def report_files(run: Run) -> dict[str, str]:
    """Return what is made of a stored run: the text of every file but the document itself."""
    files = {"seats.csv": run.to_csv(), PAGE: render_page(run), "cite.txt": citation(run)}
    return files | {f"{FIGURES}/{name}": text for name, text in figure_files(run).items()}


def describe(run: Run, file: str) -> str:
    """Return what a file of a run is, in a few words.

    >>> from simulator import run
    >>> describe(run("scenarios/kazakhstan-2023-official.yaml", draws=256), "figures/chamber.svg")
    'the typical chamber, 98 seats'
    """
    return {
        PAGE: "one file, works offline: chamber, seats, any coalition",
        "seats.csv": "a row for each party, tier and number of seats",
        "cite.txt": f"how to cite this run, fingerprint #{run.fingerprint}",
        f"{FIGURES}/chamber.svg": f"the typical chamber, {run.facts.seats} seats",
        f"{FIGURES}/seats.svg": "seats of each party over all draws",
        f"{FIGURES}/hundred.svg": "chambers at even ranks of the draws",
        f"{FIGURES}/turnout.svg": "turnout by region over all draws",
    }[file]


def size(text: str) -> str:
    """Return how large a file is, in thousands of bytes.

    >>> size("x" * 1499), size("x")
    ('1 kB', '<1 kB')
    """
    return f"{n} kB" if (n := round(len(text.encode("utf-8", "replace")) / 1000)) else "<1 kB"


def citation(run: Run) -> str:
    """Return how to cite a run: what was run, with which version, and how to recognise it.

    There is no date in it, so the same run is always cited in the same words.
    """
    facts = run.facts
    same = "The same scenario, seed and number of draws give the same fingerprint on any machine.\n"
    if not facts.complete:
        # Which chunks were finished depends on when the interrupt came.
        same = (
            f"INTERRUPTED: {spaced(facts.requested)} draws were asked for. What was finished by "
            "then\ncannot be repeated; finish the run before you cite it.\n"
        )
    version = one_line(run.made_with.get("simseats", "(version not recorded)"))
    where = one_line(f"{facts.name} ({facts.chamber})")
    return (
        f"{where}, simulated with simseats {version}: {spaced(run.draws)} draws, "
        f"seed {facts.seed},\n"
        f"scenario {scenario_hash(facts.scenario)}, fingerprint {run.fingerprint}.\n"
        "\n"
        f"{same}"
        "Cite the sources of the scenario as well:\n"
        + "".join(
            f"- {one_line(source)}\n" for source in facts.sources or ("the scenario names none",)
        )
    )
