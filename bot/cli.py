"""The command line: telegauge run, sandbox, migrate, healthcheck, and work on the database."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import structlog
import typer
import uvloop

from bot import log
from bot.alert_cli import alert_commands
from bot.config import Settings, mistyped
from bot.errors import BotError, ConfigError
from bot.token_cli import token_commands

USAGE_ERROR = 2
PACKAGE = "telegauge"

# As bot/analytics/views.py has it, whose import takes too long for --help.
FileType = Literal["csv", "json", "pdf"]
T = TypeVar("T")

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


@cli.command("cleanup-old-interactions")
def cleanup_old_interactions(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of how many days events stay.")] = 90,
) -> None:
    """Remove single events older than so many days; sums and sets of people stay.

    Example: telegauge cleanup-old-interactions --days 90
    """
    from bot import chores  # noqa: PLC0415  as above

    settings = _settings()
    with _bar("removing") as progress:
        _complete(chores.clean_up(settings, _tell, progress, days=days))


@cli.command("rebuild-audience")
def rebuild_audience() -> None:
    """Make every day's sets of people anew from the other tables; best while no bot runs.

    Example: DATABASE_URL=sqlite:///data/telegauge.db telegauge rebuild-audience
    """
    from bot import chores  # noqa: PLC0415  as above

    settings = _settings()
    with _bar("rebuilding") as progress:
        _complete(chores.rebuild_audience(settings, _tell, progress))


@cli.command("regenerate-mau-cache")
def regenerate_mau_cache() -> None:
    """Count the monthly users now, and keep the number.

    Example: telegauge regenerate-mau-cache
    """
    from bot import chores  # noqa: PLC0415  as above

    _complete(chores.regenerate_mau(_settings(), typer.echo))


@cli.command("update-mau-count")
def update_mau_count() -> None:
    """Count the monthly users if the number is older than MAU_CACHE_TIMEOUT.

    Example: MAU_CACHE_TIMEOUT=600 telegauge update-mau-count
    """
    from bot import chores  # noqa: PLC0415  as above

    _complete(chores.update_mau(_settings(), typer.echo))


@cli.command("update-description")
def update_description() -> None:
    """Put the monthly users into the bot's description, at most once an hour.

    Example: BOT_DESCRIPTION_TEMPLATE="Quizzes. {count} monthly users" telegauge update-description
    """
    from bot import chores  # noqa: PLC0415  as above

    result = _complete(chores.update_description(_settings()))
    typer.echo(result.message, err=not result.success)
    raise typer.Exit(0 if result.success else 1)


@cli.command()
def export(  # noqa: PLR0913  its options
    report: Annotated[str, typer.Argument(help="A report's name, as /report lists them.")],
    *,
    days: Annotated[
        int | None, typer.Option(min=1, max=365, help="The last so many days.")
    ] = None,
    kind: Annotated[FileType, typer.Option("--format", help="Which kind of file.")] = "csv",
    output: Annotated[str, typer.Option(help="Where to; - is standard output.")] = "",
    segment: Annotated[str, typer.Option(help="Of segments: the first, active if not said.")] = "",
    other: Annotated[str, typer.Option(help="Of segments: the second, such as premium.")] = "",
) -> None:
    """Write a report into a file; that of segments about one or two of them.

    Example: telegauge export revenue --days 30 --format pdf --output revenue.pdf

    Example: telegauge export segments --segment language:de --other premium
    """
    from bot import chores  # noqa: PLC0415  as above

    settings = _settings()
    known = chores.reports(settings)
    if report not in known:
        raise typer.BadParameter(f"there is no report {report!r}; there are {', '.join(known)}")
    with _bar("exporting") as progress:
        work = chores.export(
            settings,
            progress,
            report=report,
            days=days,
            kind=kind,
            segment=segment,
            other=other,
        )
        try:
            file = _complete(work)
        except chores.SegmentError as exc:
            raise typer.BadParameter(str(exc)) from None
    _save(file.content, output or file.name)


def _save(content: bytes, output: str) -> None:
    if output == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        Path(output).write_bytes(content)
    except OSError as exc:
        raise typer.BadParameter(f"{output}: {exc.strerror or exc}") from None
    typer.echo(output)


def _tell(line: str) -> None:
    """On a line of its own, below a bar that may be there."""
    typer.echo(f"\n{line}" if sys.stderr.isatty() else line)


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, which a file or a pipe does not get; it is told how far it is."""
    with typer.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield progress


def obey() -> None:
    """Do what the command line says; see bot/__main__.py."""
    try:
        cli()
    except ConfigError as exc:
        print(f"telegauge: {exc}", file=sys.stderr)  # noqa: T201  not a log line: nothing runs
        sys.exit(USAGE_ERROR)
    except BotError as exc:  # such as a PDF without the extra that draws it
        print(f"telegauge: {exc}", file=sys.stderr)  # noqa: T201  as above
        sys.exit(1)


def _settings() -> Settings:
    settings = Settings.read()
    try:
        log.configure(settings.log_level, settings.log_format, settings.log_folder)
    except OSError as exc:
        raise ConfigError("LOG_FOLDER", f"cannot be used: {exc.strerror or exc}") from None
    for name, meant in mistyped(os.environ).items():
        structlog.get_logger(__name__).warning("not a setting", name=name, did_you_mean=meant)
    return settings


def _complete(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


cli.add_typer(alert_commands(_settings, _complete), name="alerts")
cli.add_typer(token_commands(_settings, _complete), name="token")
