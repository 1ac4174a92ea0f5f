"""Retention, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import (
    Chart,
    Column,
    Figures,
    Grid,
    Line,
    Sheet,
    Table,
    Unit,
    Value,
)
from bot.analytics.render.words import Words
from bot.analytics.reports.retention import Cell, Cohort, Retention
from bot.analytics.sheets.audience import notes, segment_line


def retention(report: Retention, words: Words) -> Sheet:
    """Cohorts by age, and their mean."""
    _ = words.gettext
    title = _("Mean of all, weighted by their size")
    return Sheet(
        name="retention",
        title=_("Retention"),
        period=report.period,
        notes=notes(report.recorded_since, report.pending_days, report.period, words),
        blocks=[_about(report, words), _grid(report, words), _means(report, words)],
        charts=[
            Chart(kind="heat", block="cohorts", title=_("Retention")),
            Chart(kind="lines", block="means", title=title, x="age", y=["share"]),
        ],
    )


def _about(report: Retention, words: Words) -> Figures:
    _ = words.gettext
    is_over = report.period.is_over
    later = _("then or later, up to the end") if is_over else _("then or later, up to today")
    modes = {"on": _("then"), "on_or_after": later}
    lines = [
        segment_line("segment", _("segment"), report.segment),
        Line(key="mode", label=_("came back"), unit=Unit.TEXT, value=modes[report.mode]),
        Line(
            key="people",
            label=_("new people"),
            unit=Unit.COUNT,
            value=sum(cohort.size for cohort in report.cohorts),
        ),
    ]
    return Figures(key="about", title=_("Retention"), sign="🔁", lines=lines)


def _grid(report: Retention, words: Words) -> Grid:
    _ = words.gettext
    titles = {"week": _("Week from"), "month": _("Month from")}
    ages = len(report.cohorts)
    return Grid(
        key="cohorts",
        title=_("Who came back"),
        unit=Unit.SHARE,
        row_title=titles.get(report.step, _("Day")),
        rows=[words.day(cohort.span.first) for cohort in report.cohorts],
        columns=[str(age) for age in range(ages)],
        values=[_shares(cohort, ages) for cohort in report.cohorts],
        head_title=_("People"),
        heads=[cohort.size for cohort in report.cohorts],
    )


def _shares(cohort: Cohort, ages: int) -> list[Value]:
    """A younger cohort has fewer shares; the rest of its row has nothing to say."""
    found = [_share(cell) for cell in cohort.cells]
    return [*found, *[None] * (ages - len(found))]


def _share(cell: Cell) -> Value:
    return cell.unknown if cell.share is None else cell.share


def _means(report: Retention, words: Words) -> Table:
    _ = words.gettext
    labels = {"week": _("Weeks later"), "month": _("Months later")}
    columns = [
        Column(key="age", label=labels.get(report.step, _("Days later")), unit=Unit.COUNT),
        Column(key="share", label=_("Came back"), unit=Unit.SHARE),
        Column(key="people", label=_("People"), unit=Unit.COUNT, is_extra=True),
    ]
    rows: list[list[Value]] = [
        [age, _share(cell), cell.unknown if cell.people is None else cell.people]
        for age, cell in enumerate(report.means)
    ]
    title = _("Mean of all, weighted by their size")
    return Table(key="means", title=title, columns=columns, rows=rows)
