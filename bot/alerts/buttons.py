"""What can be pressed below a message about alerts.  Pure; bot/handlers takes the presses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.alerts.notifier import Button, Buttons

ACKNOWLEDGE = "alert:ack"
QUIET_1_HOUR = "alert:quiet1"
QUIET_4_HOURS = "alert:quiet4"
CHART = "alert:chart"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """One alert that a message is about.

    history_id: its epoch; is_acked, is_over: acknowledged, resolved by now
    """

    history_id: int
    rule: str
    is_acked: bool = False
    is_over: bool = False


def buttons_for(subjects: Sequence[Subject]) -> Buttons:
    """Two rows for a single alert, one for each of several, which then carries its rule's name.

    What is over can only be looked at, and what is acknowledged is acknowledged once.
    """
    if len(subjects) == 1:
        return _alone(subjects[0])
    return [_named(subject) for subject in subjects]


def _alone(subject: Subject) -> Buttons:
    chart = _button("Chart", CHART, subject)
    if subject.is_over:
        return [[chart]]
    quiet = [
        _button("Silence 1 h", QUIET_1_HOUR, subject),
        _button("Silence 4 h", QUIET_4_HOURS, subject),
    ]
    if subject.is_acked:
        return [[chart], quiet]
    return [[_button("Acknowledge", ACKNOWLEDGE, subject), chart], quiet]


def _named(subject: Subject) -> list[Button]:
    if subject.is_over:
        return [_button(f"📈 {subject.rule}", CHART, subject)]
    quiet = [
        _button("🔕 1 h", QUIET_1_HOUR, subject),
        _button("🔕 4 h", QUIET_4_HOURS, subject),
    ]
    if subject.is_acked:
        return [_button(f"📈 {subject.rule}", CHART, subject), *quiet]
    acknowledge = _button(f"✓ {subject.rule}", ACKNOWLEDGE, subject)
    return [acknowledge, *quiet, _button("📈", CHART, subject)]


def _button(text: str, prefix: str, subject: Subject) -> Button:
    return Button(text, f"{prefix}:{subject.history_id}")
