"""Every file of a run, by name: the document, tidy rows, the page, figures, how to cite it."""

from __future__ import annotations

from simulator.report.page.render import figure_files, render_page
from simulator.report.sentences import spaced
from simulator.results.provenance import scenario_hash
from simulator.results.run import Run

FIGURES = "figures"


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
    files = {
        "run.json": run.to_json(reproducible), "seats.csv": run.to_csv(),
        "report.html": render_page(run), "cite.txt": citation(run),
    }  # fmt: skip
    return files | {f"{FIGURES}/{name}": text for name, text in figure_files(run).items()}


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
    version = run.made_with.get("simseats", "(version not recorded)")
    where = f"{facts.name} ({facts.chamber})"
    return (
        f"{where}, simulated with simseats {version}: {spaced(run.draws)} draws, "
        f"seed {facts.seed},\n"
        f"scenario {scenario_hash(facts.scenario)}, fingerprint {run.fingerprint}.\n"
        "\n"
        f"{same}"
        "Cite the sources of the scenario as well:\n"
        + "".join(f"- {source}\n" for source in facts.sources or ("the scenario names none",))
    )
