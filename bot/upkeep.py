"""The jobs of an app that no feature brings: what is counted, summed up, told and tidied when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from aiogram import Bot

from bot.alerts.telegram import AdminChat
from bot.analytics import memory
from bot.analytics.cleanup import Cleanup
from bot.analytics.closing import close_days
from bot.analytics.core import Core
from bot.analytics.digest import Digests
from bot.analytics.people import People
from bot.analytics.population import Population
from bot.analytics.render.words import Words
from bot.analytics.rollups import roll_up
from bot.analytics.tracking import claims
from bot.analytics.weekly import weekly
from bot.clock import Clock
from bot.config import Settings
from bot.jobs import Job
from bot.middlewares.language import Catalogues
from bot.sessions import Sessions
from bot.shares import Shares
from bot.telegram.description import Description
from bot.telegram.digest import DigestPost

MINUTE = 60
HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """The parts that these jobs work with.  chat_id: the admins' chat; None: there is none"""

    settings: Settings
    core: Core
    bot: Bot
    people: People
    population: Population
    i18n: Catalogues
    chat_id: int | None
    clock: Clock

    def jobs(self) -> list[Job]:
        """Name, how often, which function."""
        return [*self._counts(), *self._sums(), *self._memory(), *self._messages()]

    def _counts(self) -> list[Job]:
        every = self.settings.analytics_cache_update_interval
        refresh, warm = self.population.refresh, self.core.views.warm
        return [
            Job(name="count_people", seconds=MINUTE, run=refresh, is_immediate=True),
            Job(name="warm_reports", seconds=every, run=warm, is_immediate=True),
            Job(name="load_languages", seconds=HOUR, run=self.people.languages.load),
        ]

    def _sums(self) -> list[Job]:
        """Sums for long ranges, and the end of single events that are old."""
        database, flush = self.core.database, self.core.store.flush
        where: dict[str, Any] = {"clock": self.clock, "zone": self.settings.timezone}
        sums = partial(roll_up, database, before=flush, **where)
        tidy = Cleanup(database, before=flush, **where).tidy
        return [
            Job(name="roll_up", seconds=10 * MINUTE, run=sums, is_immediate=True),
            Job(name="close_days", seconds=HOUR, run=partial(close_days, database, **where)),
            Job(name="tidy", seconds=6 * HOUR, run=partial(tidy, self.settings.retention_days)),
        ]

    def _memory(self) -> list[Job]:
        database, clock = self.core.database, self.clock
        updates = partial(memory.forget_updates, database, clock)
        interrupted = partial(memory.forget_interrupted, database)
        old = partial(memory.forget_old, database, clock)
        batches = partial(claims.forget_old, database, clock)
        return [
            Job(name="forget_updates", seconds=HOUR, run=updates),
            Job(name="forget_interrupted", seconds=MINUTE, run=interrupted),
            Job(name="forget_old", seconds=24 * HOUR, run=old, is_immediate=True),
            Job(name="forget_batches", seconds=HOUR, run=batches),
            Job(name="end_sessions", seconds=HOUR, run=Sessions(database, clock).prune),
            Job(name="forget_shares", seconds=24 * HOUR, run=Shares(database, clock).prune),
        ]

    def _messages(self) -> list[Job]:
        """What Telegram is told: the description with its count, the weekly digest."""
        settings, core, chat_id = self.settings, self.core, self.chat_id
        jobs = []
        if settings.bot_description_template:
            keep = Description(
                self.bot, core.database, core.mau, settings=settings, clock=self.clock
            ).keep
            # More often than it may change: the description itself knows when that is.
            jobs.append(
                Job(name="keep_description", seconds=10 * MINUTE, run=keep, is_immediate=True)
            )
        if settings.digest_schedule and chat_id is not None:
            digests = Digests(
                core.reports.source,
                weekly(settings.digest_schedule, settings.timezone),
                is_synthetic=lambda: core.views.is_synthetic,
            )
            notifier = AdminChat(self.bot, chat_id)
            post = DigestPost(digests, notifier, self.bot, chat_id, partial(self._words, chat_id))
            jobs.append(Job(name="send_digest", seconds=MINUTE, run=post.deliver))
        return jobs

    def _words(self, chat_id: int) -> Words:
        """The language that was chosen in the chat, else English."""
        chosen = self.people.languages.chosen(chat_id) or self.i18n.default_locale
        texts = self.i18n.locales[chosen]
        return Words(locale=chosen, translations=texts, zone=self.settings.timezone)
