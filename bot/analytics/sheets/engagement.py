"""Engagement, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Figures, Sheet, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.engagement import Engagement


def engagement(report: Engagement, words: Words) -> Sheet:
    """Who was there, who wrote, who wrote more, and what shares these are."""
    _ = words.gettext
    engaged = words.ngettext(
        "wrote {count} message or more", "wrote {count} messages or more", report.messages
    ).format(count=words.number(report.messages))
    is_partial = not report.period.is_over
    lines = [
        line("total", _("people"), Unit.COUNT, report.total, is_partial=is_partial),
        line("active", _("wrote a message"), Unit.COUNT, report.active, is_partial=is_partial),
        line("engaged", engaged, Unit.COUNT, report.engaged, is_partial=is_partial),
        line("rate", _("engagement rate: wrote, of all"), Unit.SHARE, report.rate),
        line("deep_rate", _("deep rate: wrote more, of all"), Unit.SHARE, report.deep_rate),
    ]
    return Sheet(
        name="engagement",
        title=_("Engagement"),
        period=report.period,
        blocks=[Figures(key="summary", title=_("Engagement"), sign="🙋", lines=lines)],
    )
