"""/health as Telegram HTML: what comes from outside is escaped."""

from __future__ import annotations

from bot.analytics.health import Check, Health
from bot.analytics.render.fit import fitted, quoted
from bot.analytics.render.words import Words

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
    value = "" if check.value is None else f": {words.number(round(check.value, 3))}"
    unit = f" {quoted(check.unit)}" if check.value is not None and check.unit else ""
    note = f" · {quoted(check.output)}" if check.output else ""
    return f"{SIGNS[check.status]} {quoted(check.name)}{value}{unit}{note}"
