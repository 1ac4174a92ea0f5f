"""Unusual activity, laid out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analytics.render.sheet import Chart, Column, Figures, Line, Sheet, Table, Unit, Value
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.unusual import Hour, Unusual


def unusual(report: Unusual, words: Words) -> Sheet:
    """How many hours were unusual, which, and all hours against what was to be expected."""
    _ = words.gettext
    return Sheet(
        name="unusual",
        title=_("Unusual activity"),
        period=report.period,
        notes=_notes(report, words),
        blocks=[
            _figures(report, words),
            _table("unusual", _("Unusual hours"), report.unusual[::-1], words),
            _table("hours", _("All hours"), report.hours, words),
        ],
        charts=[
            Chart(
                kind="lines",
                block="hours",
                title=_("Acts of people by hour, and what is usual"),
                x="hour",
                y=["acts"],
                before="expected",
            )
        ],
    )


def _notes(report: Unusual, words: Words) -> list[str]:
    _ = words.gettext
    if report.silent_until is None:
        return [_("Nothing was recorded yet.")]
    if report.unknown:
        text = _("Nothing is said before six weeks are recorded: from {moment} on.")
        return [text.format(moment=words.moment(report.silent_until))]
    notes = [_("Each hour against the same hours of the four weeks before it.")]
    if report.is_shifted:
        notes.append(_more(report.hours[-1], words))
    return notes


def _more(last: Hour, words: Words) -> str:
    _ = words.gettext
    if last.level > 0:
        return _("There has been more activity than usual for a day or longer.")
    return _("There has been less activity than usual for a day or longer.")


def _figures(report: Unusual, words: Words) -> Figures:
    _ = words.gettext
    missing: Value = report.unknown or Unknown.TOO_LITTLE
    shifted = sum(one.is_shifted for one in report.hours)
    return Figures(
        key="summary",
        title=_("Hours"),
        sign="🔔",
        lines=[
            Line(
                key="hours",
                label=_("hours judged"),
                unit=Unit.COUNT,
                value=len(report.hours) if report.hours else missing,
            ),
            Line(
                key="unusual_hours",
                label=_("unusual hours"),
                unit=Unit.COUNT,
                value=len(report.unusual) if report.hours else missing,
            ),
            Line(
                key="shifted_hours",
                label=_("hours of a lasting shift"),
                unit=Unit.COUNT,
                value=shifted if report.hours else missing,
            ),
        ],
    )


def _table(key: str, title: str, hours: Sequence[Hour], words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="hour", label=_("Hour"), unit=Unit.MOMENT),
        Column(key="acts", label=_("Acts"), unit=Unit.COUNT),
        Column(key="expected", label=_("Usual"), unit=Unit.COUNT),
        Column(key="low", label=_("At least"), unit=Unit.COUNT, is_extra=True),
        Column(key="high", label=_("At most"), unit=Unit.COUNT, is_extra=True),
        Column(key="score", label=_("Score"), unit=Unit.RATIO, is_extra=True),
        Column(key="level", label=_("Shift"), unit=Unit.RATIO, is_extra=True),
    ]
    rows = [_row(one) for one in hours]
    return Table(key=key, title=title, columns=columns, rows=rows)


def _row(one: Hour) -> list[Value]:
    return [one.at, one.count, one.expected, one.low, one.high, one.score, one.level]
