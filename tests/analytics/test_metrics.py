"""Facts move exactly the series that are made of them."""

from __future__ import annotations

import math
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from bot.analytics import events as facts
from bot.analytics import operations
from bot.analytics.events import Event
from bot.analytics.families import CHILDREN_LIMIT
from bot.analytics.features.billing import PaymentSucceeded
from bot.analytics.metrics import Metrics
from tests.analytics.moments import ANN, NOON, failed, handled, said, seen

AT = {"at": NOON}
# A fact, the series it moves, its labels and its value after the fact came once.
MOVES: list[tuple[Event, str, dict[str, str], float]] = [
    (handled(), "updates_total", {"kind": "message", "outcome": "handled"}, 1),
    (handled(), "update_duration_seconds_sum", {"kind": "message", "handler": "start"}, 0.5),
    (handled(lag_seconds=2.0), "update_lag_seconds_sum", {}, 2),
    (
        facts.UpdateQuarantined(**AT, update_id=1, reason="", payload=""),
        "updates_quarantined_total",
        {},
        1,
    ),
    (
        facts.ApiCalled(**AT, method="getMe", outcome="ok", seconds=0.25),
        "api_requests_total",
        {"method": "getMe", "outcome": "ok"},
        1,
    ),
    (
        facts.ApiCalled(**AT, method="getMe", outcome="ok", seconds=0.25),
        "api_request_duration_seconds_sum",
        {"method": "getMe"},
        0.25,
    ),
    (facts.RateLimited(**AT, kind="person"), "rate_limit_hits_total", {"kind": "person"}, 1),
    (failed(), "errors_total", {"category": "handler"}, 1),
    (facts.UserFirstSeen(**AT, user_id=ANN), "new_users_total", {}, 1),
    (facts.BotBlocked(**AT, user_id=ANN), "blocks_total", {}, 1),
    (facts.BotUnblocked(**AT, user_id=ANN), "unblocks_total", {}, 1),
    (
        facts.CommandUsed(**AT, user_id=ANN, chat_id=ANN, command="help"),
        "command_usage_total",
        {"command": "help"},
        1,
    ),
    (said(), "messages_total", {"content_type": "text", "chat_type": "private"}, 1),
    (
        PaymentSucceeded(**AT, user_id=ANN, plan="vip", stars=50, is_recurring=False),
        "revenue_stars_total",
        {"plan": "vip"},
        50,
    ),
    (
        PaymentSucceeded(**AT, user_id=ANN, plan="vip", stars=50, is_recurring=False),
        "payments_succeeded_total",
        {"plan": "vip"},
        1,
    ),
    (
        operations.QueryTimed(**AT, operation="x", seconds=0.5, error=None),
        "db_query_duration_seconds_sum",
        {"operation": "x"},
        0.5,
    ),
    (operations.QueryTimed(**AT, operation="x", seconds=0.5, error=None), "db_up", {}, 1),
    (operations.QueryTimed(**AT, operation="x", seconds=0.5, error="Oops"), "db_up", {}, 0),
    (
        operations.CacheAsked(**AT, cache="reports", result="hit"),
        "cache_requests_total",
        {"cache": "reports", "result": "hit"},
        1,
    ),
    (operations.StoreFlushed(**AT, facts=3, seconds=0.5), "store_flush_seconds_sum", {}, 0.5),
    (
        operations.EventsDropped(**AT, count=7, reason="full"),
        "events_dropped_total",
        {"reason": "full"},
        7,
    ),
    (
        operations.HttpRequestHandled(**AT, route="/x", method="GET", status=200, seconds=0.5),
        "http_request_duration_seconds_sum",
        {"route": "/x", "method": "GET", "status": "200"},
        0.5,
    ),
    (
        operations.JobRan(**AT, job="check", seconds=0.5, error=None),
        "job_duration_seconds_sum",
        {"job": "check"},
        0.5,
    ),
    (
        operations.JobRan(**AT, job="check", seconds=0.5, error=None),
        "job_last_success_timestamp_seconds",
        {"job": "check"},
        NOON.timestamp(),
    ),
    (
        operations.AlertFired(**AT, rule="PollStalled", severity="critical"),
        "alerts_fired_total",
        {"rule": "PollStalled", "severity": "critical"},
        1,
    ),
    (
        operations.NoticeDelivered(**AT, outcome="sent"),
        "alert_notifications_total",
        {"outcome": "sent"},
        1,
    ),
]


def metrics() -> Metrics:
    return Metrics(CollectorRegistry(), "1.2.3")


@pytest.mark.parametrize(("fact", "name", "labels", "value"), MOVES, ids=lambda x: str(x)[:40])
def test_a_fact_moves_its_series(
    fact: Event, name: str, labels: dict[str, str], value: float
) -> None:
    sink = metrics()

    sink(fact)

    assert sink.registry.get_sample_value(f"bot_{name}", labels) == value


def test_a_fact_without_a_series_is_not_wanted() -> None:
    assert not metrics().wants(type(seen()))


def test_a_watched_gauge_is_read_when_it_is_scraped() -> None:
    sink, figure = metrics(), [1.0]
    sink.watch("updates_in_flight", lambda: figure[0])

    figure[0] = 5

    assert sink.registry.get_sample_value("bot_updates_in_flight") == 5


def test_one_gauge_is_read_without_asking_the_others() -> None:
    asked: list[str] = []
    sink = metrics()
    sink.watch("updates_in_flight", lambda: asked.append("updates_in_flight"))
    sink.watch("pending_updates", lambda: 7.0)

    assert sink.gauge("pending_updates") == 7
    assert asked == []


def test_an_unknown_figure_is_not_a_number() -> None:
    sink = metrics()
    sink.watch("pending_updates", lambda: None)

    assert math.isnan(sink.registry.get_sample_value("bot_pending_updates") or 0)


def test_labels_that_grow_without_end_end_in_other() -> None:
    sink = metrics()
    for number in range(CHILDREN_LIMIT + 50):
        sink(handled(handler=f"h{number}"))

    text = generate_latest(sink.registry).decode()
    assert text.count("bot_update_duration_seconds_count{") == CHILDREN_LIMIT + 1
    labels = {"kind": "other", "handler": "other"}
    assert sink.registry.get_sample_value("bot_update_duration_seconds_count", labels) == 50


@given(st.lists(st.sampled_from(["handled", "error", "unhandled", "throttled"]), max_size=50))
def test_outcomes_add_up_to_the_updates(outcomes: list[str]) -> None:
    sink = metrics()
    for outcome in outcomes:
        sink(handled(outcome=outcome))

    for outcome in set(outcomes):
        labels = {"kind": "message", "outcome": outcome}
        found = sink.registry.get_sample_value("bot_updates_total", labels)
        assert found == outcomes.count(outcome)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_has_nothing_to_say() -> None:
    sink = metrics()
    for fact, *_ in MOVES:
        sink(fact)

    command = ["promtool", "check", "metrics"]
    answer = subprocess.run(  # noqa: S603  our own text
        command, input=generate_latest(sink.registry), capture_output=True, check=False
    )

    assert (answer.returncode, answer.stdout, answer.stderr) == (0, b"", b"")
