"""`simseats explain CODE`: what a message means."""

from __future__ import annotations

import textwrap

import click
from rich_click import RichCommand

from simulator.errors import CATALOGUE, suggest


@click.command("explain", cls=RichCommand)
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain the message CODE, such as E204; without a code, list all."""
    if code is None:
        for name, (title, _) in CATALOGUE.items():
            click.echo(f"  {name}  {title}")
        return
    name = code.strip().upper().strip("[]")
    if name not in CATALOGUE:
        hint = suggest(name, list(CATALOGUE)) or "simseats explain lists all codes"
        raise click.UsageError(f"there is no code {code}. {hint}")
    title, text = CATALOGUE[name]
    click.echo(f"{name}: {title}\n\n{textwrap.fill(text, 80)}")
