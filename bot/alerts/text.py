"""Notices as Telegram HTML."""

from __future__ import annotations

from datetime import datetime, tzinfo
from html import escape

from bot.alerts.states import Alert

ICONS = {"critical": "🔴", "warning": "🟠"}
DETAILS = 500
SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}


def firing(alert: Alert, zone: tzinfo) -> str:
    """A rule began to fire."""
    title = f"{alert.severity.upper()}: {escape(alert.rule)}"
    return _notice(alert, title, f"since {moment(alert.fired_at, zone)}")


def reminder(alert: Alert, now: datetime, zone: tzinfo) -> str:
    """A rule has been firing for hours."""
    title = f"{alert.severity.upper()}: {escape(alert.rule)}, still firing"
    lasted = duration(alert.seconds(now))
    return _notice(alert, title, f"for {lasted}, since {moment(alert.fired_at, zone)}")


def resolved(alert: Alert, zone: tzinfo) -> str:
    """A rule is good again; says all that matters even to who never saw the firing."""
    start = moment(alert.fired_at, zone)
    end = moment(alert.resolved_at or alert.fired_at, zone)
    return "\n".join(
        [
            f"🟢 <b>RESOLVED: {escape(alert.rule)}</b>",
            f"resolved after {_lasted(alert)} ({start} to {end})",
            f"it fired at {measure(alert)}",
        ]
    )


def ended(alert: Alert) -> str:
    """The line that is added to the message of a firing that is over."""
    return f"🟢 {escape(alert.rule)} resolved after {_lasted(alert)}"


def measure(alert: Alert) -> str:
    """Value against threshold, and how many were affected."""
    value = (
        f"{_figure(alert.value, alert.unit)} (threshold {_figure(alert.threshold, alert.unit)})"
    )
    if alert.total is None:
        return value
    return f"{value}, affected {alert.bad} of {alert.total}"


def moment(at: datetime, zone: tzinfo) -> str:
    """*at* as the clock on the wall in *zone* shows it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def duration(seconds: float) -> str:
    """*seconds* in its two largest units, such as 2 h 5 min."""
    left = round(seconds)
    parts = []
    for unit, size in SECONDS.items():
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _lasted(alert: Alert) -> str:
    return duration(alert.seconds(alert.fired_at))


def _notice(alert: Alert, title: str, since: str) -> str:
    details = escape(alert.details[:DETAILS])
    return "\n".join([f"{ICONS[alert.severity]} <b>{title}</b>", measure(alert), details, since])


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "unknown"
    return f"{value:.1f} {unit}" if unit == "%" else f"{value:,.0f} {escape(unit)}"
