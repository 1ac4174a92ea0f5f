"""The command line: telegauge run, sandbox, migrate, healthcheck."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

import typer
import uvloop

from bot import log
from bot.config import Settings
from bot.errors import ConfigError

USAGE_ERROR = 2

cli = typer.Typer(
    help="A Telegram bot that measures itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they show the values of variables, and with them secrets
)


@cli.command()
def run() -> None:
    """Run the bot; without BOT_TOKEN a sandbox to chat with it in the browser.

    Example: BOT_TOKEN=123:abc ADMIN_IDS=42 telegauge run
    """
    settings = _settings()  # first, because the import takes seconds and a mistake should not
    from bot.run import run as run_bot  # noqa: PLC0415  the other commands need none of it

    _complete(run_bot(settings, typer.echo))


@cli.command()
def sandbox() -> None:
    """Run the sandbox alone: a Bot API server for any bot.

    Example: SANDBOX_PORT=8081 telegauge sandbox
    """
    from bot.run import run_sandbox  # noqa: PLC0415  as above

    _complete(run_sandbox(_settings(), typer.echo))


@cli.command()
def migrate() -> None:
    """Bring the database's tables to the newest form; `run` does it by itself.

    Example: DATABASE_URL=sqlite:///data/telegauge.db telegauge migrate
    """
    from bot.run import migrate_database  # noqa: PLC0415  as above

    _complete(migrate_database(_settings(), typer.echo))


@cli.command()
def healthcheck() -> None:
    """Ask a running bot how it is: exit code 0 for pass and warn, 1 for fail or no answer.

    Example: METRICS_PORT=8080 telegauge healthcheck
    """
    from bot.web.healthcheck import check  # noqa: PLC0415  as above

    # Without the log: two processes must not rotate the same files.
    settings = Settings.read()
    raise typer.Exit(check(settings.metrics_host, settings.metrics_port))


def main() -> None:
    """Entry point of `telegauge`.  An unusable setting is one line and exit code 2."""
    try:
        cli()
    except ConfigError as exc:
        print(f"telegauge: {exc}", file=sys.stderr)  # noqa: T201  not a log line: nothing runs
        sys.exit(USAGE_ERROR)


def _settings() -> Settings:
    settings = Settings.read()
    log.configure(settings.log_level, settings.log_format, settings.log_folder)
    return settings


def _complete(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


if __name__ == "__main__":
    main()
