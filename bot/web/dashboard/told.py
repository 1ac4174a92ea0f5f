"""What the dashboard's page learns about who is signed in, and what there is to look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import version

from pydantic import BaseModel

from bot.analytics.shelf import kinds
from bot.config import Settings
from bot.sessions import Session, csrf_of
from bot.tokens import Scope
from bot.web.dashboard.pages import PAGES


class PageTold(BaseModel):
    """A page, and which reports there are for it.  shared_reports: what a link to it would show"""

    name: str
    title: str
    reports: Sequence[str]
    shared_reports: Sequence[str]


class SessionTold(BaseModel):
    """Who is signed in.

    csrf: what methods that change something need beside the cookie
    bearer: the session's secret, for a page that gets no cookies
    """

    scope: Scope
    name: str
    person: int
    csrf: str
    expires_at: datetime
    zone: str
    features: Sequence[str]
    is_synthetic: bool
    pages: Sequence[PageTold]
    version: str
    bearer: str | None = None


class Teller:
    """Says it.  is_synthetic: whether the people in the database are invented, asked each time"""

    def __init__(self, settings: Settings, is_synthetic: Callable[[], bool]) -> None:
        available = {kind.name for kind in kinds(settings.active_features)}
        self._settings = settings
        self._is_synthetic = is_synthetic
        self._version = version("telegauge")
        self._pages = [
            PageTold(
                name=page.name,
                title=page.title,
                reports=[one for one in page.reports if one in available],
                shared_reports=[one for one in page.shared_reports if one in available],
            )
            for page in PAGES
        ]

    def __call__(self, session: Session, secret: str) -> SessionTold:
        return SessionTold(
            scope=session.scope,
            name=session.name,
            person=session.person,
            csrf=csrf_of(secret),
            expires_at=session.expires_at,
            zone=str(self._settings.timezone),
            features=self._settings.active_features,
            is_synthetic=self._is_synthetic(),
            pages=self._pages,
            version=self._version,
        )
