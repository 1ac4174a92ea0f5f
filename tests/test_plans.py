"""The plans file: what is sold, and every mistake in it named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.plans import SHIPPED, load_plans

FREE = """
[[plan]]
name = "free"
title = "Free"
priority = "low"
downloads = {a_day = 1, waiting = 1, megabytes = 1, minutes = 1}
assistant = {messages_a_day = 1, tokens_a_day = 1}
"""


def plans_file(folder: Path, text: str) -> Path:
    file = folder / "plans.toml"
    file.write_text(text, encoding="utf-8")
    return file


def paid(price: str = "stars_a_month = 5") -> str:
    return FREE.replace('"free"', '"paid"').replace('title = "Free"', f'title = "Paid"\n{price}')


def test_the_plans_that_come_with_the_bot_rise_in_worth() -> None:
    plans = load_plans()

    assert [plan.name for plan in plans.plan] == ["free", "premium", "vip"]
    assert (plans.free.is_free, [plan.name for plan in plans.paid]) == (True, ["premium", "vip"])
    assert [plan.priority for plan in plans.plan] == ["low", "medium", "high"]


def test_each_plan_gives_more_than_the_one_before() -> None:
    limits = [(p.downloads.a_day, p.assistant.messages_a_day) for p in load_plans().plan]

    assert limits == sorted(limits)


def test_a_plan_is_found_by_its_name_and_rank(tmp_path: Path) -> None:
    plans = load_plans(plans_file(tmp_path, FREE + paid()))

    assert plans.get("paid") is plans.plan[1] and plans.get("gold") is None
    assert [plans.rank(name) for name in ("free", "paid", "gold")] == [0, 1, 0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "plan: Field required"),
        ("plan = []", "plan: Tuple should have at least 1 item"),
        (paid(), "the first plan must be free"),
        (FREE + FREE, "two plans have the same name, free"),
        (FREE + paid(""), "paid needs stars_a_month or stars_once; only the first is free"),
        (FREE + paid('stars_once = "many"'), 'plan "paid", stars_once: must be a whole number'),
        (FREE + paid("stars_a_month = 10001"), 'plan "paid", stars_a_month: Input should be less'),
        (FREE + paid("stars_once = 25001"), 'plan "paid", stars_once: Input should be less'),
        (FREE + paid("stars_once = 0"), 'plan "paid", stars_once: Input should be greater'),
        (FREE + paid("price = 5"), 'plan "paid", price: Extra inputs are not permitted'),
        (FREE.replace('"low"', '"lowest"'), 'plan "free", priority: Input should be'),
        (FREE.replace('"free"', '"Free!"'), 'plan "Free!", name: has 1 to 16 of a-z, 0-9 and _'),
        (FREE.replace('"free"', '"9 free"'), 'plan "9 free", name: has 1 to 16'),
        (FREE.replace('"free"', f'"{"a" * 17}"'), "name: has 1 to 16"),
        (FREE.replace('name = "free"', ""), "plan 1, name: Field required"),
        (FREE.replace("minutes = 1", "minutes = 0"), 'plan "free", downloads, minutes: Input'),
        (FREE.replace('"free"', '"other"'), "other is what plans are called that are sold no"),
        ("[[plan]", "plans.toml: "),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_plans(plans_file(tmp_path, text))

    assert caught.value.name == "PLANS_FILE"
    assert problem in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "noise.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match="PLANS_FILE: cannot be read: No such file"):
        load_plans(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="PLANS_FILE: noise"):
        load_plans(tmp_path / "noise.toml")


def test_the_shipped_file_can_be_copied_and_changed(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("stars_a_month = 150", "stars_a_month = 99")

    plan = load_plans(plans_file(tmp_path, text)).get("premium")

    assert plan and plan.stars_a_month == 99
