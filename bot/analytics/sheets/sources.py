"""Sources, laid out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analytics.render.sheet import Chart, Column, Sheet, Table, Unit, Value
from bot.analytics.render.words import Words
from bot.analytics.reports.sources import MODELS, Brought, Origin, Sources
from bot.analytics.sheets.entries import since

# People can make up payloads, so there is no end to them.
ROWS = 100


def sources(report: Sources, words: Words) -> Sheet:
    """A table for each way to say which launch counts."""
    _ = words.gettext
    return Sheet(
        name="sources",
        title=_("Sources"),
        period=report.period,
        notes=[*_notes(report, words), *since(report.recorded_since, report.period, words)],
        blocks=[_table(model, report.models[model], words) for model in MODELS],
        charts=[
            Chart(kind="bars", block=model, title=_title(model, words), x="origin", y=["people"])
            for model in MODELS
        ],
    )


def _notes(report: Sources, words: Words) -> list[str]:
    _ = words.gettext
    days = report.active_days
    active = words.ngettext(
        "Active: in the last {days} day.", "Active: in the last {days} days.", days
    )
    notes = [
        _("People who pressed Start in the period; payments since then, refunds not counted."),
        active.format(days=words.number(days)),
        _("A significant launch is the first one, or one after a block."),
    ]
    if report.kept_since:
        text = _("Of people met before {moment} the first launch is not kept any more.")
        notes.append(text.format(moment=words.moment(report.kept_since)))
    return notes


def _title(model: str, words: Words) -> str:
    _ = words.gettext
    return {
        "first": _("By the first launch"),
        "last": _("By the last launch"),
        "significant": _("By the last significant launch"),
    }[model]


def _table(model: str, some: Sequence[Brought], words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="origin", label=_("Source"), unit=Unit.FOREIGN),
        Column(key="people", label=_("People"), unit=Unit.COUNT),
        Column(key="active", label=_("Active"), unit=Unit.COUNT),
        Column(key="paid", label=_("Paid"), unit=Unit.COUNT),
        Column(key="revenue", label=_("Stars"), unit=Unit.STARS),
        Column(key="source", label=_("Source alone"), unit=Unit.FOREIGN, is_extra=True),
        Column(key="medium", label=_("Medium"), unit=Unit.FOREIGN, is_extra=True),
        Column(key="campaign", label=_("Campaign"), unit=Unit.FOREIGN, is_extra=True),
    ]
    rows: list[list[Value]] = [
        [
            _name(one.origin, words),
            one.people,
            one.active,
            one.paid,
            one.revenue,
            one.origin.source,
            one.origin.medium,
            one.origin.campaign,
        ]
        for one in some[:ROWS]
    ]
    return Table(
        key=model, title=_title(model, words), columns=columns, rows=rows, total=len(some)
    )


def _name(origin: Origin, words: Words) -> str:
    parts = [part for part in (origin.source, origin.medium, origin.campaign) if part]
    return " / ".join(parts) or words.gettext("not said")
