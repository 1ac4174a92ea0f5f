"""/analytics laid out: performance, business, health, engagement, against the time before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.analytics.render.sheet import Chart, Column, Figures, Line, Sheet, Table, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.overview import Overview
from bot.analytics.reports.overview_counts import OTHER, Use
from bot.analytics.sheets.entries import since


def overview(report: Overview, words: Words) -> Sheet:
    """The sheet of /analytics; features that are switched off are left out."""
    tables = list(_tables(report, words))
    return Sheet(
        name="analytics",
        title=words.gettext("Overview"),
        period=report.period,
        notes=since(report.recorded_since, report.period, words),
        blocks=[*_figures(report, words), *tables],
        charts=[
            Chart(kind="bars", block=one.key, title=one.title, x="name", y=["count"])
            for one in tables
        ],
    )


def _figures(report: Overview, words: Words) -> Iterator[Figures]:
    _ = words.gettext
    yield Figures(key="people", sign="👥", title=_("People"), lines=_people(report, words))
    if "downloads" in report.features:
        lines = _downloads(report, words)
        yield Figures(key="downloads", sign="📥", title=_("Downloads"), lines=lines)
    yield Figures(key="health", sign="⚙️", title=_("Health"), lines=_health(report, words))
    if "billing" in report.features:
        lines = _business(report, words)
        yield Figures(key="business", sign="⭐", title=_("Business"), lines=lines)


def _people(report: Overview, words: Words) -> Sequence[Line]:
    _ = words.gettext
    return (
        # Whole days before, and today so far: a change would mislead.
        line(
            "active", _("active"), Unit.COUNT, report.people, is_partial=not report.period.is_over
        ),
        line("new", _("new"), Unit.COUNT, report.new_people),
        line("messages", _("messages"), Unit.COUNT, report.messages),
        line("commands", _("commands"), Unit.COUNT, report.commands),
    )


def _downloads(report: Overview, words: Words) -> Sequence[Line]:
    _ = words.gettext
    return (
        line("downloads", _("ended"), Unit.COUNT, report.downloads),
        line("success", _("success rate"), Unit.SHARE, report.download_success),
        line("mean", _("mean time"), Unit.SECONDS, report.download_seconds),
        line("p95", _("95% took at most"), Unit.SECONDS, report.slow_download_seconds),
    )


def _health(report: Overview, words: Words) -> Sequence[Line]:
    _ = words.gettext
    lines = [
        line("updates", _("updates"), Unit.COUNT, report.updates),
        line("failed", _("failed"), Unit.COUNT, report.failed),
        line("error_rate", _("error rate"), Unit.SHARE, report.error_rate),
        line("mean_seconds", _("mean time"), Unit.SECONDS, report.mean_seconds),
    ]
    # How it is now says nothing about days that are over.
    if "downloads" in report.features and not report.period.is_over:
        works = {True: _("works"), False: _("does not work"), None: Unknown.NOT_TRIED}
        lines += [
            Line(
                key="waiting",
                label=_("downloads that wait"),
                unit=Unit.COUNT,
                value=report.waiting,
            ),
            Line(key="ytdlp", label="yt-dlp", unit=Unit.TEXT, value=works[report.ytdlp_up]),
        ]
    return lines


def _business(report: Overview, words: Words) -> Sequence[Line]:
    _ = words.gettext
    return (
        line("payments", _("payments"), Unit.COUNT, report.payments),
        line("stars", _("received"), Unit.STARS, report.stars),
        line("refunded", _("given back"), Unit.STARS, report.refunded_stars),
        line("subscribers", _("people with a plan"), Unit.COUNT, report.subscribers),
        line("new_subscriptions", _("new plans"), Unit.COUNT, report.new_subscriptions),
    )


def _tables(report: Overview, words: Words) -> Iterator[Table]:
    _ = words.gettext
    yield _table("commands", _("Commands"), report.top_commands, words)
    if "downloads" in report.features:
        yield _table("formats", _("Formats"), report.top_formats, words)


def _table(key: str, title: str, uses: Sequence[Use], words: Words) -> Table:
    columns = (
        Column(key="name", label=title, unit=Unit.FOREIGN),
        Column(key="count", label=words.gettext("times"), unit=Unit.COUNT),
    )
    rows = [(_name(key, use, words), use.count) for use in uses]
    return Table(key=key, title=title, columns=columns, rows=rows)


def _name(key: str, use: Use, words: Words) -> str:
    """What was typed; commands that nobody registered are counted together under no name."""
    if key != "commands":
        return use.name
    return words.gettext("unknown ones") if use.name == OTHER else f"/{use.name}"
