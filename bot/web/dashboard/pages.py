"""The dashboard's pages: which reports each shows, and which of them a link may show."""

from __future__ import annotations

from dataclasses import dataclass

from bot.web.dashboard.shown import BLOCKS


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page.

    reports: names of the shelf
    shared_reports: those of them that whoever has a link may see, without people and chats
    """

    name: str
    title: str
    reports: tuple[str, ...] = ()
    shared_reports: tuple[str, ...] = ()


def _page(name: str, title: str, *reports: str) -> Page:
    shared = tuple(one for one in reports if one in BLOCKS)
    return Page(name=name, title=title, reports=reports, shared_reports=shared)


PAGES = (
    _page("overview", "Overview", "timeline", "commands", "errors", "revenue", "daily"),
    _page(
        "audience",
        "Audience",
        *("audience", "lifecycle", "retention", "engagement", "sources", "languages", "peak"),
        *("segments", "blocks", "forecast", "users"),
    ),
    _page(
        "conversations", "Conversations", "timeline", "messages", "conversations", "chats", "top"
    ),
    _page("features", "Features", "commands", "downloads", "quizzes", "assistant"),
    _page("revenue", "Revenue", "revenue", "funnel"),
    _page("health", "Health", "errors", "api", "handlers", "daily", "unusual"),
    _page("alerts", "Alerts", "alerts"),
    _page("live", "Live"),
    _page("settings", "Settings"),
)
# What a link may show: pages that have something to show.
SHARED = {page.name: page for page in PAGES if page.shared_reports}
