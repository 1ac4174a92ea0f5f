"""A wrong setting stops the bot at once, is named, and no secret is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.config import SECRET_FILES, Settings, mistyped
from bot.errors import ConfigError

ROOT = Path(__file__).parent.parent
EXAMPLE = (ROOT / "config.example.env").read_text(encoding="utf-8").splitlines()
SHOWN = dict(line[1:].split("=", 1) for line in EXAMPLE if re.match(r"#[A-Z_]+=", line))
NAMES = sorted(name.upper() for name in Settings.model_fields)
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz12345"

# A wrong value and a piece of what the operator then reads.
WRONG = {
    "BOT_TOKEN": ("hunter2", "the token from @BotFather"),
    "TELEGRAM_API_URL": ("api.telegram.org", "http(s) address of a Bot API server, not 'api."),
    "ADMIN_IDS": ("1, me", "numeric Telegram ids, separated by commas, not 'me'"),
    "WEBHOOK_URL": ("example", "the public https address"),
    "WEBHOOK_SECRET": ("hunter2", "16 to 256 letters"),
    "DRAIN_TIMEOUT": ("-1", "seconds, 0 to 300"),
    "THROTTLE_RATE": ("0", "above 0, not '0'"),
    "THROTTLE_BURST": ("0", "1 to 10000, not '0'"),
    "DATABASE_URL": ("mysql://me:hunter2@host/db", "sqlite:///path/to/file.db or postgresql://"),
    "SANDBOX_DATABASE_URL": ("mysql://me:hunter2@host/db", "an address like DATABASE_URL's"),
    "STORE_FLUSH_INTERVAL": ("nan", "seconds, 0.01 to 10"),
    "STORE_BUFFER_SIZE": ("many", "at least 1000, not 'many'"),
    "STORE_NAMES": ("perhaps", "true or false, not 'perhaps'"),
    "TIMEZONE": ("Mars/Olympus", "a time zone's name"),
    "METRICS_PORT": ("65536", "a port, 0 to 65535, not '65536'"),
    "METRICS_TOKEN": ("hunter2", "at least 16 characters"),
    "DASHBOARD_URL": ("https://bot.example/telegauge", "such as https://bot.example, without a"),
    "API_ALLOWED_ORIGINS": ("https://a.example,*", "origins like https://app.example"),
    "API_RATE_LIMIT": ("0", "0.1 to 10000, not '0'"),
    "ALERT_CHAT_ID": ("@admins", "a chat's numeric id"),
    "ALERT_ERROR_RATE_THRESHOLD": ("100", "above 0 and below 100, not '100'"),
    "LOG_LEVEL": ("LOUD", "DEBUG, INFO, WARNING or ERROR, not 'LOUD'"),
    "LOG_FOLDER": ("/dev/null/logs", "a folder that can be written to"),
    "DOWNLOAD_FOLDER": ("/proc/files", "a folder that can be written to"),
    "SUPPORT_CONTACT": ("'@me\u2028hunter3'", "in one line"),
    "LOG_FORMAT": ("xml", "console or json, not 'xml'"),
    "SANDBOX_PEOPLE": ("501", "0 to 500, not '501'"),
    "FEATURES": ("quiz,quizz", "some of downloads, billing, quiz and assistant"),
    "DOWNLOAD_WORKERS": ("0", "1 to 50, not '0'"),
    "DOWNLOAD_TIMEOUT": ("5", "10 to 7200"),
    "DOWNLOAD_TEST_URL": ("file:///etc/passwd", "http(s) address of something"),
    "PLANS_FILE": ("/nowhere/plans.toml", "a TOML file like bot/plans.toml"),
    "QUIZ_FOLDER": ("/nowhere", "a folder with question banks"),
    "QUIZ_SECONDS": ("2", "5 to 600, not '2'"),
    "ASSISTANT_BASE_URL": ("localhost", "OpenAI-compatible endpoint"),
    "ASSISTANT_REPLY_TOKENS": ("1", "at least 16, not '1'"),
    "ASSISTANT_PRICES_FILE": ("/nowhere", "a TOML file like"),
}


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer has set must not decide a test."""
    for name in [*NAMES, *(file.upper() for file in SECRET_FILES)]:
        monkeypatch.delenv(name, raising=False)


def read(folder: Path, *lines: str) -> Settings:
    """The settings of a config.env with *lines*."""
    file = folder / "config.env"
    file.write_text("\n".join(lines), encoding="utf-8")
    return Settings.read(file)


def started(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """What became of `telegauge` with these *words* in *folder*."""
    return subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def refused(folder: Path, *lines: str) -> str:
    """What the operator reads about a config.env with *lines*."""
    with pytest.raises(ConfigError) as caught:
        read(folder, *lines)
    return str(caught.value)


def test_the_example_shows_every_setting_and_nothing_else() -> None:
    assert sorted(SHOWN) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_example_shows_the_default(name: str, tmp_path: Path) -> None:
    default = Settings.model_fields[name.lower()].default

    shown = read(tmp_path, f"{name}={SHOWN[name]}")

    assert getattr(shown, name.lower()) == default
    assert (SHOWN[name] == "") == (default in (None, ()))


@pytest.mark.parametrize("name", NAMES)
def test_the_example_says_why_above_each_setting(name: str) -> None:
    shown_at = next(n for n, line in enumerate(EXAMPLE) if line.startswith(f"#{name}="))

    assert re.match(r"# \w.{10,}", EXAMPLE[shown_at - 1])


def test_without_a_file_and_variables_the_sandbox_is_meant(tmp_path: Path) -> None:
    settings = Settings.read(tmp_path / "config.env")

    assert settings.is_sandbox


def test_a_token_means_telegram(tmp_path: Path) -> None:
    settings = read(tmp_path, f"BOT_TOKEN={TOKEN}")

    assert not settings.is_sandbox


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METRICS_PORT", "9001")

    assert read(tmp_path, "METRICS_PORT=9002").metrics_port == 9001


def test_lists_are_written_with_commas(tmp_path: Path) -> None:
    settings = read(tmp_path, "ADMIN_IDS=1, 2,", "BOT_ROUTERS=shop:build, quiz:build")

    assert settings.admin_ids == (1, 2)
    assert settings.bot_routers == ("shop:build", "quiz:build")


def test_an_empty_value_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_PORT", "")

    assert read(tmp_path, "BOT_TOKEN=").metrics_port == 8080


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = read(tmp_path, "METRICS_PORT=1")

    with pytest.raises(ValidationError, match="frozen"):
        settings.metrics_port = 2  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named_with_what_was_expected(name: str, tmp_path: Path) -> None:
    value, expected = WRONG[name]

    said = refused(tmp_path, f"{name}={value}")

    assert said.startswith(f"{name}: expected ")
    assert expected in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMIN_IDS", "-5"),
        ("ADMIN_IDS", "1,,2"),
        ("FEATURES", ","),
        ("LOG_FOLDER", "/proc/logs"),
        ("SUPPORT_CONTACT", '"@me\nor @you"'),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, value: str, tmp_path: Path) -> None:
    said = refused(tmp_path, f"{name}={value}")

    assert said.startswith(f"{name}: expected ")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [("ADMIN_IDS", TOKEN), ("TELEGRAM_API_URL", "ftp://me:hunter2@host"), ("LOG_LEVEL", TOKEN)],
)
def test_a_secret_in_the_wrong_place_is_not_shown(name: str, value: str, tmp_path: Path) -> None:
    said = refused(tmp_path, f"{name}={value}")

    assert TOKEN not in said
    assert "hunter2" not in said


def test_a_wrong_value_is_shown_in_one_short_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METRICS_PORT", "80\n" * 1000)

    said = refused(tmp_path)

    assert "\n" not in said
    assert len(said) < 200


def test_a_webhook_without_a_secret_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, "WEBHOOK_URL=https://bot.example")

    assert said == "WEBHOOK_SECRET: is required when WEBHOOK_URL is set"


@pytest.mark.parametrize(
    "url", ["sqlite:///data/sandbox.db", "sqlite+aiosqlite:///./data/sandbox.db"]
)
def test_synthetic_history_never_meets_real_data(url: str, tmp_path: Path) -> None:
    said = refused(tmp_path, f"DATABASE_URL={url}")

    assert said == "SANDBOX_DATABASE_URL: must not be the same as DATABASE_URL"


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    said = refused(tmp_path, f"BOT_TOKN={TOKEN}")

    assert said == "BOT_TOKN: is not a setting; did you mean BOT_TOKEN?"


def test_a_name_of_the_environment_much_like_a_setting_is_told_with_what_was_meant() -> None:
    found = mistyped(["QUIZ_SECOND", "DOWNLOAD_WORKER", "bot_tokn", "BOT_TOKEN_FIL"])

    assert found == {
        "QUIZ_SECOND": "QUIZ_SECONDS",
        "DOWNLOAD_WORKER": "DOWNLOAD_WORKERS",
        "BOT_TOKN": "BOT_TOKEN",
        "BOT_TOKEN_FIL": "BOT_TOKEN_FILE",
    }


def test_names_of_others_and_settings_themselves_are_not_told() -> None:
    others = ["QUIZ_SECONDS", "METRICS_TOKEN_FILE", "PATH", "QUIZ_COLOUR", "LOGNAME", "BOT_HOME"]

    assert mistyped(others) == {}


def test_a_mistyped_name_of_the_environment_is_a_warning(tmp_path: Path) -> None:
    said = started(tmp_path, "migrate", QUIZ_SECOND="3")

    assert said.returncode == 0
    assert "did_you_mean=QUIZ_SECONDS" in said.stderr


def test_an_unknown_setting_is_named_with_where_to_look(tmp_path: Path) -> None:
    said = refused(tmp_path, "FAVOURITE_COLOUR=blue")

    assert said == "FAVOURITE_COLOUR: is not a setting; see config.example.env"


@pytest.mark.parametrize("line", ["BOT_TOKEN", f"BOT_TOKEN {TOKEN}", "METRICS_PORT: 9000"])
def test_a_line_that_is_no_setting_is_named_by_its_number(line: str, tmp_path: Path) -> None:
    said = refused(tmp_path, "# a comment", line)

    assert said == "config.env: line 2 is not like NAME=value"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.env").write_bytes(b"\xff\xfeB")

    with pytest.raises(ConfigError, match=r"config\.env: cannot be read: it is not UTF-8 text"):
        Settings.read(tmp_path / "config.env")


def test_a_folder_where_the_file_should_be_is_refused(tmp_path: Path) -> None:
    # What docker run -v makes of a file that does not exist.
    (tmp_path / "config.env").mkdir()

    with pytest.raises(ConfigError, match=r"config\.env: cannot be read: Is a directory"):
        Settings.read(tmp_path / "config.env")


def test_a_secret_can_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "token"
    secret.write_text(f"{TOKEN}\n", encoding="utf-8")
    monkeypatch.setenv("BOT_TOKEN_FILE", str(secret))

    settings = read(tmp_path)

    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN


def test_every_secret_can_come_from_a_file() -> None:
    secrets = {
        "alert_webhook_secret",
        "api_token",
        "assistant_api_key",
        "bot_token",
        "metrics_token",
        "webhook_secret",
    }

    assert set(SECRET_FILES.values()) == secrets | {"database_url", "sandbox_database_url"}


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = refused(tmp_path, f"BOT_TOKEN_FILE={tmp_path / 'nowhere'}")

    assert said == "BOT_TOKEN_FILE: cannot be read: No such file or directory"


def test_a_secret_file_may_be_named_in_the_file_too(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct-horse-battery", encoding="utf-8")

    settings = read(tmp_path, f"METRICS_TOKEN_FILE={tmp_path / 'secret'}")

    assert settings.metrics_token is not None


def test_what_is_wrong_in_a_secret_file_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hunter2", encoding="utf-8")

    said = refused(tmp_path, f"BOT_TOKEN_FILE={tmp_path / 'token'}")

    assert said.startswith("BOT_TOKEN: expected the token")
    assert "hunter2" not in said


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        f"BOT_TOKEN={TOKEN}",
        "WEBHOOK_SECRET=hunter2-hunter2-hunter2",
        "METRICS_TOKEN=hunter2-hunter2-hunter2",
        "DATABASE_URL=postgresql://me:hunter2@host/db",
    )

    assert TOKEN not in f"{settings!r}{settings}"
    assert "hunter2" not in f"{settings!r}{settings}"


def test_the_process_ends_with_one_line_and_code_2(tmp_path: Path) -> None:
    ended = started(tmp_path, "run", METRICS_PORT="abc")

    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "METRICS_PORT: expected a port, 0 to 65535, not 'abc'" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_features_are_switched_on_by_name(tmp_path: Path) -> None:
    settings = read(tmp_path, "FEATURES=quiz, downloads")

    assert settings.active_features == ("downloads", "quiz")


def test_all_features_can_be_switched_off(tmp_path: Path) -> None:
    assert read(tmp_path, "FEATURES=none").active_features == ()


def test_an_assistant_without_anybody_who_thinks_is_off(tmp_path: Path) -> None:
    settings = read(tmp_path, "FEATURES=quiz,assistant")

    assert settings.active_features == ("quiz",)


def test_an_endpoint_needs_the_name_of_a_model(tmp_path: Path) -> None:
    said = refused(tmp_path, "ASSISTANT_BASE_URL=http://127.0.0.1:8000/v1")

    assert said == "ASSISTANT_MODEL: is required when ASSISTANT_BASE_URL is set"


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("https://Bot.Example/", "https://bot.example"),
        ("https://bot.example:443", "https://bot.example"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://bot.example:8443", "https://bot.example:8443"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(
    value: str, origin: str, tmp_path: Path
) -> None:
    settings = read(tmp_path, f"DASHBOARD_URL={value}", f"API_ALLOWED_ORIGINS={value},")

    assert (settings.dashboard_url, settings.api_allowed_origins) == (origin, (origin,))


@pytest.mark.parametrize(
    "value",
    [
        *("*", "null", "app.example", "ftp://app.example", "https://", "https://app.example/x"),
        *("https://app.example?x", "https://app.example#x", "https://me@app.example"),
        *("https://*.example", "https://app.example:0", "https://app example", "https://[::1"),
    ],
)
def test_what_is_no_origin_is_refused(value: str, tmp_path: Path) -> None:
    said = refused(tmp_path, f"API_ALLOWED_ORIGINS='{value}'")

    assert said.startswith("API_ALLOWED_ORIGINS: expected origins like https://app.example")
