"""The first line of a report: which days it is about."""

from __future__ import annotations

from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.analytics.reports.period import Period


def title(period: Period, words: Words) -> str:
    """Last 7 days · 15 Nov 2026 to 21 Nov 2026, UTC."""
    span = words.day(period.last_day)
    if period.days > 1:
        span = words.span(words.day(period.first_day), span)
    return f"<b>{_name(period.days, words)}</b> · {span}, {quoted(str(period.zone))}"


def _name(days: int, words: Words) -> str:
    # Not a plural form: some languages use their singular for 21 days as well.
    if days == 1:
        return words.gettext("Today")
    name = words.ngettext("Last {days} day", "Last {days} days", days)
    return name.format(days=words.number(days))
