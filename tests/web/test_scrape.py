"""The command line reads /metrics of a running bot, and says why it cannot."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.web.scrape import BODY_LIMIT, Page, ScrapeError, address, scraped
from tests.web.conftest import TOKEN, Serve


async def fetched(url: str, token: str | None = None) -> Page:
    return await asyncio.to_thread(scraped, url, token, 5)


@pytest.mark.parametrize("path", ["", "/", "/metrics", "/metrics/"])
async def test_samples_are_found_by_their_names(serve: Serve, path: str) -> None:
    running = await serve()

    page = await fetched(f"{running.server.url}{path}")

    (sample,) = page["bot_updates_total"]
    assert (sample.labels, sample.value) == ({"outcome": "handled"}, 3)


async def test_a_token_opens_what_is_closed(serve: Serve) -> None:
    running = await serve(settings={"metrics_token": TOKEN})

    page = await fetched(running.server.url, TOKEN)
    with pytest.raises(ScrapeError, match="HTTP 401: set METRICS_TOKEN as the bot has it"):
        await fetched(running.server.url, "another")

    assert page["bot_updates_total"]


async def test_what_is_no_page_of_series_is_said(serve: Serve) -> None:
    async def odd(_: web.Request) -> web.Response:
        return web.Response(text="<html>{{{")

    running = await serve(routes=[web.get("/odd", odd)])

    with pytest.raises(ScrapeError, match="what answers there is no bot's /metrics"):
        await fetched(f"{running.server.url}/odd")
    with pytest.raises(ScrapeError, match="HTTP 404: METRICS_ENABLED is false there"):
        await fetched(f"{running.server.url}/nothing")


async def test_a_page_without_end_is_read_to_a_limit(serve: Serve) -> None:
    async def endless(_: web.Request) -> web.Response:
        return web.Response(body=b"# " + b"x" * BODY_LIMIT + b"\nbot_updates_total 1\n")

    running = await serve(routes=[web.get("/endless", endless)])

    assert "bot_updates_total" not in await fetched(f"{running.server.url}/endless")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ftp://127.0.0.1/", r"expected an http\(s\) address"),
        ("nonsense", r"expected an http\(s\) address"),
        ("http://127.0.0.1:99999", r"expected an http\(s\) address"),
        ("http://127.0.0.1:1", "no answer: .*refused"),
    ],
)
async def test_an_address_that_does_not_answer_is_named(url: str, problem: str) -> None:
    with pytest.raises(ScrapeError, match=f"^{url}: {problem}"):
        await fetched(url)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104  where it listens, not where it is called
        ("::", "http://[::1]:80"),
        ("10.0.0.7", "http://10.0.0.7:80"),
    ],
)
def test_a_bot_is_called_where_it_can_be_called(host: str, url: str) -> None:
    assert address(host, 80) == url
