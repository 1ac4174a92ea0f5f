"""The funnel, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Chart, Column, Sheet, Table, Unit, Value, line
from bot.analytics.render.words import Words
from bot.analytics.reports.funnel import Funnel, FunnelStep


def funnel(report: Funnel, words: Words) -> Sheet:
    """The steps with how many people reached each, in one table."""
    _ = words.gettext
    days = report.window.days
    window = words.ngettext(
        "Each step within {days} day of the first, in this order.",
        "Each step within {days} days of the first, in this order.",
        days,
    ).format(days=words.number(days))
    open_end = _("Who took the first step later than that before the end may still go on.")
    title = _("Funnel")
    return Sheet(
        name="funnel",
        title=title,
        period=report.period,
        notes=[window, open_end],
        blocks=[
            Table(
                key="steps",
                title=_("Steps"),
                columns=_columns(words),
                rows=[_row(step, words, is_first=not n) for n, step in enumerate(report.steps)],
            )
        ],
        charts=[
            Chart(
                kind="funnel",
                block="steps",
                title=title,
                x="step",
                y=["people", "overall"],
                before="people_before",
            )
        ],
    )


def _columns(words: Words) -> list[Column]:
    _ = words.gettext
    return [
        Column(key="step", label=_("Step"), unit=Unit.TEXT),
        Column(key="people", label=_("People"), unit=Unit.COUNT),
        Column(key="people_before", label=_("Before"), unit=Unit.COUNT, is_extra=True),
        Column(key="overall", label=_("Of the first"), unit=Unit.SHARE),
        Column(
            key="overall_before", label=_("Of the first, before"), unit=Unit.SHARE, is_extra=True
        ),
        Column(key="relative", label=_("Of the last"), unit=Unit.SHARE),
        Column(key="median_seconds", label=_("Median time"), unit=Unit.SECONDS),
        Column(
            key="step_median_seconds",
            label=_("Median time since the last"),
            unit=Unit.SECONDS,
            is_extra=True,
        ),
    ]


def _row(step: FunnelStep, words: Words, *, is_first: bool) -> list[Value]:
    people = line("people", "", Unit.COUNT, step.people)
    overall = line("overall", "", Unit.SHARE, step.overall)
    relative = line("relative", "", Unit.SHARE, step.relative)
    seconds = line("seconds", "", Unit.SECONDS, step.seconds)
    step_seconds = line("step_seconds", "", Unit.SECONDS, step.step_seconds)
    return [
        _name(step.name, words),
        people.value,
        people.before,
        overall.value,
        overall.before,
        relative.value,
        None if is_first else seconds.value,  # nobody needs time to begin
        None if is_first else step_seconds.value,
    ]


def _name(step: str, words: Words) -> str:
    _ = words.gettext
    names = {
        "start": _("Started"),
        "message": _("Wrote a message"),
        "command": _("Used a command"),
        "download_queued": _("Asked for a download"),
        "download_succeeded": _("Got a download"),
        "quiz_started": _("Began a quiz"),
        "conversation_started": _("Asked the assistant"),
        "invoice_sent": _("Saw an invoice"),
        "checkout_started": _("Pressed Pay"),
        "paid": _("Paid"),
        "subscription_started": _("Subscribed"),
        "subscription_renewed": _("Renewed"),
    }
    return names.get(step, step)
