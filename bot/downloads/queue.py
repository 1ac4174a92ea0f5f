"""The queue as people see it: what they are offered, what they choose, where they stand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.bus import Bus
from bot.analytics.features.downloads import DownloadFailed, DownloadQueued
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.database.tables import users
from bot.downloads.allowance import ACTIVE, Refused, refusal
from bot.downloads.line import PLACES
from bot.downloads.media import Choice, Media, Offer
from bot.downloads.records import (
    FORGOTTEN,
    PRIORITIES,
    Waiting,
    all_of_downloads,
    is_known,
    measured,
    number_of,
    shown_in,
    shown_of,
    waiting_of,
)
from bot.downloads.trouble import Trouble
from bot.plans import Plan

OFFER_LIFE = 24 * 3_600_000
SITE_LENGTH = 64

row = downloads.c


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What a person may still choose from."""

    id: int
    chat_id: int
    message_id: int
    media_key: str
    title: str
    performer: str | None
    duration_seconds: int | None
    offers: tuple[Offer, ...]


@dataclass(frozen=True, kw_only=True)
class Queued:
    """It waits, or runs already; on disk.

    place: 1 is next, 0 if a worker has it; is_known: Telegram has the file, it comes at once
    is_new: this press queued it, not an earlier one
    """

    id: int
    place: int
    is_known: bool
    is_new: bool


Cancelled = Literal["cancelled", "stopping"]
Ended = Literal["done", "failed", "cancelled"]


class Queue:
    """Writes what people want in transactions that a power cut cannot undo.

    bell: set when there is something new for the workers
    """

    def __init__(self, database: Database, bus: Bus, clock: Clock = utc_now) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self.bell = asyncio.Event()

    async def offer(
        self, user_id: int, chat_id: int, message_id: int, language: str, media: Media
    ) -> int:
        """Note what was offered in that message; the number to choose by.  It is for one day."""
        async with self._database.write("downloads.offer", durable=True) as connection:
            values = {
                "user_number": await number_of(connection, self._database.dialect, user_id),
                "chat_id": chat_id,
                "message_id": message_id,
                "language": language,
                "state": "offered",
                "url": media.url,
                "title": media.title,
                "media_key": media.key,
                "site": media.site[:SITE_LENGTH],
                "offers": shown_in(media),
                "offered_at": self._now(),
            }
            statement = insert(downloads).values(values).returning(row.id)
            number: int = (await connection.execute(statement)).scalar_one()
        return number

    async def find(self, offer_id: int, user_id: int) -> Offered | None:
        """What this person was offered; None if it is somebody else's, chosen, or too old."""
        async with self._database.read("downloads.find") as connection:
            found = await _one(connection, offer_id, user_id)
            if found is None or found["state"] != "offered" or self._is_old(found):
                return None
            shown = await measured(connection, found["media_key"], shown_of(found))
        return Offered(
            id=offer_id,
            chat_id=found["chat_id"],
            message_id=found["message_id"],
            media_key=found["media_key"],
            title=found["title"],
            performer=shown.performer,
            duration_seconds=shown.duration_seconds,
            offers=shown.offers,
        )

    async def choose(
        self, offer_id: int, user_id: int, choice: Choice, plan: Plan
    ) -> Queued | Refused | None:
        """Queue what was offered, once however often it is pressed; None if it is gone.

        The plan's limits are checked in the same transaction.  Publishes DownloadQueued.
        """
        async with self._database.write("downloads.choose", durable=True) as connection:
            await _take_turns(connection, user_id)
            found = await _one(connection, offer_id, user_id)
            if found is None:
                return None
            if found["state"] != "offered":
                return await self._as_before(connection, found)
            if self._is_old(found) or choice not in [one.choice for one in shown_of(found).offers]:
                return None
            if refused := await refusal(connection, found["user_number"], plan, self._now()):
                return refused
            queued = await self._queue(connection, offer_id, choice, plan)
        self._tell(found, choice, plan, is_known=queued.is_known)
        return queued

    async def cancel(self, download_id: int, user_id: int) -> Cancelled | None:
        """End it now, or have its worker stop within a second; None if it has ended anyway.

        Publishes DownloadFailed if it was still waiting; else the worker does.
        """
        async with self._database.write("downloads.cancel", durable=True) as connection:
            await _take_turns(connection, user_id)
            found = await _one(connection, download_id, user_id)
            if found is None or found["state"] not in {"offered", *ACTIVE}:
                return None
            this = update(downloads).where(row.id == download_id)
            # A worker may take it in this moment: then the first statement finds nothing.
            ended = {"state": "cancelled", "error": Trouble.cancelled, "ended_at": self._now()}
            is_waiting = row.state.in_(("offered", "queued"))
            result = await connection.execute(this.where(is_waiting).values(FORGOTTEN | ended))
            if not result.rowcount:
                is_running = row.state == "running"
                await connection.execute(this.where(is_running).values(is_cancel_wanted=True))
        if not result.rowcount:
            return "stopping"
        if found["state"] == "queued":
            self._bus.publish(
                DownloadFailed(
                    at=self._clock(),
                    user_id=user_id,
                    format=found["format"],
                    error=Trouble.cancelled,
                )
            )
        return "cancelled"

    async def list_of(self, user_id: int) -> list[Waiting]:
        """What this person waits for, the next one first."""
        query = (
            all_of_downloads()
            .add_columns(PLACES.c.place)
            .outerjoin(PLACES, PLACES.c.id == row.id)
            .where(users.c.telegram_id == user_id, row.state.in_(ACTIVE))
            .order_by(func.coalesce(PLACES.c.place, 0), row.id)
        )
        async with self._database.read("downloads.list") as connection:
            found = await connection.execute(query, {"now": self._now()})
            return [waiting_of(one) for one in found.mappings()]

    async def end_of(self, download_id: int, user_id: int) -> Ended | None:
        """What became of this person's download; None if it is not over, or not theirs."""
        async with self._database.read("downloads.end") as connection:
            found = await _one(connection, download_id, user_id)
        return found["state"] if found and found["state"] in get_args(Ended) else None

    async def forget_offers(self) -> None:
        """Delete what nobody chose within a day."""
        too_old = self._now() - OFFER_LIFE
        statement = delete(downloads).where(row.state == "offered", row.offered_at < too_old)
        async with self._database.write("downloads.forget_offers") as connection:
            await connection.execute(statement)

    def _now(self) -> int:
        return to_milliseconds(self._clock())

    def _is_old(self, found: RowMapping) -> bool:
        return bool(found["offered_at"] < self._now() - OFFER_LIFE)

    async def _as_before(self, connection: AsyncConnection, found: RowMapping) -> Queued | None:
        """What an earlier press came to."""
        if found["state"] not in ACTIVE:
            return None
        place = await _place(connection, found["id"], self._now())
        return Queued(id=found["id"], place=place, is_known=False, is_new=False)

    async def _queue(
        self, connection: AsyncConnection, offer_id: int, choice: Choice, plan: Plan
    ) -> Queued:
        values = {
            "state": "queued",
            "format": choice.format,
            "quality": choice.quality,
            "plan": plan.name,
            "priority": PRIORITIES.index(plan.priority),
            "queued_at": self._now(),
        }
        this = row.id == offer_id
        await connection.execute(update(downloads).where(this).values(values))
        known = (await connection.execute(select(is_known()).where(this))).scalar_one()
        place = await _place(connection, offer_id, self._now())
        return Queued(id=offer_id, place=place, is_known=bool(known), is_new=True)

    def _tell(self, found: RowMapping, choice: Choice, plan: Plan, *, is_known: bool) -> None:
        self.bell.set()
        self._bus.publish(
            DownloadQueued(
                at=self._clock(),
                user_id=found["telegram_id"],
                chat_id=found["chat_id"],
                format=choice.format,
                quality=quality_label(choice),
                priority=plan.priority,
                is_known=is_known,
            )
        )


def quality_label(choice: Choice) -> str:
    """A choice's quality as a label: the languages of subtitles are too many."""
    return "text" if choice.format == "srt" else choice.quality


async def _take_turns(connection: AsyncConnection, user_id: int) -> None:
    """Two presses of one person are handled one after the other, on PostgreSQL too."""
    query = select(users.c.number).where(users.c.telegram_id == user_id).with_for_update()
    await connection.execute(query)


async def _one(connection: AsyncConnection, download_id: int, user_id: int) -> RowMapping | None:
    query = all_of_downloads().where(row.id == download_id, users.c.telegram_id == user_id)
    found: RowMapping | None = (await connection.execute(query)).mappings().one_or_none()
    return found


async def _place(connection: AsyncConnection, download_id: int, now: int) -> int:
    query = select(PLACES.c.place).where(PLACES.c.id == download_id)
    return (await connection.execute(query, {"now": now})).scalar() or 0
