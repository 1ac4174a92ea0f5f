"""Addresses, hosts and folders: what nobody could open or listen on is refused at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import SECRET_FILES
from tests.test_config import NAMES, read, refused


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer has set must not decide a test."""
    for name in [*NAMES, *(file.upper() for file in SECRET_FILES)]:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@host:port/",
        "postgres://me:hunter2@h",
        "postgresql://me:hunter2@host/db?sslmode=perhaps",
        "postgresql://me:hunter2@host/db?sslmode=require&channel_binding=require",
        "sqlite://",
        "sqlite:///",
        "sqlite:///data/",
        "sqlite:////tmp",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
    ],
)
def test_a_database_nobody_can_open_is_refused(url: str, tmp_path: Path) -> None:
    said = refused(tmp_path, f"DATABASE_URL={url}")

    assert "postgresql://user:password@host/name" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///other.db",
        "sqlite+aiosqlite:////var/lib/telegauge.db",
        "postgresql+asyncpg://me:hun/ter2@[::1]:5432/db?ssl=require",
        "postgresql://me:@/db?host=/run/postgresql",
        "postgresql://me:hunter2@host/db?sslmode=require",
    ],
)
def test_a_database_s_address_has_many_forms(url: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"DATABASE_URL={url}").database_url == url


@pytest.mark.parametrize("url", ["https://a.example/{", "https://a.example/{x}", "https://a:b"])
def test_a_webhook_nobody_can_listen_for_is_refused(url: str, tmp_path: Path) -> None:
    said = refused(tmp_path, f"WEBHOOK_URL={url}")

    assert said.startswith("WEBHOOK_URL: expected the public https address")


@pytest.mark.parametrize("name", ["METRICS_HOST", "SANDBOX_HOST"])
@pytest.mark.parametrize("value", ["a..b", "no such host", "http://0.0.0.0", f"{'a' * 64}.b", "ü"])
def test_a_host_that_cannot_be_one_is_refused(name: str, value: str, tmp_path: Path) -> None:
    said = refused(tmp_path, f"{name}={value}")

    assert said.startswith(f"{name}: expected an address to listen on, not ")


@pytest.mark.parametrize("value", ["0.0.0.0", "::", "fe80::1%eth0", "localhost", "my_bot.lan"])  # noqa: S104  only read
def test_a_host_has_many_forms(value: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"METRICS_HOST={value}").metrics_host == value


def test_a_folder_in_the_place_of_a_log_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "logs" / "error.log").mkdir(parents=True)

    said = refused(tmp_path, f"LOG_FOLDER={tmp_path / 'logs'}")

    assert said.startswith("LOG_FOLDER: expected a folder that can be written to")
