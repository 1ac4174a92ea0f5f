"""/health as Telegram HTML: what comes from outside is escaped."""

from __future__ import annotations

from bot.analytics.health import Check, Health, Status
from bot.analytics.render.fit import fitted, quoted
from bot.analytics.render.words import Words

MINUTE = 60
SIGNS = {"pass": "🟢", "warn": "🟡", "fail": "🔴"}


def _said(status: Status, words: Words) -> str:
    _ = words.gettext
    return {
        "pass": _("All is well"),
        "warn": _("Something needs a look"),
        "fail": _("Something does not work"),
    }[status]


def _called(name: str, words: Words) -> str:
    """What a check looks at; the operator's own go by their names."""
    _ = words.gettext
    return {
        "event_loop": _("Delay of the event loop"),
        "database": _("Writing to the database"),
        "disk": _("Free on the disk"),
        "memory": _("Memory"),
        "cpu": _("Processor"),
        "threads": _("Threads"),
        "uptime": _("Running for"),
        "polling": _("Since Telegram last answered"),
        "webhook": _("Since a delivery last failed"),
        "alert_check": _("Since the rules of alerts were last asked"),
        "notices": _("Notices to the admins' chat"),
        "notices_webhook": _("Notices to the webhook"),
        "notices_admins": _("Notices to single admins"),
        "heartbeat": _("Heartbeat to the watcher"),
        "ytdlp": _("Age of yt-dlp"),
        "download_queue": _("Download queue"),
        "download_wait": _("Wait for a download"),
        "download_disk": _("Free for downloads"),
    }.get(name, name.replace("_", " "))


def health(report: Health, words: Words) -> str:
    """/health."""
    ready = words.gettext("ready") if report.is_ready else words.gettext("not ready")
    up = words.gettext("up {duration}").format(duration=words.duration(report.uptime_seconds))
    said = f"<b>{_said(report.status, words)}</b>"
    facts = " · ".join([said, ready, up, quoted(report.version)])
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
    return f"{SIGNS[check.status]} {quoted(_called(check.name, words))}{value}{note}"


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
