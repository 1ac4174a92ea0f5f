"""No secret of the API and the dashboard reaches a log, a fact or a series."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from prometheus_client import generate_latest

from bot.log import configure, redact
from bot.tokens import Scope
from tests.web.dashboard.house import OWN, House, house

SUMMARY = "/api/v1/analytics/summary?days=1"


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Everything that anybody says, down to the smallest, as the process would say it."""
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    hooks = sys.excepthook, threading.excepthook
    configure("DEBUG")
    # A logger that is kept would go on speaking this way in the tests that follow.
    structlog.configure(cache_logger_on_first_use=False)
    yield capsys
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook = hooks
    logging.root.handlers = handlers
    logging.root.setLevel(level)
    structlog.configure(**before)


async def walk(home: House) -> list[str]:
    """Every way in and out, right and wrong; all the secrets that were used."""
    browser, other = await home.browser(), await home.browser()
    token, init_data, link = await home.secret(), home.init_data(), home.link()
    await browser.sign_in(token)
    first = browser.cookie
    await browser("GET", SUMMARY)
    await browser("GET", SUMMARY, headers=_bearer(token))
    body = {"page": "overview"}
    share = (await browser("POST", "/api/v1/shares", headers=_bearer(token), json=body)).json
    await browser("GET", "/api/v1/shared", headers=_bearer(share["secret"]))
    await browser("GET", f"/dashboard/nowhere?token={token}", headers=_bearer(share["secret"]))
    told = (await other.tap(init_data)).json
    await other("GET", link)
    await other("GET", link)
    await other.sign_in(token[:-1])
    await _broken(home, f"GET /api/v1/{token} HTTP/1.1\r\nBroken {share['secret']}\r\n\r\n")
    await _broken(home, f"{OWN} {first}\r\n\r\n")
    return [
        *(OWN, token, token.partition("_")[2], first, told["bearer"], other.cookie),
        *(share["secret"], link.rpartition("/")[2], init_data, init_data.rpartition("=")[2]),
    ]


async def test_no_secret_is_ever_said(
    home: House, log: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    secrets = await walk(home)

    said = "".join(log.readouterr()) + caplog.text
    assert "egress" not in said  # nobody was called
    assert [one for one in secrets if one in said] == []


async def test_no_secret_is_in_a_fact_or_a_series(home: House) -> None:
    facts: list[Any] = []
    home.app.core.bus.add(_Everything(facts))

    secrets = await walk(home)

    series = generate_latest(home.app.core.metrics.registry).decode()
    assert facts
    assert [one for one in secrets if one in str(facts) or one in series] == []


async def test_what_breaks_with_a_secret_in_hand_says_none(
    tmp_path: Path, log: pytest.CaptureFixture[str]
) -> None:
    async with house(tmp_path) as home:
        browser = await home.browser()
        secret = await home.secret(Scope.READ)
        # The database is gone: whoever looks for the token fails.
        await home.app.core.database.close()
        (tmp_path / "house.db").write_bytes(b"no database " * 500)
        answers = [
            await browser("GET", SUMMARY, headers=_bearer(secret)),
            await browser.sign_in(secret),
        ]

    said = "".join(log.readouterr())
    assert [one.status for one in answers] == [503, 503]
    assert [one for one in answers if secret.encode() in one.body] == []
    assert "database failed" in said
    assert secret not in said and secret.split("_", 2)[2] not in said


@pytest.mark.parametrize("before", ["", " ", "Bearer ", "token=", '"', "'", "#"])
@pytest.mark.parametrize(
    "secret",
    [
        f"telegauge_0123abcd_{'aB-_' * 10}xyz",
        f"session_0123456789abcdef_{'aB-_' * 10}xyz",
        f"share_0123456789abcdef_{'-' * 43}",
    ],
)
def test_if_one_were_said_it_would_be_blacked_out(before: str, secret: str) -> None:
    assert redact(f"{before}{secret} was sent") == f"{before}█████ was sent"


def test_so_would_be_the_link_of_the_start() -> None:
    told = redact(f"GET /dashboard/enter/{'x_-9' * 10}abc HTTP/1.1")

    assert told == "GET /dashboard/enter/█████ HTTP/1.1"


class _Everything:
    def __init__(self, facts: list[Any]) -> None:
        self._facts = facts

    def wants(self, kind: type[object]) -> bool:
        return bool(kind)

    def __call__(self, fact: Any) -> None:
        self._facts.append(fact)


async def _broken(home: House, sent: str) -> None:
    """What is no HTTP, as a stranger sends it."""
    host, port = home.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent.encode())
    await reader.read()
    writer.close()
    await writer.wait_closed()


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
