"""Buttons, checked as Telegram checks them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.markups import inline_of, markup_of
from bot.sandbox.params import ApiError, Params

Json = dict[str, Any]


def inline(**button: Any) -> Params:
    return Params({"reply_markup": {"inline_keyboard": [[{"text": "Press", **button}]]}})


@pytest.mark.parametrize(
    "button",
    [
        {"callback_data": "x"},
        {"callback_data": "ä" * 32},
        {"url": "https://example.org/a"},
        {"url": "tg://user?id=1"},
        {"web_app": {"url": "https://example.org"}},
        {"switch_inline_query": ""},
        {"pay": True},
    ],
)
def test_a_sound_button_passes(button: Json) -> None:
    assert markup_of(inline(**button)) == {"inline_keyboard": [[{"text": "Press", **button}]]}


@pytest.mark.parametrize(
    ("button", "problem"),
    [
        ({"callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"callback_data": "ä" * 33}, "BUTTON_DATA_INVALID"),
        ({}, "Text buttons are unallowed"),
        ({"text": "", "callback_data": "x"}, "text must be non-empty"),
        ({"url": "no address"}, "Wrong HTTP URL"),
        ({"web_app": {"url": "http://example.org"}}, "Only HTTPS links"),
    ],
)
def test_a_broken_button_is_refused(button: Json, problem: str) -> None:
    with pytest.raises(ApiError, match=problem):
        markup_of(inline(**button))


@pytest.mark.parametrize(
    "markup",
    ["[]x", "[1]", '{"buttons": 1}', '{"inline_keyboard": 1}', '{"inline_keyboard": [[1]]}'],
)
def test_what_is_no_markup_is_refused(markup: str) -> None:
    with pytest.raises(ApiError):
        markup_of(Params({"reply_markup": markup}))


def test_too_many_buttons_are_refused() -> None:
    row = [{"text": "x", "callback_data": "x"}] * 101

    with pytest.raises(ApiError, match="REPLY_MARKUP_TOO_LONG"):
        markup_of(Params({"reply_markup": {"inline_keyboard": [row]}}))


def test_an_edit_takes_no_reply_keyboard() -> None:
    with pytest.raises(ApiError, match="inline keyboard expected"):
        inline_of(Params({"reply_markup": {"keyboard": [["x"]]}}))


def test_a_keyboard_without_buttons_is_none() -> None:
    assert inline_of(Params({"reply_markup": {"inline_keyboard": [[]]}})) is None
