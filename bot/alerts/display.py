"""A message about alerts as it should look by now, long after it was sent.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape

from bot.alerts import text
from bot.alerts.buttons import Subject, buttons_for
from bot.alerts.notifier import Buttons
from bot.alerts.states import Alert


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One notice of a message, and what became of its alert.

    said: the notice as it was sent, HTML; acked_by: an admin's name or number, or which token
    quiet_until: the end of the silence that covers it now
    """

    kind: str
    said: str
    alert: Alert
    acked_by: str = ""
    quiet_until: datetime | None = None

    @property
    def is_news(self) -> bool:
        """Whether it told of something that has an end, and not of the end itself."""
        return self.kind != "resolved"


def composed(parts: Sequence[Part], zone: tzinfo) -> tuple[str, Buttons]:
    """The text of a message with *parts*, and what can be pressed below it."""
    subjects = [_subject(part) for part in parts if part.is_news]
    return "\n\n".join(_part(part, zone) for part in parts), buttons_for(subjects)


def _subject(part: Part) -> Subject:
    return Subject(
        history_id=part.alert.id,
        rule=part.alert.rule,
        is_acked=part.alert.acked_at is not None,
        is_over=part.alert.resolved_at is not None,
    )


def _part(part: Part, zone: tzinfo) -> str:
    if not part.is_news:
        return part.said
    rule, lines = escape(part.alert.rule), [part.said]
    if part.alert.acked_at:
        moment = text.moment(part.alert.acked_at, zone)
        lines.append(f"👤 {rule} acknowledged by {escape(part.acked_by)}, {moment}")
    if part.alert.resolved_at:
        lines.append(text.ended(part.alert))
    elif part.quiet_until:
        lines.append(f"🔕 {rule} silenced until {text.moment(part.quiet_until, zone)}")
    return "\n".join(lines)
