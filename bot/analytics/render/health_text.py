"""/health as Telegram HTML: what comes from outside is escaped."""

from __future__ import annotations

from bot.analytics.health import Check, Health
from bot.analytics.render.fit import fitted, quoted
from bot.analytics.render.words import Words

MINUTE = 60
SIGNS = {"pass": "🟢", "warn": "🟡", "fail": "🔴"}


def health(report: Health, words: Words) -> str:
    """/health."""
    ready = words.gettext("ready") if report.is_ready else words.gettext("not ready")
    up = words.gettext("up {duration}").format(duration=words.duration(report.uptime_seconds))
    facts = " · ".join([f"<b>{report.status}</b>", ready, up, quoted(report.version)])
    lines = [
        f"{SIGNS[report.status]} {facts}",
        "",
        *(_check(check, words) for check in report.checks),
        "",
        f"<i>{words.moment(report.at)}</i>",
    ]
    return fitted(lines, words)


def _check(check: Check, words: Words) -> str:
    value = "" if check.value is None else f": {_measured(check.value, check.unit, words)}"
    note = f" · {quoted(check.output)}" if check.output else ""
    return f"{SIGNS[check.status]} {quoted(check.name)}{value}{note}"


def _measured(value: float, unit: str, words: Words) -> str:
    """A figure as people read it: 83.3 GB rather than all its bytes."""
    if unit == "bytes":
        return words.size(value)
    if unit == "percent":
        return words.percent(value / 100)
    if unit == "s":
        return words.duration(value) if value >= MINUTE else words.seconds(value)
    number = words.number(round(value, 3))
    # A unit that only repeats the check's name says nothing.
    return number if unit == "threads" else f"{number} {quoted(unit)}"
