"""POST /api/v1/query refuses what it cannot answer, names the field, and never breaks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.database.engine import Database
from tests.web.api.query_scene import IS_TEXT, Client, asking, scene_of
from tests.web.conftest import Serve

nonsense = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
async def client(serve: Serve, database: Database) -> Client:
    return await asking(serve, await scene_of(database))


@pytest.fixture
async def quick(serve: Serve, sqlite: Database) -> Client:
    """The same, where the kind of database is not the point."""
    return await asking(serve, await scene_of(sqlite))


@pytest.mark.parametrize(
    ("sent", "field", "problem"),
    [
        ({"metrics": []}, "metrics", "at least 1"),
        ({"metrics": ["messages", "likes"]}, "metrics.1", "is none of the metrics"),
        ({"metrics": "messages"}, "metrics", "valid array"),
        ({"metrics": ["people"] * 11}, "metrics", "at most 10"),
        ({"dimensions": ["command"]}, "dimensions.0", "messages cannot be cut by command"),
        ({"dimensions": ["colour"]}, "dimensions.0", "input should be 'day'"),
        ({"dimensions": ["day"] * 5}, "dimensions", "at most 4"),
        ({"date_range": {}}, "date_range", "needs either days, or first_day and last_day"),
        ({"date_range": {"days": 0}}, "date_range.days", "greater than or equal to 1"),
        ({"date_range": {"days": "7"}}, "date_range.days", "valid integer"),
        ({"date_range": {"days": 366}}, "date_range.days", "less than or equal to 365"),
        ({"date_range": {"first_day": "2026-01-01"}}, "date_range", "together"),
        (
            {"date_range": {"first_day": "2020-01-01", "last_day": "2026-01-01"}},
            "date_range",
            "is 2193 days, and has to be 1 to 365",
        ),
        (
            {"date_range": {"first_day": "2026-01-01", "last_day": "2025-12-31"}},
            "date_range",
            "is 0 days",
        ),
        (
            {"date_range": {"first_day": "2026-01-01", "last_day": "2026-01-02"}},
            "date_range.last_day",
            "is not over; today is 2026-01-01",
        ),
        (
            {"date_range": {"first_day": "0001-01-01", "last_day": "0001-01-02"}},
            "date_range.first_day",
            "greater than or equal to 2015-01-01",
        ),
        ({"compare": "moon"}, "compare", "input should be"),
        ({"order_by": [{"by": "people"}]}, "order_by.0.by", "none of the metrics and dimensions"),
        ({"order_by": [{"by": "messages", "direction": "up"}]}, "order_by.0.direction", "asc"),
        ({"pagination": {"limit": 1001}}, "pagination.limit", "less than or equal to 1000"),
        ({"pagination": {"offset": -1}}, "pagination.offset", "greater than or equal to 0"),
        ({"colour": "red"}, "colour", "is unknown here"),
        ({"filters": {}}, "filters", "needs one of and, or, not and has_done"),
        ({"filters": {"and": []}}, "filters.and", "at least 1"),
        ({"filters": {"and": [IS_TEXT] * 21}}, "filters.and", "at most 20"),
        ({"filters": {**IS_TEXT, "and": [IS_TEXT]}}, "filters", "needs one of"),
        ({"filters": {"field": "day", "op": "eq"}}, "filters", "or field, op and value"),
        (
            {"filters": {"and": [IS_TEXT, {"field": "x"}]}},
            "filters.and.1.field",
            "input should be",
        ),
        ({"filters": {**IS_TEXT, "op": "like"}}, "filters.op", "input should be"),
        ({"filters": {**IS_TEXT, "op": "in"}}, "filters.value", "is a list for in"),
        ({"filters": {**IS_TEXT, "value": ["a"]}}, "filters.value", "and none for eq and ne"),
        ({"filters": {**IS_TEXT, "value": 5}}, "filters.value", "content_type is a text"),
        ({"filters": {**IS_TEXT, "value": "a\0b"}}, "filters.value", "content_type is a text"),
        ({"filters": {**IS_TEXT, "value": "a" * 65}}, "filters.value", "at most 64 characters"),
        ({"filters": {**IS_TEXT, "value": None}}, "filters.value", "never null"),
        ({"filters": {**IS_TEXT, "op": "in", "value": ["a"] * 101}}, "filters.value", "1 to 100"),
        (
            {"filters": {"or": [{"field": "hour", "op": "eq", "value": 24}]}},
            "filters.or.0.value",
            "hour is a number from 0 to 23",
        ),
        (
            {"filters": {"field": "hour", "op": "eq", "value": True}},
            "filters.value",
            "hour is a number",
        ),
        (
            {"filters": {"not": {"field": "day", "op": "eq", "value": "soon"}}},
            "filters.not.value",
            "day is a date such as 2026-01-31",
        ),
        ({"filters": {"has_done": {"act": "fly"}}}, "filters.has_done.act", "input should be"),
        (
            {"filters": {"has_done": {"act": "message", "at_least": 0}}},
            "filters.has_done.at_least",
            "greater than or equal to 1",
        ),
        (
            {"filters": {"has_done": {"act": "command", "name": "a\0"}}},
            "filters.has_done.name",
            "should match pattern",
        ),
        (
            {
                "filters": {
                    "has_done": {
                        "act": "message",
                        "date_range": {"first_day": "2026-01-01", "last_day": "2026-02-01"},
                    }
                }
            },
            "filters.has_done.date_range.last_day",
            "is not over",
        ),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_its_name(
    quick: Client, sent: Any, field: str, problem: str
) -> None:
    found, why = await quick.fault(**sent)

    assert found == field
    assert problem in why


@pytest.mark.parametrize(
    "sent",
    [b"", b"{", b"[]", b"null", b'{"metrics": ["\\ud800"]}', b"\xff", b'{"metrics": [1]}',
     b'{"filters": ' + b'{"not": ' * 5_000 + b"1" + b"}" * 5_000 + b"}",
     b'{"metrics": ["messages"], "filters": {"field": "hour", "op": "eq", "value": 1e400}}',
     b'{"metrics": ["messages"], "filters": {"field": "hour", "op": "in", "value": [' +
     b"[" * 150 + b"]" * 150 + b"]}}"],
)  # fmt: skip
async def test_what_is_no_question_is_refused(quick: Client, sent: bytes) -> None:
    assert (await quick.post(sent)).status == 400


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates().map(str),
    st.lists(st.text(max_size=3) | st.integers(0, 30), max_size=3),
)  # fmt: skip
LEAVES = st.fixed_dictionaries(
    {
        "field": st.sampled_from(["day", "hour", "language", "source", "plan", "chat_type"]),
        "op": st.sampled_from(["eq", "ne", "in"]),
        "value": VALUES,
    }
) | st.fixed_dictionaries(
    {
        "has_done": st.fixed_dictionaries(
            {"act": st.sampled_from(["message", "command", "feature", "payment"])},
            optional={"name": st.text(max_size=70), "at_least": st.integers()},
        )
    }
)
TREES = st.recursive(
    LEAVES,
    lambda some: st.one_of(
        st.fixed_dictionaries({"not": some}),
        st.fixed_dictionaries({"and": st.lists(some, max_size=3)}),
        st.fixed_dictionaries({"or": st.lists(some, max_size=3)}),
    ),
    max_leaves=6,
)


@nonsense
@given(tree=TREES, text=st.text(max_size=64))
async def test_whatever_is_sent_is_answered_or_refused(
    client: Client, tree: Any, text: str
) -> None:
    named = {"field": "source", "op": "ne", "value": text}

    for filters in (tree, named, {"and": [tree, named]}):
        sent = {"metrics": ["messages", "people", "stars"], "filters": filters}
        data = json.dumps(sent, allow_nan=True).encode()
        assert (await client.post(data)).status in {200, 400}


async def test_a_body_of_more_conditions_than_anybody_asks_is_not_taken_apart(
    client: Client,
) -> None:
    some = [{"field": "language", "op": "eq", "value": "de"}] * 2_000
    sent = {"metrics": ["messages"], "filters": {"or": some}}

    answer = await client.post(json.dumps(sent).encode())

    assert answer.status == 413
    assert "65536" in (await answer.json())["detail"]
