"""The weekly digest, laid out."""

from __future__ import annotations

from collections.abc import Iterator

from bot.analytics.render.sheet import (
    Chart,
    Column,
    Figures,
    Line,
    Sheet,
    Table,
    Unit,
    Value,
    line,
)
from bot.analytics.render.words import Words
from bot.analytics.reports.digest import Digest, DigestDay
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.entries import known


def digest(report: Digest, words: Words) -> Sheet:
    """What changed, what to look at, the days, and one chart of them."""
    _ = words.gettext
    return Sheet(
        name="digest",
        title=_("The week"),
        period=report.period,
        notes=[_("A quiet week: nobody used the bot.")] if report.is_quiet else [],
        blocks=[*_figures(report, words), _table(report, words)],
        charts=[
            Chart(
                kind="lines",
                block="days",
                title=_("Active people, and a week before"),
                x="day",
                y=["active"],
                before="active_before",
            )
        ],
    )


def _figures(report: Digest, words: Words) -> Iterator[Figures]:
    _ = words.gettext
    yield Figures(key="people", sign="👥", title=_("People"), lines=_people(report, words))
    yield Figures(key="use", sign="💬", title=_("Use"), lines=_use(report, words))
    if report.money is not None:
        lines = [
            line("gross", _("received"), Unit.STARS, report.money.gross),
            line("net", _("kept"), Unit.STARS, report.money.net),
            line("mrr", _("recurring each month"), Unit.STARS, report.money.mrr),
        ]
        yield Figures(key="money", sign="⭐", title=_("Stars"), lines=lines)
    yield Figures(key="look", sign="🔎", title=_("Worth a look"), lines=_look(report, words))


def _people(report: Digest, words: Words) -> list[Line]:
    _ = words.gettext
    label = _("came back, of those new the week before")
    return [
        line("active", _("active"), Unit.COUNT, report.active),
        line("new", _("new"), Unit.COUNT, report.new),
        line("returned", label, Unit.SHARE, report.returned),
        Line(key="best", label=_("best day"), unit=Unit.TEXT, value=_day(report.best, words)),
        Line(key="worst", label=_("worst day"), unit=Unit.TEXT, value=_day(report.worst, words)),
    ]


def _day(day: DigestDay | None, words: Words) -> Value:
    if day is None:
        return Unknown.TOO_LITTLE
    text = words.ngettext("{day}, {count} person", "{day}, {count} people", day.active)
    return text.format(day=words.day(day.day), count=words.number(day.active))


def _use(report: Digest, words: Words) -> list[Line]:
    _ = words.gettext
    return [
        line("messages", _("messages"), Unit.COUNT, report.messages),
        line("commands", _("commands"), Unit.COUNT, report.commands),
        line("updates", _("updates"), Unit.COUNT, report.updates),
        line("errors", _("errors"), Unit.COUNT, report.errors),
    ]


def _look(report: Digest, words: Words) -> list[Line]:
    _ = words.gettext
    slow: Value = Unknown.NO_UPDATES
    if report.slowest is not None and report.slowest.p95 is not None:
        text = _("/{command}, 95 % within {time}")
        slow = text.format(command=report.slowest.name, time=words.seconds(report.slowest.p95))
    error: Value = _("none")
    if report.frequent is not None:
        times = report.frequent.count
        text = words.ngettext("{error}, {count} time", "{error}, {count} times", times)
        error = text.format(error=report.frequent.name, count=words.number(times))
    return [
        Line(key="slowest", label=_("slowest command"), unit=Unit.FOREIGN, value=slow),
        Line(key="frequent", label=_("most frequent error"), unit=Unit.FOREIGN, value=error),
    ]


def _table(report: Digest, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="day", label=_("Day"), unit=Unit.DAY),
        Column(key="active", label=_("Active"), unit=Unit.COUNT),
        Column(key="active_before", label=_("A week before"), unit=Unit.COUNT),
        Column(key="messages", label=_("Messages"), unit=Unit.COUNT),
        Column(key="errors", label=_("Errors"), unit=Unit.COUNT),
    ]
    rows: list[list[Value]] = [
        [
            one.day,
            one.active,
            known(one.active_before, Unknown.NOT_RECORDED_THEN),
            one.messages,
            one.errors,
        ]
        for one in report.days
    ]
    return Table(key="days", title=_("By day"), columns=columns, rows=rows)
