"""One question being answered: what it needs to know first, and then each of its counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.analytics import milestones
from bot.analytics.audience.days import Days
from bot.analytics.milestones import Milestones
from bot.analytics.query import names
from bot.analytics.query.conditions import Ground, given
from bot.analytics.query.counting import Key, Sums, counted
from bot.analytics.query.crowd import crowd, people
from bot.analytics.query.doers import doers
from bot.analytics.query.facts import Facts
from bot.analytics.query.horizon import Horizon, can_be_summed, horizon, used
from bot.analytics.query.limits import Deadline, Limited, limited
from bot.analytics.query.metrics import METRICS, PEOPLE
from bot.analytics.query.question import Dimension, HasDone, Question, leaves
from bot.analytics.query.records import EVENTS, TABLES
from bot.analytics.reports import counts
from bot.analytics.reports.kept import Kept, kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.source import Source


class Inquiry:
    """Looks things up until the deadline; begin() comes first.

    horizon: how far back the question can be answered
    """

    horizon: Horizon
    _ground: Ground
    _reached: Milestones

    def __init__(self, source: Source, question: Question, deadline: Deadline) -> None:
        self._source = source
        self._question = question
        self._deadline = deadline
        self._records = {METRICS[name].records: None for name in question.metrics}

    async def begin(self) -> None:
        """Look up what is kept, what names there are, and who has done what is asked for."""
        question = self._question
        async with limited(self._source.database, "query.begin", self._deadline) as look:
            known = await kept(look.connection, question.period)
            self._reached = await milestones.read(look.connection)
            self._ground = await self._grounds(look, known)
        self.horizon = horizon(question, known, self._reached, self._source.clock())

    async def found(self, period: Period) -> dict[str, dict[Key, Sums]]:
        """The sums of each kind of records, by the question's dimensions."""
        found: dict[str, dict[Key, Sums]] = {}
        async with limited(self._source.database, "query.count", self._deadline) as look:
            for records in self._records:
                if records != PEOPLE:
                    found[records] = await counted(
                        look,
                        self._facts(records, period),
                        self._ground,
                        period=period,
                        dimensions=self._question.dimensions,
                        where=self._question.where,
                    )
        return found | await self._people(period, self._question.dimensions)

    async def everybody(self, period: Period) -> dict[str, dict[Key, Sums]]:
        """The people of all groups together, each once."""
        return await self._people(period, ())

    def warnings(self) -> list[str]:
        """Sentences about what the numbers are not."""
        return list(self._warnings())

    async def _grounds(self, look: Limited, known: Kept) -> Ground:
        source, asked = self._source, used(self._question)
        days = Days(self._question.period.zone)
        is_of_rows = any(records != PEOPLE for records in self._records)
        languages = await names.languages(look) if is_of_rows and "language" in asked else {}
        sources: dict[str, str] = {}
        if is_of_rows and "source" in asked:
            sources = await names.sources(look, await source.audience.segments())
        found = {
            one: await doers(look, source.audience, one, known, days)
            for one in leaves(self._question.where)
            if isinstance(one, HasDone)
        }
        is_sqlite = source.database.is_sqlite
        told = await asyncio.to_thread(given, found if is_of_rows else {}, is_sqlite=is_sqlite)
        return Ground(
            is_sqlite=is_sqlite,
            languages=languages,
            sources=sources,
            free=source.plans.free.name,
            doers=found,
            given=told,
        )

    def _facts(self, records: str, period: Period) -> Facts:
        if records not in EVENTS:
            return TABLES[records]
        facts = EVENTS[records]
        if not can_be_summed(self._question, records):
            return facts.single()
        grain: counts.Grain = "hour" if "hour" in used(self._question) else "day"
        # Single events stand where minutes do of what is counted by the minute.
        known = replace(self._reached, minutes_since=self._reached.events_since)
        return facts.summed(
            counts.stretches(period.start_at, period.end_at, known, period.zone, grain)
        )

    async def _people(
        self, period: Period, dimensions: Sequence[Dimension]
    ) -> dict[str, dict[Key, Sums]]:
        if PEOPLE not in self._records:
            return {}
        ground, where = self._ground, self._question.where
        sets = await crowd(
            self._source.audience,
            period,
            dimensions,
            where,
            doers=ground.doers,
            free=ground.free,
            deadline=self._deadline,
        )
        # In a thread: thousands of sets take long enough to keep everybody else waiting.
        found = await asyncio.to_thread(people, sets, dimensions, where, self._deadline)
        return {PEOPLE: {key: {"people": count} for key, count in found.items()}}

    def _warnings(self) -> Iterator[str]:
        question, known = self._question, self.horizon
        period = question.period
        since = known.recorded_since
        if since is None:
            yield "Nothing is recorded yet."
        elif known.since is not None and known.since > period.start_at:
            day = known.days.of(known.since).isoformat()
            yield f"The records begin on {day}: what was before is in no number."
        for records in self._records:
            gone = known.gone[records]
            if gone > period.start_at:
                day = known.days.of(gone).isoformat()
                some = ", ".join(
                    name for name in question.metrics if METRICS[name].records == records
                )
                yield f"Records from before {day} were removed: {some} cannot be told from there."
        if PEOPLE in self._records:
            yield from self._warnings_of_people()
        common = names.READ in {len(self._ground.languages), len(self._ground.sources)}
        if common:
            yield f"Only the {names.READ} most frequent names are told apart; others are other."

    def _warnings_of_people(self) -> Iterator[str]:
        if pending := self._source.audience.pending_days:
            yield f"{pending} past days are still being counted: there were more people."
        if self._question.is_compared and not self._question.period.is_over:
            yield "People are counted in whole days, also on the last day of the period before."
