"""The command line: `simseats COMMAND`; a command is loaded when it is called.

A module of this package is a command. Errors end in one message and an exit status, never in a
traceback; what is not expected writes a report and asks for it.
"""

from __future__ import annotations

import gc
import sys

COMMANDS = {
    "run": "Simulate a scenario and summarise it.",
    "compare": "Compare methods, variations or scenarios on the same draws.",
    "sweep": "Vary one or two values of a scenario over the same draws.",
    "polls": "Pool the polls of a scenario and show what each is worth.",
    "ask": "Ask a stored run how often something is so.",
    "init": "Start a scenario: from questions, a table, or one that exists.",
    "report": "Make the report page of a stored run.",
    "allocate": "Allocate seats for one election, exactly, and show the work.",
    "methods": "List the allocation methods, or show one with its axioms.",
    "bench": "Time the allocation kernels against other programs.",
    "forensics": "Look at station results: turnout, shares, integer percentages.",
    "validate": "Check scenarios; reproduce official results exactly.",
    "irregularities": "Show what assumed irregularities would change.",
    "variance": "Split the variance of seats by the layers of the model.",
    "rare": "Estimate the probability of a rare event by moved draws.",
    "schema": "Print the JSON Schema of scenarios or of results.",
    "explain": "Explain a message by its code.",
    "completion": "Print the shell completion script.",
}


def main() -> None:
    """Run the command line and exit with status 0, 1, 2, 3, 70 or 130."""
    # Start-up allocates much and frees nothing: to look for garbage costs a tenth of it.
    gc.disable()
    from simulator.cli.shell import call

    sys.exit(call(sys.argv[1:]))
