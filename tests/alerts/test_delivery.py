"""Notices on their way to a Telegram that fails in every way it can, with a clock in the hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.alerts.moves import Moves
from bot.alerts.outbox import LONGEST_WAIT, Outbox
from bot.alerts.telegram import AdminChat
from bot.analytics.bus import Bus
from bot.database.engine import Database
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from tests.alerts.scene import BROKEN, CALM, Scene
from tests.driver import Driver, message_text

TEN_MINUTES = 600


class Line:
    """A scene whose outbox writes to a chat of the sandbox."""

    def __init__(self, scene: Scene, driver: Driver, outbox: Outbox, chat: int) -> None:
        self.scene = scene
        self.driver = driver
        self.outbox = outbox
        self.chat = chat

    async def minutes(self, *snapshots: object) -> None:
        """A check and a delivery for each."""
        for snapshot in snapshots:
            await self.scene.check(snapshot)  # type: ignore[arg-type]  # snapshots of the scene
            await self.outbox.deliver()

    async def later(self, seconds: float) -> None:
        """One more delivery."""
        self.scene.wait(seconds)
        await self.outbox.deliver()

    async def titles(self, chat: int | None = None) -> list[str]:
        """First lines in the chat, as its people see them."""
        shown = await self.driver.messages(chat or self.chat)
        texts = [message_text(one) for one in shown if "<b>" not in message_text(one)]
        return [text.splitlines()[0][2:] for text in texts if "DatabaseIssues" in text]


@asynccontextmanager
async def line(
    database: Database, sandbox: Sandbox, driver: Driver, chat: int, scene: Scene | None = None
) -> AsyncIterator[Line]:
    scene = scene or Scene(database)
    bot = build_bot(sandbox.token, sandbox.url, Bus())
    outbox = Outbox(
        database=database,
        notifier=AdminChat(bot, chat, Moves(database, "chat", chat)),
        bus=Bus(scene.seen),
        clock=lambda: scene.now,
        monotonic=lambda: scene.ticks,
    )
    try:
        yield Line(scene, driver, outbox, chat)
    finally:
        await bot.session.close()


@pytest.fixture
async def root(driver: Driver) -> int:
    """Somebody who has started the bot."""
    person = await driver.person("Root")
    await driver.write(person, "/start")
    return person


FIRED = "CRITICAL: DatabaseIssues"
ENDED = "RESOLVED: DatabaseIssues"


async def test_all_is_well(sqlite: Database, sandbox: Sandbox, driver: Driver, root: int) -> None:
    async with line(sqlite, sandbox, driver, root) as one:
        await one.minutes(BROKEN, CALM, CALM)

        assert await one.titles() == [FIRED, ENDED]
        first = next(m for m in await driver.messages(root) if FIRED in message_text(m))
    rows = first["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in rows for button in row] == ["Chart"]


@pytest.mark.parametrize(
    ("kind", "details", "wait"),
    [
        ("status", {"status": 502}, 5),
        ("status", {"status": 429, "retry_after": 90}, 90),
        ("garbage", {}, 5),
        ("drop", {}, 5),
        ("hang", {"seconds": 0.1}, 5),
    ],
)
async def test_what_passes_delays_the_notice_and_no_more(
    sqlite: Database,
    sandbox: Sandbox,
    driver: Driver,
    root: int,
    kind: str,
    details: dict[str, float],
    wait: float,
) -> None:
    await driver.fault("sendMessage", kind, times=1, **details)
    async with line(sqlite, sandbox, driver, root) as one:
        await one.minutes(BROKEN)
        await one.later(wait - 1)
        early = await one.titles()
        await one.later(1)

        assert (early, await one.titles()) == ([], [FIRED])


async def test_telegram_is_down_for_ten_minutes(
    sqlite: Database, sandbox: Sandbox, driver: Driver, root: int
) -> None:
    await driver.fault("*", "drop")
    async with line(sqlite, sandbox, driver, root) as one:
        await one.minutes(*[BROKEN] * 10)
        await driver.clear_faults()
        await one.later(LONGEST_WAIT)
        told = await one.titles()
        await one.minutes(CALM, CALM)

        assert (told, await one.titles()) == ([FIRED], [FIRED, ENDED])


async def test_a_fault_within_those_ten_minutes_is_one_message_about_its_end(
    sqlite: Database, sandbox: Sandbox, driver: Driver, root: int
) -> None:
    await driver.fault("*", "status", status=500)
    async with line(sqlite, sandbox, driver, root) as one:
        await one.minutes(BROKEN, BROKEN, CALM, CALM)
        await driver.clear_faults()
        await one.later(TEN_MINUTES)

        assert await one.titles() == [ENDED]


async def test_an_admin_who_blocked_the_bot_is_told_when_they_let_it_in_again(
    sqlite: Database, sandbox: Sandbox, driver: Driver, root: int
) -> None:
    await driver.block(root)
    async with line(sqlite, sandbox, driver, root) as one:
        await one.minutes(BROKEN, BROKEN)
        held_back = await one.outbox.standing()
        await driver.unblock(root)
        await one.later(LONGEST_WAIT)

        assert "press Start" in held_back.error and held_back.given_up == 0
        assert await one.titles() == [FIRED]
        assert (await one.outbox.standing()).error == ""


async def test_a_group_that_put_the_bot_out_is_told_when_it_is_back(
    sqlite: Database, sandbox: Sandbox, driver: Driver, root: int
) -> None:
    group = await driver.group(root)
    async with line(sqlite, sandbox, driver, group) as one:
        await driver.remove_bot(root, group)
        await one.minutes(BROKEN)
        held_back = await one.outbox.standing()
        await driver.add_bot(root, group)
        await one.later(LONGEST_WAIT)

        assert "bring the bot" in held_back.error
        assert await one.titles() == [FIRED]


async def test_numbers_of_messages_mean_nothing_where_a_group_went(
    sqlite: Database, sandbox: Sandbox, driver: Driver, root: int
) -> None:
    group = await driver.group(root, kind="group")
    async with line(sqlite, sandbox, driver, group) as one:
        await one.minutes(BROKEN)
        epoch = (await one.scene.board()).firing[0].id
        await driver.ask("POST", f"/chats/{group}/migrate", {"person": root})
        await one.minutes(CALM, CALM)
        before = len(await driver.calls("editMessageText"))
        await one.outbox.refresh(epoch)

        assert len(await driver.calls("editMessageText")) == before


async def test_a_group_that_became_a_supergroup_is_followed_over_a_restart(
    sqlite: Database, sandbox: Sandbox, driver: Driver, root: int
) -> None:
    group = await driver.group(root, kind="group")
    async with line(sqlite, sandbox, driver, group) as one:
        await one.minutes(BROKEN)
        new = (await driver.ask("POST", f"/chats/{group}/migrate", {"person": root}))["id"]
        await one.minutes(CALM, CALM)
    before = len(await driver.calls("sendMessage"))
    async with line(sqlite, sandbox, driver, group, one.scene) as two:
        two.scene.wait(TEN_MINUTES)
        await two.minutes(BROKEN)
        shown = await two.titles(new)

    assert shown == [ENDED, FIRED]
    assert len(await driver.calls("sendMessage")) == before + 1  # the old number was not tried
