"""The command line: telegauge run, sandbox, migrate, healthcheck."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import structlog
import typer
import uvloop

from bot import log
from bot.config import Settings, mistyped
from bot.errors import ConfigError

USAGE_ERROR = 2

PACKAGE = "telegauge"

cli = typer.Typer(
    help="A Telegram bot that measures itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they show the values of variables, and with them secrets
)


def _show_version(is_wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if is_wanted:
        typer.echo(f"telegauge {importlib.metadata.version(PACKAGE)}")
        raise typer.Exit


@cli.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Its version.")
    ] = False,
) -> None:
    """Say what holds for every command; the help's first line is above."""
    del version  # told already


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


def obey() -> None:
    """Do what the command line says; see bot/__main__.py."""
    try:
        cli()
    except ConfigError as exc:
        print(f"telegauge: {exc}", file=sys.stderr)  # noqa: T201  not a log line: nothing runs
        sys.exit(USAGE_ERROR)


def _settings() -> Settings:
    settings = Settings.read()
    try:
        log.configure(settings.log_level, settings.log_format, settings.log_folder)
    except OSError as exc:
        raise ConfigError("LOG_FOLDER", f"cannot be used: {exc.strerror or exc}") from None
    for name, meant in mistyped(os.environ).items():
        structlog.get_logger(__name__).warning("not a setting", name=name, did_you_mean=meant)
    return settings


def _complete(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)
