"""Conversations with the assistant, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Chart, Column, Figures, Line, Sheet, Table, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.conversations import Length, Talks
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.entries import (
    is_partial,
    known,
    part_column,
    recorded,
    removed,
    since,
    tally,
    times,
)


def conversations(report: Talks, words: Words) -> Sheet:
    """How many began, how long they are, how they ended, and the last ones."""
    _ = words.gettext
    return Sheet(
        name="conversations",
        title=_("Conversations"),
        period=report.period,
        notes=[
            *since(report.recorded_since, report.period, words),
            *removed(report.kept_since, words),
        ],
        blocks=[
            Figures(
                key="summary", title=_("Conversations"), sign="💬", lines=_lines(report, words)
            ),
            times(_("From the first question to the last"), report, words),
            _timeline(report, words),
            _lengths(report, words),
            tally("statuses", _("How they stand"), _("Status"), report.statuses, words),
            _latest(report, words),
        ],
        charts=_charts(report, words),
    )


def _charts(report: Talks, words: Words) -> list[Chart]:
    _ = words.gettext
    begun = _("conversations begun")
    return [
        Chart(kind="bars", block="timeline", title=begun, x=report.step, y=["talks"]),
        Chart(kind="bars", block="lengths", title=_("By questions"), x="questions", y=["talks"]),
    ]


def _lines(report: Talks, words: Words) -> list[Line]:
    _ = words.gettext
    return [
        line("begun", _("conversations begun"), Unit.COUNT, report.begun),
        line("people", _("people who asked"), Unit.COUNT, report.people),
        line("questions", _("questions"), Unit.COUNT, report.questions),
        line("questions_each", _("questions a conversation"), Unit.RATIO, report.each),
        line("short", _("with a single question"), Unit.SHARE, report.short),
    ]


def _timeline(report: Talks, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        Column(key="talks", label=_("Conversations"), unit=Unit.COUNT),
    ]
    rows = [(part.name, part.talks) for part in report.timeline]
    return Table(
        key="timeline",
        title=_("Timeline"),
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )


def _lengths(report: Talks, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="questions", label=_("Questions"), unit=Unit.TEXT),
        Column(key="talks", label=_("Conversations"), unit=Unit.COUNT),
    ]
    rows = [(_span(one, words), one.talks) for one in report.lengths]
    is_empty = not any(one.talks for one in report.lengths)
    title = _("By questions")
    return Table(key="lengths", title=title, columns=columns, rows=[] if is_empty else rows)


def _span(length: Length, words: Words) -> str:
    least = words.number(length.least)
    if length.most is None:
        return words.gettext("{count} or more").format(count=least)
    return least if length.most == length.least else words.span(least, words.number(length.most))


def _latest(report: Talks, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="conversation", label=_("Conversation"), unit=Unit.TEXT),
        Column(key="started_at", label=_("Begun"), unit=Unit.MOMENT),
        Column(key="status", label=_("Status"), unit=Unit.TEXT),
        Column(key="questions", label=_("Questions"), unit=Unit.COUNT),
        Column(key="seconds", label=_("Lasted"), unit=Unit.SECONDS, is_extra=True),
        Column(key="tokens", label=_("Tokens"), unit=Unit.COUNT, is_extra=True),
        Column(key="cost", label=_("Cost"), unit=Unit.USD, is_extra=True),
    ]
    rows = [
        [
            str(one.id),
            one.started_at,
            one.status,
            one.usage.messages,
            one.seconds,
            one.usage.tokens,
            known(one.usage.cost, Unknown.NO_PRICE),
        ]
        for one in report.latest
    ]
    begun = report.begun.value
    total = None if begun is None else round(begun)
    title = _("Last conversations")
    return Table(key="latest", title=title, columns=columns, rows=rows, total=total)
