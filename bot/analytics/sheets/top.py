"""The people and chats with the most, laid out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analytics.render.sheet import Chart, Column, Sheet, Table, Unit, Value
from bot.analytics.render.words import Words
from bot.analytics.reports.top import Top, TopPerson
from bot.analytics.sheets.chats import chat_chart, chat_table
from bot.analytics.sheets.entries import since


def top(report: Top, words: Words) -> Sheet:
    """A table for each ranking."""
    _ = words.gettext
    written, done = _("People by messages"), _("People by actions")
    return Sheet(
        name="top",
        title=_("Top"),
        period=report.period,
        notes=since(report.recorded_since, report.period, words),
        blocks=[
            _people("people_by_messages", written, report.people_by_messages, report, words),
            _people("people_by_activity", done, report.people_by_activity, report, words),
            *_chats(report, words),
        ],
        charts=[
            _chart("people_by_messages", written, "messages"),
            _chart("people_by_activity", done, "activity"),
            *[chat_chart(by, words) for by in ("messages", "activity", "participants")],
        ],
    )


def _people(key: str, title: str, some: Sequence[TopPerson], report: Top, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="person", label=_("Person"), unit=Unit.FOREIGN),
        Column(key="messages", label=_("Messages"), unit=Unit.COUNT),
        Column(key="activity", label=_("Actions"), unit=Unit.COUNT),
        Column(key="id", label=_("Telegram ID"), unit=Unit.TEXT, is_extra=True),
    ]
    rows: list[list[Value]] = [
        [_name(one), one.messages, one.activity, str(one.telegram_id)] for one in some
    ]
    total = max(report.people, len(rows))
    return Table(key=key, title=title, columns=columns, rows=rows, total=total)


def _chats(report: Top, words: Words) -> list[Table]:
    total = report.chats
    return [
        chat_table("messages", report.chats_by_messages, words, total),
        chat_table("activity", report.chats_by_activity, words, total),
        chat_table("participants", report.chats_by_participants, words, total),
    ]


def _name(one: TopPerson) -> str:
    if one.username:
        return f"@{one.username}"
    return one.name or str(one.telegram_id)


def _chart(block: str, title: str, by: str) -> Chart:
    return Chart(kind="bars", block=block, title=title, x="person", y=[by])
