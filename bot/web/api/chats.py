"""The API's chats: those with the most, and one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from bot.analytics.reports.top import Top
from bot.analytics.shelf import CHAT, SHELF
from bot.analytics.views import Views
from bot.tokens import Scope
from bot.web.api.endpoint import Call, Endpoint
from bot.web.api.params import LONGEST, Dated
from bot.web.api.report_answers import REPORT, ReportAnswers, answer, model_content
from bot.web.api.reports import AS_BEFORE
from bot.web.api.told import ChatId, Moment, PeriodTold

PATH = "analytics/chats"
SAME = {304: AS_BEFORE}
UNKNOWN = "The bot does not know this chat."
Days = Annotated[
    int, Field(ge=1, le=LONGEST, description="The last so many days, today included.")
]
ChatsBy = Literal["messages", "participants", "activity"]


class TopChatsParams(Dated):
    """Which chats have the most."""

    days: Days = 30
    sort_by: Annotated[
        ChatsBy, Field(description="Messages, distinct active people, or all that they did.")
    ] = "messages"
    limit: Annotated[int, Field(ge=1, le=50, description="How many at most.")] = 10


class TopChatTold(BaseModel):
    """A group or a channel.

    messages: service messages among them; participants: distinct active people; activity: how
    often they did anything
    """

    model_config = ConfigDict(from_attributes=True)

    chat_id: int
    type: str
    title: str | None
    messages: int
    participants: int
    activity: int


class TopChatsTold(BaseModel):
    """Those with the most, the first of them first.  total: chats where anything happened"""

    period: PeriodTold
    sort_by: ChatsBy
    recorded_since: Moment | None
    total: int
    chats: list[TopChatTold]

    @classmethod
    def of(cls, top: Top, sort_by: ChatsBy) -> TopChatsTold:
        """The report's chats, in that order."""
        found = {
            "messages": top.chats_by_messages,
            "participants": top.chats_by_participants,
            "activity": top.chats_by_activity,
        }
        return cls(
            period=PeriodTold.of(top.period),
            sort_by=sort_by,
            recorded_since=top.recorded_since,
            total=top.chats,
            chats=[TopChatTold.model_validate(one) for one in found[sort_by]],
        )


class ChatParams(Dated):
    """Which chat's report, and of which days."""

    id: ChatId
    days: Days = 30


class ChatDoors:
    """Groups and channels for programs."""

    def __init__(self, views: Views, answers: ReportAnswers) -> None:
        self._views = views
        self._answers = answers

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path=f"{PATH}/top",
                scope=Scope.READ,
                summary="The groups and channels with the most.",
                asks=TopChatsParams,
                gives=TopChatsTold,
                refusals=SAME,
                answer=self.top,
            ),
            Endpoint(
                method="GET",
                path=f"{PATH}/{{id}}",
                scope=Scope.READ,
                summary="The report about one group or channel.",
                asks=ChatParams,
                gives=REPORT,
                refusals={**SAME, 404: UNKNOWN},
                answer=self.chat,
            ),
        ]

    async def top(self, call: Call[TopChatsParams]) -> web.Response:
        """Those with the most of what was asked for."""
        asked = call.asked
        view = replace(self._answers.viewed(SHELF["top"], asked), size=asked.limit)
        top: Top = await self._views.report(view)
        return answer(call.request, model_content(TopChatsTold.of(top, asked.sort_by)))

    async def chat(self, call: Call[ChatParams]) -> web.Response:
        """The report about one chat; HTTPNotFound for one that the bot does not know."""
        view = replace(self._answers.viewed(CHAT, call.asked), chat_id=call.asked.id)
        report = await self._views.report(view)
        if not report.is_known:
            raise web.HTTPNotFound(text=UNKNOWN)
        return answer(call.request, await self._answers.laid_out(view, report))
