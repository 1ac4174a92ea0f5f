"""Values as people read them: one way for each unit, and a mark or a reason for unknown ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from babel.dates import format_datetime
from babel.numbers import format_compact_decimal, format_currency

from bot.analytics.render.sheet import Unit, Value
from bot.analytics.render.sheet_words import reason
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown

NOTHING = "–"  # noqa: RUF001  the dash that stands for an empty cell in print
NOT_OVER = "…"
UNKNOWN = "?"
MINUTE = 60
# Rows are of hours or of what somebody did last: seconds would only take room.
MOMENT = "d MMM y HH:mm"
# Below this, cents say too little: a conversation costs a tenth of one.
SMALL_USD = 1
# From here on an axis says 12K.
LONG = 10_000
HUNDRED = 100


def one_line(text: str) -> str:
    """*text* without breaks, control characters and marks that turn the rest of a line round."""
    seen = (" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text)
    return " ".join("".join(one for one in seen if one not in TURNS).split())


# Embeddings, overrides and isolates of writing direction: one in a name would turn a whole row.
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def written(value: Value, unit: Unit, words: Words) -> str:
    """*value* in full, as plain text; an unknown one with its reason, None as a dash."""
    if isinstance(value, Unknown):
        return reason(value, words)
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return format_datetime(value.astimezone(words.zone), MOMENT, locale=words.locale)
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, str):
        return one_line(value)
    return amount(value, unit, words)


def short(value: Value, unit: Unit, words: Words) -> str:
    """*value* for a cell: what is unknown is a mark, to be explained below the table."""
    if isinstance(value, Unknown):
        return mark(value)
    return written(value, unit, words)


def mark(unknown: Unknown) -> str:
    """What stands in a cell for a number that cannot be known."""
    return NOT_OVER if unknown is Unknown.NOT_OVER else UNKNOWN


def amount(value: float, unit: Unit, words: Words) -> str:
    """A number with its unit; the sign stands before everything."""
    sign = "-" if value < 0 else ""
    return sign + _WRITERS.get(unit, _ratio)(abs(value), words)


def axis(value: float, unit: Unit, words: Words) -> str:
    """A number for the side of a chart, where room is short: 12K."""
    if unit not in {Unit.COUNT, Unit.STARS, Unit.RATIO} or abs(value) < LONG:
        return amount(value, unit, words)
    text = format_compact_decimal(value, fraction_digits=1, locale=words.locale)
    return f"{text} ⭐" if unit is Unit.STARS else text


def _count(value: float, words: Words) -> str:
    # Whole by nature; a forecast's is not, and its thousandths would only pretend.
    return words.number(round(value, 1) if value < HUNDRED else round(value))


def _share(value: float, words: Words) -> str:
    return words.percent(value)


def _seconds(value: float, words: Words) -> str:
    return words.duration(value) if value >= MINUTE else words.seconds(value)


def _stars(value: float, words: Words) -> str:
    return f"{words.number(round(value, 2))} ⭐"


def _usd(value: float, words: Words) -> str:
    if 0 < value < SMALL_USD:
        pattern = "¤0.00##"
        return format_currency(value, "USD", pattern, locale=words.locale, currency_digits=False)
    return format_currency(value, "USD", locale=words.locale)


def _bytes(value: float, words: Words) -> str:
    return words.size(value)


def _ratio(value: float, words: Words) -> str:
    return words.number(round(value, 2))


_WRITERS: dict[Unit, Callable[[float, Words], str]] = {
    Unit.COUNT: _count,
    Unit.SHARE: _share,
    Unit.SECONDS: _seconds,
    Unit.STARS: _stars,
    Unit.USD: _usd,
    Unit.BYTES: _bytes,
}
