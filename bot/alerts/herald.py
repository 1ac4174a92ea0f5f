"""What a change says, in the words of each lane.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.alerts import text
from bot.alerts.states import Alert, Notice
from bot.alerts.terms import Terms
from bot.alerts.turns import Change
from bot.alerts.webhook import alert_json
from bot.database.alert_tables import CHAT, WEBHOOK

# By epoch: which kinds of notices arrived in which lanes.
Heard = Mapping[int, AbstractSet[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification:
    """A row for the outbox.  message_id: the message in which it was said already"""

    history_id: int
    lane: str
    kind: Notice
    text: str
    message_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Herald:
    """lanes: where everything is told; admins: where escalations are told
    runbook_url: a page like docs/alerts.md; None: the page is named
    """

    zone: tzinfo
    lanes: Sequence[str] = (CHAT,)
    admins: Sequence[str] = ()
    runbook_url: str | None = None

    def notifications(self, change: Change, heard: Heard, at: datetime) -> Iterator[Notification]:
        """One for each lane that is to hear of *change*, whose alert is saved."""
        alert = change.alert
        if alert is None or change.notice is None:
            return
        for lane, kind in self._addresses(change.notice, alert, heard.get(alert.id, set())):
            yield Notification(
                history_id=alert.id,
                lane=lane,
                kind=kind,
                text=self._said(lane, kind, change.now or alert, change.terms, at),
                message_id=change.message_id if lane == CHAT else None,
            )

    def firing(self, alert: Alert, terms: Terms) -> str:
        """The words for the admins' chat about a firing that begins."""
        return text.firing(alert, self.zone, self._aid(terms))

    def _addresses(
        self, what: Notice, alert: Alert, heard: AbstractSet[tuple[str, str]]
    ) -> list[tuple[str, Notice]]:
        """What was withdrawn may have arrived in some lanes: nobody hears of a firing twice."""
        reached = {lane for lane, _ in heard}
        if what == "resolved" and not alert.is_announced:
            return [(lane, what) for lane in sorted(reached)]
        if what == "resolved":
            # Of an escalation some may have heard before a silence took the others back.
            admins = [lane for lane in self.admins if alert.escalated_at or lane in reached]
            return [(lane, what) for lane in dict.fromkeys((*self.lanes, *admins))]
        if what == "escalation":
            return [(lane, what) for lane in self.admins if (lane, what) not in heard]
        return [(lane, "reminder" if lane in reached else what) for lane in self.lanes]

    def _said(self, lane: str, kind: Notice, alert: Alert, terms: Terms, at: datetime) -> str:
        if lane == WEBHOOK:
            link = text.link(terms, self.runbook_url)
            return alert_json(alert, terms, alert.resolved_at, link)
        if kind == "resolved":
            return text.resolved(alert, self.zone)
        aid = self._aid(terms)
        if kind == "firing":
            return text.firing(alert, self.zone, aid)
        if kind == "flapping":
            return text.flapping(alert, self.zone, aid)
        say = text.escalation if kind == "escalation" else text.reminder
        return say(alert, at, self.zone, aid)

    def _aid(self, terms: Terms) -> str:
        return text.aid(terms, self.runbook_url)
