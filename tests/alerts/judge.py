"""What a scene was told and wrote down, and what of it must never be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, select

from bot.alerts.evaluation import OWN
from bot.alerts.silences import Silence
from bot.alerts.terms import Terms
from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_history, alert_outbox, alert_state
from bot.database.engine import Database
from tests.alerts.dials import LEAF, ROOT, TERMS, dials
from tests.alerts.oracle import Oracle
from tests.alerts.scene import ADMIN, NOON, Scene

LANES = ("chat", ADMIN)
KNOWN = {terms.name: terms for terms in (*TERMS, OWN)}
FIRINGS = frozenset({"firing", "flapping"})
ACTIVE = frozenset({"firing", "recovering"})


@dataclass(frozen=True)
class Telling:
    """A part of a message, and the row that it comes from."""

    lane: str
    epoch: int
    kind: str
    rule: str
    row: int

    @property
    def place(self) -> tuple[str, int]:
        """The lane and the epoch."""
        return self.lane, self.epoch


class Judge(Scene):
    """tellings: what was heard, in order; silences: all that were ever asked for, as they are

    excused: lanes and epochs of which a notice was given up by the receiver, or told by a process
    that died before it could note that
    """

    def __init__(self, database: Database) -> None:
        self.turned: dict[str, str] = {}
        self.used: tuple[Terms, ...] = TERMS
        self.oracles = {terms.name: Oracle(terms) for terms in TERMS}
        self.tellings: list[Telling] = []
        self.heard: list[tuple[str, str]] = []
        self.silences: list[Silence] = []
        self.fresh: list[int] = []
        self.excused: set[tuple[str, int]] = set()
        self.acked: set[int] = set()
        self.hushed: dict[int, tuple[int, int]] = {}
        self.checked_at = NOON
        self.asked = self.seen_rows = 0
        self.turned_back = -1
        self.is_checking = self.is_alarmed = False
        super().__init__(database, dials(self.turned))

    def hear(self, lane: str, text: str) -> None:
        if not self.is_checking:
            self.heard += [(lane, part) for part in text.split("\n\n")]
            return
        assert not self.is_held(ROOT), "an emergency was told although it is silenced"
        self.is_alarmed = True

    async def match(self) -> None:
        """Find the row behind each part of what was heard, and judge whether it may be said."""
        heard, self.heard = self.heard, []
        if not heard:
            return
        rows = await self.rows()
        for lane, part in heard:
            found = [row for row in rows if (row["lane"], row["text"]) == (lane, part)]
            fresh = [row for row in found if row["id"] > self.last_told(lane)]
            row = (fresh or found)[0 if fresh else -1]
            telling = Telling(lane, row["history_id"], row["kind"], row["rule"], row["id"])
            self.judge_telling(telling, rows)
            self.tellings.append(telling)

    def last_told(self, lane: str) -> int:
        return max((one.row for one in self.tellings if one.lane == lane), default=0)

    def judge_telling(self, telling: Telling, rows: Sequence[RowMapping]) -> None:
        own = [row for row in rows if row["history_id"] == telling.epoch]
        own = [row for row in own if row["lane"] == telling.lane]
        if telling.kind == "resolved":
            was_told = any(row["kind"] != "resolved" and row["sent_at"] for row in own)
            assert was_told or telling.place in self.excused, (
                f"an end without its firing: {telling}"
            )
            return
        assert not self.is_held(KNOWN[telling.rule]), f"told while silenced: {telling}"
        if telling.kind in {"reminder", "escalation"}:
            assert telling.epoch not in self.acked, f"urged after an acknowledgement: {telling}"
        before = {one.kind for one in self.tellings if one.place == telling.place}
        is_again = telling.kind in before or (telling.kind in FIRINGS and before & FIRINGS)
        is_once = telling.kind in {*FIRINGS, "escalation"}
        assert not (is_again and is_once) or telling.place in self.excused, f"twice: {telling}"

    def is_held(self, terms: Terms) -> bool:
        """Whether a silence holds that the last check knew of, or that was asked for since."""
        return any(
            one.covers(terms, self.now)
            and (one.id in self.fresh or one.covers(terms, self.checked_at))
            for one in self.silences
        )

    # -- what must be --

    async def saved(self) -> None:
        """A check was saved: what it should have found, and what it wrote."""
        self.checked_at = self.now
        self.fresh.clear()
        if self.is_alarmed:
            self.oracles[ROOT.name].alarm()
            self.is_alarmed = False
        for terms in TERMS:
            turned = self.turned.get(terms.name, "good")
            if terms not in self.used:
                self.oracles[terms.name] = Oracle(terms)
            elif turned != "broken":
                self.oracles[terms.name].see(turned, self.now)
        await self.judge_rows()

    async def judge_rows(self) -> None:
        rows, states = await self.rows(), await self.states()
        for row in rows:
            if row["id"] > self.seen_rows and row["kind"] != "resolved":
                assert not self.is_held(KNOWN[row["rule"]]), f"written while silenced: {dict(row)}"
                is_explained = row["rule"] == LEAF.name and phase(states, ROOT) in ACTIVE
                assert not is_explained, f"written although it is explained: {dict(row)}"
                assert not self.is_early(row, rows), f"said too often: {dict(row)}"
        self.seen_rows = max((row["id"] for row in rows), default=0)
        for name, state in states.items():
            if state["history_id"] and self.is_asked(name) and self.is_held(KNOWN[name]):
                self.hushed[state["history_id"]] = len(self.tellings), self.seen_rows

    def is_asked(self, rule: str) -> bool:
        return self.turned.get(rule) != "broken"

    def is_early(self, row: RowMapping, rows: Sequence[RowMapping]) -> bool:
        """Whether a reminder comes before its time, though no silence ended and no clock did."""
        before = [one for one in rows if one["id"] < row["id"] and one["lane"] == row["lane"]]
        before = [one for one in before if one["history_id"] == row["history_id"]]
        before = [one for one in before if one["failed_at"] is None]
        if row["kind"] != "reminder" or not before:
            return False
        repeat = KNOWN[row["rule"]].repeat_seconds or float("inf")
        _, hushed = self.hushed.get(row["history_id"], (0, -1))
        elapsed = row["created_at"] - before[-1]["created_at"]
        excused = max(hushed, self.turned_back)
        return bool(0 <= elapsed < 1_000 * repeat and excused < before[-1]["id"])

    async def judge(self) -> None:
        """What holds at any moment."""
        states, epochs = await self.states(), await self.epochs()
        fired = Counter(row["rule"] for row in epochs if row["resolved_at"] is None)
        assert set(fired.values()) <= {1}, f"two open epochs: {fired}"
        for name, oracle in self.oracles.items():
            state = states.get(name)
            is_held_open = state and (state["flapping_since"] or state["state"] == "pending")
            if not is_held_open:
                assert (name in fired) == oracle.is_open, f"{name}: {oracle}"

    async def promised(self) -> None:
        """What must have been told by now, since everybody listened."""
        states, rows = await self.states(), await self.rows()
        sent = {(row["lane"], row["history_id"], row["kind"]) for row in rows if row["sent_at"]}
        for epoch in await self.epochs():
            for lane in LANES:
                place = lane, epoch["id"]
                kinds = {kind for *one, kind in sent if tuple(one) == place}
                if place in self.excused:
                    continue
                if epoch["resolved_at"]:
                    assert not kinds or "resolved" in kinds, f"no end of {place}: {kinds}"
                elif lane == "chat" and self.must_be_known(epoch, states):
                    assert kinds, f"never told: {dict(epoch)}"
                    self.judge_hushed(epoch)

    def judge_hushed(self, epoch: RowMapping) -> None:
        since, _ = self.hushed.get(epoch["id"], (None, 0))
        if since is not None and epoch["id"] not in self.acked:
            later = {one.epoch for one in self.tellings[since:]}
            assert epoch["id"] in later, f"not told after its silence: {dict(epoch)}"

    def must_be_known(self, epoch: RowMapping, states: Mapping[str, RowMapping]) -> bool:
        terms = KNOWN[epoch["rule"]]
        causes = {phase(states, cause) for cause in TERMS if cause.name in terms.causes}
        ended = (states[one]["since_at"] for one in terms.causes if one in states)
        aftermath = to_milliseconds(self.now) - 5 * 60_000
        is_explained = bool(causes & ACTIVE) or any(at > aftermath for at in ended)
        is_firing = phase(states, terms) == "firing" and self.is_asked(terms.name)
        return is_firing and not is_explained

    async def epochs(self) -> Sequence[RowMapping]:
        async with self.database.read("tests.epochs") as connection:
            query = select(alert_history).order_by(alert_history.c.id)
            return (await connection.execute(query)).mappings().all()

    async def states(self) -> dict[str, RowMapping]:
        async with self.database.read("tests.states") as connection:
            rows = (await connection.execute(select(alert_state))).mappings().all()
        return {row["rule"]: row for row in rows}

    async def rows(self) -> Sequence[RowMapping]:
        """The outbox, with the rules' names."""
        query = select(alert_outbox, alert_history.c.rule).join(alert_history)
        async with self.database.read("tests.rows") as connection:
            found = await connection.execute(query.order_by(alert_outbox.c.id))
            return found.mappings().all()


def phase(states: Mapping[str, RowMapping], terms: Terms) -> str:
    state = states.get(terms.name)
    return state["state"] if state else "inactive"
