"""Who may read /metrics and the details of /health."""

from __future__ import annotations

import base64

import pytest

from bot.web.access import is_loopback
from tests.web.conftest import ELSEWHERE, TOKEN, Serve, reads


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


GOOD = [f"Bearer {TOKEN}", f"bearer {TOKEN}", basic("prometheus", TOKEN), basic("", TOKEN)]
BAD = [
    None,
    "",
    TOKEN,
    "Bearer",
    "Bearer ",
    f"Bearer {TOKEN}x",
    "Bearer ключ",
    "Bearer \udcff\udcfe",
    f"Digest {TOKEN}",
    "Basic",
    "Basic %%%",
    "Basic ключ",
    basic(TOKEN, "wrong"),
    basic("user", ""),
    f"Basic {TOKEN}",
]


def header(value: str | None) -> dict[str, str]:
    return {} if value is None else {"Authorization": value}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_is_known_by_its_address(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "bot.example", "localhost.evil"])  # noqa: S104 - judged, not bound
def test_anything_else_is_elsewhere(host: str) -> None:
    assert not is_loopback(host)


async def test_metrics_are_open_on_loopback(serve: Serve) -> None:
    running = await serve()

    assert (await running.call("/metrics")).status == 200


async def test_metrics_are_closed_elsewhere_with_a_hint(serve: Serve) -> None:
    running = await serve(settings={"metrics_host": ELSEWHERE})

    answer = await running.call("/metrics")

    assert answer.status == 403
    assert "METRICS_TOKEN" in (await answer.json())["detail"]
    assert "METRICS_PUBLIC=true" in (await answer.json())["detail"]


async def test_public_metrics_are_open_everywhere(serve: Serve) -> None:
    running = await serve(settings={"metrics_host": ELSEWHERE, "metrics_public": True})

    assert (await running.call("/metrics")).status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", ELSEWHERE])
@pytest.mark.parametrize("sent", GOOD)
async def test_the_token_opens_metrics(serve: Serve, host: str, sent: str) -> None:
    running = await serve(settings={"metrics_host": host, "metrics_token": TOKEN})

    assert (await running.call("/metrics", headers=header(sent))).status == 200


@pytest.mark.parametrize("sent", BAD)
async def test_any_other_secret_gets_401(serve: Serve, sent: str | None) -> None:
    running = await serve(settings={"metrics_token": TOKEN})

    answer = await running.call("/metrics", headers=header(sent))

    assert answer.status == 401
    assert "bearer token" in (await answer.json())["detail"]


async def test_a_401_names_both_schemes(serve: Serve) -> None:
    running = await serve(settings={"metrics_token": TOKEN})

    answer = await running.call("/metrics")

    schemes = answer.response.headers.getall("WWW-Authenticate")
    assert [scheme.split()[0] for scheme in schemes] == ["Bearer", "Basic"]


async def test_a_token_stays_required_when_metrics_are_public(serve: Serve) -> None:
    running = await serve(settings={"metrics_token": TOKEN, "metrics_public": True})

    assert (await running.call("/metrics")).status == 401


async def test_a_token_of_any_alphabet_works(serve: Serve) -> None:
    token = "сезам-сезам-откройся"
    running = await serve(settings={"metrics_token": token})

    answer = await running.call("/metrics", headers=header(basic("me", token)))

    assert answer.status == 200


async def test_loopback_sees_the_details_of_health(serve: Serve) -> None:
    running = await serve(probes={"lag": reads(1)})

    assert "lag" in (await (await running.call("/health")).json())["checks"]


@pytest.mark.parametrize(
    "settings", [{"metrics_host": ELSEWHERE, "metrics_public": True}, {"metrics_token": TOKEN}]
)
async def test_without_the_token_health_tells_its_status_only(
    serve: Serve, settings: dict[str, object]
) -> None:
    running = await serve(settings={"bot_token": "1:x", **settings}, probes={"lag": reads(1)})

    answer = await running.call("/health", headers=header("Bearer wrong"))

    assert (answer.status, await answer.json()) == (200, {"status": "pass"})


@pytest.mark.parametrize("sent", GOOD)
async def test_the_token_shows_the_details_of_health(serve: Serve, sent: str) -> None:
    running = await serve(
        settings={"metrics_host": ELSEWHERE, "metrics_token": TOKEN}, probes={"lag": reads(1)}
    )

    answer = await running.call("/health", headers=header(sent))

    assert "lag" in (await answer.json())["checks"]


async def test_the_version_is_a_detail_too(serve: Serve) -> None:
    running = await serve(settings={"metrics_host": ELSEWHERE})

    answer = await running.call("/")

    assert "version" not in await answer.json()
