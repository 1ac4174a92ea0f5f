"""Tests: bot/addresses.py."""

from __future__ import annotations

from typing import Any

import pytest

from bot.addresses import DashboardAddress, reachable
from bot.config import Settings

REAL = {"bot_token": "42:TEST"}


def address(own: str = "http://127.0.0.1:8080", **settings: Any) -> DashboardAddress:
    return DashboardAddress(Settings(_env_file=None, **settings), lambda: own)


def test_the_page_is_at_the_side_server_unless_the_operator_says_otherwise() -> None:
    assert address().page == "http://127.0.0.1:8080/dashboard"
    assert address(dashboard_url="https://bot.example").page == "https://bot.example/dashboard"


def test_a_browser_can_open_what_listens_everywhere() -> None:
    assert address("http://0.0.0.0:8080").page == "http://127.0.0.1:8080/dashboard"
    assert reachable("http://[::]:8080") == "http://[::1]:8080"


def test_telegram_opens_https_only() -> None:
    secure = address(**REAL, dashboard_url="https://bot.example")

    assert secure.mini_app == "https://bot.example/dashboard"
    assert address(**REAL).mini_app is None
    assert address(**REAL, dashboard_url="http://bot.example").mini_app is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"])  # noqa: S104  an address to show
def test_the_sandbox_opens_what_is_on_this_machine(host: str) -> None:
    assert address(f"http://{host}:8080").mini_app


def test_the_sandbox_opens_nothing_of_another_machine() -> None:
    assert address("http://10.0.0.1:8080").mini_app is None
    assert address(dashboard_url="http://127.0.0.1.example.org").mini_app is None
