"""What whoever has a link sees: the reports of one page, without people."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

import orjson
from aiohttp import web
from pydantic import BaseModel

from bot.analytics.render import sheet_json
from bot.analytics.render.words import Words
from bot.analytics.reports.period import Compare
from bot.analytics.shelf import Kind, kinds
from bot.analytics.views import View, Views
from bot.shares import Share, Shares, Shown
from bot.tokens import Scope
from bot.web.api.endpoint import Call, Endpoint
from bot.web.api.offered import REPORTS
from bot.web.api.params import Params
from bot.web.dashboard.pages import SHARED
from bot.web.dashboard.shown import without_people
from bot.web.files import Content

GZIP_LEVEL = 5
# Good for whoever asks again, never for a proxy on the way.
OWN_COPY = {"Cache-Control": "private, no-cache"}
LONGEST = {asked.report: asked.longest for asked in REPORTS}


class SharedTold(BaseModel):
    """A page that somebody shares; reports: as under /api/v1/analytics, but for whom they name"""

    page: str
    title: str
    expires_at: datetime
    compare: str
    reports: dict[str, dict[str, Any]]


class SharedDoors:
    """The page behind a link.  features: those that are on"""

    def __init__(
        self, shares: Shares, views: Views, words: Words, features: Collection[str]
    ) -> None:
        self._shares = shares
        self._views = views
        self._words = words
        self._kinds = {kind.name: kind for kind in kinds(features)}

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path="shared",
                scope=Scope.READ,
                is_for_links=True,
                summary="The page that a link shows: its reports, without people and chats.",
                gives=SharedTold,
                refusals={
                    404: "The page is no more.",
                    304: "It is as it was: If-None-Match named its ETag.",
                },
                answer=self.shared,
            )
        ]

    async def shared(self, call: Call[Params]) -> web.Response:
        """The reports of the page, as the link has them."""
        share = call.caller.share
        if share is None:
            raise RuntimeError("nobody without a link comes here")
        told = await self._told(share)
        await self._shares.used(share)
        content = await asyncio.to_thread(_content, told)
        return content.answer(call.request, OWN_COPY, vary="Authorization")

    async def _told(self, share: Share) -> dict[str, Any]:
        page, reports = SHARED.get(share.shown.page), {}
        if page is None:
            raise web.HTTPNotFound(text="There is no such page any more.")
        for name in page.shared_reports:
            kind = self._kinds.get(name)
            if kind and share.shown.days <= LONGEST[name]:
                reports[name] = await self._report(kind, share.shown)
        return {
            "page": page.name,
            "title": page.title,
            "expires_at": share.expires_at.isoformat(),
            "compare": share.shown.compare,
            "reports": reports,
        }

    async def _report(self, kind: Kind, shown: Shown) -> dict[str, Any]:
        today = self._views.reports.period(1).last_day
        view = View(
            kind=kind,
            days=shown.days,
            until=shown.last_day if shown.last_day != today else None,
            compare=cast("Compare", shown.compare),
            step=shown.step if shown.step in kind.steps else None,
        )
        return sheet_json.payload(without_people(await self._views.sheet(view, self._words)))


def _content(told: dict[str, Any]) -> Content:
    return Content.of(orjson.dumps(told), "application/json", GZIP_LEVEL)
