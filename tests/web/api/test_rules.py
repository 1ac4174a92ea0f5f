"""The rules of alerts, seen and read again over HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.alerts.own_fields import OwnRule
from bot.alerts.preview import Previews
from bot.alerts.stored import LIMIT
from bot.database.alert_tables import alert_rules
from bot.database.engine import Database
from bot.database.tables import errors, metric_aggregates
from bot.tokens import Scope, Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.openapi import api_routes
from bot.web.api.rule_models import StoredWords
from bot.web.api.rules import RELOAD, RULES, RuleDoors
from tests.alerts.own_scene import QUEUE
from tests.alerts.scene import NOON
from tests.alerts.test_rulebook import Operator
from tests.rows import error, put
from tests.web.conftest import Serve

OWN = "a-token-of-the-settings"
ERRORS = {"series": "bot_errors_total", "read": "increase", "window": "5m", "threshold": 3}
PREVIEW = f"{RULES}/preview"


class Caller:
    """Asks with a token."""

    def __init__(self, url: str, session: ClientSession, operator: Operator, reader: str) -> None:
        self._url = url
        self._session = session
        self.operator = operator
        self.reader = reader

    async def ask(
        self, method: str, path: str, token: str = OWN, body: object = None
    ) -> tuple[int, dict[str, Any]]:
        """The status and what was told; nothing where nothing was."""
        headers, url = {"Authorization": f"Bearer {token}"}, f"{self._url}{path}"
        async with self._session.request(method, url, headers=headers, json=body) as answer:
            return answer.status, await answer.json(content_type=None) or {}

    async def put(self, name: str, /, **said: Any) -> tuple[int, dict[str, Any]]:
        """Store a rule about errors."""
        return await self.ask("PUT", f"{RULES}/{name}", body=ERRORS | said)

    async def own(self) -> list[str]:
        """The names of the operator's rules."""
        _, told = await self.ask("GET", RULES)
        return [rule["name"] for rule in told["rules"] if rule["origin"] == "file"]


@pytest.fixture
async def caller(serve: Serve, database: Database, tmp_path: Path) -> AsyncIterator[Caller]:
    operator, tokens = Operator(database, tmp_path), Tokens(database)
    _, reader = await tokens.create("reader", Scope.READ)
    doors = RuleDoors(operator.book, Previews(database, 60, lambda: NOON)).endpoints()
    running = await serve(routes=api_routes(doors, ApiAccess(tokens, OWN)))
    async with ClientSession() as session:
        yield Caller(running.server.url, session, operator, reader)


async def test_every_rule_is_listed_with_where_it_comes_from(caller: Caller) -> None:
    status, told = await caller.ask("GET", RULES, caller.reader)

    origins = {rule["name"]: rule["origin"] for rule in told["rules"]}
    assert (status, told["faults"]) == (200, [])
    assert origins["DatabaseIssues"] == "built-in"
    assert "file" in origins.values()


async def test_a_changed_file_is_read_again(caller: Caller) -> None:
    before = await caller.own()
    caller.operator.write(QUEUE.replace(before[0], "Renamed"))

    status, _ = await caller.ask("POST", RELOAD)

    assert (status, await caller.own()) == (200, ["Renamed"])


async def test_a_file_that_cannot_be_used_is_refused_and_the_rules_stay(caller: Caller) -> None:
    before = await caller.own()
    caller.operator.write("[[rule]]\ncolour = 1")

    status, told = await caller.ask("POST", RELOAD)

    assert (status, await caller.own()) == (409, before)
    assert "line 2: colour: is unknown" in told["faults"][0]


async def test_who_may_only_read_cannot_change_the_rules(caller: Caller) -> None:
    status, told = await caller.ask("POST", RELOAD, caller.reader)

    assert (status, "this needs admin" in told["detail"]) == (403, True)


ENDPOINTS = [
    ("GET", RULES),
    ("POST", RELOAD),
    ("GET", f"{RULES}/HighErrorRate"),
    ("PUT", f"{RULES}/Errors"),
    ("DELETE", f"{RULES}/Errors"),
    ("POST", PREVIEW),
]


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_without_a_token_nothing_is_told(caller: Caller, method: str, path: str) -> None:
    status, _ = await caller.ask(method, path, "")

    assert status == 401


async def test_a_stored_rule_is_asked_from_now_on_and_says_who_made_it(caller: Caller) -> None:
    status, told = await caller.put("Errors", first_aid="/errors", labels={"category": "job"})

    assert (status, told["origin"], told["is_asked"], told["is_stored"]) == (
        200,
        "stored",
        True,
        True,
    )
    assert told["limits"] == {
        "reads": 'increase of bot_errors_total{category="job"} in 5 min',
        "unit": "",
        "threshold": 3,
    }
    assert told["updated_by"] == {"kind": "token", "id": None, "name": "API_TOKEN"}
    assert caller.operator.own["Errors"] == "stored"
    assert (await caller.ask("GET", f"{RULES}/Errors", caller.reader))[1] == told


async def test_a_stored_rule_comes_back_in_the_words_in_which_it_can_be_sent(
    caller: Caller,
) -> None:
    _, told = await caller.put("Errors", **{"for": "90s", "repeat": "1h30m"})

    words = told["definition"]
    assert words == ERRORS | {"name": "Errors", "window": "300s", "for": "90s", "repeat": "5400s"}
    assert await caller.put("Errors", **words) == (200, told)


async def test_a_rule_may_be_stored_without_being_asked(caller: Caller) -> None:
    status, told = await caller.put("Errors", is_active=False)

    assert (status, told["is_asked"], told["limits"]) == (200, False, None)
    assert told["definition"] == ERRORS | {"name": "Errors"}
    assert (await caller.ask("GET", RULES))[1]["unasked"] == ["Errors"]
    assert "Errors" not in caller.operator.own


async def test_a_stored_rule_that_cannot_be_used_any_more_says_why(caller: Caller) -> None:
    row = {"name": "Old", "definition": '{"colour": 1}', "is_active": True, "updated_at": 0}
    await put(caller.operator.database, alert_rules, row)
    await caller.operator.book.reload()

    _, told = await caller.ask("GET", f"{RULES}/Old")

    assert (told["is_asked"], told["definition"]) == (False, {"colour": 1})
    assert told["fault"].startswith("colour: is unknown")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"threshold": "3"}, "threshold"),
        ({"threshold": None}, "threshold"),
        ({"series": "bot_eror_total"}, "series"),
        ({"labels": {"categry": "job"}}, "labels.categry"),
        ({"labels": {"category": "a\0b"}}, "labels.category"),
        ({"read": "value"}, "read"),
        ({"window": "9s"}, "window"),
        ({"window": 300}, "window"),
        ({"for": "2d"}, "for"),
        ({"recovery": 4}, "recovery"),
        ({"at_least": 5}, "at_least"),
        ({"first_aid": "a\0b"}, "first_aid"),
        ({"colour": "red"}, "colour"),
        ({"name": "Other"}, "name"),
        ({"is_active": 1}, "is_active"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused_by_its_field(
    caller: Caller, said: dict[str, Any], field: str
) -> None:
    status, told = await caller.put("Errors", **said)

    assert (status, told["errors"][0]["field"]) == (400, field)
    assert await caller.operator.book.entries() == []


async def test_a_number_beyond_all_numbers_is_refused(caller: Caller) -> None:
    status, told = await caller.put("Errors", threshold=10**400)

    assert (status, told["errors"][0]["field"]) == (400, "threshold")


@pytest.mark.parametrize("name", ["1st", "a-b", "x" * 41, "a%00"])
async def test_what_is_no_name_of_a_rule_is_refused(caller: Caller, name: str) -> None:
    status, told = await caller.put(name)

    assert (status, told["errors"][0]["field"]) == (400, "name")


@pytest.mark.parametrize("name", ["preview", "reload"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_what_is_an_endpoint_is_no_name_of_a_rule(
    caller: Caller, method: str, name: str
) -> None:
    status, told = await caller.ask(method, f"{RULES}/{name}", body=ERRORS)

    assert (status, told["detail"]) == (405, "This path takes POST.")


async def test_a_name_that_only_begins_as_an_endpoint_is_one(caller: Caller) -> None:
    assert (await caller.put("previews"))[0] == 200
    assert (await caller.ask("GET", f"{RULES}/previews"))[0] == 200


async def test_a_name_that_differs_by_the_size_of_letters_only_is_refused(caller: Caller) -> None:
    await caller.put("Errors")

    status, told = await caller.put("ERRORS")

    assert (status, told["errors"][0]["field"]) == (400, "name")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("HighErrorRate", "built in"),
        ("higherrorrate", "built in"),
        ("LongQueue", "ALERT_RULES_FILE"),
    ],
)
async def test_rules_that_are_not_stored_here_are_changed_elsewhere(
    caller: Caller, method: str, name: str, why: str
) -> None:
    status, told = await caller.ask(method, f"{RULES}/{name}", body=ERRORS)

    assert (status, why in told["detail"]) == (409, True)


async def test_a_stored_rule_can_be_removed_once(caller: Caller) -> None:
    await caller.put("Errors")

    told = [await caller.ask("DELETE", f"{RULES}/Errors") for _ in range(2)]

    assert [status for status, _ in told] == [204, 404]
    assert "Errors" not in caller.operator.own


async def test_rules_are_not_piled_up_without_end(caller: Caller) -> None:
    row = {"definition": "{}", "is_active": False, "updated_at": 0}
    names = ({"name": f"Rule{number}"} for number in range(LIMIT))
    await put(caller.operator.database, alert_rules, *(row | name for name in names))

    status, told = await caller.put("Errors")

    assert (status, "remove one first" in told["detail"]) == (409, True)


async def test_a_built_in_rule_and_one_of_the_file_are_told_in_full(caller: Caller) -> None:
    _, built_in = await caller.ask("GET", f"{RULES}/HighErrorRate", caller.reader)
    _, own = await caller.ask("GET", f"{RULES}/LongQueue", caller.reader)

    assert (built_in["limits"]["threshold"], built_in["limits"]["unit"]) == (5, "%")
    assert (built_in["definition"], built_in["is_stored"]) == (None, False)
    words = {"name": "LongQueue", "series": "bot_queue_depth", "threshold": 5}
    assert (own["definition"], own["is_stored"]) == (words, False)


async def test_a_rule_that_does_not_exist_is_not_found(caller: Caller) -> None:
    status, _ = await caller.ask("GET", f"{RULES}/Nobody")

    assert status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_who_may_only_read_cannot_store_or_remove(caller: Caller, method: str) -> None:
    await caller.put("Errors")

    status, _ = await caller.ask(method, f"{RULES}/Errors", caller.reader, ERRORS)

    assert (status, "Errors" in caller.operator.own) == (403, True)


async def test_a_preview_says_when_it_would_have_fired_and_on_what_ground(
    caller: Caller,
) -> None:
    database = caller.operator.database
    kept = {"name": "updates", "labels": "", "step": "day", "bucket_at": 0, "count": 1, "total": 0}
    await put(database, metric_aggregates, kept)
    await put(database, errors, *(error(f"{n}", NOON - timedelta(hours=5)) for n in range(9)))

    status, told = await caller.ask("POST", PREVIEW, caller.reader, ERRORS)

    assert (status, told["reason"], told["threshold"]) == (200, None, 3)
    assert told["spans"] == [{"start": "2026-03-01T07:02:00Z", "end": "2026-03-01T07:07:00Z"}]
    counts = {"checks": 10_080, "bad": 5, "unknown": 0, "fired": 1, "seconds": 300}
    assert told["counts"] == counts
    assert [one["source"] for one in told["based_on"]] == ["counts"]
    assert max(one["value"] for one in told["points"]) == 9
    assert caller.operator.own.keys() == {"LongQueue"}


async def test_a_preview_without_a_record_gives_its_reason(caller: Caller) -> None:
    words = {"name": "HighErrorRate", "series": "bot_queue_depth", "threshold": 5}

    status, told = await caller.ask("POST", PREVIEW, caller.reader, words)

    assert (status, told["points"], told["spans"], told["based_on"]) == (200, [], [], [])
    assert "bot_queue_depth is a gauge" in told["reason"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "series"),
        (ERRORS | {"is_active": True}, "is_active"),
        ([], "request"),
        ("x", "request"),
    ],
)
async def test_what_is_no_rule_cannot_be_tried(caller: Caller, body: object, field: str) -> None:
    status, told = await caller.ask("POST", PREVIEW, caller.reader, body)

    assert (status, told["errors"][0]["field"]) == (400, field)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["series", "threshold"]),
        ({"series": 5, "read": "often"}, ["series", "read", "threshold"]),
        ({"series": "bot_queue_depth", "treshold": 5}, ["treshold"]),
        (
            ERRORS | {"read": "value", "window": "1h", "at_least": 5},
            ["read", "window", "at_least"],
        ),
    ],
)
async def test_everything_that_is_wrong_with_a_rule_is_told_at_once(
    caller: Caller, body: object, fields: list[str]
) -> None:
    _, told = await caller.ask("POST", PREVIEW, caller.reader, body)

    assert [one["field"] for one in told["errors"]] == fields


def test_the_description_of_a_rule_has_the_words_of_the_file() -> None:
    schema = StoredWords.model_json_schema()

    said = {field.alias or name for name, field in OwnRule.model_fields.items()}
    assert schema["properties"].keys() == said | {"is_active"}
    assert set(schema["required"]) == {"series", "threshold"}
    assert re.fullmatch(schema["properties"]["window"]["pattern"], "1h30m")
