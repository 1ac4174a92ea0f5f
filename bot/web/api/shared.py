"""What whoever has a link sees: the reports of one page, without people."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

import orjson
from aiohttp import web
from pydantic import BaseModel

from bot.analytics.render import sheet_json
from bot.analytics.render.sheet import Sheet
from bot.analytics.render.words import Words
from bot.analytics.reports.period import Compare
from bot.analytics.shelf import Kind, kinds
from bot.analytics.views import View, Views
from bot.shares import Share, Shares, Shown
from bot.tokens import Scope
from bot.web.api.endpoint import Call, Endpoint
from bot.web.api.offered import REPORTS
from bot.web.api.params import Params
from bot.web.api.report_answers import GZIP_LEVEL, JSON, answer
from bot.web.api.visits import Visits
from bot.web.dashboard.pages import SHARED
from bot.web.dashboard.shown import without_people
from bot.web.files import Content

KEPT = 20
LONGEST = {asked.report: asked.longest for asked in REPORTS}


class SharedTold(BaseModel):
    """A page that somebody shares.

    reports: as under /api/v1/analytics, but for whom they name
    left_out: reports of the page that cannot be about so many days: about how many at most
    """

    page: str
    title: str
    expires_at: datetime
    compare: str
    reports: dict[str, dict[str, Any]]
    left_out: dict[str, int]


class SharedDoors:
    """The page behind a link; stop() comes last.  features: those that are on"""

    def __init__(
        self, shares: Shares, views: Views, words: Words, features: Collection[str]
    ) -> None:
        self._visits = Visits(shares)
        self._views = views
        self._words = words
        self._kinds = {kind.name: kind for kind in kinds(features)}
        # By what is shown, and until when: what it was made of, and what was made of it.
        self._kept: OrderedDict[tuple[Shown, datetime], tuple[list[Any], Content]] = OrderedDict()
        views.reports.when_forgetting(self._kept.clear)

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
        content = await self._content(share)
        self._visits.count(share)
        return answer(call.request, content)

    async def stop(self) -> None:
        """Return when all looks are counted."""
        await self._visits.stop()

    async def _content(self, share: Share) -> Content:
        views = self._viewed(share.shown)
        reports = [await self._views.report(one) for one in views]
        key = share.shown, share.expires_at
        kept = self._kept.pop(key, None)
        # As long as the desk gives the same reports, they look the same.
        if kept is None or [*map(id, kept[0])] != [*map(id, reports)]:
            told = self._told(share)
            sheets = [
                await self._views.laid_out(view, report, self._words)
                for view, report in zip(views, reports, strict=True)
            ]
            kept = reports, await asyncio.to_thread(_content, told, sheets)
        self._kept[key] = kept
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept[1]

    def _viewed(self, shown: Shown) -> list[View]:
        """The page's reports; HTTPNotFound for a page that is no more."""
        page = SHARED.get(shown.page)
        if page is None:
            raise web.HTTPNotFound(text="There is no such page any more.")
        names = [name for name in page.shared_reports if name in self._kinds]
        return [self._view(self._kinds[name], shown) for name in names if _fits(name, shown)]

    def _told(self, share: Share) -> dict[str, Any]:
        """All but the reports."""
        page, shown = SHARED[share.shown.page], share.shown
        names = [name for name in page.shared_reports if name in self._kinds]
        return {
            "page": page.name,
            "title": page.title,
            "expires_at": share.expires_at.isoformat(),
            "compare": shown.compare,
            "left_out": {name: LONGEST[name] for name in names if not _fits(name, shown)},
        }

    def _view(self, kind: Kind, shown: Shown) -> View:
        today = self._views.reports.today
        return View(
            kind=kind,
            days=shown.days,
            until=shown.last_day if shown.last_day != today else None,
            compare=cast("Compare", shown.compare),
            step=shown.step if shown.step in kind.steps else None,
            is_patient=False,
        )


def _fits(name: str, shown: Shown) -> bool:
    """Whether the report can be about so many days."""
    return shown.days <= LONGEST[name]


def _content(told: dict[str, Any], sheets: Sequence[Sheet]) -> Content:
    reports = {sheet.name: sheet_json.payload(without_people(sheet)) for sheet in sheets}
    return Content.of(orjson.dumps({**told, "reports": reports}), JSON, GZIP_LEVEL)
