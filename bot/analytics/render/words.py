"""One language, for renderers: its texts, and how it writes numbers, times and durations.

Renderers take it as an argument: they stay pure, know nothing of aiogram, and a job can render
for an admin while no update is being handled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from gettext import NullTranslations

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

DAY = "d MMM y"
MOMENT = "d MMM y HH:mm:ss"
DURATIONS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
BYTES = (("gigabyte", 1e9), ("megabyte", 1e6), ("kilobyte", 1e3))


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Texts in *locale*; moments are shown in *zone*."""

    locale: str = "en"
    translations: NullTranslations = field(default_factory=NullTranslations)
    zone: tzinfo = UTC

    def gettext(self, text: str) -> str:
        """*text* in this language."""
        return self.translations.gettext(text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The form that this language uses for *n* things."""
        return self.translations.ngettext(singular, plural, n)

    def number(self, value: float) -> str:
        """*value* with this language's separators, at most three digits after the point."""
        return format_decimal(value, locale=self.locale)

    def percent(self, share: float) -> str:
        """0.125 as 12.5%."""
        return format_percent(share, "#,##0.#%", locale=self.locale)

    def seconds(self, value: float) -> str:
        """A short time: milliseconds below one second."""
        if value < 1:
            return self._unit(round(value * 1000, 1), "millisecond")
        return self._unit(round(value, 2), "second")

    def duration(self, seconds: float) -> str:
        """A long time, in its two largest units."""
        rest, parts = round(seconds), []
        for unit, size in DURATIONS:
            count, rest = divmod(rest, size)
            if count:
                parts.append(self._unit(count, unit))
        return " ".join(parts[:2]) or self._unit(0, "second")

    def size(self, value: float) -> str:
        """Bytes, in the largest unit that fits."""
        for unit, size in BYTES:
            if value >= size:
                return self._unit(round(value / size, 1), unit)
        return self._unit(value, "byte")

    def moment(self, at: datetime) -> str:
        """Date and time to the second."""
        local = at.astimezone(self.zone)
        return format_datetime(local, MOMENT, locale=self.locale)

    def moment_of(self, timestamp: float) -> str:
        """Date and time of seconds since 1970."""
        return self.moment(datetime.fromtimestamp(timestamp, UTC))

    def day(self, day: date) -> str:
        """A calendar day."""
        return format_date(day, DAY, locale=self.locale)

    def span(self, start: str, end: str) -> str:
        """From *start* to *end*, both already written."""
        return self.gettext("{start} to {end}").format(start=start, end=end)

    def _unit(self, value: float, unit: str) -> str:
        return format_unit(value, unit, length="short", locale=self.locale)
