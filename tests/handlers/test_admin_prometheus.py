"""/metrics and /health name the Prometheus that knows more."""

from __future__ import annotations

import pytest

from bot.analytics.render.fit import LIMIT
from bot.config import Settings
from bot.database.engine import Database
from bot.handlers.admin import with_prometheus
from bot.middlewares.language import Catalogues
from tests.handlers.scene import Scene
from tests.updates import ROOT

ADDRESS = "http://127.0.0.1:9090"
KNOWN = Settings(_env_file=None, prometheus_url=ADDRESS)


@pytest.fixture
def joined(sqlite: Database) -> Scene:
    """A bot whose operator has a Prometheus."""
    return Scene(sqlite, prometheus_url=ADDRESS)


@pytest.mark.parametrize("command", ["/metrics", "/health"])
async def test_an_answer_says_where_there_is_more(joined: Scene, command: str) -> None:
    assert (await joined.says(ROOT, command)).endswith(f"\n\nIn Prometheus: {ADDRESS}")


@pytest.mark.parametrize("data", ["metrics:system", "health:refresh"])
async def test_a_refreshed_answer_says_so_too(joined: Scene, data: str) -> None:
    assert f"In Prometheus: {ADDRESS}" in await joined.presses(ROOT, data)


async def test_without_one_nothing_is_named(scene: Scene) -> None:
    assert "Prometheus" not in await scene.says(ROOT, "/health")


def test_an_answer_that_fills_a_message_stays_whole() -> None:
    full = "x" * LIMIT

    with Catalogues().context():
        assert with_prometheus(full, KNOWN) == full
