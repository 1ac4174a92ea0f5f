"""Rows of the queue as values, and back; what people and workers both read there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_args

import msgspec
from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock, from_milliseconds, to_milliseconds
from bot.database.engine import Database
from bot.database.feature_tables import downloads, sent_files
from bot.database.statements import insert_into
from bot.database.tables import users
from bot.downloads.courier import Download, Sent
from bot.downloads.media import Choice, Media, Offer
from bot.plans import Priority

# As the column counts them: 0 low, 1 medium, 2 high.
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
# What people sent, and what it led to, is of no use once there is an end.
FORGOTTEN = {"url": None, "title": None, "offers": None, "media_key": None}


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One of somebody's downloads.

    place: 1 is next, 0 if a worker has it; is_interrupted: one had it when the bot ended
    """

    download: Download
    place: int
    is_interrupted: bool = False


class Shown(msgspec.Struct, frozen=True):
    """What was offered, and what else the site said that has no column."""

    offers: tuple[Offer, ...]
    performer: str | None = None
    duration_seconds: int | None = None


def shown_in(media: Media) -> str:
    """The column `offers` for *media*."""
    shown = Shown(media.offers, media.performer, media.duration_seconds)
    return msgspec.json.encode(shown).decode()


def shown_of(row: RowMapping) -> Shown:
    """The column `offers`, read; nothing is offered where it is empty."""
    offers = row[downloads.c.offers]
    return msgspec.json.decode(offers, type=Shown) if offers else Shown(())


async def measured(connection: AsyncConnection, media_key: str, shown: Shown) -> Shown:
    """*shown* with the sizes of what was sent before, where the site did not tell them."""
    file = sent_files.c
    query = select(file.format, file.quality, file.size_bytes).where(file.media_key == media_key)
    sizes = {(one[0], one[1]): one[2] for one in await connection.execute(query)}
    offers = (
        replace(one, size_bytes=sizes.get((one.choice.format, one.choice.quality)))
        if one.size_bytes is None
        else one
        for one in shown.offers
    )
    return msgspec.structs.replace(shown, offers=tuple(offers))


def all_of_downloads() -> Select[Any]:
    """Rows of the queue with Telegram's id of their person; not those of people who left."""
    query = select(downloads, users.c.telegram_id)
    return query.join(users, users.c.number == downloads.c.user_number)


def download_of(row: RowMapping) -> Download:
    """A row of all_of_downloads() in which a choice has been made."""
    shown, started_at = shown_of(row), row["started_at"]
    return Download(
        id=row["id"],
        user_id=row["telegram_id"],
        chat_id=row["chat_id"],
        message_id=row["message_id"],
        language=row["language"],
        media_key=row["media_key"] or "",
        url=row["url"] or "",
        site=row["site"],
        title=row["title"] or "",
        performer=shown.performer,
        duration_seconds=shown.duration_seconds,
        choice=Choice(format=row["format"], quality=row["quality"]),
        plan=row["plan"],
        priority=PRIORITIES[row["priority"]],
        attempts=row["attempts"],
        queued_at=from_milliseconds(row["queued_at"] or row["offered_at"]),
        started_at=None if started_at is None else from_milliseconds(started_at),
    )


def waiting_of(row: RowMapping) -> Waiting:
    """A row of download_of() with its place."""
    is_interrupted = row["started_at"] is not None and row["error"] is None
    place = row["place"] or 0
    return Waiting(download=download_of(row), place=place, is_interrupted=is_interrupted)


async def number_of(connection: AsyncConnection, dialect: str, user_id: int) -> int:
    """Our number for Telegram's *user_id*; the store may not have met this person yet."""
    row = {"telegram_id": user_id, "is_premium": False}
    statement = insert_into(dialect, users).values(row)
    await connection.execute(statement.on_conflict_do_nothing())
    query = select(users.c.number).where(users.c.telegram_id == user_id)
    number: int = (await connection.execute(query)).scalar_one()
    return number


class SentFiles:
    """Which files Telegram has already."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def known(self, media_key: str, choice: Choice) -> Sent | None:
        """The file of this medium in this form, if it was ever sent."""
        query = select(sent_files).where(_is_file(media_key, choice))
        async with self._database.read("downloads.known") as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        return Sent(**{name: row[name] for name in Sent.__dataclass_fields__})

    async def forget(self, media_key: str, choice: Choice) -> None:
        """Telegram no longer takes that file's id."""
        statement = sent_files.delete().where(_is_file(media_key, choice))
        async with self._database.write("downloads.forget_file") as connection:
            await connection.execute(statement)

    async def remember(
        self, connection: AsyncConnection, media_key: str, choice: Choice, sent: Sent
    ) -> None:
        """Note *sent* in a transaction that somebody else began; the newest id counts."""
        key = {"media_key": media_key, "format": choice.format, "quality": choice.quality}
        values = {name: getattr(sent, name) for name in Sent.__dataclass_fields__}
        values["sent_at"] = to_milliseconds(self._clock())
        statement = insert_into(self._database.dialect, sent_files).values(key | values)
        await connection.execute(statement.on_conflict_do_update(index_elements=key, set_=values))


def is_known() -> Any:
    """SQL: Telegram has what this row of downloads waits for."""
    wanted = downloads.c
    same = [key == wanted[key.name] for key in sent_files.primary_key]
    return select(sent_files.c.file_id).where(*same).correlate(downloads).exists()


def _is_file(media_key: str, choice: Choice) -> Any:
    file = sent_files.c
    is_form = (file.format == choice.format) & (file.quality == choice.quality)
    return (file.media_key == media_key) & is_form
