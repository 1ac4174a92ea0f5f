"""Answers to what a person pressed or typed: callback and inline queries."""

from __future__ import annotations

from typing import Any

from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.world import Method, World

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ALERT_LIMIT = 200
RESULT_LIMIT = 50
RESULT_ID_BYTES = 64


async def answer_callback_query(world: World, params: Params) -> bool:
    """Let the pressed button stop spinning; the person sees the text."""
    text = params.text("text")
    if len(text) > ALERT_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {
        "text": text or None,
        "show_alert": params.flag("show_alert"),
        "url": params.text("url") or None,
    }
    return _answered(world, params.text("callback_query_id"), answer)


async def answer_inline_query(world: World, params: Params) -> bool:
    """Show the person what they can choose from."""
    results: Any = params.json("results")
    if not isinstance(results, list) or any(not isinstance(one, dict) for one in results):
        raise bad_request("can't parse inline query results JSON array")
    _check_results(results)
    return _answered(world, params.text("inline_query_id"), results)


def _check_results(results: list[Json]) -> None:
    if len(results) > RESULT_LIMIT:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(one.get("id", "")) for one in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 1 <= len(one.encode()) <= RESULT_ID_BYTES for one in ids):
        raise bad_request("RESULT_ID_INVALID")


def _answered(world: World, query_id: str, value: Any) -> bool:
    if not world.queries.answer(query_id, value):
        raise bad_request(TOO_OLD)
    return True


METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
