"""telegauge token: who may ask the API."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

import typer

from bot.config import Settings

Scope = Literal["read", "track", "admin"]
Complete = Callable[[Coroutine[Any, Any, Any]], Any]

HEAD = ("name", "scope", "state", "made", "expires", "last used")


def token_commands(settings: Callable[[], Settings], complete: Complete) -> typer.Typer:
    """The commands below `telegauge token`.  complete: runs work to its end"""
    tokens = typer.Typer(help="Tokens for the API.", no_args_is_help=True)

    @tokens.command()
    def create(
        name: Annotated[str, typer.Argument(help="What it is called, such as grafana.")],
        scope: Annotated[Scope, typer.Option(help="What it is for.")] = "read",
        expires: Annotated[
            int | None, typer.Option(min=1, max=3650, help="Days until it ends; else never.")
        ] = None,
    ) -> None:
        """Make a token and show it, once.

        Example: telegauge token create grafana --scope read --expires 365
        """
        from bot import token_chores  # noqa: PLC0415  as in bot/cli.py

        work = token_chores.create(settings(), name=name, scope=scope, days=expires)
        typer.echo(complete(work))
        typer.echo("Send it as Authorization: Bearer …  It is not shown again.", err=True)

    @tokens.command("list")
    def list_() -> None:
        """Show every token without its secret.

        Example: telegauge token list
        """
        from bot import token_chores  # noqa: PLC0415  as in bot/cli.py

        rows = [HEAD, *complete(token_chores.listed(settings()))]
        widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
        for row in rows:
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            typer.echo(line.rstrip())

    @tokens.command()
    def revoke(name: Annotated[str, typer.Argument(help="What it is called.")]) -> None:
        """End a token; a running bot may take it for five seconds more.

        Example: telegauge token revoke grafana
        """
        from bot import token_chores  # noqa: PLC0415  as in bot/cli.py

        if not complete(token_chores.revoke(settings(), name=name)):
            raise typer.BadParameter(f"there is no token {name!r} that could be revoked")
        typer.echo(f"revoked: {name}")

    return tokens
