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
    return f"<b>{_name(period, words)}</b> · {span}, {quoted(str(period.zone))}"


def _name(period: Period, words: Words) -> str:
    days = period.days
    if period.is_over:
        name = words.ngettext("{days} day", "{days} days", days)
    elif days == 1:
        # Not a plural form: some languages use their singular for 21 days as well.
        return words.gettext("Today")
    else:
        name = words.ngettext("Last {days} day", "Last {days} days", days)
    return name.format(days=words.number(days))
