"""Messages that were sent show what became of their alerts."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import insert, update

from bot.alerts.notifier import Buttons
from bot.alerts.outbox import LONGEST_WAIT, Outbox
from bot.alerts.terms import Terms
from bot.analytics.bus import Bus
from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_history
from bot.database.tables import users
from bot.errors import NotifyError
from tests.alerts.scene import BROKEN, CALM, NOON, STALLED, Scene

HOUR = 3_600
DOWN = NotifyError("no network")


def labels(buttons: Buttons) -> list[str]:
    return [button.text for row in buttons for button in row]


async def fired(scene: Scene) -> int:
    """The epoch of a DatabaseIssues that was told."""
    await scene.minutes(BROKEN)
    return (await scene.board()).firing[0].id


def slow(scene: Scene) -> None:
    """From now on hours between two checks are no downtime."""
    scene.interval = 4 * HOUR
    scene.restart()


async def test_a_firing_can_be_acknowledged_silenced_and_looked_at(small_scene: Scene) -> None:
    await fired(small_scene)

    wanted = ["Acknowledge", "Chart", "Silence 1 h", "Silence 4 h"]
    assert labels(small_scene.chat.buttons[1]) == wanted


async def test_an_acknowledged_alert_says_by_whom_and_is_no_longer_acknowledged(
    scene: Scene,
) -> None:
    epoch = await fired(scene)
    await scene.desk.acknowledge(epoch, 9000)
    await scene.outbox.refresh(epoch)

    last = scene.chat.shown[1].splitlines()[-1]
    assert last == "👤 DatabaseIssues acknowledged by admin 9000, 2026-03-01 12:01 UTC"
    assert labels(scene.chat.buttons[1]) == ["Chart", "Silence 1 h", "Silence 4 h"]
    assert len(scene.chat.sent) == 1


async def test_an_admin_whose_name_is_known_is_called_by_it(small_scene: Scene) -> None:
    epoch = await fired(small_scene)
    person = {"telegram_id": 9000, "name": "Ann <3", "first_seen_at": to_milliseconds(NOON)}
    async with small_scene.database.write("tests.users") as connection:
        await connection.execute(insert(users).values(person))
    await small_scene.desk.acknowledge(epoch, 9000)
    await small_scene.outbox.refresh(epoch)

    assert "acknowledged by Ann &lt;3," in small_scene.chat.shown[1]


async def test_a_silenced_alert_says_until_when_and_again_when_that_changes(scene: Scene) -> None:
    epoch = await fired(scene)
    silence = await scene.desk.silence("rule", "DatabaseIssues", HOUR, "", 9000)
    await scene.outbox.refresh(epoch)
    silenced = scene.chat.shown[1]
    await scene.desk.end_silence(silence.id)
    await scene.outbox.refresh(epoch)

    assert silenced.endswith("🔕 DatabaseIssues silenced until 2026-03-01 13:01 UTC")
    assert "silenced" not in scene.chat.shown[1]


async def test_a_silence_by_label_is_shown_where_the_rules_are_known(small_scene: Scene) -> None:
    terms = Terms(name="DatabaseIssues", severity="critical", labels={"part": "database"})
    outbox = Outbox(
        database=small_scene.database,
        notifier=small_scene.chat,
        bus=Bus(),
        terms_of=lambda _: terms,
        clock=lambda: small_scene.now,
    )
    epoch = await fired(small_scene)
    await small_scene.desk.silence("part", "database", HOUR, "", 9000)
    await outbox.refresh(epoch)

    assert "silenced until" in small_scene.chat.shown[1]


async def test_a_silence_about_something_else_is_not_shown(small_scene: Scene) -> None:
    epoch = await fired(small_scene)
    await small_scene.desk.silence("rule", "PollStalled", HOUR, "", 9000)
    await small_scene.outbox.refresh(epoch)

    assert "silenced" not in small_scene.chat.shown[1]


async def test_what_is_over_can_only_be_looked_at(small_scene: Scene) -> None:
    epoch = await fired(small_scene)
    await small_scene.desk.acknowledge(epoch, 9000)
    await small_scene.minutes(CALM, CALM)

    assert labels(small_scene.chat.buttons[1]) == ["Chart"]
    assert "acknowledged by" in small_scene.chat.shown[1]
    assert small_scene.chat.shown[1].endswith("🟢 DatabaseIssues resolved after 2 min")
    assert labels(small_scene.chat.buttons[2]) == []


async def test_a_reminder_loses_its_buttons_as_the_first_message_does(small_scene: Scene) -> None:
    slow(small_scene)
    await fired(small_scene)
    small_scene.wait(4 * HOUR)
    await small_scene.minutes(BROKEN, CALM, CALM)

    assert labels(small_scene.chat.buttons[1]) == labels(small_scene.chat.buttons[2]) == ["Chart"]


async def test_the_other_alert_of_a_message_keeps_its_buttons(small_scene: Scene) -> None:
    await small_scene.minutes(replace(STALLED, shares=BROKEN.shares))
    first = next(one for one in (await small_scene.board()).firing if one.rule == "DatabaseIssues")
    await small_scene.desk.acknowledge(first.id, 9000)
    await small_scene.outbox.refresh(first.id)

    rows = small_scene.chat.buttons[1]
    assert {row[0].text: len(row) for row in rows} == {"📈 DatabaseIssues": 3, "✓ PollStalled": 4}


async def test_an_edit_that_fails_is_made_up_for_later(small_scene: Scene) -> None:
    epoch = await fired(small_scene)
    small_scene.chat.edit_problem = DOWN
    await small_scene.desk.acknowledge(epoch, 9000)
    await small_scene.outbox.refresh(epoch)
    owed = small_scene.outbox.is_owing
    small_scene.chat.edit_problem = None
    await small_scene.outbox.deliver()

    assert owed and not small_scene.outbox.is_owing
    assert "acknowledged" in small_scene.chat.shown[1]


async def test_an_edit_waits_as_long_as_telegram_wishes(small_scene: Scene) -> None:
    epoch = await fired(small_scene)
    small_scene.chat.edit_problem = NotifyError("flood", retry_after=30)
    await small_scene.desk.acknowledge(epoch, 9000)
    await small_scene.outbox.refresh(epoch)
    small_scene.chat.edit_problem = None
    await small_scene.outbox.deliver()
    early = small_scene.chat.shown[1]
    small_scene.wait(30)
    await small_scene.outbox.deliver()

    assert "acknowledged" not in early and "acknowledged" in small_scene.chat.shown[1]


async def test_an_edit_that_never_works_is_forgotten(small_scene: Scene) -> None:
    epoch = await fired(small_scene)
    small_scene.chat.edit_problem = DOWN
    await small_scene.outbox.refresh(epoch)
    for _ in range(3):
        small_scene.wait(LONGEST_WAIT)
        await small_scene.outbox.deliver()

    assert not small_scene.outbox.is_owing


async def test_a_firing_that_lasts_for_days_is_not_edited_a_hundred_times(
    small_scene: Scene,
) -> None:
    slow(small_scene)
    await fired(small_scene)
    for _ in range(6):
        small_scene.wait(4 * HOUR)
        await small_scene.minutes(BROKEN)
    await small_scene.minutes(CALM, CALM)

    over = [number for number, text in small_scene.chat.shown.items() if "🟢 Data" in text]
    assert over == [1, 5, 6, 7]


async def test_a_program_that_acknowledged_is_called_by_its_token(scene: Scene) -> None:
    epoch = await fired(scene)
    await scene.desk.acknowledge(epoch, "my <token>")
    await scene.outbox.refresh(epoch)

    assert "acknowledged by the token my &lt;token&gt;, 2026" in scene.chat.shown[1]


async def test_an_admin_who_asked_to_be_forgotten_is_an_admin(small_scene: Scene) -> None:
    epoch = await fired(small_scene)
    await small_scene.desk.acknowledge(epoch, 9000)
    async with small_scene.database.write("tests.forget") as connection:
        await connection.execute(update(alert_history).values(acked_by=None))
    await small_scene.outbox.refresh(epoch)

    assert "acknowledged by an admin, 2026" in small_scene.chat.shown[1]
