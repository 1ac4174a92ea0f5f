"""Whatever checks, receivers, admins, clocks and databases do, what is told can be trusted.

The story is drawn by hypothesis; TELEGAUGE_STORIES=500 draws as many, for longer.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.errors import NotifyError
from tests.alerts.dials import LEAF, QUICK, ROOT, TERMS
from tests.alerts.judge import LANES
from tests.alerts.machine_scene import MachineScene
from tests.databases import opened, sqlite_address

STORIES = int(os.environ.get("TELEGAUGE_STORIES", "0"))
PICK = st.integers(0, 9)
NAMES = [terms.name for terms in TERMS]
DIALS = st.sampled_from(["bad", "bad", "bad", "good", "good", "unclear", "missing", "broken"])
TURNS = st.dictionaries(st.sampled_from(NAMES), DIALS, max_size=4)
TARGETS = st.sampled_from(
    [
        (None, None),
        ("rule", LEAF.name),
        ("rule", ROOT.name),
        ("severity", "critical"),
        ("feature", "downloads"),
    ]
)
PROBLEMS = st.sampled_from(
    [NotifyError("no network"), NotifyError("slower", retry_after=90), None, None]
)
TABLES = st.sampled_from(["alert_readings", "alert_outbox", "alert_history", "alert_state"])


class AlertMachine(RuleBasedStateMachine):
    """Acts at random; tests/alerts/judge.py knows what must never happen."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.stack = AsyncExitStack()

    def run(self, awaitable: Any) -> Any:
        return self.loop.run_until_complete(awaitable)

    @initialize()
    def open(self) -> None:
        database = opened(sqlite_address(Path(self.folder.name)))
        self.scene = MachineScene(self.run(self.stack.enter_async_context(database)))

    @rule(turned=TURNS)
    def tick(self, turned: dict[str, str]) -> None:
        self.scene.turn(turned)
        self.run(self.scene.tick())

    @rule(turned=TURNS, ticks=st.integers(2, 8))
    def ticks(self, turned: dict[str, str], ticks: int) -> None:
        self.scene.turn(turned)
        for _ in range(ticks):
            self.run(self.scene.tick())
            self.run(self.scene.deliver())

    @rule(name=st.sampled_from(NAMES), flips=st.integers(3, 9))
    def flap(self, name: str, flips: int) -> None:
        for flip in range(flips):
            self.scene.turn({name: "bad" if flip % 2 else "good"})
            self.run(self.scene.tick())
            self.run(self.scene.tick())
        self.run(self.scene.deliver())

    @rule(table=TABLES, ticks=st.integers(1, 3))
    def refuse(self, table: str, ticks: int) -> None:
        for _ in range(ticks):
            self.run(self.scene.refused(table))

    @rule()
    def deliver(self) -> None:
        self.run(self.scene.deliver())

    @rule(lane=st.sampled_from(LANES), problem=PROBLEMS)
    def trouble(self, lane: str, problem: NotifyError | None) -> None:
        self.scene.chats[lane].problem = problem

    @rule(lane=st.sampled_from(LANES))
    def forbid_one_message(self, lane: str) -> None:
        self.run(self.scene.forbidden(lane))

    @rule(lane=st.sampled_from(LANES))
    def die_between_answer_and_mark(self, lane: str) -> None:
        self.run(self.scene.dying(lane))

    @rule()
    def restart(self) -> None:
        self.scene.restart()

    @rule(pick=PICK)
    def acknowledge(self, pick: int) -> None:
        self.run(self.scene.acknowledge(pick))

    @rule(what=TARGETS, minutes=st.sampled_from([2, 10, 90]))
    def silence(self, what: tuple[str | None, str | None], minutes: int) -> None:
        self.run(self.scene.silence(what, 60 * minutes))

    @rule(name=st.sampled_from(NAMES), what=TARGETS)
    def overtake(self, name: str, what: tuple[str | None, str | None]) -> None:
        """A silence between a check and the delivery of what it found."""
        self.scene.turn({name: "bad"})
        self.run(self.scene.tick())
        self.run(self.scene.silence(what, 600))
        self.run(self.scene.deliver())

    @rule(name=st.sampled_from(NAMES), ticks=st.integers(1, 4))
    def hush(self, name: str, ticks: int) -> None:
        """A silence that ends while what was told before it fires on."""
        self.scene.turn({name: "bad"})
        self.run(self.scene.settle(is_calm=False))
        self.run(self.scene.silence(("rule", name), 60 * ticks))
        for _ in range(ticks + 1):
            self.run(self.scene.tick())
            self.run(self.scene.deliver())

    @precondition(lambda self: self.scene.silences)
    @rule(pick=PICK)
    def end_silence(self, pick: int) -> None:
        self.run(self.scene.end_silence(pick))

    @rule(seconds=st.sampled_from([-3_600, 3_600]))
    def set_clock(self, seconds: int) -> None:
        self.scene.set_clock(seconds)

    @rule(minutes=st.sampled_from([2, 5, 90]))
    def be_down(self, minutes: int) -> None:
        self.scene.wait(60 * minutes)
        self.scene.restart()

    @rule(is_used=st.booleans())
    def reload(self, *, is_used: bool) -> None:
        terms = TERMS if is_used else tuple(one for one in TERMS if one is not QUICK)
        self.scene.use(terms)

    @rule(turned=TURNS, is_calm=st.booleans())
    def settle(self, turned: dict[str, str], *, is_calm: bool) -> None:
        """Delivery works for a while: everything is told that has to be."""
        self.scene.turn(turned)
        self.run(self.scene.settle(is_calm=is_calm))

    @invariant()
    def nobody_is_told_anything_wrong(self) -> None:
        if hasattr(self, "scene"):
            self.run(self.scene.judge())

    def teardown(self) -> None:
        try:
            if hasattr(self, "scene"):
                self.run(self.scene.settle(is_calm=True))
                self.run(self.scene.judge())
        finally:
            self.run(self.stack.aclose())
            self.loop.close()
            self.folder.cleanup()


TestAlertMachine = AlertMachine.TestCase
TestAlertMachine.settings = settings(
    max_examples=STORIES or 10,
    stateful_step_count=60 if STORIES else 25,
    deadline=None,
    # To find the shortest story takes minutes; who draws many has them.
    phases=tuple(Phase) if STORIES else (Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
