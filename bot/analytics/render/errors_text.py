"""/errors as Telegram HTML: what comes from outside is escaped."""

from __future__ import annotations

from bot.analytics.render.fit import fitted, quoted
from bot.analytics.render.period_text import title
from bot.analytics.render.words import Words
from bot.analytics.reports.errors import ErrorDetail, ErrorGroup, Errors

SHOWN_TRACEBACK = 2_800


def errors(report: Errors, words: Words) -> str:
    """/errors."""
    lines = [title(report.period, words)]
    if not report.groups:
        lines.append(words.gettext("No errors."))
        return fitted(lines, words)
    for group in report.groups:
        lines += ["", *_group(group, words)]
    if hidden := report.group_count - len(report.groups):
        note = words.ngettext(
            "… and {count} more kind of error.", "… and {count} more kinds of errors.", hidden
        )
        lines += ["", note.format(count=words.number(hidden))]
    lines += ["", words.gettext("One of them in full: /errors NUMBER")]
    return fitted(lines, words)


def error(detail: ErrorDetail, words: Words) -> str:
    """/errors NUMBER: the end of the traceback, because the cause stands there."""
    end = detail.traceback[-SHOWN_TRACEBACK:]
    lines = [
        f"<b>{quoted(detail.number)}</b> · {words.moment(detail.at)}",
        f"{quoted(detail.category)} · <code>{quoted(detail.location)}</code>",
        f"<b>{quoted(detail.type)}</b>: {quoted(detail.message, 400)}",
        "",
    ]
    if cut := len(detail.traceback) - len(end):
        note = words.ngettext(
            "… {count} character before this is left out.",
            "… {count} characters before this are left out.",
            cut,
        )
        lines.append(note.format(count=words.number(cut)))
    lines += [f"<code>{quoted(line, 300)}</code>" for line in end.splitlines()]
    return fitted(lines, words)


def _group(group: ErrorGroup, words: Words) -> list[str]:
    times = words.ngettext("{count} time", "{count} times", group.count)
    span = words.moment(group.last_at)
    if group.count > 1:
        span = words.span(words.moment(group.first_at), span)
    return [
        f"<b>{quoted(group.type)}</b> · <code>{quoted(group.location)}</code>",
        f"{times.format(count=words.number(group.count))} · {span}",
        words.gettext("last number: {number}").format(
            number=f"<code>{quoted(group.number)}</code>"
        ),
    ]
