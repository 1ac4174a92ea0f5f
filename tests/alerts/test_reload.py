"""Rules come, go and change while alerts fire."""

from __future__ import annotations

from sqlalchemy import select

from bot.alerts.evaluation import TRIES
from bot.database.alert_tables import alert_state
from tests.alerts.dials import BLIND, LEAF, QUICK, dials
from tests.alerts.scene import CALM, RULES, Scene


def with_dials(scene: Scene, **turned: str) -> None:
    scene.rules = dials(turned, QUICK, BLIND, LEAF)
    scene.manager.use(scene.rules)


async def test_new_rules_are_asked_from_the_next_check_on(small_scene: Scene) -> None:
    await small_scene.minutes(CALM)
    with_dials(small_scene, Quick="bad")
    await small_scene.minutes(CALM)

    assert small_scene.titles == ["WARNING: Quick"]
    assert small_scene.manager.rules == small_scene.rules


async def test_what_was_told_ends_with_its_rule(scene: Scene) -> None:
    with_dials(scene, Quick="bad")
    await scene.minutes(CALM)
    scene.manager.use(RULES)
    await scene.minutes(CALM)

    assert scene.titles == ["WARNING: Quick", "RESOLVED: Quick"]
    assert scene.chat.sent[-1].endswith("\nthe rule was removed")
    assert (await scene.board()).past[0].details == "the rule was removed"


async def test_what_was_not_told_ends_without_a_word(small_scene: Scene) -> None:
    await small_scene.desk.silence("rule", "Quick", 3_600, "", 7)
    with_dials(small_scene, Quick="bad", Leaf="bad")
    await small_scene.minutes(CALM)
    small_scene.manager.use(RULES)
    await small_scene.minutes(CALM)

    assert small_scene.titles == []
    assert small_scene.facts == ["AlertFired Quick", "AlertResolved Quick"]


async def test_nothing_is_left_of_a_rule_that_is_gone(scene: Scene) -> None:
    with_dials(scene, Quick="bad", Leaf="bad")
    await scene.minutes(CALM)
    scene.manager.use(RULES)
    await scene.minutes(CALM)

    async with scene.database.read("tests.states") as connection:
        assert (await connection.execute(select(alert_state.c.rule))).all() == []


async def test_a_restart_without_a_rule_ends_it_too(small_scene: Scene) -> None:
    with_dials(small_scene, Quick="bad")
    await small_scene.minutes(CALM)
    small_scene.rules = RULES
    small_scene.restart()
    await small_scene.minutes(CALM)

    assert small_scene.titles == ["WARNING: Quick", "RESOLVED: Quick"]


async def test_a_rule_that_cannot_be_asked_stays_as_it_is(small_scene: Scene) -> None:
    turned = {"Quick": "bad"}
    with_dials(small_scene, **turned)
    await small_scene.minutes(CALM)
    with_dials(small_scene, Quick="broken")
    await small_scene.minutes(*[CALM] * (TRIES + 1))

    assert small_scene.titles == ["WARNING: Quick", "WARNING: EvaluationFailed"]


async def test_no_data_is_trouble_where_the_rule_says_so(small_scene: Scene) -> None:
    with_dials(small_scene, Blind="missing", Quick="missing")
    await small_scene.minutes(CALM)

    assert small_scene.titles == ["CRITICAL: Blind"]
    assert "unknown (threshold 5 things)" in small_scene.chat.sent[0]


async def test_no_data_neither_begins_nor_ends_anything_else(small_scene: Scene) -> None:
    with_dials(small_scene, Quick="bad")
    await small_scene.minutes(CALM)
    with_dials(small_scene, Quick="missing")
    await small_scene.minutes(*[CALM] * 5)

    assert small_scene.titles == ["WARNING: Quick"]


async def test_a_rule_knows_its_terms_until_it_is_gone(small_scene: Scene) -> None:
    with_dials(small_scene)
    before = small_scene.manager.terms_of("Quick")
    small_scene.manager.use(RULES)

    assert before is QUICK
    assert small_scene.manager.terms_of("Quick") is None
