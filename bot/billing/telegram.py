"""The account and the voice that speak with Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, tzinfo

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
)
from aiogram.types import StarTransaction, TransactionPartnerUser
from aiogram.utils.i18n import I18n, ngettext
from aiogram.utils.i18n import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.analytics.languages import Languages, nearest
from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.billing.account import AccountError, Transaction
from bot.billing.bounded import within
from bot.database.engine import Database
from bot.database.tables import users

DONE = ("ALREADY_REFUNDED",)
READ_SECONDS = 5.0

log = structlog.get_logger(__name__)


class StarAccount:
    """Telegram's answers as values, its refusals as AccountError."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def transactions(self, offset: int, limit: int) -> list[Transaction]:
        """As Account says."""
        async with _explained():
            page = await self._bot.get_star_transactions(offset=offset, limit=limit)
            return [_transaction(deal) for deal in page.transactions]

    async def refund(self, user_id: int, charge_id: str) -> None:
        """As Account says."""
        async with _explained():
            await self._bot.refund_star_payment(user_id, charge_id)

    async def renew(self, user_id: int, charge_id: str, *, is_wanted: bool) -> None:
        """As Account says."""
        async with _explained():
            await self._bot.edit_user_star_subscription(
                user_id, charge_id, is_canceled=not is_wanted
            )


class Tongues:
    """Which language to speak with somebody who is not writing just now."""

    def __init__(self, i18n: I18n, languages: Languages, database: Database) -> None:
        self._i18n = i18n
        self._languages = languages
        self._database = database

    @asynccontextmanager
    async def of(self, user_id: int) -> AsyncIterator[str]:
        """Speak a person's language meanwhile, and its code; a group's is English."""
        locale = await self._locale(user_id)
        with self._i18n.context(), self._i18n.use_locale(locale):
            yield locale

    async def _locale(self, user_id: int) -> str:
        """The chosen language, else the one Telegram told when they were last here."""
        if chosen := self._languages.chosen(user_id):
            return chosen
        try:
            tag = await within(READ_SECONDS, self._tag(user_id))
        except (SQLAlchemyError, OSError):
            tag = None
        return nearest(tag, self._i18n.available_locales)

    async def _tag(self, user_id: int) -> str | None:
        query = select(users.c.language).where(users.c.telegram_id == user_id)
        async with self._database.read("billing.language") as connection:
            tag: str | None = await connection.scalar(query)
            return tag


class PersonVoice:
    """Writes into private chats; who cannot be reached is not told."""

    def __init__(self, bot: Bot, tongues: Tongues, zone: tzinfo) -> None:
        self._bot = bot
        self._tongues = tongues
        self._zone = zone

    async def expired(self, user_id: int, plan: str, *, was_wanted: bool) -> None:
        """As Voice says."""
        async with self._tongues.of(user_id):
            text = _("Your plan {plan} has ended. /plan shows how to have it again.")
            if was_wanted:
                text = _(
                    "Your plan {plan} has ended: no Stars came for another month. "
                    "/plan shows how to have it again."
                )
            text = text.format(plan=quoted(plan))
        await self._send(user_id, text)

    async def found(self, user_id: int, stars: int, plan: str, until: datetime | None) -> None:
        """As Voice says."""
        async with self._tongues.of(user_id) as locale:
            text = thanks(stars, plan, until, Words(locale=locale, zone=self._zone))
        await self._send(user_id, text)

    async def refunded(self, user_id: int, stars: int) -> None:
        """As Voice says."""
        async with self._tongues.of(user_id):
            text = ngettext(
                "{stars} Star was given back to you.",
                "{stars} Stars were given back to you.",
                stars,
            ).format(stars=stars)
        await self._send(user_id, text)

    async def _send(self, user_id: int, text: str) -> None:
        try:
            await self._bot.send_message(user_id, text, parse_mode="HTML")
        except (TelegramAPIError, ClientDecodeError) as exc:
            log.info("could not tell a person about their plan", error=str(exc))


def thanks(stars: int, plan: str, until: datetime | None, words: Words) -> str:
    """What a payer reads, in the language that is being spoken."""
    text = ngettext(
        "Thank you! Your {stars} Star has arrived.",
        "Thank you! Your {stars} Stars have arrived.",
        stars,
    ).format(stars=stars)
    if until is None:
        return text
    day = words.day(until.astimezone(words.zone).date())
    given = _("You are on {plan} until {day}.").format(plan=quoted(plan), day=day)
    return f"{text} {given}"


def _transaction(deal: StarTransaction) -> Transaction:
    partner = deal.source or deal.receiver
    person = partner if isinstance(partner, TransactionPartnerUser) else None
    return Transaction(
        charge_id=deal.id,
        user_id=person.user.id if person else None,
        stars=deal.amount,
        payload=(person.invoice_payload or "") if person else "",
        is_recurring=bool(person and person.subscription_period),
        is_refund=deal.source is None,
        at=deal.date,
    )


@asynccontextmanager
async def _explained() -> AsyncIterator[None]:
    """Turn aiogram's errors into AccountError."""
    try:
        yield
    except (TelegramBadRequest, TelegramForbiddenError) as exc:
        is_done = any(part in exc.message for part in DONE)
        raise AccountError(exc.message, permanent=True, is_done=is_done) from exc
    except (TelegramAPIError, ClientDecodeError) as exc:
        raise AccountError(str(exc)) from exc
