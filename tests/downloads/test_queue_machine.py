"""Whatever people, workers and clocks do, no download is lost, and none is done twice."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.migrate import migrate
from bot.downloads.claims import LEASE_SECONDS, Claims
from bot.downloads.courier import Download, Sent
from bot.downloads.line import LIFT_MILLISECONDS
from bot.downloads.queue import Queued
from bot.downloads.trouble import Trouble
from tests.databases import sqlite_address
from tests.downloads.queue_scene import ANN, BOB, EVE, MP3, PLANS, Scene, allowing

PEOPLE = st.sampled_from([ANN, BOB, EVE])
PROCESSES = st.integers(0, 1)
PICK = st.integers(0, 99)
WAITING = 3
END = {"done", "failed", "cancelled"}
SENT = Sent(
    file_id="f", kind="audio", title="", performer=None, duration_seconds=None, size_bytes=1
)


class QueueMachine(RuleBasedStateMachine):
    """states: what each download should be; held: what each of two processes believes it has."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.states: dict[int, str] = {}
        self.owners: dict[int, int] = {}
        self.finished: list[int] = []
        self.held: list[dict[int, Download]] = [{}, {}]
        self.leases: dict[int, float] = {}
        self.holders: dict[int, int] = {}

    def run(self, awaitable: Any) -> Any:
        return self.loop.run_until_complete(awaitable)

    @initialize()
    def open(self) -> None:
        self.database = Database(sqlite_address(Path(self.folder.name)))
        self.run(migrate(self.database))
        self.scene = Scene(self.database)
        self.processes = [Claims(self.database, self.scene.clock) for _ in range(2)]

    @rule(person=PEOPLE, tier=st.integers(0, 2), presses=st.integers(1, 2))
    def choose(self, person: int, tier: int, presses: int) -> None:
        plan = allowing(PLANS.plan[tier], waiting=WAITING)
        active = [one for one, owner in self.owners.items() if owner == person]
        active = [one for one in active if self.states[one] not in END]
        number = self.run(self.scene.offer(person))
        for press in range(presses):
            answer = self.run(self.scene.queue.choose(number, person, MP3, plan))
            if len(active) < WAITING:
                assert isinstance(answer, Queued)
                assert answer.is_new == (press == 0)
                self.states[number], self.owners[number] = "queued", person
            else:
                assert answer.limit == "waiting"

    @rule(process=PROCESSES)
    def claim(self, process: int) -> None:
        expected = self.claimable(process)
        claim = self.run(self.processes[process].claim(frozenset(self.held[process])))
        if claim is None:
            assert not expected
            return
        number = claim.download.id
        assert number in expected
        self.check_fairness(number, expected)
        self.states[number] = "running"
        self.held[process][number] = claim.download
        self.holders[number] = process
        self.leases[number] = self.scene.now.timestamp() + LEASE_SECONDS

    def claimable(self, process: int) -> set[int]:
        now = self.scene.now.timestamp()
        found = {one for one, state in self.states.items() if state == "queued"}
        for number, holder in self.holders.items():
            if self.states[number] == "running" and holder != process:
                found |= {number} if self.leases[number] <= now else set()
        return found

    def check_fairness(self, taken: int, expected: set[int]) -> None:
        """Nobody of the same level had fewer running and was left out."""
        rows = {one: self.run(self.scene.row(one)) for one in expected}
        times = {row["queued_at"] for row in rows.values()}
        waited = to_milliseconds(self.scene.now) - min(times)
        if len(times) > 1 or waited >= LIFT_MILLISECONDS:
            return  # levels change with time; tests/downloads/test_claims.py has those
        best = max(row["priority"] for row in rows.values())
        assert rows[taken]["priority"] == best
        rivals = [self.owners[one] for one, row in rows.items() if row["priority"] == best]
        assert self.running_of(self.owners[taken], expected) <= min(
            self.running_of(rival, expected) for rival in rivals
        )

    def running_of(self, person: int, expected: set[int]) -> int:
        return sum(
            owner == person and self.states[one] == "running" and one not in expected
            for one, owner in self.owners.items()
        )

    @rule(process=PROCESSES, pick=PICK, end=st.sampled_from(["done", "failed", "queued"]))
    def end(self, process: int, pick: int, end: str) -> None:
        if not self.held[process]:
            return
        number = sorted(self.held[process])[pick % len(self.held[process])]
        download = self.held[process].pop(number)
        claims = self.processes[process]
        is_mine = self.holders.get(number) == process and self.states[number] == "running"
        if end == "done":
            was_mine = self.run(claims.finish(download, SENT))
        elif end == "failed":
            was_mine = self.run(claims.fail(download, Trouble.site))
        else:
            was_mine = self.run(claims.postpone(download, Trouble.site, 0, is_counted=True))
        assert was_mine == is_mine
        if was_mine:
            self.states[number] = end
            self.finished += [number] if end == "done" else []

    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        if not self.states:
            return
        number = sorted(self.states)[pick % len(self.states)]
        answer = self.run(self.scene.queue.cancel(number, self.owners[number]))
        state = self.states[number]
        assert answer == {"queued": "cancelled", "running": "stopping"}.get(state)
        self.states[number] = "cancelled" if state == "queued" else state

    @rule(process=PROCESSES)
    def renew(self, process: int) -> None:
        held = self.run(self.processes[process].held(frozenset(self.held[process]), renew=True))
        for number in held:
            self.leases[number] = self.scene.now.timestamp() + LEASE_SECONDS
        for lost in self.held[process].keys() - held.keys():
            assert self.holders[lost] != process
            del self.held[process][lost]

    @rule(process=PROCESSES)
    def die(self, process: int) -> None:
        """Another life with another name; what the old one had waits for its lease to pass."""
        self.processes[process] = Claims(self.database, self.scene.clock)
        self.held[process] = {}
        for number, holder in self.holders.items():
            if holder == process:
                self.holders[number] = -1

    @rule(seconds=st.sampled_from([1, LEASE_SECONDS, 20 * 60]))
    def wait(self, seconds: int) -> None:
        self.scene.pass_time(seconds)

    @invariant()
    def nothing_is_lost_and_nothing_is_done_twice(self) -> None:
        for number, state in self.states.items():
            assert self.run(self.scene.state(number)) == state
        assert len(self.finished) == len(set(self.finished))

    def teardown(self) -> None:
        self.run(self.database.close())
        self.loop.close()
        self.folder.cleanup()


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
