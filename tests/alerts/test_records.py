"""What one check leaves on disk, and how little it asks for."""

from __future__ import annotations

import json

from sqlalchemy import event, insert, select
from sqlalchemy.engine import Engine

from bot.alerts.terms import Terms
from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_outbox, alert_readings
from tests.alerts.dials import dials
from tests.alerts.scene import BROKEN, CALM, NOON, Scene

WEEK = 7 * 86_400_000


async def readings(scene: Scene) -> dict[int, dict[str, list[float | None]]]:
    async with scene.database.read("tests.readings") as connection:
        rows = (await connection.execute(select(alert_readings))).all()
    return {at: json.loads(text) for at, text in rows}


async def test_every_check_keeps_what_each_rule_saw(scene: Scene) -> None:
    await scene.check(BROKEN, CALM)

    kept = await readings(scene)
    assert [seen["DatabaseIssues"] for seen in kept.values()] == [[50.0, 5.0], [0.0, 5.0]]
    assert max(kept) == to_milliseconds(scene.now)


async def test_what_nobody_knows_is_kept_as_such(small_scene: Scene) -> None:
    small_scene.rules = dials({"Quick": "missing"})
    small_scene.restart()
    await small_scene.check(CALM)

    kept = await readings(small_scene)
    assert [seen["Quick"] for seen in kept.values()] == [[None, 5.0]]


async def test_a_second_check_at_the_same_moment_is_the_one_kept(scene: Scene) -> None:
    await scene.check(BROKEN)
    scene.now = NOON
    await scene.check(CALM)

    kept = await readings(scene)
    assert [seen["DatabaseIssues"] for seen in kept.values()] == [[0.0, 5.0]]


async def test_readings_are_kept_for_a_week(scene: Scene) -> None:
    now = to_milliseconds(NOON) + 60_000
    async with scene.database.write("tests.past") as connection:
        past = [{"at": now - WEEK - age, "readings": "{}"} for age in (1, 0)]
        await connection.execute(insert(alert_readings), past)

    await scene.check(CALM)

    assert list(await readings(scene)) == [now - WEEK, now]


async def test_a_check_that_is_refused_keeps_no_reading(small_scene: Scene) -> None:
    await small_scene.check(CALM)
    before = await readings(small_scene)
    async with small_scene.database.write("tests.trap") as connection:
        await connection.exec_driver_sql(
            "CREATE TRIGGER trap BEFORE INSERT ON alert_outbox "
            "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    small_scene.snapshot = BROKEN
    await small_scene.refused_check()

    assert await readings(small_scene) == before
    assert (await small_scene.board()).firing == ()


async def test_each_lane_gets_its_own_row_and_the_webhook_json(small_scene: Scene) -> None:
    small_scene.lanes = ("chat", "webhook")
    small_scene.restart()
    await small_scene.check(BROKEN, CALM, CALM)

    async with small_scene.database.read("tests.rows") as connection:
        rows = (await connection.execute(select(alert_outbox))).mappings().all()
    assert [(row["lane"], row["kind"]) for row in rows] == [
        ("chat", "firing"),
        ("webhook", "firing"),
        ("chat", "resolved"),
        ("webhook", "resolved"),
    ]
    assert [json.loads(row["text"])["status"] for row in rows[1::2]] == ["firing", "resolved"]


async def test_fifty_rules_cost_no_more_statements_than_one(small_scene: Scene) -> None:
    few = await statements(small_scene, 1)
    many = await statements(small_scene, 50)

    assert few == many
    assert many["calm"] <= 5
    assert many["all fire"] <= 9


async def statements(scene: Scene, rules: int) -> dict[str, int]:
    """How many statements a check takes, by what happens in it."""
    names = [Terms(name=f"Rule{n}", pending_checks=1, good_checks=1) for n in range(rules)]
    turned: dict[str, str] = {}
    scene.rules = dials(turned, *names)
    scene.restart()
    await scene.check(CALM)
    found = {}
    for what, dial in (("calm", "good"), ("all fire", "bad"), ("nothing new", "bad")):
        turned.update({one.name: dial for one in names})
        found[what] = await _counted(scene)
    return found


async def _counted(scene: Scene) -> int:
    said: list[str] = []

    def hear(*about: object) -> None:
        said.append(str(about[2]))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        await scene.check(CALM)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    return len(said)
