"""What is said when the database cannot even hold the message that it is in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo

import structlog

from bot.alerts import text
from bot.alerts.notifier import Notifier
from bot.alerts.records import Change
from bot.alerts.states import Alert, State
from bot.analytics.bus import Bus
from bot.analytics.operations import NoticeDelivered
from bot.errors import NotifyError

RULE = "DatabaseIssues"
REFUSALS = 2

log = structlog.get_logger(__name__)


class Emergency:
    """Counts refused checks; speaks without the outbox and remembers in memory that it did.

    A restart while the database is still away forgets, and says it once more.
    """

    def __init__(self, notifier: Notifier, bus: Bus, zone: tzinfo) -> None:
        self._notifier = notifier
        self._bus = bus
        self._zone = zone
        self._refused = 0
        self._alert: Alert | None = None
        self._message_id: int | None = None
        self._told_at: datetime | None = None

    async def refused(self, at: datetime, error: Exception, *, is_known: bool) -> None:
        """One more check could not be saved.

        is_known: the admin was told of DatabaseIssues before, while the database still worked
        """
        self._refused += 1
        self._alert = self._alert or _opened(at, error)
        if self._refused < REFUSALS or self._told_at or is_known:
            return
        try:
            self._message_id = await self._notifier.send(text.firing(self._alert, self._zone))
        except NotifyError as exc:
            log.warning("database is away and so is the admin chat", error=str(exc))
            self._bus.publish(NoticeDelivered(at=at, outcome="retried"))
            return
        self._told_at = at
        self._bus.publish(NoticeDelivered(at=at, outcome="sent"))

    def change(self, states: Mapping[str, State]) -> Change | None:
        """What was said, to be saved now that the database is back; None if nothing was."""
        if self._alert is None or self._told_at is None:
            return None
        before = states.get(RULE) or State(rule=RULE, since=self._alert.fired_at)
        alert = replace(before.alert or self._alert, is_announced=True)
        after = State(
            rule=RULE,
            phase="firing",
            since=self._alert.fired_at,
            alert=alert,
            notified_at=self._told_at,
        )
        said = text.firing(self._alert, self._zone)
        return Change(
            before=before,
            after=after,
            alert=alert,
            notice="firing",
            text=said,
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
        value=REFUSALS,
        threshold=REFUSALS,
        unit="refused checks",
        bad=None,
        total=None,
        details=f"the database refuses to save alert checks: {type(error).__name__}",
        is_announced=True,
    )
