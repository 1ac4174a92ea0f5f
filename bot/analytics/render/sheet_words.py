"""Sentences that every view of a sheet shares: reasons, comparisons, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable

from bot.analytics.render.sheet import Figures, Sheet, Value
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.period import Period


def reason(unknown: Unknown, words: Words) -> str:
    """Why a number cannot be known."""
    _ = words.gettext
    return {
        Unknown.NOTHING_RECORDED: _("unknown, nothing was recorded yet"),
        Unknown.NOT_RECORDED_THEN: _("unknown, the records began later"),
        Unknown.NO_UPDATES: _("unknown, nothing of the kind happened"),
        Unknown.NOT_OVER: _("not over yet"),
        Unknown.TOO_LITTLE: _("unknown, too little was recorded"),
        Unknown.NO_PRICE: _("unknown, no price is set"),
        Unknown.NOT_TRIED: _("unknown, nobody has looked yet"),
        Unknown.REMOVED: _("unknown, the single records were removed"),
    }[unknown]


def span(sheet: Sheet, words: Words) -> str:
    """15 Nov 2026 to 21 Nov 2026, UTC."""
    period = sheet.period
    days = words.day(period.last_day)
    if period.days > 1:
        days = words.span(words.day(period.first_day), days)
    return f"{days}, {period.zone}"


def as_of(sheet: Sheet, words: Words) -> str:
    """Up to when things counted."""
    return words.gettext("As of {moment}").format(moment=words.moment(sheet.period.now))


def synthetic(words: Words) -> str:
    """That the people in it do not exist."""
    return words.gettext("Synthetic data: made by the sandbox, no real people.")


def notes(sheet: Sheet, words: Words) -> list[str]:
    """All sentences below the heading."""
    lines = [synthetic(words)] if sheet.is_synthetic else []
    if _is_compared(sheet):
        lines.append(_compared(sheet.period, words))
    return [*lines, *sheet.notes]


def unknowns(values: Iterable[Value]) -> list[Unknown]:
    """The reasons that occur among *values*, each once."""
    return list(dict.fromkeys(one for one in values if isinstance(one, Unknown)))


def nothing(words: Words) -> str:
    """Instead of an empty table or chart."""
    return words.gettext("Nothing in this period.")


def rows_left(shown: int, total: int, words: Words) -> str:
    """How much of a table is here."""
    text = words.gettext("{shown} of {total} rows are shown.")
    return text.format(shown=words.number(shown), total=words.number(total))


def csv_has(count: int, words: Words) -> str:
    """Where the other rows are."""
    text = words.ngettext("The CSV file has {count} row.", "The CSV file has {count} rows.", count)
    return text.format(count=words.number(count))


def _is_compared(sheet: Sheet) -> bool:
    figures = [block for block in sheet.blocks if isinstance(block, Figures)]
    return any(line.before is not None for block in figures for line in block.lines)


def _compared(period: Period, words: Words) -> str:
    _ = words.gettext
    if period.compare == "year":
        if period.is_over:
            return _("Compared with the same dates a year before.")
        return _("Compared with the same dates a year before, up to the same time.")
    if period.compare == "weekdays":
        if period.is_over:
            return _("Compared with the same weekdays before.")
        return _("Compared with the same weekdays before, up to the same time.")
    return _compared_with_before(period, words)


def _compared_with_before(period: Period, words: Words) -> str:
    # One day is no plural form: some languages use their singular for 21 days as well.
    if period.days == 1:
        if period.is_over:
            return words.gettext("Compared with the day before.")
        return words.gettext("Compared with yesterday up to the same time.")
    if period.is_over:
        text = words.ngettext(
            "Compared with the {days} day before.",
            "Compared with the {days} days before.",
            period.days,
        )
    else:
        text = words.ngettext(
            "Compared with the {days} day before, up to the same time.",
            "Compared with the {days} days before, up to the same time.",
            period.days,
        )
    return text.format(days=words.number(period.days))
