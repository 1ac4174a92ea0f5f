"""Tests: bot/telegram/salvage.py."""

from __future__ import annotations

from bot.telegram import salvage


def test_a_spoilt_list_of_updates_is_recognised() -> None:
    assert salvage.is_telegrams(b'{"ok": true, "result": [{"update_id": 5, "mess')


def test_a_gateways_page_is_not_taken_for_updates() -> None:
    assert not salvage.is_telegrams(b"<html>502 Bad Gateway</html>")


def test_the_number_is_found_in_what_is_left() -> None:
    assert salvage.number(b'{"ok":true,"result":[{"update_id":5,"mess') == 5


def test_no_number_is_none() -> None:
    assert salvage.number(b'{"ok":true,"result":[oops') is None
