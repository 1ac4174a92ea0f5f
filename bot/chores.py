"""What the operator asks for on the command line, done on the database beside a running bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.analytics.audience.rebuild import rebuild
from bot.analytics.audience.segments import ACTIVE
from bot.analytics.cleanup import Cleanup
from bot.analytics.core import Core
from bot.analytics.render import mau_text
from bot.analytics.render.words import Words
from bot.analytics.reports.mau import Mau
from bot.analytics.shelf import kinds
from bot.analytics.views import File, FileType, View, Views
from bot.clock import Clock, utc_now
from bot.config import Settings
from bot.database.marks import SYNTHETIC, mark_of
from bot.database.migrate import migrate
from bot.errors import BotError, ConfigError
from bot.telegram.connect import build_bot
from bot.telegram.description import Description, Result

Say = Callable[[str], object]
# What is done, of how much.
Progress = Callable[[int, int], object]

# The report that may be narrowed to segments.
SEGMENTS = "segments"


class SegmentError(BotError):
    """No report can be made about such a segment."""


@asynccontextmanager
async def opened(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Core]:
    """The analytics half on the database that the settings name, with all tables.

    Nothing of it is started: a bot may run beside it.  ConfigError when it cannot be used.
    """
    # Whoever names a database means it, with a token or without.
    is_named = "database_url" in settings.model_fields_set or not settings.is_sandbox
    name = "database_url" if is_named else "sandbox_database_url"
    core = Core(settings.model_copy(update={"database_url": getattr(settings, name)}), clock)
    try:
        await migrate(core.database)
        core.views.is_synthetic = await mark_of(core.database, SYNTHETIC) is not None
        yield core
    except (SQLAlchemyError, OSError) as exc:
        problem = f"cannot be used: {str(exc).splitlines()[0]}"
        raise ConfigError(name.upper(), problem) from None
    finally:
        await core.database.close()


async def clean_up(settings: Settings, say: Say, progress: Progress, *, days: int) -> None:
    """Remove single events, and what ended, older than *days* days, after summing them up."""
    async with opened(settings) as core:
        cleanup = Cleanup(core.database, clock=utc_now, zone=settings.timezone)
        removed = await cleanup.remove_interactions(days, progress)
    say(
        f"removed {removed.total} rows: {removed.events} events, "
        f"{removed.downloads} downloads, {removed.completions} answers of the assistant, "
        f"{removed.alerts} of alerts"
    )


async def rebuild_audience(settings: Settings, say: Say, progress: Progress) -> None:
    """Make every day's sets of people anew."""
    async with opened(settings) as core:
        days = await rebuild(core.database, settings.timezone, progress=progress)
    say(f"rebuilt {days} days; a bot that runs sees it after its next start")


async def regenerate_mau(settings: Settings, say: Say) -> None:
    """Count the monthly users now, whatever is kept."""
    async with opened(settings) as core:
        mau = await core.mau.count(is_fresh=True)
    say(f"counted {_told(mau, settings)}; a bot that runs shows it within 10 seconds")


async def update_mau(settings: Settings, say: Say) -> None:
    """Count the monthly users if the number is older than MAU_CACHE_TIMEOUT."""
    async with opened(settings) as core:
        asked = utc_now()
        mau = await core.mau.count()
    if mau.at >= asked:
        say(f"counted {_told(mau, settings)}")
        return
    age = timedelta(seconds=int((asked - mau.at).total_seconds()))
    say(f"still good: {_told(mau, settings)}, counted {age} ago")


async def update_description(settings: Settings) -> Result:
    """Put the monthly users into the bot's description."""
    if settings.bot_token is None:
        raise ConfigError("BOT_TOKEN", "is needed to speak with Telegram")
    token = settings.bot_token.get_secret_value()
    async with opened(settings) as core:
        bot = build_bot(token, settings.telegram_api_url, core.bus)
        description = Description(bot, core.database, core.mau, settings=settings, clock=utc_now)
        try:
            return await description.update()
        finally:
            await bot.session.close()


def reports(settings: Settings) -> list[str]:
    """The names that export() takes: of every feature that is on, or could be with an address."""
    return [one.name for one in kinds(settings.features)]


async def export(  # noqa: PLR0913  what the command line has options for
    settings: Settings,
    progress: Progress,
    *,
    report: str,
    days: int | None,
    kind: FileType,
    segment: str = "",
    other: str = "",
) -> File:
    """A report as a file, in English; days: None: its usual time; segment: "": the usual one.

    KeyError for a report that there is not, SegmentError for a segment that there is not or that
    the report is not about, DrawingError for a PDF without the extra "charts".
    """
    one = {one.name: one for one in kinds(settings.features)}[report]
    words = Words(zone=settings.timezone)
    async with opened(settings) as core:
        await _check(core.views, report, [name for name in (segment, other) if name])
        view = View(
            kind=one, days=days or one.days, segment=segment or ACTIVE, other_segment=other
        )
        await core.views.sheet(view, words)
        progress(1, 2)
        file = await core.views.file(view, words, kind)
        progress(2, 2)
        return file


async def _check(views: Views, report: str, named: Sequence[str]) -> None:
    if not named:
        return
    if report != SEGMENTS:
        raise SegmentError(f"only the report {SEGMENTS!r} is about segments")
    known = await views.segments()
    for name in named:
        if name not in known:
            # Names of sources come from people, and a terminal obeys what cannot be printed.
            listed = ", ".join(one if one.isprintable() else ascii(one) for one in known)
            raise SegmentError(f"there is no segment {name!r}; there are {listed}")


def _told(mau: Mau, settings: Settings) -> str:
    words = Words(zone=settings.timezone)
    line = mau_text.line(mau.count, settings, words) or "hidden: a small number"
    span = words.span(words.day(mau.first_day), words.day(mau.last_day))
    return f"{mau.count} monthly users, {span} ({line})"
