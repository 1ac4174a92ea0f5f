"""The API's audience in a few numbers: at a glance, in a month, and how often people come."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from bot.analytics.mau import MauLine
from bot.analytics.online import Online
from bot.analytics.reports.audience import AudienceSize, Point
from bot.analytics.reports.figure import Unknown, share
from bot.analytics.reports.glance import Glance, glance
from bot.analytics.reports.mau import Mau
from bot.analytics.shelf import SHELF
from bot.analytics.views import Views
from bot.tokens import Scope
from bot.web.api.endpoint import Call, Endpoint
from bot.web.api.params import LONGEST, Dated, Params
from bot.web.api.report_answers import ReportAnswers, answer, model_content
from bot.web.api.reports import AS_BEFORE
from bot.web.api.told import ComparedTold, Count, Moment, Number, PeriodTold, number, plain

SAME = {304: AS_BEFORE}
# It stands above a page that asks again every 30 seconds.
GLANCE_SECONDS = 5.0


class GlanceFigures(BaseModel):
    """The figures of a day.

    today, week, month: distinct active people, in 7 days and in 30; known: ever; new: that day
    stars: received; error_rate: of the updates; mean_seconds, p95_seconds: to handle one
    """

    today: Count
    week: Count
    month: Count
    known: Count
    new: Count
    messages: Count
    commands: Count
    updates: Count
    error_rate: Number
    mean_seconds: Number
    p95_seconds: Number
    stars: Count


class GlanceTold(GlanceFigures):
    """How things are, at most five seconds ago.

    online: people who did anything in the last five minutes, as this process saw it
    pending_days: old days that are still being counted, so that week and month are too low
    before: yesterday up to the same hour; of people, as many whole days before
    """

    at: Moment
    is_synthetic: bool
    online: int
    pending_days: int
    before: GlanceFigures


class MauTold(BaseModel):
    """Distinct people who were active from first_day to last_day, as counted at `at`.

    is_complete: every day is counted; until then the count is too low
    """

    count: Count
    first_day: str
    last_day: str
    at: Moment
    is_complete: bool

    @classmethod
    def of(cls, mau: Mau, *, is_known: bool, is_complete: bool) -> MauTold:
        """The count; is_known: whether there are any records."""
        return cls(
            count=number(mau.count if is_known else None, Unknown.NOTHING_RECORDED),
            first_day=mau.first_day.isoformat(),
            last_day=mau.last_day.isoformat(),
            at=mau.at,
            is_complete=is_complete,
        )


class StickinessParams(Dated):
    """Of which days; stickiness is that of the 30 days up to the last of them."""

    days: Annotated[
        int, Field(ge=1, le=LONGEST, description="The last so many days, today included.")
    ] = 30


class StickinessDay(BaseModel):
    """A day.  dau: active people; mau: in the 30 days that end with it; stickiness: dau / mau"""

    day: str
    dau: int
    mau: int
    stickiness: Number

    @classmethod
    def of(cls, point: Point) -> StickinessDay:
        """The report's day."""
        return cls(
            day=point.day.isoformat(),
            dau=point.dau,
            mau=point.mau,
            stickiness=number(share(point.dau, point.mau), Unknown.NO_UPDATES),
        )


class StickinessFrequency(BaseModel):
    """How many people were active on exactly so many of the 30 days."""

    days: int
    people: int


class StickinessTold(BaseModel):
    """How often people come.  stickiness: mean DAU / MAU of 30 days; before: of the 30 before"""

    period: PeriodTold
    recorded_since: str | None
    pending_days: int
    stickiness: ComparedTold
    frequency: list[StickinessFrequency]
    days: list[StickinessDay]

    @classmethod
    def of(cls, report: AudienceSize) -> StickinessTold:
        """The part of the report that is about it."""
        since = report.recorded_since
        return cls(
            period=PeriodTold.of(report.period),
            recorded_since=since.isoformat() if since else None,
            pending_days=report.pending_days,
            stickiness=ComparedTold.of(report.stickiness),
            frequency=[
                StickinessFrequency(days=n, people=people)
                for n, people in enumerate(report.frequency, start=1)
            ],
            days=[StickinessDay.of(point) for point in report.points],
        )


class AudienceDoors:
    """How many people there are, for programs."""

    def __init__(
        self, views: Views, answers: ReportAnswers, *, online: Online, mau: MauLine
    ) -> None:
        self._views = views
        self._answers = answers
        self._online = online
        self._mau = mau

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path="analytics/glance",
                scope=Scope.READ,
                summary="How things are now and today, against yesterday up to the same hour.",
                gives=GlanceTold,
                refusals=SAME,
                answer=self.glance,
            ),
            Endpoint(
                method="GET",
                path="analytics/mau",
                scope=Scope.READ,
                summary="Distinct people of the last 30 days, at most MAU_CACHE_TIMEOUT old.",
                gives=MauTold,
                refusals=SAME,
                answer=self.mau,
            ),
            Endpoint(
                method="GET",
                path="analytics/stickiness",
                scope=Scope.READ,
                summary="Mean DAU / MAU, and on how many of 30 days people come.",
                asks=StickinessParams,
                gives=StickinessTold,
                refusals=SAME,
                answer=self.stickiness,
            ),
        ]

    async def glance(self, call: Call[Params]) -> web.Response:
        """The few numbers that somebody looks at first."""
        report: Glance = await self._views.reports.ask(
            glance, 1, is_patient=False, seconds=GLANCE_SECONDS
        )
        figures = {name: getattr(report, name) for name in GlanceFigures.model_fields}
        told = GlanceTold(
            at=report.period.now,
            is_synthetic=self._views.is_synthetic,
            online=self._online.people(),
            pending_days=report.pending_days,
            before=GlanceFigures(**plain(figures, is_before=True)),
            **plain(figures),
        )
        return answer(call.request, model_content(told))

    async def mau(self, call: Call[Params]) -> web.Response:
        """The count that the line for people is made of."""
        mau = await self._mau.count()
        since = await self._views.reports.source.audience.since()
        told = MauTold.of(mau, is_known=since is not None, is_complete=self._mau.is_complete)
        return answer(call.request, model_content(told))

    async def stickiness(self, call: Call[StickinessParams]) -> web.Response:
        """From the report on the audience."""
        view = self._answers.viewed(SHELF["audience"], call.asked)
        report: AudienceSize = await self._views.report(view)
        return answer(call.request, model_content(StickinessTold.of(report)))
