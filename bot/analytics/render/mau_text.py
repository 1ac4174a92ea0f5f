"""The monthly users as Telegram HTML: the line for people, and what /mau tells of it."""

from __future__ import annotations

from datetime import datetime

from babel.numbers import format_compact_decimal

from bot.analytics.render.fit import bold, quoted
from bot.analytics.render.words import Words
from bot.analytics.reports.mau import Mau
from bot.config import Settings
from bot.report_settings import ReportSettings

THOUSAND = 1000


def line(count: int, settings: ReportSettings, words: Words) -> str:
    """👥 1.2K monthly users; empty where the settings hide so few."""
    if is_low(count, settings):
        return ""
    parts = ["👥", number(count, settings, words)]
    if settings.mau_display_show_label:
        usual = words.ngettext("monthly user", "monthly users", count)
        parts.append(quoted(settings.mau_display_label or usual))
    return " ".join(parts)


def is_low(count: int, settings: ReportSettings) -> bool:
    """Whether so few people are better not talked about."""
    return settings.mau_hide_low_counts and count < settings.mau_low_count_threshold


def number(count: int, settings: ReportSettings, words: Words) -> str:
    """*count* in the settings' format, as the language writes it."""
    full = words.number(count)
    if settings.mau_display_format == "full" or count < THOUSAND:
        return full
    # Babel alone would make 1000K of 999,950.
    size = THOUSAND ** ((len(str(count)) - 1) // 3)
    short = format_compact_decimal(
        round(count / size, 1) * size, locale=words.locale, fraction_digits=1
    )
    # Some languages, such as German, shorten nothing below a million.
    return full if short.isdigit() else short


def details(mau: Mau, *, now: datetime, settings: Settings, words: Words) -> str:
    """What /mau says: the line, the exact number, how old it is, and who sees it."""
    _ = words.gettext
    exact = words.ngettext(
        "{count} person was active from {first} to {last}, {zone}.",
        "{count} people were active from {first} to {last}, {zone}.",
        mau.count,
    )
    parts = [
        bold(_("Monthly users")),
        line(mau.count, settings, words),
        exact.format(
            count=words.number(mau.count),
            first=words.day(mau.first_day),
            last=words.day(mau.last_day),
            zone=quoted(str(settings.timezone)),
        ),
        _("Counted {age} ago; counted anew after {timeout}.").format(
            age=words.duration(max((now - mau.at).total_seconds(), 0)),
            timeout=words.duration(settings.mau_cache_timeout),
        ),
        _seen(mau.count, settings, words),
    ]
    return "\n".join(part for part in parts if part)


def _seen(count: int, settings: ReportSettings, words: Words) -> str:
    if settings.mau_display_place == "off":
        return words.gettext("People do not see it: MAU_DISPLAY_PLACE is off.")
    if not is_low(count, settings):
        return words.gettext("/start shows it to everybody.")
    text = words.gettext("People do not see it while it is below {threshold}.")
    return text.format(threshold=words.number(settings.mau_low_count_threshold))
