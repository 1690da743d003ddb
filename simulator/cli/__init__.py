"""The command line: `simseats COMMAND`; a command is loaded when it is called.

A module of this package is a command. Errors end in one message and an exit status, never in a
traceback; what is not expected writes a report and asks for it.
"""

from __future__ import annotations

import gc
import os
import signal
import sys

INTERRUPTED = 130
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
    try:
        _prepare_process()
        from simulator.cli.shell import call

        status = call(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("interrupted before there was a result\n")
        status = INTERRUPTED
    sys.exit(status)


def _prepare_process() -> None:
    """Let streams that the caller closed lead nowhere; end politely when asked to, as on Ctrl-C."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # One that is ignored, as under nohup, stays so.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
