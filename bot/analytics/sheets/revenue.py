"""Revenue, laid out."""

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
    line,
)
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.revenue import MOVES, Money, Revenue
from bot.analytics.sheets.entries import is_partial, known, part_column, recorded, since, tally
from bot.analytics.sheets.revenue_words import failure, move


def revenue(report: Revenue, words: Words) -> Sheet:
    """What was received, what recurs and what moved it, what invoices led to, and plans."""
    _ = words.gettext
    failures = {failure(reason, words): count for reason, count in report.failures.items()}
    return Sheet(
        name="revenue",
        title=_("Revenue"),
        period=report.period,
        notes=since(report.recorded_since, report.period, words),
        blocks=[
            *_figures(report, words),
            _timeline(report, words),
            _movements(report, words),
            _plans(report, words),
            tally("failures", _("Why payments failed"), _("Reason"), failures, words),
        ],
        charts=_charts(report, words),
    )


def _charts(report: Revenue, words: Words) -> list[Chart]:
    _ = words.gettext
    return [
        Chart(
            kind="stack",
            block="movements",
            title=_("What moved recurring revenue"),
            x=report.step,
            y=MOVES,
        ),
        Chart(
            kind="bars",
            block="timeline",
            title=_("Revenue"),
            x=report.step,
            y=["gross"],
            before="gross_before",
        ),
    ]


def _figures(report: Revenue, words: Words) -> list[Block]:
    _ = words.gettext
    ever = report.all_time
    all_time = [
        Line(key="all_gross", label=_("received"), unit=Unit.STARS, value=ever.gross),
        Line(key="all_refunds", label=_("given back"), unit=Unit.STARS, value=ever.refunds),
        Line(key="all_net", label=_("kept"), unit=Unit.STARS, value=ever.net),
        Line(key="all_payments", label=_("payments"), unit=Unit.COUNT, value=ever.payments),
    ]
    return [
        Figures(key="summary", title=_("Revenue"), sign="⭐", lines=_money(report, words)),
        Figures(key="recurring", title=_("Recurring"), sign="🔁", lines=_mrr(report, words)),
        Figures(key="sales", title=_("From invoice to payment"), lines=_sales(report, words)),
        Figures(key="all_time", title=_("Since the beginning"), lines=all_time),
    ]


def _money(report: Revenue, words: Words) -> list[Line]:
    _ = words.gettext
    lines = [
        line("gross", _("received"), Unit.STARS, report.gross),
        line("refunds", _("given back"), Unit.STARS, report.refunds),
        line("net", _("kept"), Unit.STARS, report.net),
        line("recurring_gross", _("received for subscriptions"), Unit.STARS, report.recurring),
        line("once_gross", _("received for single purchases"), Unit.STARS, report.once),
        line("payments", _("payments"), Unit.COUNT, report.payments),
        line("payers", _("people who paid"), Unit.COUNT, report.payers),
        line("arppu", _("received from each of them"), Unit.STARS, report.arppu),
    ]
    net = report.usd(report.net)
    return lines if net is None else [*lines, line("net_usd", _("kept, in USD"), Unit.USD, net)]


def _mrr(report: Revenue, words: Words) -> list[Line]:
    _ = words.gettext
    month = _("a month, at the end") if report.period.is_over else _("a month, now")
    lines = [
        line("mrr", month, Unit.STARS, report.mrr),
        line("subscribers", _("subscribers"), Unit.COUNT, report.subscribers),
        line("holders", _("single purchases that last"), Unit.COUNT, report.holders),
        *[line(name, move(name, words), Unit.STARS, report.moves[name]) for name in MOVES],
    ]
    usd = report.usd(report.mrr)
    return lines if usd is None else [*lines, line("mrr_usd", _("a month, in USD"), Unit.USD, usd)]


def _sales(report: Revenue, words: Words) -> list[Line]:
    _ = words.gettext
    return [
        line("invoices", _("invoices"), Unit.COUNT, report.invoices),
        line("checkouts", _("checkouts"), Unit.COUNT, report.checkouts),
        line("sales", _("paid, without renewals"), Unit.COUNT, report.sales),
        line("conversion", _("paid of invoices"), Unit.SHARE, report.conversion),
    ]


def _timeline(report: Revenue, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        Column(key="gross", label=_("Received"), unit=Unit.STARS),
        Column(key="refunds", label=_("Given back"), unit=Unit.STARS),
        Column(key="gross_before", label=_("Before"), unit=Unit.STARS, is_extra=True),
    ]
    rows = [
        [part.name, part.gross, part.refunds, known(part.gross_before, Unknown.NOT_RECORDED_THEN)]
        for part in report.timeline
    ]
    return Table(
        key="timeline",
        title=_("Timeline"),
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )


def _movements(report: Revenue, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        *[
            Column(key=name, label=move(name, words), unit=Unit.STARS, is_extra=True)
            for name in MOVES
        ],
        Column(key="net", label=_("Change"), unit=Unit.STARS),
        Column(key="mrr", label=_("A month"), unit=Unit.STARS),
    ]
    rows = [
        [
            part.name,
            *[getattr(part.movement, name) for name in MOVES],
            part.movement.net,
            part.mrr,
        ]
        for part in report.parts
    ]
    title = _("What moved recurring revenue")
    return Table(
        key="movements",
        title=title,
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )


def _plans(report: Revenue, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="plan", label=_("Plan"), unit=Unit.FOREIGN),
        Column(key="payments", label=_("Payments"), unit=Unit.COUNT, is_extra=True),
        Column(key="gross", label=_("Received"), unit=Unit.STARS),
        Column(key="refunds", label=_("Given back"), unit=Unit.STARS, is_extra=True),
        Column(key="net", label=_("Kept"), unit=Unit.STARS),
        Column(key="all_payments", label=_("Payments ever"), unit=Unit.COUNT, is_extra=True),
        Column(key="all_gross", label=_("Received ever"), unit=Unit.STARS, is_extra=True),
        Column(key="all_refunds", label=_("Given back ever"), unit=Unit.STARS, is_extra=True),
        Column(key="all_net", label=_("Kept ever"), unit=Unit.STARS),
    ]
    rows = [[one.plan, *_stars(one.period), *_stars(one.all_time)] for one in report.by_plan]
    return Table(key="plans", title=_("By plan"), columns=columns, rows=rows)


def _stars(money: Money) -> list[Value]:
    return [money.payments, money.gross, money.refunds, money.net]
