"""Which report is meant, about how many days, and what is said when none is."""

from __future__ import annotations

import pytest
from aiogram.methods import SendMediaGroup, SendPhoto

from bot.analytics.shelf import kinds
from tests.handlers.scene import Scene
from tests.updates import ROOT


@pytest.mark.parametrize("days", ["abc", "0", "366", "999", "0007", "-3", "7 30", "٣"])
async def test_no_report_is_about_such_days(scene: Scene, days: str) -> None:
    shown = await scene.says(ROOT, f"/analytics {days}")

    assert shown == f"“{days}” is not possible here. Possible: 1-365."


@pytest.mark.parametrize(("days", "said"), [("1", "Today"), ("365", "Last 365 days")])
async def test_a_report_is_about_the_days_that_were_asked_for(
    scene: Scene, days: str, said: str
) -> None:
    assert said in await scene.says(ROOT, f"/users {days}")


@pytest.mark.parametrize("command", ["chart users", "export users csv"])
async def test_a_file_is_not_about_a_day_that_has_a_zero_too_many(
    scene: Scene, command: str
) -> None:
    shown = await scene.says(ROOT, f"/{command} 0007")

    assert shown.startswith("“0007” is not possible here.")


@pytest.mark.parametrize("command", ["chart", "export", "report"])
async def test_a_name_that_no_report_has_is_answered_with_those_that_are_there(
    scene: Scene, command: str
) -> None:
    shown = await scene.says(ROOT, f"/{command} nothing")

    assert shown.startswith("“nothing” is not possible here. Possible: analytics, audience")


@pytest.mark.parametrize("command", ["chart", "export", "report"])
async def test_without_a_name_there_is_a_button_for_each_report(
    scene: Scene, command: str
) -> None:
    await scene.says(ROOT, f"/{command}")

    assert len(scene.outbox.buttons) == len(kinds(()))
    assert {"Overview", "Users", "Retention"} <= set(scene.outbox.buttons)


async def test_the_button_of_a_report_to_export_asks_for_the_kind_of_file(scene: Scene) -> None:
    await scene.presses(ROOT, "files:users:30:day:")

    assert list(scene.outbox.buttons) == ["CSV", "JSON", "PDF"]


@pytest.mark.parametrize(("name", "kind"), [("users", SendPhoto), ("retention", SendMediaGroup)])
async def test_a_chart_has_a_caption_so_that_its_time_covers_no_day(
    scene: Scene, name: str, kind: type[SendPhoto | SendMediaGroup]
) -> None:
    await scene.says(ROOT, f"/chart {name} 30")

    sent = next(one for one in scene.outbox.sent if isinstance(one, kind))
    first = sent if isinstance(sent, SendPhoto) else sent.media[0]
    assert first.caption == f"{name.title()} · 30 days"
