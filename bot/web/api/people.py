"""The API's people: all of them page by page, those who do the most, what they did last, one."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from bot.analytics.reports.activities import Activity, activities
from bot.analytics.reports.directory import Listed, directory
from bot.analytics.reports.top import Top
from bot.analytics.shelf import PERSON, SHELF
from bot.analytics.views import Views
from bot.tokens import Scope
from bot.web.api.cursor import Cursor, read, written
from bot.web.api.endpoint import Call, Endpoint
from bot.web.api.params import LONGEST, Dated, Params
from bot.web.api.report_answers import REPORT, ReportAnswers, answer, model_content
from bot.web.api.reports import AS_BEFORE
from bot.web.api.told import Moment, PeriodTold, PersonId

PATH = "analytics/users"
SAME = {304: AS_BEFORE}
STRANGER = "The bot has never seen this person."
Days = Annotated[
    int, Field(ge=1, le=LONGEST, description="The last so many days, today included.")
]
PeopleBy = Literal["messages", "activity"]


class UsersParams(Params):
    """Which page of the list."""

    active_only: Annotated[
        bool, Field(description="Only who was active in the last 30 days, today included.")
    ] = False
    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 50
    cursor: Cursor | None = None


class UserTold(BaseModel):
    """A person.  username, name: null unless STORE_NAMES is on"""

    telegram_id: int
    username: str | None
    name: str | None
    language: str | None
    is_premium: bool
    source: str | None
    first_at: Moment
    last_at: Moment | None
    blocked_at: Moment | None

    @classmethod
    def of(cls, one: Listed) -> UserTold:
        """The person in the list."""
        return cls(**asdict(one))


class UsersTold(BaseModel):
    """A page of the list, the newest first.  next_cursor: of the next one; null: the last"""

    users: list[UserTold]
    next_cursor: str | None


class SendersParams(Dated):
    """Who sent the most."""

    days: Days = 30
    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 10


class TopParams(SendersParams):
    """Who did the most."""

    sort_by: Annotated[
        PeopleBy, Field(description="Messages, or everything that somebody did.")
    ] = "activity"


class TopUserTold(BaseModel):
    """A person.  messages: commands among them; activity: everything they did"""

    telegram_id: int
    username: str | None
    name: str | None
    messages: int
    activity: int


class TopUsersTold(BaseModel):
    """Those with the most, the first of them first.  total: how many were active"""

    period: PeriodTold
    sort_by: PeopleBy
    recorded_since: Moment | None
    total: int
    users: list[TopUserTold]

    @classmethod
    def of(cls, top: Top, sort_by: PeopleBy) -> TopUsersTold:
        """The report's people, in that order."""
        found = top.people_by_messages if sort_by == "messages" else top.people_by_activity
        return cls(
            period=PeriodTold.of(top.period),
            sort_by=sort_by,
            recorded_since=top.recorded_since,
            total=top.people,
            users=[TopUserTold(**asdict(one)) for one in found],
        )


class ActivitiesParams(Params):
    """How many."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 10


class ActivityTold(BaseModel):
    """One thing that somebody did.

    kind: message, command, button, edit, reaction, join, leave, block, unblock, download_queued,
    quiz_started, quiz_right, quiz_wrong, checkout or payment; label: the command, the content
    type, the button, the format, the topic or the plan; chat_id: null where there was no chat
    """

    at: Moment
    kind: str
    label: str | None
    telegram_id: int
    username: str | None
    name: str | None
    chat_id: int | None
    chat_type: str | None
    chat_title: str | None

    @classmethod
    def of(cls, one: Activity) -> ActivityTold:
        """The report's."""
        return cls(**asdict(one))


class ActivitiesTold(BaseModel):
    """The last activities, the newest first."""

    activities: list[ActivityTold]


class PersonParams(Dated):
    """Whose report, and of which days."""

    id: PersonId
    days: Days = 30


class PeopleDoors:
    """People for programs."""

    def __init__(self, views: Views, answers: ReportAnswers) -> None:
        self._views = views
        self._answers = answers

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path=PATH,
                scope=Scope.READ,
                summary="Everybody the bot knows, the newest first, page by page.",
                asks=UsersParams,
                gives=UsersTold,
                refusals=SAME,
                answer=self.users,
            ),
            Endpoint(
                method="GET",
                path=f"{PATH}/top",
                scope=Scope.READ,
                summary="Who did the most.",
                asks=TopParams,
                gives=TopUsersTold,
                refusals=SAME,
                answer=self.top,
            ),
            Endpoint(
                method="GET",
                path="analytics/top-senders",
                scope=Scope.READ,
                summary="Who sent the most messages.",
                asks=SendersParams,
                gives=TopUsersTold,
                refusals=SAME,
                answer=self.senders,
            ),
            *self._single(),
        ]

    def _single(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path=f"{PATH}/activities",
                scope=Scope.READ,
                summary="What people did last, the newest first.",
                asks=ActivitiesParams,
                gives=ActivitiesTold,
                refusals=SAME,
                answer=self.activities,
            ),
            Endpoint(
                method="GET",
                path=f"{PATH}/{{id}}",
                scope=Scope.READ,
                summary="The report about one person.",
                asks=PersonParams,
                gives=REPORT,
                refusals={**SAME, 404: STRANGER},
                answer=self.person,
            ),
        ]

    async def users(self, call: Call[UsersParams]) -> web.Response:
        """One page of everybody."""
        asked = call.asked
        # A cursor goes on in the list it was made for.
        of = f"users {asked.active_only}"
        page = await directory(
            self._views.reports.source,
            after=None if asked.cursor is None else read(of, asked.cursor),
            size=asked.limit,
            is_active_only=asked.active_only,
        )
        told = UsersTold(
            users=[UserTold.of(one) for one in page.people],
            next_cursor=None if page.after is None else written(of, page.after),
        )
        return answer(call.request, model_content(told))

    async def top(self, call: Call[TopParams]) -> web.Response:
        """Those with the most of what was asked for."""
        return await self._first(call, call.asked.sort_by)

    async def senders(self, call: Call[SendersParams]) -> web.Response:
        """Those with the most messages."""
        return await self._first(call, "messages")

    async def _first(self, call: Call[Any], sort_by: PeopleBy) -> web.Response:
        view = self._answers.viewed(SHELF["top"], call.asked)
        top: Top = await self._views.report(replace(view, size=call.asked.limit))
        return answer(call.request, model_content(TopUsersTold.of(top, sort_by)))

    async def activities(self, call: Call[ActivitiesParams]) -> web.Response:
        """The last things that people did."""
        found = await activities(self._views.reports.source, call.asked.limit)
        told = ActivitiesTold(activities=[ActivityTold.of(one) for one in found])
        return answer(call.request, model_content(told))

    async def person(self, call: Call[PersonParams]) -> web.Response:
        """The report about one person; HTTPNotFound for a stranger."""
        view = replace(self._answers.viewed(PERSON, call.asked), user_id=call.asked.id)
        report = await self._views.report(view)
        if not report.is_known:
            raise web.HTTPNotFound(text=STRANGER)
        return answer(call.request, await self._answers.laid_out(view, report))
