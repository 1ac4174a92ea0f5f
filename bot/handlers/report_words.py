"""What the chat's views of reports share: their buttons, how they are asked, what they are called.

A segment's name is longer than a button has room for, so that a button has its checksum.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from aiogram.filters.callback_data import CallbackData
from aiogram.types import Message
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from bot.analytics.audience.segments import ACTIVE
from bot.analytics.render.fit import quoted, units
from bot.analytics.reports.query import Step
from bot.analytics.shelf import Kind, kinds
from bot.analytics.views import View, Views
from bot.config import Settings
from bot.handlers.admin import refuse
from bot.handlers.answers import Rows, button, say

LONGEST = 365
COLUMNS = 3
# The report that people may choose segments for, and how many.
SEGMENTS = "segments"
SEGMENTS_AT_MOST = 2
# Of a message's 4096, for names of segments.
ROOM = 3500


class _Lasting(CallbackData, prefix="lasting"):
    """A button that still works when its class has got more fields, which are at the end."""

    @classmethod
    def unpack(cls, value: str) -> Self:
        """Read *value*; fields that it does not have are as usual."""
        missing = len(cls.model_fields) - value.count(cls.__separator__)
        return super().unpack(value + cls.__separator__ * missing)


class ReportButton(_Lasting, prefix="report"):
    """A report about so many days, cut that way, from that page on.

    first, second: tags of the segments; empty: the usual ones
    """

    name: str
    days: int
    step: Step
    page: int = 0
    is_fresh: bool = False
    first: str = ""
    second: str = ""

    @classmethod
    def below(cls, view: View) -> Self:
        """The button that leads to *view*."""
        return cls(
            name=view.kind.name,
            days=view.days,
            step=view.step or view.kind.steps[0],
            first="" if view.segment == ACTIVE else tag(view.segment),
            second=tag(view.other_segment),
        )

    def about(self, **changed: object) -> str:
        """The data of a button for the same report, changed; from its first page unless said."""
        return self.model_copy(update={"page": 0, "is_fresh": False, **changed}).pack()

    def of(self, what: str) -> str:
        """The data of a button for its charts or its files."""
        asked = self.model_dump(include={"name", "days", "step", "first", "second"})
        return (ChartButton if what == "chart" else FilesButton)(**asked).pack()


class ChartButton(_Lasting, prefix="chart"):
    """The charts of a report."""

    name: str
    days: int
    step: Step
    first: str = ""
    second: str = ""


class FilesButton(_Lasting, prefix="files"):
    """A report as a file; type: empty: let them choose."""

    name: str
    days: int
    step: Step
    type: str = ""
    first: str = ""
    second: str = ""


AnyButton = ReportButton | ChartButton | FilesButton


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands behind a command, understood.  word: one of those that it knows, or empty"""

    view: View
    word: str = ""


async def understood(
    message: Message, kind: Kind, parts: Iterable[str], views: Views, words: Sequence[str] = ()
) -> Asked | None:
    """The days, the segments and one of *words*, in any order; None after saying what is wrong."""
    days, word, named = kind.days, "", []
    for part in parts:
        if days_of(part):
            days = int(part)
        elif part.casefold() in words:
            word = part.casefold()
        else:
            named.append(part)
    view, accepted = View(kind=kind, days=days), [*words, f"1-{LONGEST}"]
    if not named:
        return Asked(view, word)
    if kind.name != SEGMENTS:
        await refuse(message, named[0], accepted)
        return None
    about = await _about(message, view, named, views, accepted)
    return Asked(about, word) if about else None


async def _about(
    message: Message, view: View, named: Sequence[str], views: Views, accepted: Sequence[str]
) -> View | None:
    """The *view* about the segments that are *named*; None after saying what is wrong."""
    listed, found = await views.segments(), []
    # In their own case if there is one, because sources differ by it; else in any.
    meant = {one.casefold(): one for one in listed} | {one: one for one in listed}
    for name in named:
        segment = meant.get(name) or meant.get(name.casefold())
        if segment is None:
            await refuse(message, name, [*accepted, *_fitting(listed)])
            return None
        found.append(segment)
    if len(found) > SEGMENTS_AT_MOST:
        await say(message, _("I can compare two segments, not more."))
        return None
    first, second = (*found, "")[:SEGMENTS_AT_MOST]
    return replace(view, segment=first, other_segment=second)


async def view_of(data: AnyButton, settings: Settings, views: Views) -> View | str:
    """What a button leads to, or why that is not possible any more."""
    kind = {kind.name: kind for kind in offered(settings)}.get(data.name)
    if kind is None or not 1 <= data.days <= LONGEST or data.step not in kind.steps:
        return gone()
    view = View(kind=kind, days=data.days, step=data.step)
    if not data.first and not data.second:
        return view
    tagged = {"": "", **{tag(one): one for one in await views.segments()}}
    first, second = tagged.get(data.first), tagged.get(data.second)
    if first is None or second is None or kind.name != SEGMENTS:
        return _("This segment is not there any more. /report segments lists them.")
    return replace(view, segment=first or ACTIVE, other_segment=second)


def gone() -> str:
    """What is said when there is no such report."""
    return _("This report is not there any more. /report lists them.")


def tag(segment: str) -> str:
    """A segment's checksum, as a button names it; empty for none."""
    return f"{zlib.crc32(segment.encode()):08x}" if segment else ""


def label(view: View) -> str:
    """Which report a file is of, as Telegram HTML."""
    parts = [title(view.kind.name), period_label(view.days)]
    if view.kind.name == SEGMENTS:
        parts += [quoted(one) for one in (view.segment, view.other_segment) if one]
    return " · ".join(parts)


def _fitting(names: Iterable[str]) -> list[str]:
    """As many *names* as a message takes, as Telegram HTML; dots for the others."""
    kept: list[str] = []
    room = ROOM
    for name in map(quoted, names):
        room -= units(f"{name}, ")
        if room < 0:
            return [*kept, "…"]
        kept.append(name)
    return kept


def days_of(text: str) -> int | None:
    """How many days *text* means; None if it is no number of days that a report can be about."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LONGEST))):
        return None
    return days if 1 <= (days := int(text)) <= LONGEST else None


def contents(reports: Iterable[Kind], leads_to: type[AnyButton]) -> Rows:
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
        "alerts": _("Alerts"),
        "analytics": _("Overview"),
        "api": _("Bot API"),
        "assistant": _("Assistant"),
        "audience": _("Audience"),
        "blocks": _("Blocks"),
        "chats": _("Chats"),
        "commands": _("Commands"),
        "conversations": _("Conversations"),
        "daily": _("Day by day"),
        "downloads": _("Downloads"),
        "engagement": _("Engagement"),
        "errors": _("Errors"),
        "forecast": _("Forecast"),
        "funnel": _("Funnel"),
        "handlers": _("Handlers"),
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
