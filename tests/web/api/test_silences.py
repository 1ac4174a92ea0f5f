"""Silences over HTTP: made, listed and ended, as with /silence and /unsilence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.database.engine import Database
from bot.web.api.silences import MOST
from tests.alerts.scene import Scene
from tests.web.api.alert_scene import Night, asking
from tests.web.conftest import Serve

HOUR = 3_600
ALL = {"target": "all", "seconds": HOUR}


@pytest.fixture
async def night(serve: Serve, database: Database) -> AsyncIterator[Night]:
    async with asking(serve, Scene(database)) as night:
        yield night


@pytest.fixture
async def small_night(serve: Serve, sqlite: Database) -> AsyncIterator[Night]:
    """For what does not depend on the kind of database."""
    async with asking(serve, Scene(sqlite)) as night:
        yield night


async def test_a_silence_that_was_made_is_listed_with_who_and_why(night: Night) -> None:
    wish = {"target": "severity=critical", "seconds": HOUR, "reason": "moving"}

    status, made = await night.ask("POST", "silences", wish)

    (listed,) = (await night.get("silences", "reader"))["silences"]
    assert (status, made) == (201, listed)
    assert (listed["target"], listed["reason"], listed["is_on"]) == (
        *list(wish.values())[::2],
        True,
    )
    assert listed["by"] == {"kind": "token", "id": None, "name": "grafana"}
    assert (listed["starts_at"], listed["ends_at"]) == (
        "2026-03-01T12:00:00Z",
        "2026-03-01T13:00:00Z",
    )


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("all", "all"),
        ("rule=HighErrorRate", "rule=HighErrorRate"),
        ("HIGHERRORRATE", "rule=HighErrorRate"),
        ("severity=warning", "severity=warning"),
    ],
)
async def test_what_is_silenced_may_be_named_in_these_ways(
    small_night: Night, sent: str, told: str
) -> None:
    _, made = await small_night.ask("POST", "silences", ALL | {"target": sent})

    assert made["target"] == told


@pytest.mark.parametrize("target", ["High", "rule=Nobody", "severity=low", "", "colour=red", "\0"])
async def test_what_is_not_known_exactly_is_refused_with_what_is(
    small_night: Night, target: str
) -> None:
    status, told = await small_night.ask("POST", "silences", ALL | {"target": target})

    (error,) = told["errors"]
    assert (status, error["field"]) == (400, "target")
    assert "rule=HighErrorRate" in error["problem"]


async def test_a_silence_may_begin_later_in_any_time_zone(night: Night) -> None:
    wish = ALL | {"starts_at": "2026-03-01T20:00:00+02:00"}

    _, made = await night.ask("POST", "silences", wish)

    assert (made["starts_at"], made["is_on"]) == ("2026-03-01T18:00:00Z", False)
    assert (await night.get("silences"))["silences"] == [made]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_at": "2026-03-01T12:00:00Z"}, "starts_at"),
        ({"starts_at": "2027-03-02T12:00:00Z"}, "starts_at"),
        ({"starts_at": "2026-03-02T12:00:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ({"starts_at": 1_900_000_000}, "starts_at"),
        ({"seconds": 59}, "seconds"),
        ({"seconds": 604_801}, "seconds"),
        ({"reason": "x" * 201}, "reason"),
        ({"reason": "a\0b"}, "reason"),
        ({"target": 7}, "target"),
        ({"by": "me"}, "by"),
    ],
)
async def test_a_wish_that_cannot_be_is_refused_by_its_field(
    small_night: Night, changed: dict[str, Any], field: str
) -> None:
    status, told = await small_night.ask("POST", "silences", ALL | changed)

    assert (status, told["errors"][0]["field"]) == (400, field)


async def test_the_same_wish_twice_is_one_silence(small_night: Night) -> None:
    told = [await small_night.ask("POST", "silences", ALL) for _ in range(2)]

    assert told[0] == told[1]


async def test_the_messages_about_what_fires_show_a_silence_and_its_end(night: Night) -> None:
    await night.fired()
    _, made = await night.ask("POST", "silences", ALL)
    silenced = night.shown

    status, told = await night.ask("DELETE", f"silences/{made['id']}")

    assert (status, told) == (204, {})
    assert "silenced until" in silenced
    assert "silenced until" not in night.shown
    assert (await night.get("silences"))["silences"] == []


async def test_a_silence_that_is_over_or_never_was_cannot_be_ended(small_night: Night) -> None:
    _, made = await small_night.ask("POST", "silences", ALL)
    small_night.scene.wait(HOUR)

    told = [await small_night.ask("DELETE", f"silences/{n}") for n in (made["id"], 2**63 - 1)]

    assert [status for status, _ in told] == [404, 404]


async def test_silences_are_not_piled_up_without_end(small_night: Night) -> None:
    for number in range(MOST):
        await small_night.scene.desk.silence(None, None, HOUR, f"{number}", 7)

    status, told = await small_night.ask("POST", "silences", ALL)

    assert (status, "end one first" in told["detail"]) == (409, True)


@pytest.mark.parametrize(("method", "path"), [("POST", "silences"), ("DELETE", "silences/1")])
async def test_who_may_only_read_cannot_make_or_end_one(
    small_night: Night, method: str, path: str
) -> None:
    status, _ = await small_night.ask(method, path, ALL, who="reader")

    assert status == 403
