"""Message statistics, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Chart, Column, Figures, Sheet, Table, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.messages import TYPES, Messages
from bot.analytics.sheets.entries import since, summed


def messages(report: Messages, words: Words) -> Sheet:
    """How many from how many people, and how many of which type."""
    _ = words.gettext
    lines = [
        line("total", _("messages"), Unit.COUNT, report.total),
        line("senders", _("people who wrote"), Unit.COUNT, report.senders),
        line("mean_length", _("letters in a text"), Unit.RATIO, report.mean_length),
    ]
    return Sheet(
        name="messages",
        title=_("Messages"),
        period=report.period,
        notes=[
            *since(report.recorded_since, report.period, words),
            *summed(report.summed_until, words),
        ],
        blocks=[
            Figures(key="summary", title=_("Messages"), sign="💬", lines=lines),
            _types(report, words),
        ],
        charts=[
            Chart(
                kind="bars",
                block="types",
                title=_("Messages by type"),
                x="type",
                y=["messages"],
                before="before",
            )
        ],
    )


def _types(report: Messages, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="type", label=_("Type"), unit=Unit.TEXT),
        Column(key="messages", label=_("Messages"), unit=Unit.COUNT),
        Column(key="share", label=_("Share"), unit=Unit.SHARE),
        Column(key="before", label=_("Before"), unit=Unit.COUNT, is_extra=True),
    ]
    rows = []
    for name in TYPES:
        count = line(name, "", Unit.COUNT, report.by_type[name])
        part = line(name, "", Unit.SHARE, report.shares[name])
        rows.append([_type(name, words), count.value, part.value, count.before])
    return Table(key="types", title=_("By type"), columns=columns, rows=rows)


def _type(name: str, words: Words) -> str:
    _ = words.gettext
    return {
        "text": _("Text"),
        "photo": _("Photo"),
        "video": _("Video"),
        "voice": _("Voice"),
        "document": _("Document"),
        "sticker": _("Sticker"),
        "other": _("Other"),
        "system": _("Service message"),
    }[name]
