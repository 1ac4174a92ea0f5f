"""Groups and channels for programs: those with the most, and one of them."""

from __future__ import annotations

import pytest

from bot.database.engine import Database
from tests.analytics.reports.talk import Act, long_known
from tests.web.api.asking import asker, body, fault
from tests.web.conftest import Serve

ACTS = (
    *(Act(number=1, hours=hours, chat_id=-1) for hours in (1, 2, 3)),
    *(Act(number=number, hours=4, chat_id=-2) for number in (2, 3)),
    *(Act(number=4, hours=hours, chat_id=-3, kind="button") for hours in range(1, 6)),
)


@pytest.mark.parametrize(
    ("by", "order"),
    [("messages", [-1, -2]), ("participants", [-2, -3, -1]), ("activity", [-3, -1, -2])],
)
async def test_the_first_are_those_of_the_report(
    serve: Serve, database: Database, by: str, order: list[int]
) -> None:
    api = await asker(serve, await long_known(database, *ACTS))

    found = await api.told(f"chats/top?sort_by={by}&days=7")

    assert [one["chat_id"] for one in found["chats"]] == order
    assert [one[by] for one in found["chats"]] == sorted(
        (one[by] for one in found["chats"]), reverse=True
    )
    assert (found["sort_by"], found["total"], found["period"]["days"]) == (by, 3, 7)


async def test_as_many_as_asked_for(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    found = await api.told("chats/top?limit=1")

    assert [one["title"] for one in found["chats"]] == ["chat 1"]


async def test_one_chat_is_the_report_of_the_chat(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    report = await api.told("chats/-2?days=7")

    lines = {one["key"]: one for block in report["blocks"] for one in block["lines"]}
    assert (report["name"], lines["messages"]["value"], lines["id"]["value"]) == ("chat", 2, "-2")


async def test_a_chat_that_nobody_knows_is_not_found(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    answer = await api.get("chats/-99")

    assert (answer.status, body(answer)["detail"]) == (404, "The bot does not know this chat.")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"chats/-{2**53}", "id"),
        (f"chats/{2**200}", "id"),
        ("chats/everybody", "id"),
        ("chats/%00", "id"),
        ("chats/-", "id"),
        ("chats/top?limit=51", "limit"),
        ("chats/top?limit=0", "limit"),
        ("chats/top?sort_by=title", "sort_by"),
        ("chats/top?days=0", "days"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_its_name(
    serve: Serve, sqlite: Database, path: str, field: str
) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    assert fault(await api.get(path)) == (400, field)


@pytest.mark.parametrize("path", ["chats/top", "chats/-1"])
async def test_who_has_the_answer_gets_it_no_second_time(
    serve: Serve, sqlite: Database, path: str
) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))
    first = await api.get(path)

    second = await api.get(path, **{"If-None-Match": first.headers["ETag"]})

    assert (second.status, second.body) == (304, b"")


async def test_the_list_of_all_chats_is_still_the_report(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await long_known(sqlite, *ACTS))

    assert (await api.told("chats"))["name"] == "chats"
