"""Groups and channels, laid out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analytics.render.sheet import (
    Chart,
    Column,
    Figures,
    Line,
    Sheet,
    Table,
    Unit,
    Value,
    line,
)
from bot.analytics.render.words import Words
from bot.analytics.reports.chats import Chats, ChatTotal
from bot.analytics.sheets.entries import since


def chats(report: Chats, words: Words) -> Sheet:
    """How many chats there are, and the ones with the most messages."""
    _ = words.gettext
    return Sheet(
        name="chats",
        title=_("Chats"),
        period=report.period,
        notes=since(report.recorded_since, report.period, words),
        blocks=[
            Figures(key="summary", title=_("Chats"), sign="🏘", lines=_lines(report, words)),
            *_present(report, words),
            chat_table("messages", report.top, words),
        ],
        charts=[chat_chart("messages", words)],
    )


def _lines(report: Chats, words: Words) -> list[Line]:
    _ = words.gettext
    present = [
        Line(key="present", label=_("with the bot now"), unit=Unit.COUNT, value=sum(some.values()))
        for some in [report.present]
        if some is not None
    ]
    return [
        *present,
        line("joined", _("joined"), Unit.COUNT, report.joined),
        line("left", _("left"), Unit.COUNT, report.left),
        line("active", _("with messages"), Unit.COUNT, report.active),
        line("messages", _("messages in them"), Unit.COUNT, report.messages),
    ]


def _present(report: Chats, words: Words) -> list[Table]:
    if report.present is None:
        return []
    _ = words.gettext
    columns = [
        Column(key="type", label=_("Type"), unit=Unit.TEXT),
        Column(key="chats", label=_("Chats"), unit=Unit.COUNT),
    ]
    rows: list[list[Value]] = [
        [chat_type(name, words), count] for name, count in report.present.items()
    ]
    return [Table(key="types", title=_("Chats by type"), columns=columns, rows=rows)]


def chat_table(
    by: str, some: Sequence[ChatTotal], words: Words, total: int | None = None
) -> Table:
    """A row for each chat; *by*: the column that ranks them, the others are extras."""
    _ = words.gettext
    labels = {
        "messages": _("Messages"),
        "activity": _("Actions"),
        "participants": _("Active people"),
    }
    counts = [by, *[name for name in labels if name != by]]
    columns = [
        Column(key="chat", label=_("Chat"), unit=Unit.FOREIGN),
        *[
            Column(key=name, label=labels[name], unit=Unit.COUNT, is_extra=name != by)
            for name in counts
        ],
        Column(key="type", label=_("Type"), unit=Unit.TEXT, is_extra=True),
        Column(key="id", label=_("Telegram ID"), unit=Unit.TEXT, is_extra=True),
    ]
    rows: list[list[Value]] = [
        [
            chat.title or str(chat.chat_id),
            *[getattr(chat, name) for name in counts],
            chat_type(chat.type, words),
            str(chat.chat_id),
        ]
        for chat in some
    ]
    return Table(
        key=f"chats_by_{by}", title=_title(by, words), columns=columns, rows=rows, total=total
    )


def chat_chart(by: str, words: Words) -> Chart:
    """Bars of such a table."""
    title = _title(by, words)
    return Chart(kind="bars", block=f"chats_by_{by}", title=title, x="chat", y=[by])


def _title(by: str, words: Words) -> str:
    _ = words.gettext
    return {
        "messages": _("Chats by messages"),
        "activity": _("Chats by actions"),
        "participants": _("Chats by active people"),
    }[by]


def chat_type(name: str, words: Words) -> str:
    """What people call a type of chat."""
    _ = words.gettext
    names = {
        "private": _("private chat"),
        "group": _("group"),
        "supergroup": _("supergroup"),
        "channel": _("channel"),
    }
    return names.get(name, _("other"))
