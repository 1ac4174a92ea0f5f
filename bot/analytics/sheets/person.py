"""One person's statistics, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Figures, Line, Sheet, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.person import Person


def person(report: Person, words: Words) -> Sheet:
    """What they did in the period, and ever."""
    _ = words.gettext
    is_known = report.first_at is not None
    return Sheet(
        name="person",
        title=_("One person"),
        period=report.period,
        notes=[] if is_known else [_("The bot has never seen this person.")],
        blocks=[
            Figures(key="summary", title=_("Activity"), sign="👤", lines=_lines(report, words)),
            Figures(key="ever", title=_("Ever"), lines=_ever(report, words)),
        ],
    )


def _lines(report: Person, words: Words) -> list[Line]:
    _ = words.gettext
    is_partial = not report.period.is_over
    return [
        line("messages", _("messages sent"), Unit.COUNT, report.messages, is_partial=is_partial),
        line("commands", _("commands"), Unit.COUNT, report.commands, is_partial=is_partial),
        line("mean_messages", _("messages a day"), Unit.RATIO, report.mean_messages),
        line(
            "active_days", _("active days"), Unit.COUNT, report.active_days, is_partial=is_partial
        ),
        line("chats", _("active chats"), Unit.COUNT, report.chats),
    ]


def _ever(report: Person, words: Words) -> list[Line]:
    _ = words.gettext
    moment = Unit.MOMENT
    username = f"@{report.username}" if report.username else None
    names = [("name", _("name"), report.name), ("username", _("username"), username)]
    lines = [
        Line(key="id", label=_("Telegram ID"), unit=Unit.TEXT, value=str(report.telegram_id)),
        *[
            Line(key=key, label=label, unit=Unit.FOREIGN, value=value)
            for key, label, value in names
            if value is not None
        ],
        Line(key="all_messages", label=_("messages"), unit=Unit.COUNT, value=report.all_messages),
        Line(key="all_commands", label=_("commands"), unit=Unit.COUNT, value=report.all_commands),
        Line(key="first_at", label=_("first activity"), unit=moment, value=report.first_at),
        Line(key="last_at", label=_("last activity"), unit=moment, value=report.last_at),
        Line(key="language", label=_("language"), unit=Unit.FOREIGN, value=report.language),
        Line(
            key="premium",
            label=_("Telegram Premium"),
            unit=Unit.TEXT,
            value=_premium(report, words),
        ),
        Line(key="source", label=_("came from"), unit=Unit.FOREIGN, value=report.source or None),
    ]
    if report.blocked_at is not None:
        label = _("blocked the bot")
        lines.append(Line(key="blocked_at", label=label, unit=moment, value=report.blocked_at))
    return lines


def _premium(report: Person, words: Words) -> str:
    return words.gettext("yes") if report.is_premium else words.gettext("no")
