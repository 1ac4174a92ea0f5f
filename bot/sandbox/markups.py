"""Buttons a bot may send, checked as Telegram checks them."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.sandbox.mini_apps import check_address
from bot.sandbox.params import Json, Params, bad_request

DATA_BYTES = 64
BUTTON_LIMIT = 100
ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}
ADDRESS = re.compile(r"(?:https?|tg|ton)://\S+|(?:[\w-]+\.)+[a-zA-Z]{2,}(?:/\S*)?")
REPLY_KINDS = ("keyboard", "remove_keyboard", "force_reply")


def markup_of(params: Params) -> Json | None:
    """The checked reply_markup; None when there is none, or ApiError 400."""
    markup = params.json("reply_markup")
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": _rows(markup["inline_keyboard"], _inline)}
    if "keyboard" in markup:
        return {**markup, "keyboard": _rows(markup["keyboard"], _plain)}
    if not any(kind in markup for kind in REPLY_KINDS):
        raise bad_request("can't parse reply keyboard markup JSON object")
    return markup


def inline_of(params: Params) -> Json | None:
    """The checked inline keyboard; None when there is none or it has no buttons."""
    markup = markup_of(params)
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup if markup["inline_keyboard"] else None


def _rows(rows: object, check: Callable[[object], Json]) -> list[list[Json]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array of Arrays')
    if sum(len(row) for row in rows) > BUTTON_LIMIT:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return [[check(button) for button in row] for row in rows if row]


def _plain(button: object) -> Json:
    whole = {"text": button} if isinstance(button, str) else button
    if not isinstance(whole, dict) or not whole.get("text"):
        raise bad_request("can't parse keyboard button: text must be non-empty")
    if whole.get("web_app") is not None:
        check_address("keyboard button Web App URL", whole["web_app"])
    return whole


def _inline(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not button.get("text"):
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    kept = {key: value for key, value in button.items() if value is not None}
    if not ACTIONS & kept.keys():
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
    _check_action(kept)
    return kept


def _check_action(button: Json) -> None:
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not ADDRESS.fullmatch(str(button["url"])):
        raise bad_request(
            f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
        )
    if "web_app" in button:
        check_address("inline keyboard button Web App URL", button["web_app"])
