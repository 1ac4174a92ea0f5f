"""What the admin can look up."""

from __future__ import annotations

from bot.alerts.book import Book, Pending
from bot.database.alert_tables import alert_outbox
from bot.database.engine import Database
from tests.alerts.scene import BROKEN, CALM, ERRORS, NOON, STALLED, Scene
from tests.handlers.alerts import HOUR, MINUTE, fire, sent
from tests.rows import put


async def test_the_board_parts_what_fires_from_what_is_over(scene: Scene) -> None:
    await scene.minutes(STALLED, CALM, CALM, BROKEN)

    board = await scene.book.board()

    assert [alert.rule for alert in board.firing] == ["DatabaseIssues"]
    assert [alert.rule for alert in board.past] == ["PollStalled"]


async def test_an_alert_keeps_the_figures_it_fired_with(scene: Scene) -> None:
    await scene.minutes(BROKEN, CALM, CALM)

    (alert,) = (await scene.book.board()).past

    assert (alert.value, alert.threshold, alert.unit) == (50.0, 5.0, "%")
    assert (alert.bad, alert.total, alert.seconds(scene.now)) == (100, 200, 120.0)


async def test_the_newest_come_first_and_only_so_many(small_scene: Scene) -> None:
    for fault in (BROKEN, STALLED, BROKEN):
        await small_scene.minutes(fault, CALM, CALM)

    past = (await small_scene.book.board(limit=2)).past

    assert [alert.rule for alert in past] == ["DatabaseIssues", "PollStalled"]


async def test_what_was_bad_once_may_fire_soon(scene: Scene) -> None:
    await scene.check(ERRORS)

    board = await scene.book.board()

    assert board.firing == ()
    assert board.pending == (Pending("HighErrorRate", NOON + MINUTE, 1),)


async def test_pages_leave_out_what_was_on_those_before(database: Database) -> None:
    for name in "ABC":
        await fire(database, rule=name, resolved_at=NOON)

    board = await Book(database).board(limit=2, skipped=2)

    assert [alert.rule for alert in board.past] == ["A"]
    assert board.past_count == 3


async def test_noticed_is_when_the_first_person_was_told(database: Database) -> None:
    number = await fire(database, fired_at=NOON, pending_at=NOON - MINUTE, acked_at=NOON + HOUR)
    late = NOON + 2 * MINUTE
    rows = [
        sent(number, NOON, lane="webhook"),
        sent(number, late),
        sent(number, late + MINUTE, kind="reminder"),
        sent(number, NOON) | {"sent_at": None},
    ]
    await put(database, alert_outbox, *rows)

    board = await Book(database).board()

    (alert,) = board.firing
    assert (board.noticed(alert), board.acknowledged(alert)) == (180.0, 3600.0)


async def test_what_nobody_was_told_of_has_no_times(database: Database) -> None:
    await fire(database)

    board = await Book(database).board()

    (alert,) = board.firing
    assert (board.noticed(alert), board.acknowledged(alert)) == (None, None)


async def test_a_clock_that_was_set_back_makes_no_time_negative(database: Database) -> None:
    number = await fire(database, fired_at=NOON, acked_at=NOON - HOUR)
    await put(database, alert_outbox, sent(number, NOON - HOUR))

    board = await Book(database).board()

    (alert,) = board.firing
    assert (board.noticed(alert), board.acknowledged(alert)) == (0.0, 0.0)


async def test_an_alert_is_found_by_its_number(database: Database) -> None:
    number = await fire(database, resolved_at=NOON)

    found = await Book(database).find(number)

    assert found and (found.rule, found.resolved_at) == ("HighErrorRate", NOON)
    assert await Book(database).find(number + 1) is None
