"""Whose page asks: ours, a friend's, a stranger's, or no page at all."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.web.origins import Origins

ORIGINS = Origins("https://bot.example", ["https://friend.example"])


@pytest.mark.parametrize(
    ("origin", "is_ours", "may_read"),
    [
        (None, False, True),
        ("http://127.0.0.1:8080", True, True),
        ("https://127.0.0.1:8080", True, True),  # behind a proxy that speaks TLS
        ("HTTP://127.0.0.1:8080", True, True),
        ("https://bot.example", True, True),
        ("https://friend.example", False, True),
        ("http://127.0.0.1:8081", False, False),
        ("http://127.0.0.1", False, False),
        ("https://bot.example.evil.example", False, False),
        ("http://friend.example", False, False),
        ("null", False, False),
        ("", False, False),
        ("http://[", False, False),
        ("file://", False, False),
    ],
)
def test_an_origin_is_judged(origin: str | None, is_ours: bool, may_read: bool) -> None:  # noqa: FBT001  a table
    headers = {"Host": "127.0.0.1:8080"} | ({} if origin is None else {"Origin": origin})
    request = make_mocked_request("GET", "/", headers=headers)

    assert (ORIGINS.is_ours(request), ORIGINS.may_read(request)) == (is_ours, may_read)


def test_without_an_address_of_its_own_a_server_knows_itself_by_what_was_called() -> None:
    request = make_mocked_request(
        "GET", "/", headers={"Host": "localhost:8080", "Origin": "http://localhost:8080"}
    )

    assert Origins().is_ours(request)
