"""Turns readings into states, and states into messages that wait in the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts import records
from bot.alerts.emergency import RULE, Emergency
from bot.alerts.evaluation import OWN, Evaluator
from bot.alerts.herald import Herald
from bot.alerts.notifier import Notifier
from bot.alerts.rules import Rule
from bot.alerts.silences import Silence
from bot.alerts.snapshot import Snapshot
from bot.alerts.states import State
from bot.alerts.terms import MINUTE, Terms
from bot.alerts.turns import Change, Check, Readings, changes, removed
from bot.analytics.bus import Bus
from bot.analytics.operations import AlertFired, AlertResolved
from bot.clock import Clock, utc_now
from bot.database.alert_tables import CHAT
from bot.database.engine import Database
from bot.database.locks import ALERTS, alone

# So many intervals without a check are downtime rather than a busy machine.
HOLE = 3
# A database that does not answer at all must not keep the check from saying so.
SAVE_SECONDS = 30.0


class Manager:
    """Knows which rules fire; everything it must not forget is in the database.

    rules: DatabaseIssues among them, since an emergency is recorded in its name
    take: looks at the last hour; notifier: only for when the database refuses everything
    lanes, admins: where everything, and where escalations are told; interval: seconds between
    two checks; escalation: seconds without an answer, 0 for never; longest: seconds to wait for
    the database
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
        lanes: Sequence[str] = (CHAT,),
        admins: Sequence[str] = (),
        interval: float = MINUTE,
        escalation: float = 15 * MINUTE,
        runbook_url: str | None = None,
        longest: float = SAVE_SECONDS,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._take = take
        self._herald = Herald(zone=zone, lanes=lanes, admins=admins, runbook_url=runbook_url)
        self._emergency = Emergency(notifier, bus, self._herald.firing)
        self._bus = bus
        self._clock = clock
        self._longest = longest
        self._hole = timedelta(seconds=HOLE * interval)
        self._patience = timedelta(seconds=escalation if admins else 0)
        self._known: Mapping[str, State] = {}
        self._silences: Sequence[Silence] = ()
        self.use(rules)

    def use(self, rules: Sequence[Rule]) -> None:
        """Ask *rules* from the next check on; what fires though its rule is gone ends there."""
        self._rules = tuple(rules)
        self._evaluator = Evaluator(self._rules, self._take)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Whom the next check will ask."""
        return self._rules

    @property
    def terms(self) -> dict[str, Terms]:
        """How everything that can fire is treated, by its name."""
        return {one.name: one for one in (*(rule.terms for rule in self._rules), OWN)}

    def terms_of(self, rule: str) -> Terms | None:
        """How *rule* is treated; None: there is no such rule any more."""
        return self.terms.get(rule)

    async def check(self) -> None:
        """Ask every rule once.

        1. Read every rule's answer from one snapshot.
        2. Save states, history and messages in one durable transaction.
        3. When the database refuses it twice in a row, or does not answer, tell the admin
           straight; then raise, so that the job counts as failed.
        4. Saved: publish what fired and what resolved.
        """
        at, readings, terms = self._clock(), self._evaluator.readings(), self.terms
        try:
            async with asyncio.timeout(self._longest):
                done = await self._save(at, readings, terms)
        except Exception as exc:
            own = _database_terms(terms)
            await self._emergency.refused(at, exc, own, is_quiet=self._is_quiet(own, at))
            raise
        self._emergency.over()
        for change in done:
            self._publish(change, at)

    @property
    def is_owing(self) -> bool:
        """Whether something was told that is not saved yet."""
        return self._emergency.is_told

    def rest(self) -> None:
        """Another process checks: what this one knew is not how things stand any more."""
        self._known = {}
        self._emergency.over()

    def firing(self, severity: str) -> int:
        """How many alerts of this severity fired when the last check was saved."""
        alerts = [state.alert for state in self._known.values() if state.alert]
        return sum(alert.severity == severity for alert in alerts)

    async def _save(
        self, at: datetime, readings: Readings, terms: Mapping[str, Terms]
    ) -> list[Change]:
        """One transaction, in few statements however many rules there are.

        1. Take back what a silence has overtaken; bring up to date what was said in an emergency.
        2. Decide and write what changed, and the messages about it.
        3. Note who was watched, and what was seen.
        """
        async with self._database.write("alerts.check", durable=True) as connection:
            # Who presses a button, or checks in another process, comes before or after.
            await alone(connection, ALERTS)
            # Before anything can go wrong: an emergency must respect them, too.
            self._silences = await records.unended(connection, at)
            states = await self._unsilenced(connection, terms, at)
            done = await self._caught_up(connection, states, terms, at)
            states |= {change.after.rule: change.after for change in done}
            new = changes(states, readings, self._circumstances(at))
            gone = removed(states, terms, at)
            new = await self._told(connection, [*new, *gone], at)
            states |= {change.after.rule: change.after for change in new}
            await self._noted(connection, states, readings, new, at)
            if gone:
                await records.forget(connection, {change.after.rule for change in gone})
        self._known = states
        return [*done, *new]

    async def _unsilenced(
        self, connection: AsyncConnection, terms: Mapping[str, Terms], at: datetime
    ) -> dict[str, State]:
        """All states, after what waits to be told and is silenced by now was taken back."""
        states = await records.load(connection)
        if not self._silences:
            return states
        check = self._circumstances(at)
        silenced = [
            state.alert.id
            for name, state in states.items()
            if state.alert and name in terms and check.is_silenced(terms[name])
        ]
        if silenced and await records.withdraw(connection, silenced, at):
            return await records.load(connection)
        return states

    async def _caught_up(
        self,
        connection: AsyncConnection,
        states: Mapping[str, State],
        terms: Mapping[str, Terms],
        at: datetime,
    ) -> list[Change]:
        """What was said while nothing could be saved, saved now."""
        change = self._emergency.change(states, _database_terms(terms))
        return await self._told(connection, [change] if change else [], at)

    async def _told(
        self, connection: AsyncConnection, some: Sequence[Change], at: datetime
    ) -> list[Change]:
        """*some* as they were saved, and what is to be told of them waits in the outbox."""
        saved = await records.save(connection, some, at)
        asked = [change.alert.id for change in some if change.alert and _is_doubtful(change)]
        heard = await records.heard(connection, asked)
        says = self._herald.notifications
        rows = [row for change in saved for row in says(change, heard, at)]
        await records.enqueue(connection, rows, at)
        return saved

    async def _noted(
        self,
        connection: AsyncConnection,
        states: Mapping[str, State],
        readings: Readings,
        changed: Iterable[Change],
        at: datetime,
    ) -> None:
        read = {concern.terms.name for concern, _ in readings}
        unwritten = read - {change.after.rule for change in changed}
        is_open = {name for name in unwritten if name in states and states[name].is_open}
        await records.touch(connection, is_open, at)
        await records.note(connection, readings, at)

    def _circumstances(self, at: datetime) -> Check:
        return Check(at=at, silences=self._silences, hole=self._hole, patience=self._patience)

    def _is_quiet(self, terms: Terms, at: datetime) -> bool:
        state = self._known.get(RULE)
        is_known = bool(state and state.alert and state.alert.is_announced)
        return is_known or self._circumstances(at).is_silenced(terms)

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


def _is_doubtful(change: Change) -> bool:
    """Whether some lanes may have heard of it and others not: part of it was taken back once."""
    alert = change.alert
    return bool(alert and alert.id) and change.notice not in {None, "reminder"}


def _database_terms(terms: Mapping[str, Terms]) -> Terms:
    return terms.get(RULE) or Terms(name=RULE, severity="critical")
