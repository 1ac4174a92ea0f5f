"""The feature assistant: what it needs, and what it costs whoever does not have it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.database.engine import Database
from bot.errors import ConfigError
from tests.handlers.scene import Scene

ROOT = Path(__file__).parents[2]
ON: dict[str, Any] = {
    "features": ("assistant",),
    "assistant_base_url": "http://127.0.0.1:1/v1",
    "assistant_model": "m",
}


def said_by(code: str) -> str:
    """What a fresh Python prints."""
    ended = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return ended.stdout + ended.stderr


def test_its_package_is_not_loaded_before_it_is_built() -> None:
    assert said_by("import sys, bot.app; print('openai' in sys.modules)") == "False\n"


def test_without_its_package_the_operator_is_told_what_to_install() -> None:
    code = """
import sys
sys.modules["openai"] = None
from bot.errors import ConfigError
from bot.features import assistant
try:
    assistant.build(None)
except ConfigError as exc:
    print(exc)
"""

    said = said_by(code)

    assert said == "FEATURES: assistant needs a package: pip install 'telegauge[ai]'\n"


async def test_a_wrong_file_of_prices_stops_the_start(sqlite: Database, tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text("[[price]]\nmodel = 1", encoding="utf-8")

    with pytest.raises(
        ConfigError, match=r"ASSISTANT_PRICES_FILE: prices\.toml, price 1, line 1: model"
    ):
        Scene(sqlite, **ON, assistant_prices_file=file)


async def test_without_an_endpoint_there_is_no_assistant(sqlite: Database) -> None:
    scene = Scene(sqlite, **{**ON, "assistant_base_url": None})

    assert scene.features == []
