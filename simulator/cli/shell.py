"""The lazy group of commands, and what happens when one of them fails."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any

import click
import rich_click
from rich_click import RichGroup

from simulator._version import __version__
from simulator.cli import COMMANDS
from simulator.errors import InvalidScenario, SimseatsError, suggest

BUG, INTERRUPTED, USAGE = 70, 130, 2

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
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return USAGE
    except InvalidScenario as wrong:
        from simulator.report.diagnostics import render_diagnostics

        click.echo(render_diagnostics(wrong.diagnostics), err=True, nl=False)
        return wrong.exit_status
    except SimseatsError as wrong:
        click.echo(f"error: {wrong}", err=True)
        return wrong.exit_status
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted, nothing was finished", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has left, as in `simseats run ... | head`: stop without another word.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        return 0
    except MemoryError:
        click.echo("error: there is not enough memory for this run", err=True)
        return BUG
    except OSError as trouble:
        name = f"{trouble.filename}: " if trouble.filename else ""
        click.echo(f"error: {name}{trouble.strerror or trouble}", err=True)
        return 3
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
    click.echo(f"error: this is a bug in simseats, not in your scenario. {where}", err=True)
    return BUG
