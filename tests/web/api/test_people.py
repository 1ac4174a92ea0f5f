"""People for programs: page by page, those with the most, what they did last, one of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from bot.database import tables
from bot.database.engine import Database
from bot.web.api.cursor import written
from tests.analytics.reports.crowd import crowd
from tests.analytics.reports.talk import Act, long_known
from tests.rows import user
from tests.web.api.asking import Asker, asker, body, fault
from tests.web.conftest import Serve

ACTS = (
    Act(number=1, hours=3),
    Act(number=1, hours=2, kind="command", label="start"),
    Act(number=1, hours=2),
    Act(number=2, hours=1, chat_id=-1, label="photo"),
    Act(number=2, hours=0.5, kind="button", label="quiz"),
    Act(number=None, hours=0.25, kind="upload"),
)


async def pages(api: Asker, query: str) -> list[list[int]]:
    """Every page of the list, to its end."""
    found, cursor = [], ""
    while True:
        page = await api.told(f"users?{query}{cursor}")
        found.append([one["telegram_id"] for one in page["users"]])
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def join(database: Database, *numbers: int) -> None:
    people = [user(number, first_seen_at=1) for number in numbers]
    async with database.write("test") as connection:
        await connection.execute(insert(tables.users), people)


async def test_everybody_comes_page_by_page_the_newest_first(
    serve: Serve, database: Database
) -> None:
    api = await asker(serve, await crowd(database, {0: {5}, 3: {4, 2}, 60: {3, 1}}))

    assert await pages(api, "limit=2") == [[1005, 1004], [1003, 1002], [1001]]


async def test_those_who_came_lately_come_page_by_page(serve: Serve, database: Database) -> None:
    came = {0: {5, 6}, 3: {4, 2}, 29: {7}, 30: {8}, 60: {3, 1}}
    api = await asker(serve, await crowd(database, came))

    assert await pages(api, "limit=2&active_only=true") == [[1007, 1006], [1005, 1004], [1002]]


async def test_who_comes_in_between_moves_nobody(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await crowd(sqlite, {5: {1, 2, 3, 4}}))
    first = await api.told("users?limit=2")
    await join(sqlite, 5, 6)

    second = await api.told(f"users?limit=2&cursor={first['next_cursor']}")

    assert [one["telegram_id"] for one in second["users"]] == [1002, 1001]


async def test_whom_nobody_saw_act_is_not_listed(serve: Serve, sqlite: Database) -> None:
    source = await crowd(sqlite, {5: {1}})
    async with sqlite.write("test") as connection:
        await connection.execute(insert(tables.users).values(user(2)))
    api = await asker(serve, source)

    assert await pages(api, "") == [[1001]]


async def test_a_person_in_the_list_has_times_in_utc(serve: Serve, sqlite: Database) -> None:
    (one,) = (await (await asker(serve, await crowd(sqlite, {1: {1}}))).told("users"))["users"]

    assert one["first_at"].endswith("+00:00")
    assert (one["language"], one["name"], one["blocked_at"]) == ("de", None, None)


async def cursors(api: Asker) -> dict[str, str]:
    good = (await api.told("users?limit=1"))["next_cursor"]
    bent = ("B" if good[0] == "A" else "A") + good[1:]
    return {
        "of another list": f"active_only=true&cursor={good}",
        "bent": f"cursor={bent}",
        "cut": f"cursor={good[:-1]}",
        "longer": f"cursor={good}A",
        "twice": f"cursor={good}&cursor={good}",
        "nothing": "cursor=",
        "a number": "cursor=5",
        "NUL": "cursor=%00",
        "huge": f"cursor={'A' * 5_000}",
        "padded": f"cursor={good}=",
        "of nobody": f"cursor={written('users False', 2**63)}",
    }


async def test_a_broken_cursor_is_refused_by_its_name(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await crowd(sqlite, {5: {1, 2, 3}}))

    answers = {name: await api.get(f"users?{q}") for name, q in (await cursors(api)).items()}

    assert {name: fault(one) for name, one in answers.items()} == dict.fromkeys(
        answers, (400, "cursor")
    )


async def test_names_are_told_when_they_are_kept(serve: Serve, sqlite: Database) -> None:
    source = await long_known(sqlite, Act(number=1, hours=1))
    named = tables.users.update().values(username="ann", name="Ann <b>")
    async with sqlite.write("test") as connection:
        await connection.execute(named)
    api = await asker(serve, source)

    lists = [
        (await api.told("users"))["users"],
        (await api.told("users/top"))["users"],
        (await api.told("users/activities"))["activities"],
    ]

    assert [(one["username"], one["name"]) for some in lists for one in some] == [
        ("ann", "Ann <b>")
    ] * 3
    ever = (await api.told("users/1001"))["blocks"][1]["lines"]
    told = {one["key"]: one["value"] for one in ever}
    assert (told["username"], told["name"]) == ("@ann", "Ann <b>")


async def test_the_first_are_those_of_the_report(serve: Serve, database: Database) -> None:
    api = await asker(serve, await long_known(database, *ACTS))

    done = await api.told("users/top?days=7&limit=2")
    sent = await api.told("top-senders?days=7&limit=1")

    assert [(one["telegram_id"], one["activity"]) for one in done["users"]] == [
        (1001, 2),
        (1002, 2),
    ]
    assert [(one["telegram_id"], one["messages"]) for one in sent["users"]] == [(1001, 2)]
    assert (done["total"], done["sort_by"], sent["sort_by"]) == (2, "activity", "messages")


async def test_each_size_is_kept_for_itself(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    sizes = [len((await api.told(f"users/top?limit={n}"))["users"]) for n in (1, 2, 1)]

    assert sizes == [1, 2, 1]


async def test_the_last_activities_are_the_newest_first(serve: Serve, database: Database) -> None:
    api = await asker(serve, await long_known(database, *ACTS))

    found = (await api.told("users/activities"))["activities"]

    assert [(one["kind"], one["label"], one["telegram_id"]) for one in found] == [
        ("button", "quiz", 1002),
        ("message", "photo", 1002),
        ("command", "start", 1001),
        ("message", "text", 1001),
    ]
    assert [one["chat_type"] for one in found] == ["private", "group", "private", "private"]
    assert (found[1]["chat_id"], found[1]["chat_title"]) == (-1, "chat 1")


async def test_so_many_activities_as_asked_for(serve: Serve, sqlite: Database) -> None:
    acts = [Act(number=1, hours=n, kind="command", label="help") for n in range(1, 9)]
    doubled = [Act(number=1, hours=n) for n in range(1, 9)]
    api = await asker(serve, await long_known(sqlite, *acts, *doubled))

    found = (await api.told("users/activities?limit=5"))["activities"]

    assert [one["kind"] for one in found] == ["command"] * 5


async def test_one_person_is_the_report_of_the_chat(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    report = await api.told("users/1001?days=7")

    lines = {one["key"]: one for block in report["blocks"] for one in block["lines"]}
    assert (report["name"], report["period"]["days"]) == ("person", 7)
    assert (lines["messages"]["value"], lines["id"]["value"]) == (2, "1001")


async def test_a_stranger_is_not_found(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    answer = await api.get("users/99")

    assert (answer.status, body(answer)["detail"]) == (404, "The bot has never seen this person.")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("users/0", "id"),
        ("users/-5", "id"),
        (f"users/{2**53}", "id"),
        (f"users/{2**200}", "id"),
        ("users/ann", "id"),
        ("users/1.5", "id"),
        ("users/%00", "id"),
        ("users/1%00", "id"),
        ("users?limit=0", "limit"),
        ("users?limit=101", "limit"),
        ("users?active_only=perhaps", "active_only"),
        ("users/top?limit=101", "limit"),
        ("users/top?sort_by=name", "sort_by"),
        ("top-senders?sort_by=activity", "sort_by"),
        ("top-senders?days=366", "days"),
        ("users/activities?limit=0", "limit"),
        ("users/activities?limit=101", "limit"),
        ("users/1001?first_day=2026-01-01", "last_day"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_its_name(
    serve: Serve, sqlite: Database, path: str, field: str
) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    assert fault(await api.get(path)) == (400, field)


@pytest.mark.parametrize(
    "path", ["users", "users/top", "top-senders", "users/activities", "users/1001"]
)
async def test_who_has_the_answer_gets_it_no_second_time(
    serve: Serve, sqlite: Database, path: str
) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))
    first = await api.get(path)

    second = await api.get(path, **{"If-None-Match": first.headers["ETag"]})
    stranger = await api.get(path, token="none")

    assert (second.status, second.body, stranger.status) == (304, b"", 401)


async def test_a_person_who_was_forgotten_is_nowhere(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))
    await api.told("users/1001")
    async with sqlite.write("test") as connection:
        await connection.execute(tables.users.delete().where(tables.users.c.number == 1))
    api.reports.forget()

    shown: list[Any] = [
        await api.told(path) for path in ("users", "users/top", "users/activities")
    ]

    assert (await api.get("users/1001")).status == 404
    assert "1001" not in str(shown)


def first_value(report: dict[str, Any]) -> Any:
    return report["blocks"][0]["lines"][0]["value"]


@pytest.mark.parametrize(
    ("query", "messages"),
    [("", 3), ("user_id=1001", 2), ("user_id=1002", 1), ("chat_id=-1", 1), ("user_id=99", 0)],
)
async def test_messages_can_be_those_of_a_person_or_a_chat(
    serve: Serve, database: Database, query: str, messages: int
) -> None:
    api = await asker(serve, await long_known(database, *ACTS))

    totals = [
        first_value(await api.told(f"{path}?days=7&{query}")) for path in ("messages", "timeline")
    ]

    assert totals == [messages] * 2


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("messages?user_id=0", "user_id"),
        (f"timeline?chat_id={2**70}", "chat_id"),
        ("revenue?user_id=1", "user_id"),
        ("top?user_id=1", "user_id"),
    ],
)
async def test_what_cannot_be_narrowed_so_is_refused(
    serve: Serve, sqlite: Database, path: str, field: str
) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    assert fault(await api.get(path)) == (400, field)
