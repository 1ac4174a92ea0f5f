"""One chat, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Figures, Line, Sheet, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.chat import Chat
from bot.analytics.sheets.chats import chat_type


def chat(report: Chat, words: Words) -> Sheet:
    """What happens in the chat, and since when."""
    _ = words.gettext
    return Sheet(
        name="chat",
        title=_("One chat"),
        period=report.period,
        notes=_notes(report, words),
        blocks=[
            Figures(key="summary", title=_("Activity"), sign="🏘", lines=_lines(report, words)),
            Figures(key="about", title=_("About"), lines=_about(report, words)),
        ],
    )


def _notes(report: Chat, words: Words) -> list[str]:
    _ = words.gettext
    if not report.type:
        return [_("The bot does not know this chat.")]
    if report.kept_since is None:
        return []
    text = _("Known people: those who came or did anything since {moment}.")
    return [text.format(moment=words.moment(report.kept_since))]


def _lines(report: Chat, words: Words) -> list[Line]:
    _ = words.gettext
    people = line(
        "active_participants", _("active people"), Unit.COUNT, report.active_participants
    )
    return [
        Line(
            key="participants", label=_("known people"), unit=Unit.COUNT, value=report.participants
        ),
        people,
        line("messages", _("messages"), Unit.COUNT, report.messages),
        line("mean_messages", _("messages a day"), Unit.RATIO, report.mean_messages),
    ]


def _about(report: Chat, words: Words) -> list[Line]:
    _ = words.gettext
    kind = chat_type(report.type, words) if report.type else None
    moment = Unit.MOMENT
    lines = [
        Line(key="title", label=_("title"), unit=Unit.FOREIGN, value=report.title),
        Line(key="type", label=_("type"), unit=Unit.TEXT, value=kind),
        Line(key="id", label=_("Telegram ID"), unit=Unit.TEXT, value=str(report.chat_id)),
        Line(key="age", label=_("known for"), unit=Unit.SECONDS, value=report.age_seconds),
        Line(key="first_at", label=_("first message"), unit=moment, value=report.first_at),
        Line(key="last_at", label=_("last message"), unit=moment, value=report.last_at),
    ]
    if report.left_at is not None:
        label = _("the bot left")
        lines.append(Line(key="left_at", label=label, unit=moment, value=report.left_at))
    return lines
