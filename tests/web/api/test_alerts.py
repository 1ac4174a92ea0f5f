"""Alerts over HTTP: what fires and fired, and taking care of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.alerts.trace import AFTER
from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_readings
from bot.database.engine import Database
from tests.alerts.scene import CALM, ERRORS, Scene
from tests.handlers.alerts import fire
from tests.web.api.alert_scene import Night, asking
from tests.web.conftest import Serve

HOUR = 3_600.0
LISTS = ("firing", "pending", "silences", "history")
LARGEST = 2**63 - 1


@pytest.fixture
async def night(serve: Serve, database: Database) -> AsyncIterator[Night]:
    async with asking(serve, Scene(database)) as night:
        yield night


@pytest.fixture
async def small_night(serve: Serve, sqlite: Database) -> AsyncIterator[Night]:
    """For what does not depend on the kind of database."""
    async with asking(serve, Scene(sqlite)) as night:
        yield night


async def test_a_quiet_bot_says_so(small_night: Night) -> None:
    told = await small_night.get("alerts", "reader")

    empty: dict[str, list[object]] = {name: [] for name in LISTS}
    assert told == {"is_checked": True, "next_cursor": None, **empty}


async def test_where_nobody_checks_calm_is_not_taken_for_calm(
    serve: Serve, sqlite: Database
) -> None:
    async with asking(serve, Scene(sqlite), is_checked=False) as night:
        assert (await night.get("alerts"))["is_checked"] is False


async def test_what_fires_says_since_when_how_bad_and_that_it_was_told(night: Night) -> None:
    number = await night.fired()

    (alert,) = (await night.get("alerts"))["firing"]

    assert (alert["id"], alert["rule"], alert["severity"]) == (
        number,
        "DatabaseIssues",
        "critical",
    )
    assert (alert["value"], alert["threshold"], alert["unit"]) == (50, 5, "%")
    assert (alert["bad"], alert["total"], alert["is_firing"]) == (100, 200, True)
    assert alert["fired_at"] == alert["told_at"] == "2026-03-01T12:01:00Z"
    assert alert["acknowledged"] is None
    assert alert["first_aid"].startswith("Look at the database's disk")


async def test_what_may_fire_soon_is_pending(small_night: Night) -> None:
    await small_night.scene.check(ERRORS)

    (pending,) = (await small_night.get("alerts"))["pending"]

    since = "2026-03-01T12:01:00Z"
    assert pending == {"rule": "HighErrorRate", "since": since, "checks": 1}


async def test_what_is_over_is_told_page_by_page(night: Night) -> None:
    numbers = [await night.over() for _ in range(3)]

    first = await night.get("alerts?limit=2")
    rest = await night.get(f"alerts?limit=2&cursor={first['next_cursor']}")

    assert [one["id"] for one in first["history"]] == numbers[:0:-1]
    assert [one["id"] for one in rest["history"]] == numbers[:1]
    assert (first["next_cursor"], rest["next_cursor"]) == (numbers[1], None)


async def test_the_history_can_be_cut_to_some_days(night: Night) -> None:
    await night.over()
    night.scene.wait(2 * 24 * HOUR)
    late = await night.over()

    told = await night.get("alerts?days=1")

    assert [one["id"] for one in told["history"]] == [late]


async def test_the_history_can_be_of_one_rule(night: Night) -> None:
    number = await night.over()
    rule = (await night.get(f"alerts/{number}"))["rule"]

    mine = await night.get(f"alerts?rule={rule}")
    others = await night.get("alerts?rule=LowDisk")

    assert [one["id"] for one in mine["history"]] == [number]
    assert others["history"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("rule=no+name", "rule"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("days=0", "days"),
        ("days=366", "days"),
        ("cursor=0", "cursor"),
        (f"cursor={LARGEST + 1}", "cursor"),
        ("colour=red", "colour"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_its_name(
    small_night: Night, query: str, field: str
) -> None:
    status, told = await small_night.ask("GET", f"alerts?{query}")

    assert (status, told["errors"][0]["field"]) == (400, field)


async def test_one_alert_is_told_alone_over_or_not(small_night: Night) -> None:
    number = await small_night.over()

    alert = await small_night.get(f"alerts/{number}", "reader")

    assert (alert["is_firing"], alert["seconds"]) == (False, 120)
    assert alert["resolved_at"] == "2026-03-01T12:03:00Z"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "alerts/99"),
        ("GET", "alerts/99/trace"),
        ("POST", "alerts/99/acknowledge"),
        ("POST", "alerts/99/silence"),
        ("GET", f"alerts/{LARGEST}"),
    ],
)
async def test_an_alert_that_never_was_is_not_found(
    small_night: Night, method: str, path: str
) -> None:
    status, told = await small_night.ask(method, path, {"seconds": HOUR})

    assert (status, told["status"]) == (404, 404)


@pytest.mark.parametrize("number", ["0", "-1", "x", str(LARGEST + 1)])
async def test_what_is_no_number_of_an_alert_is_refused(small_night: Night, number: str) -> None:
    status, told = await small_night.ask("GET", f"alerts/{number}")

    assert (status, told["errors"][0]["field"]) == (400, "id")


async def test_an_acknowledgement_names_the_token_and_shows_in_the_chat(night: Night) -> None:
    number = await night.fired()

    status, alert = await night.ask("POST", f"alerts/{number}/acknowledge")

    by = {"kind": "token", "id": None, "name": "grafana"}
    at = "2026-03-01T12:01:00Z"
    assert (status, alert["acknowledged"]) == (200, {"at": at, "by": by, "seconds": 0})
    assert "DatabaseIssues acknowledged by the token grafana, 2026-03-01 12:01 UTC" in night.shown


async def test_a_second_acknowledgement_answers_the_same(small_night: Night) -> None:
    number = await small_night.fired()
    await small_night.scene.desk.acknowledge(number, 7)

    told = [await small_night.ask("POST", f"alerts/{number}/acknowledge") for _ in range(2)]

    assert told[0] == told[1]
    assert told[0][1]["acknowledged"]["by"] == {"kind": "admin", "id": 7, "name": None}


async def test_who_may_only_read_learns_no_admins_number(small_night: Night) -> None:
    number = await small_night.fired()
    await small_night.scene.desk.acknowledge(number, 7)

    told = await small_night.get(f"alerts/{number}", "reader")

    assert told["acknowledged"]["by"] == {"kind": "admin", "id": None, "name": None}


async def test_nobody_is_named_who_asked_to_be_forgotten(small_night: Night) -> None:
    at = small_night.scene.now
    number = await fire(small_night.scene.database, acked_at=at, acked_by=None)

    assert (await small_night.get(f"alerts/{number}"))["acknowledged"]["by"] is None


@pytest.mark.parametrize("act", ["acknowledge", "silence"])
async def test_nothing_can_be_done_about_an_alert_that_is_over(
    small_night: Night, act: str
) -> None:
    number = await small_night.over()

    status, told = await small_night.ask("POST", f"alerts/{number}/{act}", {"seconds": HOUR})

    assert (status, told["detail"]) == (409, "The alert is over.")


async def test_a_silence_about_an_alert_shows_in_the_chat_and_with_it(night: Night) -> None:
    number = await night.fired()
    wish = {"seconds": HOUR, "reason": "we are\nmoving"}

    status, silence = await night.ask("POST", f"alerts/{number}/silence", wish)

    until = "2026-03-01T13:01:00Z"
    assert (status, silence["target"], silence["ends_at"]) == (201, "rule=DatabaseIssues", until)
    assert (silence["reason"], silence["by"]["name"]) == ("we are moving", "grafana")
    assert (await night.get(f"alerts/{number}"))["silenced_until"] == until
    assert "DatabaseIssues silenced until 2026-03-01 13:01 UTC" in night.shown


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "seconds"),
        ({"seconds": 59}, "seconds"),
        ({"seconds": 8 * 24 * HOUR}, "seconds"),
        ({"seconds": "3600"}, "seconds"),
        ({"seconds": HOUR, "reason": "x" * 201}, "reason"),
        ({"seconds": HOUR, "reason": "\0"}, "reason"),
        ({"seconds": HOUR, "colour": "red"}, "colour"),
        ([], "request"),
    ],
)
async def test_a_wish_that_cannot_be_is_refused_by_its_field(
    small_night: Night, wish: object, field: str
) -> None:
    number = await small_night.fired()

    status, told = await small_night.ask("POST", f"alerts/{number}/silence", wish)

    assert (status, told["errors"][0]["field"]) == (400, field)
    assert (await small_night.get("silences"))["silences"] == []


async def test_the_trace_has_every_check_and_when_it_fired_and_was_silent(night: Night) -> None:
    await night.scene.check(CALM)
    number = await night.fired()
    await night.ask("POST", f"alerts/{number}/silence", {"seconds": HOUR})

    trace = await night.get(f"alerts/{number}/trace", "reader")

    points = [(one["value"], one["threshold"]) for one in trace["points"]]
    assert (trace["rule"], trace["unit"], points) == ("DatabaseIssues", "%", [(0, 5), (50, 5)])
    assert trace["firings"] == []  # it has not lasted yet
    assert trace["until"] == "2026-03-01T12:02:00Z"


async def test_the_trace_of_an_alert_that_is_over_ends_a_little_after_it(
    small_night: Night,
) -> None:
    number = await small_night.over()
    end = small_night.scene.now + AFTER
    small_night.scene.wait(5 * HOUR)

    trace = await small_night.get(f"alerts/{number}/trace")

    assert trace["until"] == f"{end:%Y-%m-%dT%H:%M:%SZ}"
    assert [one["value"] for one in trace["points"]] == [50, 0, 0]
    assert len(trace["firings"]) == 1


@pytest.mark.parametrize(("usual", "worst"), [(0.0, 50.0), (100.0, 2.0)], ids=["high", "low"])
async def test_the_trace_of_many_checks_keeps_the_worst(
    small_night: Night, usual: float, worst: float
) -> None:
    database, now = small_night.scene.database, to_milliseconds(small_night.scene.now)
    number = await fire(database, rule="Mine", value=worst, threshold=(usual + worst) / 2)
    seen = [worst if place == 350 else usual for place in range(700)]
    rows = [
        {"at": now - 5_000 * place, "readings": f'{{"Mine": [{value}, 5]}}'}
        for place, value in enumerate(seen)
    ]
    async with database.write("test") as connection:
        await connection.execute(alert_readings.insert(), rows)

    trace = await small_night.get(f"alerts/{number}/trace")

    values = [one["value"] for one in trace["points"]]
    assert (len(values), values.count(worst)) == (350, 1)


@pytest.mark.parametrize("act", ["acknowledge", "silence"])
async def test_who_may_only_read_cannot_act(small_night: Night, act: str) -> None:
    number = await small_night.fired()

    path, wish = f"alerts/{number}/{act}", {"seconds": HOUR}
    status, _ = await small_night.ask("POST", path, wish, who="reader")

    assert status == 403
    assert (await small_night.get(f"alerts/{number}"))["acknowledged"] is None
