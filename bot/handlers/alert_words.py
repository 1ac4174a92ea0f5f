"""What the chat's views of alerts share: alerts, silences and targets as lines of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from aiogram.types import InlineKeyboardButton, User
from aiogram.utils.i18n import gettext as _
from pydantic import Field

from bot.alerts.book import AlertBoard, Pending
from bot.alerts.silences import Silence
from bot.alerts.states import Alert
from bot.alerts.terms import MINUTE, Terms
from bot.alerts.text import ICONS
from bot.alerts.wish import Target
from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.clock import Clock
from bot.handlers.answers import button

DETAILS = 500
NAME = 64
# Telegram shows about as much of a button on a phone.
LABEL = 32
# A row's key in a button's data: larger ones are no numbers for the database.
LARGEST = 2**63 - 1

Number = Annotated[int, Field(ge=1, le=LARGEST)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Whoever reads: in which language, when, and as which admin (Telegram's id)."""

    words: Words
    now: datetime
    user_id: int

    def actor(self, user_id: int | None, token: str | None) -> str:
        """Who did it: an admin, or a program with a token; plain text."""
        if token:
            return _("the token {name}").format(name=token)
        if user_id is None:
            return _("an admin")
        return _("you") if user_id == self.user_id else _("admin {id}").format(id=user_id)


def reader_of(user: User | None, words: Words, clock: Clock) -> Reader:
    """Whoever wrote or pressed, now."""
    return Reader(words=words, now=clock(), user_id=user.id if user else 0)


def target_name(target: Target) -> str:
    """What a silence covers, as HTML."""
    if target.key is None:
        return _("all alerts")
    return f"<b>{quoted(str(target), NAME)}</b>"


def target_of(silence: Silence) -> Target:
    """What *silence* covers."""
    return Target(silence.key, silence.value)


def alert_lines(
    alert: Alert, board: AlertBoard, quiet: Sequence[Silence], terms: Terms, reader: Reader
) -> list[str]:
    """An alert that fires; *quiet*: all silences."""
    words = reader.words
    lines = [_head(alert, reader), quoted(measure(alert, words))]
    if alert.details:
        lines.append(quoted(alert.details, DETAILS))
    lines.append(_answered(alert, board, reader))
    ends = [one.ends_at for one in quiet if one.covers(terms, reader.now)]
    if ends:
        lines.append("🔕 " + _("silent until {moment}").format(moment=words.moment(max(ends))))
    return lines


def past_lines(alert: Alert, board: AlertBoard, reader: Reader) -> list[str]:
    """An alert that is over."""
    figures = quoted(measure(alert, reader.words))
    return [_head(alert, reader), figures, _answered(alert, board, reader)]


def _head(alert: Alert, reader: Reader) -> str:
    words = reader.words
    icon = "🟢" if alert.resolved_at else ICONS[alert.severity]
    lasted = _("since {moment}, for {duration}").format(
        moment=words.moment(alert.fired_at), duration=words.duration(alert.seconds(reader.now))
    )
    return f"{icon} <b>{quoted(alert.rule, NAME)}</b> · {lasted}"


def _answered(alert: Alert, board: AlertBoard, reader: Reader) -> str:
    words, noticed = reader.words, board.noticed(alert)
    told = _("nobody was told")
    if noticed is not None:
        told = _("told after {duration}").format(duration=words.duration(noticed))
    answered = board.acknowledged(alert)
    if answered is None:
        return f"👤 {told}, " + _("not acknowledged")
    text = _("acknowledged after {duration} by {admin}")
    admin = quoted(reader.actor(alert.acked_by, alert.acked_token), NAME)
    duration = words.duration(answered)
    return f"👤 {told}, " + text.format(duration=duration, admin=admin)


def measure(alert: Alert, words: Words) -> str:
    """Value against threshold, and how many were affected; plain text."""
    text = _("{value} (threshold {threshold})").format(
        value=figure(alert.value, alert.unit, words),
        threshold=figure(alert.threshold, alert.unit, words),
    )
    if alert.total is None or alert.bad is None:
        return text
    affected = _("affected {bad} of {total}")
    bad, total = words.number(alert.bad), words.number(alert.total)
    return f"{text}, {affected.format(bad=bad, total=total)}"


def figure(value: float | None, unit: str, words: Words) -> str:
    """*value* with its unit; plain text."""
    if value is None:
        return _("unknown")
    if unit == "%":
        return words.percent(value / 100)
    if unit == "s":
        return words.duration(value) if value >= MINUTE else words.seconds(value)
    shown = round(value, 2) if abs(value) >= 1 else float(f"{value:.3g}")
    return f"{words.number(shown)} {unit}".strip()


def pending_line(pending: Pending, reader: Reader) -> str:
    """A rule that may fire soon."""
    words, since = reader.words, (reader.now - pending.since).total_seconds()
    text = _("bad since {moment}, for {duration}").format(
        moment=words.moment(pending.since), duration=words.duration(max(since, 0))
    )
    return f"🟡 <b>{quoted(pending.rule, NAME)}</b> · {text}"


def silence_lines(silence: Silence, reader: Reader) -> list[str]:
    """A silence: of what, until when, by whom and why."""
    words = reader.words
    if silence.starts_at > reader.now:
        when = words.span(words.moment(silence.starts_at), words.moment(silence.ends_at))
    else:
        left = words.duration((silence.ends_at - reader.now).total_seconds())
        text = _("until {moment}, for another {duration}")
        when = text.format(moment=words.moment(silence.ends_at), duration=left)
    lines = [f"🔕 #{silence.id} {target_name(target_of(silence))} · {when}"]
    by = quoted(reader.actor(silence.created_by, silence.created_token), NAME)
    why = _("by {admin}").format(admin=by)
    if silence.reason:
        why = f"{why}: {quoted(silence.reason)}"
    return [*lines, why]


def end_buttons(silences: Iterable[Silence], prefix: str) -> list[list[InlineKeyboardButton]]:
    """A button for each of *silences* that ends it."""
    text = _("End silence #{id}: {target}")
    return [
        [
            button(
                "🔔 " + _short(text.format(id=one.id, target=target_of(one))),
                f"{prefix}:{one.id}",
            )
        ]
        for one in silences
    ]


def acknowledge_buttons(alerts: Iterable[Alert], prefix: str) -> list[list[InlineKeyboardButton]]:
    """A button for each of *alerts* that nobody has acknowledged."""
    text = _("Acknowledge {rule}")
    return [
        [button("✓ " + _short(text.format(rule=alert.rule)), f"{prefix}:{alert.id}")]
        for alert in alerts
        if alert.acked_at is None
    ]


def _short(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"
