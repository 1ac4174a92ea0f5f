"""Tests: bot/telegram/answers.py."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import exceptions as api
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import GetMe, SendMessage

from bot.telegram import answers

CALL = SendMessage(chat_id=7, text="hi")


def test_the_result_comes_out_of_the_envelope() -> None:
    assert answers.opened(CALL, 200, b'{"ok":true,"result":[1]}') == [1]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'"text"', b'{"ok":', b"\xff"])
def test_what_is_no_json_object_is_the_servers_fault(body: bytes) -> None:
    with pytest.raises(answers.NotJsonError) as caught:
        answers.opened(CALL, 200, body)

    assert caught.value.body == body and answers.outcome_of(caught.value) == "server"


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (400, api.TelegramBadRequest, "bad_request"),
        (401, api.TelegramUnauthorizedError, "bad_request"),
        (403, api.TelegramForbiddenError, "forbidden"),
        (404, api.TelegramNotFound, "bad_request"),
        (409, api.TelegramConflictError, "conflict"),
        (413, api.TelegramEntityTooLarge, "bad_request"),
        (418, TelegramAPIError, "bad_request"),
        (429, api.TelegramRetryAfter, "flood"),
        (500, api.TelegramServerError, "server"),
        (504, api.TelegramServerError, "server"),
    ],
)
def test_each_status_is_an_error_of_aiogram_and_an_outcome(
    status: int, kind: type[TelegramAPIError], outcome: str
) -> None:
    with pytest.raises(TelegramAPIError) as caught:
        answers.opened(CALL, status, b'{"ok":false}')

    assert type(caught.value) is kind and answers.outcome_of(caught.value) == outcome


def test_the_error_code_counts_even_when_a_gateway_made_the_status_200() -> None:
    with pytest.raises(api.TelegramForbiddenError, match="blocked"):
        answers.opened(CALL, 200, b'{"ok":false,"error_code":403,"description":"blocked"}')


@pytest.mark.parametrize("parameters", [None, 5, {}, {"retry_after": "soon"}])
def test_odd_parameters_do_not_hide_the_refusal(parameters: Any) -> None:
    answer = {"ok": False, "description": "wrong", "parameters": parameters}

    refusal = answers.refusal(CALL, 400, answer)

    assert isinstance(refusal, api.TelegramBadRequest)


def test_a_flood_error_says_how_long_to_wait() -> None:
    refusal = answers.refusal(CALL, 429, {"parameters": {"retry_after": 17}})

    assert isinstance(refusal, api.TelegramRetryAfter) and refusal.retry_after == 17


def test_a_moved_group_says_where_to() -> None:
    refusal = answers.refusal(CALL, 400, {"parameters": {"migrate_to_chat_id": -100}})

    assert isinstance(refusal, api.TelegramMigrateToChat) and refusal.migrate_to_chat_id == -100


def test_a_lone_surrogate_is_read_because_one_letter_must_not_cost_the_rest() -> None:
    assert answers.loads(b'["\\ud83d", 1]') == ["\ud83d", 1]


def test_broken_utf_8_is_read_with_the_broken_letter_replaced() -> None:
    assert answers.loads(b'["a\xff"]') == ["a\ufffd"]


def test_endless_nesting_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="deeply"):
        answers.loads(b"[" * 100_000)


def test_network_errors_and_timeouts_are_told_apart() -> None:
    lost = api.TelegramNetworkError(method=GetMe(), message="gone")
    late = answers.CallTimeoutError(method=GetMe(), message="late")

    assert (answers.outcome_of(lost), answers.outcome_of(late)) == ("network", "timeout")
