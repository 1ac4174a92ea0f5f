"""What people are offered is theirs, for a day, within their plan, and queued once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import delete

from bot.analytics.features.downloads import DownloadFailed, DownloadQueued
from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.database.tables import users
from bot.downloads.allowance import Refused
from bot.downloads.courier import Sent
from bot.downloads.media import LANGUAGE_LENGTH, Choice, Offer
from bot.downloads.queue import Queued
from bot.downloads.trouble import Trouble
from tests.downloads.queue_scene import (
    ANN,
    BOB,
    EVE,
    FREE,
    MP3,
    PREMIUM,
    SONG,
    SRT,
    VIP,
    Scene,
    allowing,
)
from tests.rows import rows_of

DAY = 24 * 3600


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


async def test_an_offer_is_found_as_it_was_made(scene: Scene) -> None:
    number = await scene.offer(key="site:song")

    offered = await scene.queue.find(number, ANN)

    assert offered
    assert (offered.media_key, offered.title, offered.performer) == ("site:song", "Song", "Band")
    assert (offered.offers, offered.duration_seconds) == (SONG.offers, 60)


async def test_an_offer_is_nobody_elses(scene: Scene) -> None:
    number = await scene.offer(ANN)

    assert await scene.queue.find(number, BOB) is None
    assert await scene.queue.choose(number, BOB, MP3, VIP) is None
    assert await scene.queue.cancel(number, BOB) is None


async def test_an_offer_is_gone_after_a_day(scene: Scene) -> None:
    number = await scene.offer()

    scene.pass_time(DAY + 1)

    assert await scene.queue.find(number, ANN) is None
    assert await scene.queue.choose(number, ANN, MP3, VIP) is None


async def test_old_offers_are_deleted_and_downloads_stay(scene: Scene) -> None:
    await scene.offer()
    waiting = await scene.queued()
    scene.pass_time(DAY + 1)
    young = await scene.offer()

    await scene.queue.forget_offers()

    assert [row["id"] for row in await rows_of(scene.database, downloads)] == [waiting, young]


async def test_a_choice_that_was_never_offered_is_refused(scene: Scene) -> None:
    assert await scene.press(choice=Choice(format="mp4", quality="1080p")) is None


async def test_a_press_queues_with_the_priority_of_the_plan(scene: Scene) -> None:
    number = await scene.queued(plan=PREMIUM)

    row = await scene.row(number)

    assert (row["state"], row["plan"], row["priority"]) == ("queued", "premium", 1)
    assert (row["format"], row["quality"]) == ("mp3", "192k")


async def test_a_press_is_a_fact_without_the_language_of_subtitles(scene: Scene) -> None:
    await scene.queued(choice=SRT)

    (fact,) = scene.facts(DownloadQueued)

    assert (fact.user_id, fact.format, fact.quality, fact.priority) == (ANN, "srt", "text", "high")
    assert not fact.is_known


async def test_the_longest_name_of_a_language_has_room(scene: Scene) -> None:
    choice = Choice(format="srt", quality="x" * LANGUAGE_LENGTH)
    number = await scene.offer(media=replace(SONG, offers=(Offer(choice=choice),)))

    assert isinstance(await scene.queue.choose(number, ANN, choice, VIP), Queued)


async def test_what_telegram_has_already_is_queued_as_known(scene: Scene) -> None:
    sent = Sent(
        file_id="f", kind="audio", title="", performer=None, duration_seconds=None, size_bytes=1
    )
    async with scene.database.write("test") as connection:
        await scene.sent_files.remember(connection, "site:song", MP3, sent)

    answer = await scene.press(key="site:song")

    assert isinstance(answer, Queued)
    assert answer.is_known
    assert scene.facts(DownloadQueued)[0].is_known


async def test_two_presses_at_once_queue_once(scene: Scene) -> None:
    number = await scene.offer()
    presses = [scene.queue.choose(number, ANN, MP3, VIP) for _ in range(8)]

    answers = await asyncio.gather(*presses)

    assert sorted(one.is_new for one in answers if isinstance(one, Queued)) == 7 * [False] + [True]
    assert len(scene.facts(DownloadQueued)) == 1


async def test_a_press_after_the_end_is_too_late(scene: Scene) -> None:
    number = await scene.queued()
    await scene.claims.fail((await scene.claimed()).download, Trouble.private)

    assert await scene.queue.choose(number, ANN, MP3, VIP) is None


async def test_only_so_many_may_wait(scene: Scene) -> None:
    plan = allowing(FREE, waiting=2)
    await scene.queued(plan=plan)
    await scene.queued(plan=plan)
    await scene.claimed()  # what runs waits as well

    assert await scene.press(plan=plan) == Refused(limit="waiting", most=2)
    assert isinstance(await scene.press(BOB, plan), Queued)


async def test_only_so_many_a_day_however_many_presses_come_at_once(scene: Scene) -> None:
    plan = allowing(FREE, a_day=3, waiting=9)
    offers = [await scene.offer() for _ in range(6)]

    answers = await asyncio.gather(
        *(scene.queue.choose(number, ANN, MP3, plan) for number in offers)
    )

    assert sorted(type(one).__name__ for one in answers) == 3 * ["Queued"] + 3 * ["Refused"]


async def test_the_day_rolls_and_the_refusal_says_how_long(scene: Scene) -> None:
    plan = allowing(FREE, a_day=2, waiting=9)
    await scene.queued(plan=plan)
    scene.pass_time(3600)
    await scene.queued(plan=plan)

    assert await scene.press(plan=plan) == Refused(limit="a_day", most=2, seconds=DAY - 3600)
    scene.pass_time(DAY - 3600)
    assert isinstance(await scene.press(plan=plan), Queued)


async def test_what_failed_or_was_cancelled_does_not_count(scene: Scene) -> None:
    plan = allowing(FREE, a_day=1)
    await scene.queue.cancel(await scene.queued(plan=plan), ANN)
    await scene.queued(plan=plan)
    await scene.claims.fail((await scene.claimed()).download, Trouble.network)

    assert isinstance(await scene.press(plan=plan), Queued)


async def test_a_plan_without_downloads_refuses_all(scene: Scene) -> None:
    refused = await scene.press(plan=allowing(FREE, a_day=0))

    assert refused == Refused(limit="a_day", most=0, seconds=DAY)


async def test_what_waits_is_cancelled_at_once(scene: Scene) -> None:
    number = await scene.queued()

    assert await scene.queue.cancel(number, ANN) == "cancelled"

    row = await scene.row(number)
    assert (row["state"], row["url"], row["title"]) == ("cancelled", None, None)
    assert row["media_key"] is None
    assert [fact.error for fact in scene.facts(DownloadFailed)] == ["cancelled"]
    assert await scene.queue.cancel(number, ANN) is None


async def test_what_runs_is_asked_to_stop(scene: Scene) -> None:
    number = await scene.queued()
    await scene.claimed()

    assert await scene.queue.cancel(number, ANN) == "stopping"

    assert await scene.claims.held(frozenset({number}), renew=False) == {number: True}
    assert not scene.facts(DownloadFailed)


async def test_an_offer_that_is_cancelled_is_no_failed_download(scene: Scene) -> None:
    number = await scene.offer()

    assert await scene.queue.cancel(number, ANN) == "cancelled"

    assert not scene.told
    assert await scene.queue.choose(number, ANN, MP3, VIP) is None


async def test_the_places_are_those_in_which_it_is_taken(scene: Scene) -> None:
    running = await scene.queued(ANN)
    await scene.claimed()
    mine = [await scene.queued(ANN), await scene.queued(ANN, PREMIUM)]
    await scene.queued(BOB)
    await scene.queued(EVE, FREE)

    waiting = await scene.queue.list_of(ANN)

    found = [(one.download.id, one.place) for one in waiting]
    assert found == [(running, 0), (mine[0], 2), (mine[1], 3)]


async def test_nobody_waits_for_a_person_who_was_forgotten(scene: Scene) -> None:
    await scene.queued()
    async with scene.database.write("test") as connection:
        await connection.execute(delete(downloads))
        await connection.execute(delete(users))

    assert await scene.claims.claim(frozenset()) is None
    assert await scene.queue.list_of(ANN) == []
