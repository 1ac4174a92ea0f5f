"""Every door of the API, tried without a key, with the wrong one, and with nonsense."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp

from bot.shares import Shares, Shown
from bot.tokens import Scope
from tests.web.dashboard.house import OWN, Browser, House

NEEDS = re.compile(r"Needs a token for (\w+)\.")
# How many wrong ones an address may send at once is fewer than there are doors.
AN_ADDRESS = 15
WORDS = [
    "%00",
    "..%2F..%2Fetc%2Fpasswd",
    "9" * 40,
    "-1",
    "%3Cb%3E",
    "'%20OR%201=1--",
    "%F0%9F%98%80",
]
VALUES: list[Any] = [None, "", "\x00", "x" * 5_000, "\ud800", -1, 2**63, 2**200, 1.5, True, [], {}]
BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"\xff\xfe",
    b"[" * 20_000,
    b'{"a":' * 5_000,
    b"1e999",
]
SAFE = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Door:
    """One method of one path, as the description has it."""

    method: str
    path: str
    scope: str
    told: dict[str, Any]
    fields: tuple[str, ...]

    def at(self, word: str = "0") -> str:
        """The path with *word* in every hole."""
        return re.sub(r"{\w+}", word, self.path)

    def asked(self, word: str) -> str:
        """Every parameter of the query with *word*."""
        names = [one["name"] for one in self.told["parameters"] if one["in"] == "query"]
        return f"{self.at()}?{'&'.join(f'{name}={word}' for name in names)}"


async def doors(browser: Browser) -> list[Door]:
    """All there are."""
    described = (await browser("GET", "/api/openapi.json")).json
    return list(_doors(described))


def _doors(described: dict[str, Any]) -> Iterator[Door]:
    schemas = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            scope = NEEDS.search(told["description"])
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
            fields = tuple(schemas.get(name, {}).get("properties", ()))
            yield Door(method.upper(), path, scope[1] if scope else "link", told, fields)


@asynccontextmanager
async def stranger(home: House, number: int) -> AsyncIterator[Browser]:
    """A browser of another address of this machine."""
    connector = aiohttp.TCPConnector(local_addr=(f"127.0.0.{2 + number // AN_ADDRESS}", 0))
    async with aiohttp.ClientSession(connector=connector) as http:
        yield Browser(home.url, http)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def test_there_are_doors_to_walk(browser: Browser) -> None:
    found = await doors(browser)

    assert len(found) > 40
    assert {one.scope for one in found} == {"read", "track", "admin", "link"}


async def test_without_a_key_every_door_is_closed(home: House, browser: Browser) -> None:
    share = await _share(home)
    opened = []
    for number, door in enumerate(await doors(browser)):
        async with stranger(home, number * 2) as one:
            bare = await one(door.method, door.at())
            headers = {} if door.scope == "link" else bearer(share)
            linked = await one(door.method, door.at(), headers=headers)
        if (bare.status, linked.status) != (401, 401):
            opened.append((door.method, door.path, bare.status, linked.status))

    assert opened == []


async def test_the_key_of_another_scope_opens_no_door(home: House, browser: Browser) -> None:
    keys = {scope: await home.secret(scope) for scope in Scope}
    opened = []
    for number, door in enumerate(await doors(browser)):
        wrong = {scope for scope in Scope if scope not in {door.scope, Scope.ADMIN}}
        expected = 401 if door.scope == "link" else 403
        async with stranger(home, number * 3) as one:
            for scope in {*wrong, *([Scope.ADMIN] if door.scope == "link" else [])}:
                answer = await one(door.method, door.at(), headers=bearer(keys[scope]))
                if answer.status != expected:
                    opened.append((door.method, door.path, scope, answer.status))

    assert opened == []


async def test_with_a_cookie_alone_no_door_lets_anybody_change_anything(
    home: House, browser: Browser
) -> None:
    await browser.sign_in()
    opened = []
    for door in await doors(browser):
        if door.method not in SAFE:
            answer = await browser(door.method, door.at())
            if answer.status != 403:
                opened.append((door.method, door.path, answer.status))

    assert opened == []


async def test_nonsense_in_an_address_breaks_no_door(home: House, browser: Browser) -> None:
    broken = []
    for door in await doors(browser):
        for word in WORDS:
            for path in {door.at(word), door.asked(word), f"{door.at()}?nonsense={word}"}:
                answer = await browser(door.method, path, headers=bearer(OWN))
                if not _is_described(door, answer.status):
                    broken.append((door.method, path, answer.status, answer.body[:200]))

    assert broken == []


async def test_nonsense_in_a_body_breaks_no_door(home: House, browser: Browser) -> None:
    broken = []
    for door in await doors(browser):
        if not door.fields:
            continue
        for options in [*({"data": body} for body in BODIES), *_bodies(door)]:
            headers = bearer(OWN) | {"Idempotency-Key": "k"}
            answer = await browser(door.method, door.at(), headers=headers, **options)
            if not _is_described(door, answer.status):
                broken.append((door.method, door.path, str(options)[:80], answer.status))

    assert broken == []


def _bodies(door: Door) -> Iterator[dict[str, Any]]:
    for value in VALUES:
        yield {"json": dict.fromkeys(door.fields, value)}
        yield {"json": {door.fields[0]: value, "nonsense": value}}


def _is_described(door: Door, status: int) -> bool:
    # 404: what looks like another path; 413: longer than anything that is read.
    return str(status) in door.told["responses"] or status in {404, 413}


async def _share(home: House) -> str:
    shares = Shares(home.app.core.database, lambda: home.now)
    shown = Shown(page="overview", days=7)
    return (await shares.create(shown, timedelta(days=1), made_with="test"))[1]
