"""`simseats completion SHELL`: the script that completes commands and scenario files."""

from __future__ import annotations

import click
from rich_click import RichCommand


@click.command("completion", cls=RichCommand)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script for SHELL.

    For bash: eval "$(simseats completion bash)" in ~/.bashrc.
    """
    from click.shell_completion import get_completion_class

    from simulator.cli.shell import group

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(kind(group, {}, "simseats", "_SIMSEATS_COMPLETE").source())
