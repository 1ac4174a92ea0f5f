"""Languages and premium, laid out."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale

from bot.analytics.render.sheet import Chart, Column, Figures, Line, Sheet, Table, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Figure
from bot.analytics.reports.languages import Languages, LanguageShare
from bot.analytics.sheets.entries import known


def languages(report: Languages, words: Words) -> Sheet:
    """How many people were active, and which languages they speak."""
    _ = words.gettext
    is_partial = not report.period.is_over
    active = line("active", _("active people"), Unit.COUNT, report.active, is_partial=is_partial)
    premium = premium_lines(report.premium, report.premium_share, words, is_partial=is_partial)
    lines = [active, *premium]
    return Sheet(
        name="languages",
        title=_("Languages"),
        period=report.period,
        notes=[_("Who changed their language is counted in both.")],
        blocks=[
            Figures(key="summary", title=_("People"), sign="👥", lines=lines),
            language_table(report.languages, words),
        ],
        charts=[language_chart(words)],
    )


def premium_lines(premium: Figure, share: Figure, words: Words, *, is_partial: bool) -> list[Line]:
    """How many active people have Telegram Premium."""
    _ = words.gettext
    return [
        line("premium", _("with Telegram Premium"), Unit.COUNT, premium, is_partial=is_partial),
        line("premium_share", _("of the active"), Unit.SHARE, share),
    ]


def language_table(shares: Sequence[LanguageShare], words: Words) -> Table:
    """A row for each language, the largest first."""
    _ = words.gettext
    columns = [
        Column(key="language", label=_("Language"), unit=Unit.TEXT),
        Column(key="people", label=_("People"), unit=Unit.COUNT),
        Column(key="share", label=_("Share"), unit=Unit.SHARE),
        Column(key="tag", label=_("Tag"), unit=Unit.TEXT, is_extra=True),
        Column(key="premium", label=_("Premium"), unit=Unit.COUNT, is_extra=True),
        Column(key="premium_share", label=_("Premium, share"), unit=Unit.SHARE),
    ]
    rows = [
        [
            _name(one.tag, words),
            one.people,
            known(one.share),
            one.tag,
            one.premium,
            known(one.premium_share),
        ]
        for one in shares
    ]
    return Table(key="languages", title=_("Languages"), columns=columns, rows=rows)


def language_chart(words: Words) -> Chart:
    """Bars of the languages' people."""
    title = words.gettext("Active people by language")
    return Chart(kind="bars", block="languages", title=title, x="language", y=["people"])


def _name(tag: str, words: Words) -> str:
    _ = words.gettext
    if not tag:
        return _("not said")
    name: str = Locale.parse(words.locale).languages.get(tag, tag)
    return _("other") if tag == "other" else name
