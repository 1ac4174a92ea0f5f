"""Who wrote, and who was there in which hour of a day: sets that reports ask for by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.analytics.events import ButtonPressed, Event
from bot.database.engine import Database
from tests.analytics.audience.scene import House
from tests.analytics.moments import ANN, BOB, NOON, said, seen

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def pressed(user_id: int, at: datetime) -> Event:
    return ButtonPressed(at=at, user_id=user_id, chat_id=user_id, button="more")


async def lived(database: Database, zone: ZoneInfo = BERLIN, now: datetime = NOON) -> House:
    """Ann wrote in this hour, Bob pressed in the one before."""
    house = House(database, now=now, zone=zone)
    await house.write(seen(ANN, at=now), said(at=now, user_id=ANN))
    await house.write(seen(BOB, at=now - HOUR), pressed(BOB, now - HOUR))
    return house


async def test_each_hour_of_the_day_has_its_people_in_the_zone(sqlite: Database) -> None:
    house = await lived(sqlite)

    assert await house.members("hour:13") == {ANN}
    assert await house.members("hour:12") == {BOB}
    assert await house.members("wrote") == {ANN}


@pytest.mark.parametrize("segment", ["hour:13", "hour:12", "wrote"])
async def test_they_are_found_again_after_a_crash(database: Database, segment: str) -> None:
    house = await lived(database)

    again = House(database, zone=BERLIN)
    await again.audience.start()

    assert await again.members(segment) == await house.members(segment)
    await again.audience.stop()


async def test_an_hour_that_the_clocks_repeat_is_one_hour(sqlite: Database) -> None:
    # Half past two, the second time.
    house = await lived(sqlite, now=datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("UTC")))

    assert await house.members("hour:02", house.now.date()) == {ANN, BOB}


async def test_a_service_message_is_nobody_s_hour(sqlite: Database) -> None:
    house = House(sqlite)
    await house.write(seen(ANN), said(user_id=ANN, content_type="system"))

    assert (await house.members("wrote"), await house.members("hour:12")) == (set(), set())


async def test_they_are_in_no_list_of_segments(sqlite: Database) -> None:
    house = await lived(sqlite)
    await house.audience.save()

    assert "active" in await house.audience.segments()
    assert not {"wrote", "hour:12", "hour:13"} & {*await house.audience.segments()}


async def test_whoever_is_forgotten_is_in_no_hour(sqlite: Database) -> None:
    house = await lived(sqlite)
    await house.audience.save()

    await house.people.forget(ANN)

    assert (await house.members("wrote"), await house.members("hour:13")) == (set(), set())
    assert await house.members("hour:12") == {BOB}
