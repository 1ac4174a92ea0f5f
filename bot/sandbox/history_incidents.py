"""Bad hours of the invented past: what went wrong when, and of what nobody wanted to hear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.sandbox.history_acts import Span


class Trouble(StrEnum):
    """What goes wrong for a while."""

    ERRORS = "errors"  # handlers raise
    SLOWNESS = "slowness"  # handlers take seconds
    REFUSALS = "refusals"  # Telegram takes no more requests
    NO_FILES = "no_files"  # downloads fail


@dataclass(frozen=True, slots=True)
class Incident:
    """A trouble from its beginning to its end.  is_expected: a silence was asked for before"""

    trouble: Trouble
    begins_at: datetime
    ends_at: datetime
    is_expected: bool = False

    def is_at(self, at: datetime) -> bool:
        """Whether it goes on at that moment."""
        return self.begins_at <= at < self.ends_at


# Trouble, when in the history as a share of its days, from which hour for how many, is_expected.
# By day and early in the evening, so that there are people to suffer and the alert ends that day.
PLANNED = (
    (Trouble.SLOWNESS, 0.36, 19.8, 0.7, True),
    (Trouble.ERRORS, 0.47, 18.7, 0.9, False),
    (Trouble.SLOWNESS, 0.66, 19.1, 0.7, False),
    (Trouble.REFUSALS, 0.77, 12.2, 0.6, False),
    (Trouble.NO_FILES, 0.86, 17.5, 2.5, False),
    (Trouble.ERRORS, 0.96, 19.6, 0.7, False),
)


def incidents(span: Span) -> tuple[Incident, ...]:
    """Those of the whole days of *span*, in order; a history without days has none."""
    if span.days <= 0:
        return ()
    return tuple(
        Incident(
            trouble,
            span.moment(int(share * span.days), hour),
            span.moment(int(share * span.days), hour + hours),
            is_expected,
        )
        for trouble, share, hour, hours, is_expected in PLANNED
    )


class Calendar:
    """Knows what was wrong at a moment."""

    def __init__(self, some: Sequence[Incident]) -> None:
        self._by_trouble = {
            trouble: [one for one in some if one.trouble is trouble] for trouble in Trouble
        }

    def has(self, trouble: Trouble, at: datetime) -> bool:
        """Whether there was that *trouble* then."""
        return any(one.is_at(at) for one in self._by_trouble[trouble])
