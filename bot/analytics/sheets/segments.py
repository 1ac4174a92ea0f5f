"""Segments, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import (
    Block,
    Chart,
    Column,
    Figures,
    Line,
    Sheet,
    Table,
    Unit,
    Value,
)
from bot.analytics.render.words import Words
from bot.analytics.reports.segments import Overlap, Segments, Size
from bot.analytics.sheets.audience import notes, segment_line, span_columns
from bot.analytics.sheets.entries import is_partial, known


def segments(report: Segments, words: Words) -> Sheet:
    """The overlap of two, how they grow, and all of them by size."""
    _ = words.gettext
    overlap = [_overlap(report.overlap, words)] if report.overlap else []
    blocks: list[Block] = [
        _about(report, words),
        *overlap,
        _growth(report, words),
        _sizes(report, words),
    ]
    lines = ["first", "second"] if report.second else ["first"]
    return Sheet(
        name="segments",
        title=_("Segments"),
        period=report.period,
        notes=notes(report.recorded_since, report.pending_days, report.period, words),
        blocks=blocks,
        charts=[
            Chart(kind="lines", block="growth", title=_("Growth"), x="first_day", y=lines),
            Chart(kind="bars", block="sizes", title=_("Segments"), x="segment", y=["people"]),
        ],
    )


def _about(report: Segments, words: Words) -> Figures:
    _ = words.gettext
    lines = [segment_line("first", _("first segment"), report.first)]
    if report.second:
        lines.append(segment_line("second", _("second segment"), report.second))
    return Figures(key="about", title=_("Segments"), sign="🧩", lines=lines)


def _overlap(overlap: Overlap, words: Words) -> Figures:
    _ = words.gettext
    counts = [
        ("both", _("in both"), overlap.both),
        ("only_first", _("only in the first"), overlap.only_first),
        ("only_second", _("only in the second"), overlap.only_second),
    ]
    shares = [
        ("share_of_first", _("of the first in both"), overlap.share_of_first),
        ("share_of_second", _("of the second in both"), overlap.share_of_second),
        ("similarity", _("of either in both"), overlap.similarity),
    ]
    lines = [
        Line(key=key, label=label, unit=Unit.COUNT, value=value) for key, label, value in counts
    ]
    lines += [
        Line(key=key, label=label, unit=Unit.SHARE, value=known(part))
        for key, label, part in shares
    ]
    return Figures(key="overlap", title=_("Overlap"), lines=lines)


def _growth(report: Segments, words: Words) -> Table:
    _ = words.gettext
    columns = [
        *span_columns(report.step, words),
        Column(key="first", label=_("First segment"), unit=Unit.COUNT),
    ]
    if report.second:
        columns.append(Column(key="second", label=_("Second segment"), unit=Unit.COUNT))
    rows: list[list[Value]] = [
        [one.span.first, one.span.last, one.first, *([one.second] if report.second else [])]
        for one in report.growth
    ]
    return Table(
        key="growth",
        title=_("Growth"),
        columns=columns,
        rows=rows,
        is_last_partial=is_partial(report.period, report.step),
    )


def _sizes(report: Segments, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="segment", label=_("Segment"), unit=Unit.FOREIGN),
        Column(key="people", label=_("People"), unit=Unit.COUNT),
        Column(key="share", label=_("Of active people"), unit=Unit.SHARE),
        Column(key="before", label=_("Before"), unit=Unit.COUNT, is_extra=True),
    ]
    rows = [_size(one) for one in report.sizes]
    return Table(key="sizes", title=_("All segments"), columns=columns, rows=rows)


def _size(one: Size) -> list[Value]:
    people = one.people
    return [
        one.segment,
        people.unknown if people.value is None else people.value,
        known(one.share),
        people.unknown_before if people.before is None else people.before,
    ]
