"""Several ways out, none of which holds up another."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.alerts.health import chat_lane, other_lanes
from bot.alerts.lanes import GONE, Lanes
from bot.alerts.manager import Manager
from bot.alerts.moves import Moves
from bot.alerts.notifier import Buttons, Notifier, Nowhere
from bot.alerts.outbox import Outbox
from bot.analytics.bus import Bus
from bot.analytics.health import Probe, judged
from bot.database.alert_tables import alert_outbox
from bot.errors import NotifyError
from tests.alerts.scene import BROKEN, CALM, STALLED, Scene
from tests.fakes import AdminChat
from tests.rows import rows_of
from tests.waiting import until

SHORT = 0.05
NO_WORD = NotifyError("no word")


class Hanging(AdminChat):
    """Never answers, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()

    async def send(self, text: str, buttons: Buttons = ()) -> int:
        await self.free.wait()
        return await super().send(text, buttons)


class Ways:
    """A scene's alerts on their way to the chat and to a webhook."""

    def __init__(self, scene: Scene, hook: AdminChat | None = None, patience: float = 20) -> None:
        self.scene = scene
        self.hook = hook or AdminChat()
        scene.manager = Manager(
            database=scene.database,
            rules=scene.rules,
            take=scene.look,
            notifier=scene.chat,
            bus=Bus(scene.seen),
            zone=scene.now.tzinfo,  # type: ignore[arg-type]  # it has one
            lanes=("chat", "webhook"),
            clock=lambda: scene.now,
        )
        outboxes = [self.outbox("chat", scene.chat), self.outbox("webhook", self.hook)]
        gone = lambda lane: self.outbox(lane, Nowhere())  # noqa: E731  one word of a test
        self.lanes = Lanes(scene.database, outboxes, gone, patience)

    def outbox(self, lane: str, notifier: Notifier) -> Outbox:
        return Outbox(
            database=self.scene.database,
            lane=lane,
            notifier=notifier,
            bus=Bus(self.scene.seen),
            clock=lambda: self.scene.now,
            monotonic=lambda: self.scene.ticks,
        )

    @property
    def told(self) -> list[str]:
        """What the webhook heard of."""
        alerts = [one for body in self.hook.sent for one in json.loads(body)["alerts"]]
        return [f"{one['status']} {one['labels']['alertname']}" for one in alerts]

    async def minutes(self, *snapshots: object) -> None:
        for snapshot in snapshots:
            await self.scene.check(snapshot)  # type: ignore[arg-type]  # snapshots of the scene
            await self.lanes.deliver()


async def test_every_lane_hears_of_a_firing_and_of_its_end(scene: Scene) -> None:
    ways = Ways(scene)

    await ways.minutes(BROKEN, CALM, CALM)

    assert scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]
    assert ways.told == ["firing DatabaseIssues", "resolved DatabaseIssues"]


async def test_a_webhook_that_is_dead_holds_the_chat_up_by_nothing(small_scene: Scene) -> None:
    ways = Ways(small_scene)
    ways.hook.problem = NO_WORD

    await ways.minutes(BROKEN, CALM, CALM)

    assert len(small_scene.titles) == 2 and ways.told == []


async def test_a_webhook_that_comes_back_hears_of_the_end_with_its_beginning(
    small_scene: Scene,
) -> None:
    ways = Ways(small_scene)
    ways.hook.problem = NO_WORD
    await ways.minutes(BROKEN, CALM, CALM)
    ways.hook.problem = None
    small_scene.wait(60)
    await ways.lanes.deliver()

    assert ways.told == ["resolved DatabaseIssues"]
    assert json.loads(ways.hook.sent[0])["alerts"][0]["startsAt"].startswith("2026-03-01T12:01")


async def test_a_webhook_that_hangs_holds_the_chat_up_by_nothing(small_scene: Scene) -> None:
    hanging = Hanging()
    ways = Ways(small_scene, hanging, SHORT)

    await ways.minutes(BROKEN)
    await until(lambda: small_scene.titles)
    before = ways.told
    hanging.free.set()
    await until(lambda: ways.told)
    await ways.lanes.stop()

    assert before == []


async def test_a_lane_that_hangs_is_not_begun_twice(small_scene: Scene) -> None:
    ways = Ways(small_scene, Hanging(), SHORT)
    await ways.minutes(BROKEN)
    await ways.lanes.deliver()

    running = [task.get_name() for task in asyncio.all_tasks()]
    await ways.lanes.stop(SHORT)

    assert running.count("deliver webhook") == 1


async def test_a_stop_lets_what_is_on_its_way_arrive(small_scene: Scene) -> None:
    hanging = Hanging()
    ways = Ways(small_scene, hanging, SHORT)
    await ways.minutes(BROKEN)
    asyncio.get_running_loop().call_later(SHORT, hanging.free.set)
    await ways.lanes.stop()

    assert ways.told == ["firing DatabaseIssues"]


async def test_nothing_begins_after_a_stop(small_scene: Scene) -> None:
    ways = Ways(small_scene)
    await small_scene.check(BROKEN)

    await ways.lanes.stop()
    await ways.lanes.deliver()

    assert small_scene.titles == [] and ways.told == []


async def test_a_stop_does_not_wait_for_ever(small_scene: Scene) -> None:
    ways = Ways(small_scene, Hanging(), SHORT)
    await ways.minutes(BROKEN)

    await ways.lanes.stop(SHORT)

    assert ways.told == []


async def test_what_is_one_message_in_the_chat_is_a_call_for_each_alert(
    small_scene: Scene,
) -> None:
    ways = Ways(small_scene)

    await ways.minutes(replace(STALLED, shares=BROKEN.shares))

    assert len(small_scene.titles) == 1
    assert [len(json.loads(body)["alerts"]) for body in ways.hook.sent] == [1, 1]


async def test_a_webhook_has_no_limit_of_six(small_scene: Scene) -> None:
    ways = Ways(small_scene)
    for _ in range(4):
        await small_scene.check(BROKEN, CALM, CALM, STALLED, CALM, CALM)
        small_scene.wait(600)

    await ways.lanes.deliver()

    # Each of the eight came and went, which is one call each, and no chat's limit of six.
    assert len(ways.hook.sent) == len(ways.told) == 8


async def test_a_lane_that_was_taken_out_of_the_settings_is_given_up(small_scene: Scene) -> None:
    ways = Ways(small_scene)
    await small_scene.check(BROKEN)
    lanes = Lanes(
        small_scene.database,
        [ways.outbox("chat", small_scene.chat)],
        lambda lane: ways.outbox(lane, Nowhere()),
    )
    await lanes.deliver()

    rows = await rows_of(small_scene.database, alert_outbox)
    assert {row["lane"]: row["error"] for row in rows} == {"chat": None, "webhook": GONE}


async def test_what_breaks_one_lane_is_raised_after_the_others_had_their_turn(
    small_scene: Scene,
) -> None:
    ways = Ways(small_scene, hook=Broken())
    await small_scene.check(BROKEN)

    with pytest.raises(ZeroDivisionError):
        await ways.lanes.deliver()

    assert small_scene.titles == ["CRITICAL: DatabaseIssues"]


class Broken(AdminChat):
    """Has a fault of its own."""

    async def send(self, text: str, buttons: Buttons = ()) -> int:
        raise ZeroDivisionError


async def test_a_refresh_reaches_the_chat_and_leaves_the_webhook_alone(
    small_scene: Scene,
) -> None:
    ways = Ways(small_scene)
    await ways.minutes(BROKEN)
    epoch = (await small_scene.board()).firing[0].id
    await small_scene.desk.acknowledge(epoch, 9000)

    await ways.lanes.refresh(epoch)

    assert "acknowledged" in small_scene.chat.shown[1]
    assert len(ways.hook.sent) == 1


async def seen(probe: Probe) -> tuple[str, str]:
    """Status and words of a probe."""
    check = judged("notices", await probe())
    return check.status, check.output


def probes(ways: Ways) -> tuple[Probe, Probe]:
    boxes, now = ways.lanes.outboxes, lambda: ways.scene.now
    return chat_lane(boxes["chat"], None, now), other_lanes([boxes["webhook"]], now)


async def test_lanes_that_have_nothing_to_say_are_well(small_scene: Scene) -> None:
    chat, hook = probes(Ways(small_scene))

    assert [await seen(chat), await seen(hook)] == [("pass", "none waits")] * 2


@pytest.mark.parametrize(("seconds", "status"), [(59, "pass"), (60, "warn"), (300, "fail")])
async def test_a_chat_that_waits_for_long_fails(
    small_scene: Scene, seconds: float, status: str
) -> None:
    ways = Ways(small_scene)
    small_scene.chat.problem = NotifyError("blocked; press Start", refused=True)
    await ways.minutes(BROKEN)
    small_scene.wait(seconds)

    assert await seen(probes(ways)[0]) == (status, "blocked; press Start")


async def test_a_webhook_that_waits_for_long_only_warns(small_scene: Scene) -> None:
    ways = Ways(small_scene)
    ways.hook.problem = NO_WORD
    await ways.minutes(BROKEN)
    small_scene.wait(3_600)

    assert await seen(probes(ways)[1]) == ("warn", "no word")


async def test_what_was_given_up_shows_until_something_arrives(small_scene: Scene) -> None:
    ways = Ways(small_scene)
    _, hook = probes(ways)
    ways.hook.problem = NotifyError("404 no such team", permanent=True)
    await ways.minutes(BROKEN, CALM, CALM)
    lost = await seen(hook)
    ways.hook.problem = None
    small_scene.wait(3_600)
    await ways.minutes(STALLED)

    assert lost == ("warn", "1 given up: 404 no such team")
    assert await seen(hook) == ("pass", "none waits")


async def test_what_was_given_up_is_no_news_after_a_day(small_scene: Scene) -> None:
    ways = Ways(small_scene)
    ways.hook.problem = NotifyError("404", permanent=True)
    await ways.minutes(BROKEN)
    small_scene.wait(25 * 3_600)

    assert await seen(probes(ways)[1]) == ("pass", "none waits")


async def test_a_chat_that_moved_warns_and_says_what_to_set(small_scene: Scene) -> None:
    ways, moves = Ways(small_scene), Moves(small_scene.database, "chat", -100)
    await moves.follow(-100200)
    chat = chat_lane(ways.lanes.outboxes["chat"], moves, lambda: small_scene.now)

    status, said = await seen(chat)

    assert status == "warn" and "set ALERT_CHAT_ID=-100200" in said


async def test_the_admin_who_is_worst_off_is_named(small_scene: Scene) -> None:
    ways = Ways(small_scene)
    ways.hook.problem = NO_WORD
    await ways.minutes(BROKEN)
    both = [ways.lanes.outboxes["chat"], ways.lanes.outboxes["webhook"]]
    clock: Callable[[], object] = lambda: small_scene.now  # noqa: E731  one word of a test

    assert (await seen(other_lanes(both, clock)))[1] == "webhook: no word"  # type: ignore[arg-type]
