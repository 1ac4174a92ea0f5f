"""What admins do about alerts: silences are not piled up, and messages show what was done."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.alerts.duty import Duty
from bot.alerts.terms import Terms
from bot.alerts.wish import Target, Wish
from bot.database.engine import Database
from tests.handlers.alerts import HOUR, fire
from tests.handlers.scene import Notices
from tests.updates import NOON

SLOW = Terms(name="Slow", severity="critical", labels={"feature": "quiz"})
AN_HOUR = Wish(Target("rule", "Slow"), 3_600)


class Night:
    """An admin at a desk with a clock."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        self.notices = Notices()
        self.duty = Duty(database, lambda: [SLOW], self.notices, lambda: self.now)

    async def ends(self, *wishes: Wish) -> list[float]:
        """How long each of the silences holds that *wishes* lead to, in seconds from noon."""
        for wish in wishes:
            await self.duty.silence(wish, 1)
            self.now += timedelta(seconds=5)
        silences = await self.duty.desk.silences()
        return [(one.ends_at - NOON).total_seconds() for one in silences]


async def test_the_same_wish_within_a_minute_is_one_silence(sqlite: Database) -> None:
    assert await Night(sqlite).ends(AN_HOUR, AN_HOUR) == [3_600]


async def test_a_longer_a_shorter_another_and_a_reasoned_wish_are_silences_of_their_own(
    sqlite: Database,
) -> None:
    longer, shorter = Wish(AN_HOUR.target, 7_200), Wish(AN_HOUR.target, 1_800)
    other, reasoned = Wish(Target(), 3_600), Wish(AN_HOUR.target, 3_600, "moving")

    ends = await Night(sqlite).ends(AN_HOUR, longer, shorter, other, reasoned)

    assert ends == [1_810, 3_600, 3_615, 3_620, 7_205]


async def test_a_silence_is_about_the_alerts_with_its_label(sqlite: Database) -> None:
    night = Night(sqlite)
    slow = await fire(sqlite, rule="Slow")
    await fire(sqlite, rule="Gone")
    await fire(sqlite, rule="Slow", resolved_at=NOON - HOUR)
    silence = await night.duty.silence(Wish(Target("feature", "quiz"), 3_600), 1)

    firing = await night.duty.firing([silence])
    await night.duty.refresh(firing)

    assert [alert.id for alert in firing] == night.notices == [slow]


async def test_of_a_rule_that_is_gone_the_alert_says_what_is_known(sqlite: Database) -> None:
    night = Night(sqlite)
    number = await fire(sqlite, rule="Gone", severity="warning")

    alert = await night.duty.book.find(number)

    assert alert
    assert night.duty.terms(alert) == Terms(name="Gone", severity="warning")


async def test_where_nobody_is_told_there_is_no_message_to_refresh(sqlite: Database) -> None:
    duty = Duty(sqlite, list)
    number = await fire(sqlite)

    await duty.refresh([alert] if (alert := await duty.book.find(number)) else [])

    assert list(duty.concerns) == []


async def test_a_silence_to_come_is_made_beside_one_that_holds(sqlite: Database) -> None:
    night = Night(sqlite)
    later = Wish(AN_HOUR.target, 3_600, starts_at=NOON + HOUR)

    assert await night.ends(AN_HOUR, later) == [3_600, 7_200]


async def test_who_cannot_wait_for_a_message_does_not(sqlite: Database) -> None:
    notices = Stuck()
    duty = Duty(sqlite, list, notices)
    number = await fire(sqlite)

    await duty.refresh([alert] if (alert := await duty.book.find(number)) else [], 0.01)

    assert notices.asked == [number]


class Stuck:
    """Messages that cannot be edited."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def refresh(self, history_id: int) -> None:
        self.asked.append(history_id)
        await asyncio.Event().wait()
