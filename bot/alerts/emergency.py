"""What is said when the database cannot even hold the message that it is in trouble."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot.alerts.flapping import flipped
from bot.alerts.notifier import Notifier
from bot.alerts.states import Alert, State, told
from bot.alerts.terms import Terms
from bot.alerts.turns import Change
from bot.analytics.bus import Bus
from bot.analytics.operations import NoticeDelivered
from bot.errors import NotifyError

RULE = "DatabaseIssues"
REFUSALS = 2

log = structlog.get_logger(__name__)


class Emergency:
    """Counts refused checks; speaks without the outbox and remembers in memory that it did.

    A restart while the database is still away forgets, and says it once more.
    say: words for a firing
    """

    def __init__(self, notifier: Notifier, bus: Bus, say: Callable[[Alert, Terms], str]) -> None:
        self._notifier = notifier
        self._bus = bus
        self._say = say
        self._refused = 0
        self._alert: Alert | None = None
        self._message_id: int | None = None
        self._told_at: datetime | None = None

    @property
    def is_told(self) -> bool:
        """Whether the admins were told of something that could not be saved yet."""
        return self._told_at is not None

    async def refused(
        self, at: datetime, error: Exception, terms: Terms, *, is_quiet: bool
    ) -> None:
        """One more check could not be saved.

        is_quiet: the admins know of DatabaseIssues from before, or want to hear nothing of it
        """
        self._refused += 1
        self._alert = self._alert or _opened(at, error)
        if self._refused < REFUSALS or self._told_at or is_quiet:
            return
        try:
            self._message_id = await self._notifier.send(self._say(self._alert, terms))
        except NotifyError as exc:
            log.warning("database is away and so is the admin chat", error=str(exc))
            self._bus.publish(NoticeDelivered(at=at, outcome="retried"))
            return
        self._told_at = at
        self._bus.publish(NoticeDelivered(at=at, outcome="sent"))

    def change(self, states: Mapping[str, State], terms: Terms) -> Change | None:
        """What was said, to be saved now that the database is back; None if nothing was."""
        if self._alert is None or self._told_at is None:
            return None
        before = states.get(RULE) or State(rule=RULE, since=self._alert.fired_at)
        fired = replace(
            before,
            phase="firing",
            since=self._alert.fired_at,
            checks=0,
            alert=before.alert or self._alert,
            # The time in which nothing could be saved was watched all the same.
            checked_at=None,
            flips=before.flips if before.alert else flipped(before.flips, self._alert.fired_at),
        )
        after = told(fired, "firing", self._told_at)
        return Change(
            before=before,
            after=after,
            terms=terms,
            alert=after.alert,
            notice="firing",
            message_id=self._message_id,
        )

    def over(self) -> None:
        """The database took a check."""
        self._refused = 0
        self._alert = self._message_id = self._told_at = None


def _opened(at: datetime, error: Exception) -> Alert:
    return Alert(
        rule=RULE,
        severity="critical",
        fired_at=at,
        pending_at=at,
        value=REFUSALS,
        threshold=REFUSALS,
        unit="refused checks",
        bad=None,
        total=None,
        details=f"the database refuses to save alert checks: {type(error).__name__}",
        is_announced=True,
    )
