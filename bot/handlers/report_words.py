"""What the chat's views of reports share: their buttons, and what reports and times are called."""

from __future__ import annotations

from collections.abc import Iterable

from aiogram.filters.callback_data import CallbackData
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from bot.analytics.reports.query import Step
from bot.analytics.shelf import Kind, kinds
from bot.config import Settings
from bot.handlers.answers import Rows, button

LONGEST = 365
COLUMNS = 3


class ReportButton(CallbackData, prefix="report"):
    """A report about so many days, cut that way, from that page on."""

    name: str
    days: int
    step: Step
    page: int = 0
    is_fresh: bool = False

    def about(self, **changed: object) -> str:
        """The data of a button for the same report, changed; from its first page unless said."""
        return self.model_copy(update={"page": 0, "is_fresh": False, **changed}).pack()

    def of(self, what: str) -> str:
        """The data of a button for its charts or its files."""
        asked = {"name": self.name, "days": self.days, "step": self.step}
        return (ChartButton if what == "chart" else FilesButton)(**asked).pack()


class ChartButton(CallbackData, prefix="chart"):
    """The charts of a report."""

    name: str
    days: int
    step: Step


class FilesButton(CallbackData, prefix="files"):
    """A report as a file; type: empty: let them choose."""

    name: str
    days: int
    step: Step
    type: str = ""


def days_of(text: str) -> int | None:
    """How many days *text* means; None if it is no number of days that a report can be about."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LONGEST))):
        return None
    return days if 1 <= (days := int(text)) <= LONGEST else None


def contents(
    reports: Iterable[Kind], leads_to: type[ReportButton | ChartButton | FilesButton]
) -> Rows:
    """A button for each of the *reports*."""
    buttons = [
        button(
            title(kind.name), leads_to(name=kind.name, days=kind.days, step=kind.steps[0]).pack()
        )
        for kind in reports
    ]
    return [buttons[n : n + COLUMNS] for n in range(0, len(buttons), COLUMNS)]


def offered(settings: Settings) -> list[Kind]:
    """The reports of this bot."""
    return kinds(settings.active_features)


def period_label(days: int) -> str:
    """What a button for a time says."""
    if days == 1:
        return _("Today")
    return ngettext("{days} day", "{days} days", days).format(days=days)


def step_label(step: Step) -> str:
    """How a report is cut."""
    match step:
        case "hour":
            return _("by hour")
        case "day":
            return _("by day")
        case "week":
            return _("by week")
        case "month":
            return _("by month")


def title(name: str) -> str:
    """What a report is called in a list; its name, for one of somebody else's."""
    titles = {
        "analytics": _("Overview"),
        "api": _("Bot API"),
        "assistant": _("Assistant"),
        "audience": _("Audience"),
        "blocks": _("Blocks"),
        "chats": _("Chats"),
        "commands": _("Commands"),
        "daily": _("Day by day"),
        "downloads": _("Downloads"),
        "engagement": _("Engagement"),
        "errors": _("Errors"),
        "forecast": _("Forecast"),
        "funnel": _("Funnel"),
        "languages": _("Languages"),
        "lifecycle": _("Lifecycle"),
        "messages": _("Messages"),
        "peak": _("Peak hours"),
        "quizzes": _("Quizzes"),
        "retention": _("Retention"),
        "revenue": _("Revenue"),
        "segments": _("Segments"),
        "sources": _("Sources"),
        "timeline": _("Timeline"),
        "top": _("Top"),
        "unusual": _("Unusual activity"),
        "users": _("Users"),
    }
    return titles.get(name, name)
