"""The lazy group of commands, and what happens when one of them fails."""

from __future__ import annotations

import contextlib
import importlib
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any

import click
import rich_click
from rich_click import RichGroup

from simulator._version import __version__
from simulator.cli import COMMANDS, INTERRUPTED
from simulator.cli.screen import flush, go_on_unread
from simulator.errors import InvalidScenario, SimseatsError, suggest

BUG, UNREADABLE, USAGE = 70, 3, 2

# Needs no file: whoever installed simseats has the scenarios that come with it.
EXAMPLE = "simseats init --from kazakhstan-2023 && simseats run kazakhstan-2023.yaml"
EPILOG = f"Example: {EXAMPLE}"


class LazyGroup(RichGroup):
    """A group that imports the module of a command only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a light stand-in, which is enough for the overview and for completion."""
        return click.Command(cmd_name, help=COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Import the command that is called, or say which one was perhaps meant."""
        if args[0] not in COMMANDS:
            hint = suggest(args[0], list(COMMANDS))
            ctx.fail(f"there is no command '{args[0]}'. {hint or 'See simseats --help.'}")
        module = importlib.import_module(f"simulator.cli.{args[0]}")
        return args[0], module.command, args[1:]


@click.group(cls=LazyGroup, invoke_without_command=True, epilog=EPILOG)
@click.version_option(__version__, "--version", message="simseats %(version)s")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Seat allocation simulated: a scenario says how a parliament is elected and what is uncertain.

    Votes are drawn, the electoral law turns every draw into seats, exactly; the result is a
    summary that can be repeated to the byte.
    """
    if ctx.invoked_subcommand is None:
        click.echo(
            f"simseats simulates how votes become seats.\n\n  {EXAMPLE}\n\n"
            "simseats --help lists the commands, simseats COMMAND --help their options."
        )


def call(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit status instead of leaving."""
    rich_click.rich_click.TEXT_MARKUP = "rich"
    try:
        result: Any = group.main(list(arguments), prog_name="simseats", standalone_mode=False)
        flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as wrong:
        with contextlib.suppress(OSError):
            wrong.show()
        return USAGE
    except InvalidScenario as wrong:
        from simulator.report.diagnostics import render_diagnostics

        _say(render_diagnostics(wrong.diagnostics), end="")
        return wrong.exit_status
    except SimseatsError as wrong:
        _say(f"error: {wrong}")
        return wrong.exit_status
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted before there was a result")
        return INTERRUPTED
    except BrokenPipeError:
        go_on_unread()
        return 0
    except SystemExit as leaving:
        # What click makes of a reader that has left.
        if isinstance(leaving.__context__, BrokenPipeError):
            return 0
        raise
    except MemoryError:
        _say("error: there is not enough memory for this run")
        return BUG
    except OSError as trouble:
        name = f"{trouble.filename}: " if trouble.filename else ""
        _say(f"error: {name}{trouble.strerror or trouble}")
        return UNREADABLE
    except Exception:
        return _report_bug(arguments)


def _report_bug(arguments: Sequence[str]) -> int:
    """Write the traceback to a file and say where it is."""
    text = f"simseats {__version__}\narguments: {list(arguments)}\n\n{traceback.format_exc()}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="simseats-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        where = f"The details are in {file.name}; please report them."
    except OSError:
        where = text
    _say(f"error: this is a bug in simseats, not in your scenario. {where}")
    return BUG


def _say(text: str, end: str = "\n") -> None:
    """Write to stderr, if it can be written to: the exit status says the rest."""
    from simulator.cli.screen import say

    with contextlib.suppress(OSError):
        say(text + end, err=True)
