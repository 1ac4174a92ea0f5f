"""Each download is had by one worker at a time, in a fair order, and by nobody for ever."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from sqlalchemy import select

from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.downloads.claims import LEASE_SECONDS, Claims
from bot.downloads.courier import Sent
from bot.downloads.trouble import Trouble
from tests.databases import opened
from tests.downloads.queue_scene import ANN, BOB, EVE, FREE, MP3, NOBODY, PREMIUM, VIP, Scene
from tests.waiting import PATIENCE

SENT = Sent(
    file_id="f1", kind="audio", title="T", performer="P", duration_seconds=1.5, size_bytes=7
)


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


async def test_a_claim_knows_all_that_a_worker_needs(scene: Scene) -> None:
    number = await scene.queued(ANN, PREMIUM)
    scene.pass_time(5)

    claim = await scene.claimed()

    download = claim.download
    assert (download.id, download.user_id, download.chat_id) == (number, ANN, ANN)
    assert (download.url, download.choice) == ("https://site.example/1", MP3)
    assert (download.plan, download.priority, download.attempts) == ("premium", "medium", 1)
    assert (scene.now - claim.due_at).total_seconds() == 5


async def test_an_empty_queue_has_nothing(scene: Scene) -> None:
    await scene.offer()

    assert await scene.claims.claim(NOBODY) is None


async def test_the_higher_priority_is_first_whoever_came_first(scene: Scene) -> None:
    low, medium, high = [await scene.queued(ANN, plan) for plan in (FREE, PREMIUM, VIP)]

    assert await scene.order() == [high, medium, low]


async def test_one_person_cannot_fill_the_queue(scene: Scene) -> None:
    ann = [await scene.queued(ANN) for _ in range(3)]
    bob = [await scene.queued(BOB) for _ in range(2)]
    eve = await scene.queued(EVE)

    assert await scene.order() == [ann[0], bob[0], eve, ann[1], bob[1], ann[2]]


async def test_what_runs_counts_as_the_first(scene: Scene) -> None:
    ann = [await scene.queued(ANN) for _ in range(2)]
    running = (await scene.claimed()).download.id
    bob = await scene.queued(BOB)

    assert await scene.order(running) == [bob, ann[1]]


async def test_whoever_waited_long_enough_rises_and_overtakes(scene: Scene) -> None:
    poor = await scene.queued(ANN, FREE)
    scene.pass_time(31 * 60)
    rich = await scene.queued(BOB, VIP)

    assert await scene.order() == [poor, rich]


async def test_two_processes_never_take_the_same(database: Database, database_url: str) -> None:
    scene = Scene(database)
    numbers = [await scene.queued(person, FREE) for person in range(1, 31)]

    async def take_all(claims: Claims) -> list[int]:
        found: list[int] = []
        while claim := await claims.claim(NOBODY | set(found)):
            found.append(claim.download.id)
        return found

    async with opened(database_url) as other:
        workers = [Claims(one, scene.clock) for one in (database, other) for _ in range(3)]
        taken = await asyncio.gather(*(take_all(one) for one in workers))

    assert sorted(itertools.chain(*taken)) == numbers


async def test_a_claim_does_not_wait_for_one_that_another_process_is_writing(
    postgres_url: str,
) -> None:
    async with opened(postgres_url) as database:
        scene = Scene(database)
        first, second = await scene.queued(ANN), await scene.queued(BOB)

        async with database.write(
            "test"
        ) as connection:  # as long as this lasts, the row is theirs
            this = select(downloads.c.id).where(downloads.c.id == first).with_for_update()
            await connection.execute(this)
            async with asyncio.timeout(PATIENCE):
                claim = await scene.claims.claim(NOBODY)

        assert claim
        assert claim.download.id == second


async def test_a_lease_that_has_passed_is_anybodys(scene: Scene) -> None:
    number = await scene.queued()
    await scene.claimed()
    other = Claims(scene.database, scene.clock)

    assert await other.claim(NOBODY) is None
    scene.pass_time(LEASE_SECONDS)
    claim = await other.claim(NOBODY)

    assert claim
    assert (claim.download.id, claim.download.attempts) == (number, 2)


async def test_a_lease_that_is_renewed_is_kept(scene: Scene) -> None:
    number = await scene.queued()
    await scene.claimed()
    scene.pass_time(LEASE_SECONDS - 1)

    assert await scene.claims.held(frozenset({number}), renew=True) == {number: False}

    scene.pass_time(LEASE_SECONDS - 1)
    assert await Claims(scene.database, scene.clock).claim(NOBODY) is None


async def test_whoever_lost_the_claim_can_end_nothing(scene: Scene) -> None:
    number = await scene.queued()
    download = (await scene.claimed()).download
    scene.pass_time(LEASE_SECONDS)
    other = Claims(scene.database, scene.clock)
    await other.claim(NOBODY)

    assert await scene.claims.held(frozenset({number}), renew=True) == {}
    assert not await scene.claims.finish(download, SENT)
    assert not await scene.claims.fail(download, Trouble.site)
    assert not await scene.claims.postpone(download, Trouble.site, 1, is_counted=True)
    assert not await scene.claims.give_back(download)
    assert (await scene.row(number))["claimed_by"] == other.worker
    assert await scene.sent_files.known(download.media_key, MP3) is None


async def test_a_clock_set_forward_takes_nothing_from_its_own_process(scene: Scene) -> None:
    number = await scene.queued()
    await scene.claimed()
    scene.pass_time(3600)

    assert await scene.claims.claim(frozenset({number})) is None


async def test_what_a_process_forgot_that_it_has_is_taken_again(scene: Scene) -> None:
    number = await scene.queued()
    await scene.claimed()

    assert (await scene.claimed()).download.id == number


async def test_a_new_life_on_sqlite_takes_over_at_once(sqlite: Database) -> None:
    scene = Scene(sqlite)
    number = await scene.queued()
    await scene.claimed()
    new_life = Claims(sqlite, scene.clock)

    assert await new_life.take_over() == 1

    claim = await new_life.claim(NOBODY)
    assert claim
    assert (claim.download.id, claim.download.attempts) == (number, 2)


async def test_the_end_empties_what_was_sent_and_remembers_the_file(scene: Scene) -> None:
    number = await scene.queued(key="site:song")

    assert await scene.claims.finish((await scene.claimed()).download, SENT)

    row = await scene.row(number)
    assert (row["state"], row["size_bytes"], row["error"]) == ("done", 7, None)
    assert (row["url"], row["title"], row["offers"], row["claimed_by"]) == 4 * (None,)
    assert row["media_key"] is None
    assert await scene.sent_files.known("site:song", MP3) == SENT


async def test_a_file_that_nobody_can_name_is_not_remembered(scene: Scene) -> None:
    await scene.queued(key="site:song")
    nameless = Sent(**(SENT.__dict__ | {"file_id": ""}))

    await scene.claims.finish((await scene.claimed()).download, nameless)

    assert await scene.sent_files.known("site:song", MP3) is None


async def test_the_newest_name_of_a_file_counts(scene: Scene) -> None:
    for name in ("f1", "f2"):
        await scene.queued(key="site:song")
        sent = Sent(**(SENT.__dict__ | {"file_id": name}))
        await scene.claims.finish((await scene.claimed()).download, sent)

    known = await scene.sent_files.known("site:song", MP3)

    assert known
    assert known.file_id == "f2"


async def test_what_is_postponed_waits(scene: Scene) -> None:
    number = await scene.queued()
    download = (await scene.claimed()).download

    await scene.claims.postpone(download, Trouble.network, 60, is_counted=True)

    assert await scene.claims.claim(NOBODY) is None
    scene.pass_time(60)
    claim = await scene.claimed()
    assert (claim.download.id, claim.download.attempts) == (number, 2)
    assert claim.due_at == scene.now
    assert claim.download.started_at == download.started_at


async def test_what_was_planned_before_the_clock_was_set_back_is_due(scene: Scene) -> None:
    number = await scene.queued()
    download = (await scene.claimed()).download
    await scene.claims.postpone(download, Trouble.network, 60, is_counted=True)

    scene.pass_time(-3600)

    assert (await scene.claimed()).download.id == number


async def test_what_is_cancelled_in_the_moment_of_a_failure_does_not_wait(scene: Scene) -> None:
    number = await scene.queued()
    download = (await scene.claimed()).download
    await scene.queue.cancel(number, ANN)

    await scene.claims.postpone(download, Trouble.network, 60, is_counted=True)

    assert (await scene.claimed()).download.id == number


async def test_a_full_disk_and_a_stop_cost_no_attempt(scene: Scene) -> None:
    await scene.queued()
    full = (await scene.claimed()).download
    await scene.claims.postpone(full, Trouble.disk, 0, is_counted=False)
    stopped = (await scene.claimed()).download
    await scene.claims.give_back(stopped)

    assert (await scene.claimed()).download.attempts == 1


async def test_only_what_telegram_has_is_taken_when_no_hand_is_free(scene: Scene) -> None:
    await scene.queued(key="site:known")
    await scene.claims.finish((await scene.claimed()).download, SENT)
    await scene.queued(ANN, VIP)
    known = await scene.queued(BOB, FREE, key="site:known")

    claim = await scene.claims.claim(NOBODY, only_known=True)

    assert claim
    assert claim.download.id == known
    assert await scene.claims.claim(frozenset({known}), only_known=True) is None


async def test_a_cancelled_one_is_no_failure(scene: Scene) -> None:
    number = await scene.queued()

    await scene.claims.fail((await scene.claimed()).download, Trouble.cancelled)

    row = await scene.row(number)
    assert (row["state"], row["error"]) == ("cancelled", "cancelled")
    assert row["ended_at"] == to_milliseconds(scene.now)
