"""Notices as Telegram HTML."""

from __future__ import annotations

from datetime import datetime, tzinfo
from html import escape
from urllib.parse import quote

from bot.alerts.flapping import FLIPS
from bot.alerts.states import REMOVED, Alert
from bot.alerts.terms import Terms

ICONS = {"critical": "🔴", "warning": "🟠"}
DETAILS = 500
# Where the rules are explained when the operator has no page of their own.
PAGE = "docs/alerts.md"
HUNDRED = 100
SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}


def firing(alert: Alert, zone: tzinfo, help_: str = "") -> str:
    """A rule began to fire.  help_: from aid()"""
    title = f"{alert.severity.upper()}: {escape(alert.rule)}"
    return _notice(alert, title, f"since {moment(alert.fired_at, zone)}", help_)


def reminder(alert: Alert, now: datetime, zone: tzinfo, help_: str = "") -> str:
    """A rule fires on, after hours or after a silence."""
    title = f"{alert.severity.upper()}: {escape(alert.rule)}, still firing"
    return _notice(alert, title, _so_long(alert, now, zone), help_)


def flapping(alert: Alert, zone: tzinfo, help_: str = "") -> str:
    """A rule fires and ends all the time; this is the only notice until it is calm."""
    title = f"FLAPPING: {escape(alert.rule)}"
    since = f"since {moment(alert.fired_at, zone)}"
    said = f"fired or ended more than {FLIPS} times within an hour; the next word is its end"
    return _notice(alert, title, f"{said}\n{since}", help_)


def escalation(alert: Alert, now: datetime, zone: tzinfo, help_: str = "") -> str:
    """A critical alert that nobody has answered, for every admin."""
    title = f"{alert.severity.upper()}: {escape(alert.rule)}, nobody has acknowledged it"
    return _notice(alert, title, _so_long(alert, now, zone), help_)


def resolved(alert: Alert, zone: tzinfo) -> str:
    """A rule is good again; says all that matters even to who never saw the firing."""
    start = moment(alert.fired_at, zone)
    end = moment(alert.resolved_at or alert.fired_at, zone)
    when = f", {start} to {end}" if alert.unwatched_ms else f" ({start} to {end})"
    lines = [
        f"🟢 <b>RESOLVED: {escape(alert.rule)}</b>",
        f"resolved after {_lasted(alert)}{when}",
        f"it fired at {measure(alert)}",
    ]
    return "\n".join([*lines, REMOVED] if alert.details == REMOVED else lines)


def aid(terms: Terms, runbook_url: str | None) -> str:
    """What to do first and where to read on; empty when nobody wrote anything."""
    where = link(terms, runbook_url)
    lines = [f"First: {escape(terms.first_aid)}"] if terms.first_aid else []
    if runbook_url:
        return "\n".join(
            [*lines, f'<a href="{escape(where)}">What {escape(terms.name)} means</a>']
        )
    return "\n".join([*lines, escape(where)] if where else lines)


def link(terms: Terms, runbook_url: str | None) -> str:
    """The place that explains a rule; empty for the operator's own rules without a runbook."""
    if not runbook_url and terms.origin != "built-in":
        return ""
    return f"{runbook_url or PAGE}#{quote(terms.name.lower())}"


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
    lasted = duration(alert.lasted(alert.fired_at))
    if not alert.unwatched_ms:
        return lasted
    return f"{lasted} ({duration(alert.unwatched_ms / 1000)} of it unwatched)"


def _so_long(alert: Alert, now: datetime, zone: tzinfo) -> str:
    return f"for {duration(alert.seconds(now))}, since {moment(alert.fired_at, zone)}"


def _notice(alert: Alert, title: str, since: str, help_: str) -> str:
    details = escape(alert.details[:DETAILS])
    lines = [f"{ICONS[alert.severity]} <b>{title}</b>", measure(alert), details, since, help_]
    return "\n".join(line for line in lines if line)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "unknown"
    if unit == "%" and not 0 < value < 1:
        return f"{value:.1f} %"
    # Three digits at least, so that 3.5 is not told as 4, nor 0.25 s as nothing.
    is_exact = abs(value) >= HUNDRED or float(value).is_integer()
    digits = f"{value:,.0f}" if is_exact else f"{value:.3g}"
    return f"{digits} {escape(unit)}".strip()
