"""/errors NUMBER as Telegram HTML: what comes from outside is escaped."""

from __future__ import annotations

from bot.analytics.render.fit import fitted, quoted
from bot.analytics.render.words import Words
from bot.analytics.reports.errors import ErrorDetail

SHOWN_TRACEBACK = 2_800


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
