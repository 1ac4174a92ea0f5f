"""/analytics as Telegram HTML: what comes from outside is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.analytics.render.fit import fitted, quoted
from bot.analytics.render.period_text import title
from bot.analytics.render.words import Words
from bot.analytics.reports.overview import OTHER, CommandUse, Figure, Overview, Unknown

Write = Callable[[float], str]


def overview(report: Overview, words: Words) -> str:
    """/analytics."""
    return fitted(list(_overview(report, words)), words)


def _overview(report: Overview, words: Words) -> Iterator[str]:
    yield title(report.period, words)
    yield f"<i>{_compared(report.period.days, words)}</i>"
    if report.recorded_since and report.recorded_since > report.period.start:
        since = words.gettext("Recorded since {moment}.")
        yield f"<i>{since.format(moment=words.moment(report.recorded_since))}</i>"
    for heading, lines in _sections(report, words):
        yield ""
        yield f"<b>{heading}</b>"
        yield from lines


def _compared(days: int, words: Words) -> str:
    # Not a plural form: some languages use their singular for 21 days as well.
    if days == 1:
        return words.gettext("Compared with yesterday up to the same time.")
    text = words.ngettext(
        "Compared with the {days} day before, up to the same time.",
        "Compared with the {days} days before, up to the same time.",
        days,
    )
    return text.format(days=words.number(days))


def _sections(report: Overview, words: Words) -> Iterator[tuple[str, list[str]]]:
    line = _Line(words)
    yield "👥 " + words.gettext("People"), _people(report, words, line)
    yield "💬 " + words.gettext("Use"), _use(report, words, line)
    yield "⚙️ " + words.gettext("Performance"), _performance(report, words, line)
    yield "⭐ " + words.gettext("Business"), _business(report, words, line)


def _people(report: Overview, words: Words, line: _Line) -> list[str]:
    return [
        line.whole(words.gettext("active"), report.people),
        line.count(words.gettext("new"), report.new_people),
    ]


def _use(report: Overview, words: Words, line: _Line) -> list[str]:
    return [
        line.count(words.gettext("messages"), report.messages),
        line.count(words.gettext("commands"), report.commands),
        *_top(report, words),
    ]


def _performance(report: Overview, words: Words, line: _Line) -> list[str]:
    return [
        line.count(words.gettext("updates"), report.updates),
        line.count(words.gettext("failed"), report.failed),
        line.share(words.gettext("error rate"), report.error_rate),
        line.seconds(words.gettext("mean time"), report.mean_seconds),
    ]


def _business(report: Overview, words: Words, line: _Line) -> list[str]:
    return [
        line.count(words.gettext("payments"), report.payments),
        line.count(words.gettext("Stars received"), report.stars),
        line.count(words.gettext("Stars given back"), report.refunded_stars),
    ]


def _top(report: Overview, words: Words) -> list[str]:
    uses = [f"{_command(use, words)} {words.number(use.count)}" for use in report.top_commands]
    return [" · ".join(uses)] if uses else []


class _Line:
    """One figure in one line: its name, its value, and what it was before."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def count(self, name: str, figure: Figure) -> str:
        """Things that are counted: the change in percent."""
        return self._line(name, figure, self._words.number, self._change(figure))

    def seconds(self, name: str, figure: Figure) -> str:
        """A mean time."""
        return self._line(name, figure, self._words.seconds, self._change(figure))

    def whole(self, name: str, figure: Figure) -> str:
        """A count whose days before are whole while today is not: a percentage would mislead."""
        before = self._before(figure, self._words.number)
        whole = self._words.gettext("whole days before: {before}").format(before=before)
        return self._line(name, figure, self._words.number, f"({whole})")

    def share(self, name: str, figure: Figure) -> str:
        """A share: a change of a percentage in percent confuses, so both are shown."""
        write = self._words.percent
        before = self._words.gettext("before: {before}")
        note = before.format(before=self._before(figure, write))
        return self._line(name, figure, write, f"({note})")

    def _line(self, name: str, figure: Figure, write: Write, note: str) -> str:
        if figure.value is None:
            return f"{name}: {_reason(figure.unknown, self._words)}"
        return f"{name}: <b>{write(figure.value)}</b> {note}"

    def _change(self, figure: Figure) -> str:
        if figure.change is not None:
            sign = "▲" if figure.change > 0 else "▼" if figure.change < 0 else "="
            return f"{sign} {self._words.percent(abs(figure.change))}"
        before = self._words.gettext("before: {before}")
        return f"({before.format(before=self._before(figure, self._words.number))})"

    def _before(self, figure: Figure, write: Write) -> str:
        if figure.before is None:
            return _reason(figure.unknown_before, self._words)
        return write(figure.before)


def _reason(unknown: Unknown | None, words: Words) -> str:
    _ = words.gettext
    match unknown:
        case Unknown.NOTHING_RECORDED:
            return _("unknown, nothing was recorded yet")
        case Unknown.NOT_RECORDED_THEN:
            return _("unknown, the records began later")
        case _:
            return _("unknown, there were no updates")


def _command(use: CommandUse, words: Words) -> str:
    """What was typed; commands that nobody registered are counted together under no name."""
    return words.gettext("unknown ones") if use.command == OTHER else f"/{quoted(use.command)}"
