"""People, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Figures, Sheet, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.users import Users
from bot.analytics.sheets.entries import since
from bot.analytics.sheets.languages import language_chart, language_table, premium_lines


def users(report: Users, words: Words) -> Sheet:
    """Known, new, active and lost people, and which languages the active ones speak."""
    _ = words.gettext
    is_partial = not report.period.is_over
    lines = [
        line("known", _("known"), Unit.COUNT, report.known),
        line("new", _("new"), Unit.COUNT, report.new),
        line("active", _("active"), Unit.COUNT, report.active, is_partial=is_partial),
        line("blocked", _("have the bot blocked"), Unit.COUNT, report.blocked),
        *premium_lines(report.premium, report.premium_share, words, is_partial=is_partial),
    ]
    return Sheet(
        name="users",
        title=_("People"),
        period=report.period,
        notes=since(report.recorded_since, report.period, words),
        blocks=[
            Figures(key="summary", title=_("People"), sign="👥", lines=lines),
            language_table(report.languages, words),
        ],
        charts=[language_chart(words)],
    )
