"""Turns readings into states, and states into messages that wait in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts import records, text
from bot.alerts.emergency import RULE, Emergency
from bot.alerts.evaluation import Evaluator
from bot.alerts.notifier import Notifier
from bot.alerts.records import Change
from bot.alerts.rules import Rule
from bot.alerts.snapshot import Snapshot
from bot.alerts.states import Alert, Notice, State, notice, step
from bot.alerts.terms import Concern, Reading
from bot.analytics.bus import Bus
from bot.analytics.operations import AlertFired, AlertResolved
from bot.clock import Clock, utc_now
from bot.database.engine import Database

Readings = Sequence[tuple[Concern, Reading]]


@dataclass(frozen=True, slots=True)
class Turn:
    """One rule in one check."""

    concern: Concern
    reading: Reading
    before: State
    after: State


class Manager:
    """Knows which rules fire; everything it must not forget is in the database.

    rules: DatabaseIssues among them, since an emergency is recorded in its name
    take: looks at the last hour; notifier: only for when the database refuses everything
    """

    def __init__(  # noqa: PLR0913  joins the whole room, each by name
        self,
        *,
        database: Database,
        rules: Sequence[Rule],
        take: Callable[[], Snapshot],
        notifier: Notifier,
        bus: Bus,
        zone: tzinfo,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._evaluator = Evaluator(rules, take)
        self._emergency = Emergency(notifier, bus, zone)
        self._bus = bus
        self._zone = zone
        self._clock = clock
        self._known: Mapping[str, State] = {}

    async def check(self) -> None:
        """Ask every rule once.

        1. Read every rule's answer from one snapshot.
        2. Save states, history and messages in one durable transaction.
        3. When the database refuses it twice in a row, tell the admin straight; then raise, so
           that the job counts as failed.
        4. Saved: publish what fired and what resolved.
        """
        at, readings = self._clock(), self._evaluator.readings()
        try:
            changes = await self._save(at, readings)
        except Exception as exc:
            await self._emergency.refused(at, exc, is_known=self._is_known())
            raise
        self._emergency.over()
        for change in changes:
            self._publish(change, at)

    def firing(self, severity: str) -> int:
        """How many alerts of this severity fired when the last check was saved."""
        alerts = [state.alert for state in self._known.values() if state.alert]
        return sum(alert.severity == severity for alert in alerts)

    async def _save(self, at: datetime, readings: Readings) -> list[Change]:
        async with self._database.write("alerts.check", durable=True) as connection:
            states = await records.load(connection)
            changes = await self._caught_up(connection, states, at)
            for change in self._changes(states, readings, at):
                states[change.after.rule] = await records.apply(connection, change, at)
                changes.append(change)
        self._known = states
        return changes

    async def _caught_up(
        self, connection: AsyncConnection, states: dict[str, State], at: datetime
    ) -> list[Change]:
        """Bring *states* up to what was said while nothing could be saved."""
        change = self._emergency.change(states)
        if change is None:
            return []
        states[RULE] = await records.apply(connection, change, at)
        return [change]

    def _changes(
        self, states: Mapping[str, State], readings: Readings, at: datetime
    ) -> list[Change]:
        turns = [_turn(states, concern, reading, at) for concern, reading in readings]
        # A notice may depend on any other rule's new state, so all steps come first.
        after = {**states, **{turn.after.rule: turn.after for turn in turns}}
        told = [(turn, notice(turn.before, turn.after, turn.concern, after, at)) for turn in turns]
        return [
            self._change(turn, what, at)
            for turn, what in told
            if what or turn.before != turn.after
        ]

    def _change(self, turn: Turn, what: Notice | None, at: datetime) -> Change:
        after = turn.after
        if what in {"firing", "reminder"} and after.alert:
            announced = replace(after.alert, is_announced=True)
            after = replace(after, alert=announced, notified_at=at)
        alert = after.alert or _resolved(turn.before.alert, at)
        said = self._said(what, turn, alert, at) if what and alert else ""
        return Change(before=turn.before, after=after, alert=alert, notice=what, text=said)

    def _said(self, what: Notice, turn: Turn, alert: Alert, at: datetime) -> str:
        if what == "resolved":
            return text.resolved(alert, self._zone)
        now = alert.seen_now(turn.concern, turn.reading)
        if what == "reminder":
            return text.reminder(now, at, self._zone)
        return text.firing(now, self._zone)

    def _is_known(self) -> bool:
        state = self._known.get(RULE)
        return bool(state and state.alert and state.alert.is_announced)

    def _publish(self, change: Change, at: datetime) -> None:
        alert = change.alert
        if alert is None:
            return
        if change.is_fired:
            self._bus.publish(AlertFired(at=at, rule=alert.rule, severity=alert.severity))
        if change.is_resolved:
            self._bus.publish(
                AlertResolved(
                    at=at, rule=alert.rule, severity=alert.severity, seconds=alert.seconds(at)
                )
            )


def _turn(states: Mapping[str, State], concern: Concern, reading: Reading, at: datetime) -> Turn:
    before = states.get(concern.terms.name) or State(rule=concern.terms.name, since=at)
    return Turn(concern, reading, before, step(before, concern, reading, at))


def _resolved(alert: Alert | None, at: datetime) -> Alert | None:
    # A clock that was set back must not end an alert before it began.
    return replace(alert, resolved_at=max(at, alert.fired_at)) if alert else None
