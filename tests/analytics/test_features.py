"""Facts of features move exactly their series, and leave the row they say."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.analytics import features
from bot.analytics.batch import Calendar
from bot.analytics.events import Event
from bot.analytics.features import assistant, billing, downloads, quiz
from bot.analytics.rows import fold
from tests.analytics.moments import ANN, NOON
from tests.analytics.test_metrics import metrics

AT: dict[str, Any] = {"at": NOON, "user_id": ANN}
IN: dict[str, Any] = {**AT, "chat_id": ANN}
ANSWERED = assistant.CompletionSucceeded(
    **IN,
    model="m",
    input_tokens=10,
    cached_input_tokens=5,
    output_tokens=7,
    reasoning_tokens=2,
    unpriced_tokens=2,
    cost_usd=0.25,
    seconds=1.5,
)
SENT = downloads.DownloadSucceeded(
    **AT, format="mp3", quality="320k", site="generic", seconds=12.0, size_bytes=3_000_000
)
MP3 = {"format": "mp3"}
# A fact, the series it moves, its labels and its value after the fact came once.
MOVES: list[tuple[Event, str, dict[str, str], float]] = [
    (
        downloads.DownloadQueued(**IN, format="mp3", quality="320k", priority="low"),
        "format_requests_total",
        MP3,
        1,
    ),
    (
        downloads.DownloadQueued(**IN, format="mp3", quality="320k", priority="low"),
        "cache_requests_total",
        {"cache": "sent_files", "result": "miss"},
        1,
    ),
    (
        downloads.DownloadQueued(
            **IN, format="mp3", quality="320k", priority="low", is_known=True
        ),
        "cache_requests_total",
        {"cache": "sent_files", "result": "hit"},
        1,
    ),
    (
        downloads.DownloadStarted(**AT, format="mp3", priority="high", wait_seconds=4.0),
        "queue_wait_seconds_sum",
        {"priority": "high"},
        4,
    ),
    (
        downloads.DownloadRetried(**AT, format="mp3", error="network"),
        "download_retries_total",
        MP3,
        1,
    ),
    (SENT, "downloads_succeeded_total", {"format": "mp3", "quality": "320k"}, 1),
    (SENT, "download_duration_seconds_sum", {"format": "mp3", "quality": "320k"}, 12),
    (SENT, "download_size_bytes_sum", MP3, 3_000_000),
    (
        downloads.DownloadFailed(**AT, format="mp3", error="too_large"),
        "downloads_failed_total",
        {"format": "mp3", "error": "too_large"},
        1,
    ),
    (
        downloads.LinkRefused(**AT, error="private"),
        "links_refused_total",
        {"error": "private"},
        1,
    ),
    (
        billing.CheckoutStarted(**AT, plan="vip"),
        "checkouts_started_total",
        {"plan": "vip"},
        1,
    ),
    (
        billing.PaymentFailed(**AT, plan="vip", reason="renewal"),
        "payments_failed_total",
        {"plan": "vip", "reason": "renewal"},
        1,
    ),
    (
        billing.PaymentRefunded(**AT, plan="vip", stars=50),
        "refunds_total",
        {"plan": "vip"},
        1,
    ),
    (
        billing.SubscriptionStarted(**AT, plan="vip", is_recurring=True),
        "new_subscriptions_total",
        {"plan": "vip"},
        1,
    ),
    (
        billing.SubscriptionCancelled(**AT, plan="vip", kind="voluntary"),
        "subscription_cancellations_total",
        {"plan": "vip", "kind": "voluntary"},
        1,
    ),
    (quiz.QuizStarted(**IN, topic="space"), "quizzes_started_total", {"topic": "space"}, 1),
    (
        quiz.QuestionAnswered(**IN, topic="space", is_correct=True, seconds=3.0),
        "questions_answered_total",
        {"topic": "space", "correct": "yes"},
        1,
    ),
    (
        quiz.QuestionAnswered(**IN, topic="space", is_correct=False, seconds=3.0),
        "question_answer_seconds_sum",
        {},
        3,
    ),
    (
        quiz.QuizCompleted(at=NOON, chat_id=ANN, topic="space", score=0.8, players=2, seconds=99),
        "quizzes_completed_total",
        {"topic": "space"},
        1,
    ),
    (
        quiz.QuizCompleted(at=NOON, chat_id=ANN, topic="space", score=0.8, players=2, seconds=99),
        "quiz_duration_seconds_sum",
        {},
        99,
    ),
    (assistant.ConversationStarted(**IN), "conversations_started_total", {}, 1),
    (ANSWERED, "llm_tokens_total", {"model": "m", "type": "input"}, 10),
    (ANSWERED, "llm_tokens_total", {"model": "m", "type": "cached_input"}, 5),
    (ANSWERED, "llm_tokens_total", {"model": "m", "type": "output"}, 7),
    (ANSWERED, "llm_tokens_total", {"model": "m", "type": "reasoning"}, 2),
    (ANSWERED, "llm_cost_usd_total", {"model": "m"}, 0.25),
    (ANSWERED, "llm_unpriced_tokens_total", {"model": "m"}, 2),
    (ANSWERED, "completion_duration_seconds_sum", {"model": "m"}, 1.5),
    (
        assistant.CompletionFailed(**IN, model="m", error="timeout"),
        "completions_failed_total",
        {"model": "m", "error": "timeout"},
        1,
    ),
]


@pytest.mark.parametrize(("fact", "name", "labels", "value"), MOVES)
def test_a_fact_moves_its_series(
    fact: Event, name: str, labels: dict[str, str], value: float
) -> None:
    sink = metrics()

    sink(fact)

    assert sink.registry.get_sample_value(f"bot_{name}", labels) == value


def test_an_answer_without_a_price_adds_no_cost() -> None:
    sink = metrics()

    sink(assistant.CompletionSucceeded(**{**_fields(ANSWERED), "cost_usd": None}))

    assert not sink.registry.get_sample_value("bot_llm_cost_usd_total", {"model": "m"})


def test_every_series_of_the_features_is_moved_by_a_fact_or_watched() -> None:
    moved = {name.removesuffix("_sum") for _, name, _, _ in MOVES}
    watched = {series.name for series in features.SERIES if series.kind == "gauge"}

    paid = {"payments_succeeded_total", "revenue_stars_total"}  # tests/analytics/test_metrics.py
    of_all = {"cache_requests_total"}  # which any room may move
    assert (moved - of_all) | watched | paid == {series.name for series in features.SERIES}


KEPT = [
    (SENT, ("download", ANN, None, "mp3", 12.0)),
    (
        downloads.DownloadQueued(
            **IN, format="mp4", quality="720p", priority="low", is_known=True
        ),
        ("download_queued", ANN, ANN, "mp4", 1),
    ),
    (downloads.LinkRefused(**AT, error="live"), ("link_refused", ANN, None, "live", None)),
    (
        billing.InvoiceSent(**AT, plan="vip", stars=400, is_recurring=True),
        ("invoice", ANN, None, "vip", 400),
    ),
    (
        billing.PaymentRefunded(at=NOON, user_id=None, plan="vip", stars=400),
        ("refund", None, None, "vip", 400),
    ),
    (
        billing.SubscriptionCancelled(**AT, plan="vip", kind="failed"),
        ("subscription_cancelled", ANN, None, "failed", None),
    ),
    (
        quiz.QuestionAnswered(**IN, topic="space", is_correct=False, seconds=1.23456),
        ("quiz_wrong", ANN, ANN, "space", 1.235),
    ),
    (
        quiz.QuizAbandoned(at=NOON, chat_id=-5, topic="space", reason="silence", asked=3),
        ("quiz_abandoned", None, -5, "space", 3),
    ),
    (ANSWERED, ("completion", ANN, ANN, "m", 1.5)),
]


@pytest.mark.parametrize(("fact", "row"), KEPT)
def test_a_fact_leaves_its_row(fact: Event, row: tuple[object, ...]) -> None:
    (kept,) = fold([fact], Calendar(ZoneInfo("UTC"))).events

    _, kind, user_id, chat_id, label, value, text = kept
    assert (kind, user_id, chat_id, label, value) == row
    assert text is None


def _fields(fact: Event) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}
