"""telegauge alerts: tries alerts out, and rules of one's own."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.config import Settings

Complete = Callable[[Coroutine[Any, Any, Any]], Any]


def alert_commands(settings: Callable[[], Settings], complete: Complete) -> typer.Typer:
    """The commands below `telegauge alerts`.  complete: runs work to its end"""
    alerts = typer.Typer(help="Try alerts out, and rules of your own.", no_args_is_help=True)

    @alerts.command()
    def test(
        rule: Annotated[str, typer.Argument(help="A rule's name, such as HighErrorRate.")],
    ) -> None:
        """Send a marked TEST alert and its end to the admins' chat and the webhook.

        It goes straight there, whether a bot runs or not; exit code 1: one did not get it.

        Example: telegauge alerts test HighErrorRate
        """
        from bot import alert_chores  # noqa: PLC0415  late

        is_well = complete(alert_chores.send_test(settings(), rule, typer.echo))
        raise typer.Exit(0 if is_well else 1)

    @alerts.command()
    def check(
        file: Annotated[Path, typer.Argument(help="A file like ALERT_RULES_FILE.")],
        url: Annotated[str, typer.Option(help="Of a bot that runs; default: METRICS_HOST.")] = "",
        seconds: Annotated[
            float, typer.Option(min=0, max=600, help="Between two readings; 0: only one.")
        ] = 5,
    ) -> None:
        """Say what is wrong in a file of rules, or what its rules would say of the numbers now.

        Example: telegauge alerts check alerts.toml --url http://127.0.0.1:8080
        """
        from bot import alert_chores  # noqa: PLC0415  late

        note = partial(typer.echo, err=True)
        # Without the log: two processes must not rotate the same files.
        work = alert_chores.check(
            Settings.read(), file, typer.echo, note, url=url or None, seconds=seconds
        )
        raise typer.Exit(0 if complete(work) else 1)

    return alerts
