"""Links to one page: found by their secret, expiring, revocable, counted, never too many."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.database.engine import Database
from bot.database.web_tables import shares
from bot.shares import BOUND, FORM, LISTED, ShareError, Shares, Shown
from tests.rows import rows_of

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = Shown(page="overview", days=7)
APRIL = Shown(
    page="audience",
    days=30,
    first_day=date(2026, 4, 1),
    last_day=date(2026, 4, 30),
    compare="year",
    step="week",
)


class Desk(Shares):
    """Links on a clock that the test moves."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        super().__init__(database, lambda: self.now)

    async def make(self, shown: Shown = WEEK, life: timedelta = DAY) -> str:
        return (await self.create(shown, life, made_with="grafana"))[1]


@pytest.mark.parametrize("shown", [WEEK, APRIL])
async def test_a_link_is_found_with_what_it_shows(database: Database, shown: Shown) -> None:
    desk = Desk(database)

    made, secret = await desk.create(shown, DAY, made_with="Telegram", created_by=77)

    assert FORM.fullmatch(secret)
    assert await desk.find(secret) == made
    assert (made.shown, made.created_by, made.expires_at) == (shown, 77, NOON + DAY)


async def test_its_secret_is_nowhere_in_the_database(sqlite: Database) -> None:
    secret = await Desk(sqlite).make()

    form = FORM.fullmatch(secret)
    assert form and form[2] not in str(await rows_of(sqlite, shares))


async def test_what_is_no_secret_shows_nothing(sqlite: Database) -> None:
    desk = Desk(sqlite)
    secret = await desk.make()

    changed = secret[:-3] + ("AAA" if secret[-3:] != "AAA" else "BBB")
    for sent in ("", secret[:-1], secret.upper(), changed, f"share_{'0' * 16}_{'x' * 43}"):
        assert await desk.find(sent) is None


async def test_it_ends_by_the_clock(sqlite: Database) -> None:
    desk = Desk(sqlite)
    secret = await desk.make()

    desk.now += DAY - timedelta(seconds=1)
    assert await desk.find(secret)
    desk.now += timedelta(seconds=1)
    assert await desk.find(secret) is None


async def test_it_ends_when_it_is_revoked_once(database: Database) -> None:
    desk = Desk(database)
    share, secret = await desk.create(WEEK, DAY, made_with="grafana")

    assert await desk.revoke(share.id)
    assert await desk.find(secret) is None
    assert not await desk.revoke(share.id)
    assert not await desk.revoke("0" * 16)


async def test_every_look_is_counted(database: Database) -> None:
    desk = Desk(database)
    share, secret = await desk.create(WEEK, DAY, made_with="grafana")

    for _ in range(3):
        desk.now += timedelta(minutes=1)
        await desk.used(share)

    found = await desk.find(secret)
    assert found and (found.use_count, found.last_used_at) == (3, desk.now)


async def test_there_are_never_too_many_that_work(sqlite: Database) -> None:
    desk = Desk(sqlite)
    for _ in range(BOUND):
        await desk.make()

    with pytest.raises(ShareError, match="end one of them first"):
        await desk.make()
    await desk.revoke((await desk.all())[0].id)
    assert await desk.make()


async def test_two_at_once_are_not_one_too_many(sqlite: Database) -> None:
    desk = Desk(sqlite)
    for _ in range(BOUND - 1):
        await desk.make()

    made = await asyncio.gather(desk.make(), desk.make(), return_exceptions=True)

    assert [isinstance(one, ShareError) for one in made].count(True) == 1


async def test_those_that_have_long_been_over_are_removed(database: Database) -> None:
    desk = Desk(database)
    revoked, _ = await desk.create(WEEK, 90 * DAY, made_with="grafana")
    await desk.revoke(revoked.id)
    await desk.make(life=DAY)
    kept, _ = await desk.create(WEEK, 60 * DAY, made_with="grafana")

    desk.now += LISTED + 2 * DAY
    await desk.prune()

    assert [one.id for one in await desk.all()] == [kept.id]
