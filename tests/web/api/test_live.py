"""Facts as they happen: those asked for, the newest of them, no more than can be drawn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.analytics.events import CommandUsed
from bot.analytics.feed import Feed
from bot.analytics.operations import CacheAsked
from bot.analytics.telling import KINDS, USUAL
from bot.database.engine import Database
from bot.tokens import Scope
from bot.web.api.live_terms import Limits
from tests.analytics.moments import ANN, BOB, NOON, handled, said, seen
from tests.waiting import until
from tests.web.api.watching import QUICK, Stage, staged
from tests.web.conftest import Serve

# More than the buffers of both ends and of the system between them can hold.
MANY = 60_000


@pytest.fixture
async def stage(serve: Serve, sqlite: Database) -> AsyncIterator[Stage]:
    async with staged(serve, sqlite) as one:
        yield one


def help_used(user_id: int = ANN) -> CommandUsed:
    return CommandUsed(at=NOON, user_id=user_id, chat_id=user_id, command="help")


async def test_a_fact_arrives_as_it_happens(stage: Stage) -> None:
    watcher = await stage.watch()

    stage.publish(help_used())

    assert await watcher.fact() == {
        "n": 1,
        "kind": "CommandUsed",
        "at": "2026-01-01T12:00:00Z",
        "user_id": ANN,
        "chat_id": ANN,
        "command": "help",
    }


async def test_what_happened_before_is_not_told(stage: Stage) -> None:
    stage.publish(help_used(), help_used())
    watcher = await stage.watch()

    stage.publish(help_used())

    assert (await watcher.fact())["n"] == 3


async def test_the_welcome_says_which_kinds_will_come_and_how_many_are_here(stage: Stage) -> None:
    stage.publish(seen(ANN), seen(BOB))

    watcher = await stage.knock("?kinds=UserSeen,CommandUsed", "a-token-of-the-settings")

    assert await watcher.receive_json() == {
        "type": "hello",
        "kinds": ["CommandUsed", "UserSeen"],
        "online": 2,
    }


async def test_only_the_kinds_asked_for_come(stage: Stage) -> None:
    watcher = await stage.watch("?kinds=CommandUsed")

    stage.publish(seen(), handled(), help_used())

    told = await watcher.heard("facts")
    assert [fact["n"] for fact in told["facts"]] == [3]
    assert told["skipped"] == 0


async def test_other_kinds_can_be_asked_for_later(stage: Stage) -> None:
    watcher = await stage.watch("?kinds=CommandUsed")
    await watcher.say(kinds=["UserSeen"])

    answer = await watcher.heard("kinds")
    stage.publish(help_used(), seen())

    assert answer["kinds"] == ["UserSeen"]
    assert (await watcher.fact())["kind"] == "UserSeen"


async def test_asking_for_no_kind_is_a_pause(stage: Stage) -> None:
    watcher = await stage.watch()
    await watcher.say(kinds=[])
    await watcher.heard("kinds")
    stage.publish(*[help_used()] * 200)
    await asyncio.sleep(5 * QUICK.pace_seconds)

    await watcher.say(kinds=["UserSeen"])
    await watcher.heard("kinds")
    stage.publish(seen())

    told = await watcher.heard("facts")
    assert ([fact["kind"] for fact in told["facts"]], told["skipped"]) == (["UserSeen"], 0)


async def test_the_process_itself_is_watched_by_who_asks_for_it_only(stage: Stage) -> None:
    asked = CacheAsked(at=NOON, cache="reports", result="hit")
    usual, curious = await stage.watch(), await stage.watch("?kinds=CacheAsked")

    stage.publish(asked, help_used())

    assert (await usual.fact())["kind"] == "CommandUsed"
    assert (await curious.fact())["kind"] == "CacheAsked"


async def test_who_may_only_read_learns_of_no_person(stage: Stage) -> None:
    watcher = await stage.watch(secret=await stage.token(Scope.READ))

    stage.publish(said(title="Ann's garden", text="hello", chat_id=ANN))

    fact = await watcher.fact()
    assert fact.keys() == {"n", "kind", "at", "chat_type", "content_type", "length"}


async def test_of_too_many_the_newest_come_and_the_others_are_counted(stage: Stage) -> None:
    watcher = await stage.watch()

    stage.publish(*[seen()] * 30, *[help_used()] * (QUICK.facts + 2))

    told = await watcher.heard("facts")
    assert len(told["facts"]) == QUICK.facts
    assert told["facts"][-1]["n"] == 30 + QUICK.facts + 2
    assert (told["skipped"], told["left_out"]) == (32, {"UserSeen": 30, "CommandUsed": 2})


async def test_facts_close_together_come_in_one_message(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, Limits(pace_seconds=0.5)) as stage:
        watcher = await stage.watch()
        stage.publish(help_used())
        await watcher.heard("facts")

        for _ in range(20):
            stage.publish(help_used())
            await asyncio.sleep(0)

        assert len((await watcher.heard("facts"))["facts"]) == 20


async def test_a_slow_reader_is_skipped_ahead_and_told(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, Limits(pace_seconds=0.0), Feed(kept=1_000)) as stage:
        watcher = await stage.watch("?kinds=CommandUsed")
        for _ in range(MANY // 100):
            stage.publish(*[help_used()] * 100)
            await asyncio.sleep(0.001)

        got, skipped, last = 0, 0, {"n": 0}
        while last["n"] < MANY:
            told = await watcher.heard("facts")
            got, skipped, last = (
                got + len(told["facts"]),
                skipped + told["skipped"],
                told["facts"][-1],
            )

    assert got + skipped == MANY
    # What waited for the reader had to fit between them: 64 kB here, some of that in the system.
    assert got < MANY / 4


async def test_forgotten_people_are_not_told_of_any_more(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, Limits(pace_seconds=0.3)) as stage:
        watcher = await stage.watch()
        stage.publish(seen(BOB))
        await watcher.heard("facts")
        stage.publish(help_used(ANN), help_used(BOB))

        stage.feed.forget(ANN)

        told = await watcher.heard("facts")
        assert [fact["user_id"] for fact in told["facts"]] == [BOB]


async def test_people_online_are_counted_every_now_and_then(
    serve: Serve, sqlite: Database
) -> None:
    async with staged(serve, sqlite, Limits(online_seconds=0.02)) as stage:
        watcher = await stage.watch("?kinds=CommandUsed")
        stage.publish(seen(ANN), seen(BOB))

        counts: list[int] = []
        while 2 not in counts:
            counts.append((await watcher.heard("online"))["people"])

    assert set(counts) <= {0, 2}


async def test_readers_are_told_apart(stage: Stage) -> None:
    first, second = await stage.watch("?kinds=UserSeen"), await stage.watch("?kinds=CommandUsed")

    stage.publish(seen(), help_used())

    assert [(await one.fact())["kind"] for one in (first, second)] == ["UserSeen", "CommandUsed"]


async def test_a_talk_is_measured_when_it_is_over(stage: Stage) -> None:
    watcher = await stage.watch()
    stage.publish(*[help_used()] * (QUICK.facts + 5))
    await watcher.heard("facts")

    await watcher.socket.close()

    ending = await stage.until_gone()
    assert (ending.ending, ending.sent, ending.skipped) == ("left", QUICK.facts, 5)


async def test_the_handshake_is_the_request_and_not_the_talk(stage: Stage) -> None:
    watcher = await stage.watch()

    await until(lambda: stage.running.requests)

    assert [(one.route, one.status) for one in stage.running.requests] == [("/api/v1/live", 101)]
    await watcher.socket.close()
    await stage.until_gone()
    assert len(stage.running.requests) == 1


async def test_who_asks_without_an_upgrade_learns_what_there_is(stage: Stage) -> None:
    stage.publish(seen())
    await stage.watch()

    headers = {"Authorization": "Bearer a-token-of-the-settings"}
    told: dict[str, Any] = await (await stage.running.call("/api/v1/live", headers=headers)).json()

    assert told == {"kinds": sorted(KINDS), "usual": list(USUAL), "online": 1, "readers": 1}
