"""GET /, /livez, /readyz and /health over real HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.analytics.health import installed_version
from tests.web.conftest import Serve, reads

HTML = {"Accept": "text/html,application/xhtml+xml"}
REAL = {"settings": {"bot_token": "1:x"}}


async def test_the_front_page_tells_a_program_where_to_look(serve: Serve) -> None:
    running = await serve(**REAL)

    about = await (await running.call("/")).json()

    assert (about["name"], about["is_sandbox"]) == ("telegauge", False)
    assert about["version"] == installed_version()
    assert {"/health", "/livez", "/readyz", "/metrics"} <= set(about["links"].values())


async def test_a_browser_gets_a_page(serve: Serve) -> None:
    running = await serve(**REAL)

    answer = await running.call("/", headers=HTML)

    assert answer.response.content_type == "text/html"
    assert '<a href="/health">/health</a>' in answer.text
    assert "sandbox" not in answer.text


async def test_the_page_escapes_what_it_was_given(serve: Serve) -> None:
    running = await serve()

    answer = await running.call("/", headers=HTML)

    assert "chat &lt;page&gt;" in answer.text


@pytest.mark.parametrize("headers", [{}, HTML])
async def test_the_sandbox_says_that_it_is_one(serve: Serve, headers: dict[str, str]) -> None:
    running = await serve()

    assert "sandbox" in (await running.call("/", headers=headers)).text


async def test_closed_metrics_are_not_linked(serve: Serve) -> None:
    running = await serve(settings={"metrics_enabled": False})

    about = await (await running.call("/")).json()

    assert "/metrics" not in about["links"]


async def test_livez_answers_even_when_everything_fails(serve: Serve) -> None:
    running = await serve(is_ready=False, probes={"lag": reads(99)})

    answer = await running.call("/livez")

    assert (answer.status, await answer.json()) == (200, {"status": "pass"})


@pytest.mark.parametrize(("is_ready", "status"), [(True, 200), (False, 503)])
async def test_readyz_follows_the_bot(serve: Serve, is_ready: bool, status: int) -> None:  # noqa: FBT001 - a parameter of the test
    running = await serve(is_ready=is_ready)

    assert (await running.call("/readyz")).status == status


@pytest.mark.parametrize(
    ("value", "word", "code"),
    [(None, "pass", 200), (1, "pass", 200), (10, "warn", 200), (20, "fail", 503)],
)
async def test_health_turns_its_status_into_a_code(
    serve: Serve, value: float | None, word: str, code: int
) -> None:
    running = await serve(probes={"lag": reads(value)})

    answer = await running.call("/health")

    assert (answer.status, (await answer.json())["status"]) == (code, word)


async def test_health_speaks_the_drafts_media_type_and_is_never_cached(serve: Serve) -> None:
    running = await serve()

    answer = await running.call("/health")

    assert answer.headers["Content-Type"] == "application/health+json"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_check_carries_the_drafts_fields(serve: Serve) -> None:
    running = await serve(probes={"lag": reads(12)})

    health = await (await running.call("/health")).json()

    assert health["checks"]["lag"] == [
        {
            "componentId": "lag",
            "status": "warn",
            "observedValue": 12,
            "observedUnit": "s",
            "warnAt": 10,
            "failAt": 20,
            "time": "2026-05-04T12:00:00+00:00",
            "output": "as told",
        }
    ]


async def test_health_names_the_service_its_version_and_whether_it_is_ready(serve: Serve) -> None:
    running = await serve(is_ready=False)

    health = await (await running.call("/health")).json()

    assert (health["serviceId"], health["version"]) == ("telegauge", installed_version())
    assert health["checks"]["ready"][0]["observedValue"] is False


async def test_what_was_not_measured_yet_has_no_value(serve: Serve) -> None:
    running = await serve(probes={"poll": reads(None)})

    health = await (await running.call("/health")).json()

    assert "observedValue" not in health["checks"]["poll"][0]


async def test_a_probe_that_breaks_is_a_503_and_no_500(serve: Serve, tmp_path: Path) -> None:
    async def broken() -> None:
        (tmp_path / "gone").read_text()

    running = await serve(probes={"disk": broken})

    assert (await running.call("/health")).status == 503
