"""`simseats ask`: any coalition afterwards, from the chambers of a stored run."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich_click import RichCommand

from simulator.cli.offers import questions, run_files
from simulator.cli.screen import terminal


@click.command("ask", cls=RichCommand)
@click.argument("run_file", metavar="RUN.json", type=click.Path(path_type=Path),
                shell_complete=run_files)  # fmt: skip
@click.argument("questions", metavar="QUESTION...", nargs=-1, required=True,
                shell_complete=questions)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(run_file: Path, questions: tuple[str, ...], as_json: bool) -> None:
    """Ask RUN.json how often something is so, e.g. "amanat+jsdp>=66".

    A question compares sums of seats with >= <= > < = or !=, on both sides parties, coalitions,
    numbers or majorities: "amanat>=majority and jsdp=0", "list.jsdp=0", "'two thirds'<=amanat".
    Clauses are joined by and, or, not and parentheses.
    """
    from simulator.report.answers import render_answers
    from simulator.results.question import ask
    from simulator.results.run import Run

    run = Run.load(run_file)
    answers = [ask(run, question) for question in questions]
    if as_json:
        document = {
            "name": run.facts.name, "fingerprint": run.fingerprint,
            "answers": [answer.to_dict() for answer in answers],
        }  # fmt: skip
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(render_answers(run, answers, terminal()[1]), nl=False)
