"""Reads /metrics of a bot that runs elsewhere, as the command line does."""

from __future__ import annotations

import http.client
from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from prometheus_client import parser
from prometheus_client.samples import Sample

from bot.errors import BotError
from bot.web.healthcheck import CALLABLE

BODY_LIMIT = 32 * 2**20
HINTS: dict[int, str] = {
    http.client.UNAUTHORIZED: "set METRICS_TOKEN as the bot has it",
    http.client.FORBIDDEN: "the bot listens beyond loopback and has neither METRICS_TOKEN nor "
    "METRICS_PUBLIC",
    http.client.NOT_FOUND: "METRICS_ENABLED is false there, or this is no bot",
}

Page = Mapping[str, Sequence[Sample]]


class ScrapeError(BotError):
    """The page cannot be had, for the reason in the text."""


def address(host: str, port: int) -> str:
    """Where a bot with these settings of METRICS_HOST and METRICS_PORT can be asked."""
    place = CALLABLE.get(host, host)
    return f"http://{f'[{place}]' if ':' in place else place}:{port}"


def scraped(url: str, token: str | None, timeout: float = 5.0) -> Page:
    """Every sample of the page, by its name; ScrapeError when it cannot be had.

    url: of the bot or of its page; token: METRICS_TOKEN; timeout: seconds for each piece
    """
    text = _fetched(url, token, timeout)
    found: dict[str, list[Sample]] = defaultdict(list)
    try:
        for family in parser.text_string_to_metric_families(text):
            for sample in family.samples:
                found[sample.name].append(sample)
    except ValueError:
        raise ScrapeError(f"{url}: what answers there is no bot's /metrics") from None
    return found


def _fetched(url: str, token: str | None, timeout: float) -> str:
    connection, path = _opened(url, timeout)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        status, body = response.status, bytes(response.read(BODY_LIMIT))
    except (OSError, ValueError, http.client.HTTPException) as exc:
        raise ScrapeError(f"{url}: no answer: {exc or type(exc).__name__}") from None
    finally:
        connection.close()
    if status != http.client.OK:
        hint = HINTS.get(status, "")
        raise ScrapeError(f"{url}: HTTP {status}{f': {hint}' if hint else ''}")
    return body.decode("utf-8", "replace")


def _opened(url: str, timeout: float) -> tuple[http.client.HTTPConnection, str]:
    """A connection that is not made yet, and the path to ask for."""
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    try:
        parts = urlsplit(url)
        kind, host, port = kinds[parts.scheme], parts.hostname, parts.port
    except (ValueError, LookupError):
        host = None
    if not host:
        raise ScrapeError(f"{url}: expected an http(s) address")
    return kind(host, port, timeout=timeout), parts.path.rstrip("/") or "/metrics"
