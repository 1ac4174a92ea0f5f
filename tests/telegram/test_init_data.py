"""Tests: bot/telegram/init_data.py."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bot.clock import utc_now
from bot.sandbox.server import Sandbox
from bot.telegram.init_data import LONGEST, InitData, InitDataError
from tests.driver import Driver

TOKEN = "424242:SANDBOX-TOKEN-good-on-loopback-only"
ROOT = 77
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
OURS = InitData(TOKEN, [ROOT, 78], lambda: NOW)


def signed(token: str = TOKEN, *, at: datetime = NOW, **changed: str | None) -> str:
    """What Telegram hands a Mini App; None takes a field away."""
    user = json.dumps({"id": ROOT, "first_name": "Röot & Söhne 🙂", "language_code": "de"})
    fields = {"query_id": "AAF1", "user": user, "auth_date": str(int(at.timestamp()))} | changed
    kept = {name: value for name, value in fields.items() if value is not None}
    told = "\n".join(f"{name}={kept[name]}" for name in sorted(kept)).encode()
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    return urlencode(kept | {"hash": hmac.new(key, told, hashlib.sha256).hexdigest()})


def refusal(init_data: str) -> str:
    with pytest.raises(InitDataError) as caught:
        OURS.admin(init_data)
    return str(caught.value)


def test_an_admin_is_known_by_their_id() -> None:
    assert OURS.admin(signed()) == ROOT


def test_what_telegram_adds_later_is_signed_too_and_disturbs_nobody() -> None:
    assert OURS.admin(signed(signature="c2ln", chat_instance="-12", start_param="x")) == ROOT


@pytest.mark.parametrize(
    "changed", [{"user": '{"id": 78, "first_name": "x"}'}, {"hash": "0" * 64}]
)
def test_what_was_changed_after_the_signature_is_refused(changed: dict[str, str]) -> None:
    pairs = dict(part.split("=", 1) for part in signed().split("&"))

    assert "not signed" in refusal("&".join(f"{k}={v}" for k, v in (pairs | changed).items()))


def test_no_byte_can_be_changed() -> None:
    good = signed()

    for place, letter in enumerate(good):
        other = "1" if letter != "1" else "2"
        with pytest.raises(InitDataError):
            OURS.admin(good[:place] + other + good[place + 1 :])


@pytest.mark.parametrize(
    "init_data",
    [
        signed("424243:ANOTHER-BOT"),
        signed().rpartition("&hash=")[0],
        signed().rpartition("hash=")[0] + "hash=",
        signed().rpartition("hash=")[0] + "hash=%C3%A9",
        signed() + "&\ud800=1",
        "hash=" + "0" * 64,
        "user",
        "%00&&=;=",
        "\ud800",
        "null",
    ],
)
def test_what_telegram_did_not_sign_for_this_bot_is_refused(init_data: str) -> None:
    assert "not signed" in refusal(init_data)


@pytest.mark.parametrize("name", ["user", "hash", "auth_date"])
def test_a_doubled_name_is_refused(name: str) -> None:
    assert "twice" in refusal(f"{signed()}&{name}=1")
    assert "twice" in refusal(f"{name}=&{signed()}")


@pytest.mark.parametrize("init_data", ["", "a" * 100_000, "&" * 100_000, "x" * (LONGEST + 1)])
def test_an_unlikely_length_is_refused_at_once(init_data: str) -> None:
    assert "characters" in refusal(init_data)


def test_an_hour_is_not_too_old_and_a_second_more_is() -> None:
    hour = timedelta(hours=1)

    assert OURS.admin(signed(at=NOW - hour)) == ROOT
    assert "an hour ago" in refusal(signed(at=NOW - hour - timedelta(seconds=1)))


def test_a_minute_ahead_is_a_clocks_error_and_a_second_more_is_refused() -> None:
    minute = timedelta(minutes=1)

    assert OURS.admin(signed(at=NOW + minute)) == ROOT
    assert "future" in refusal(signed(at=NOW + minute + timedelta(seconds=1)))


@pytest.mark.parametrize("auth_date", [None, "", "soon", "9" * 40, "-1e400", "nan"])
def test_no_time_is_no_sign_in(auth_date: str | None) -> None:
    with pytest.raises(InitDataError):
        OURS.admin(signed(auth_date=auth_date))


@pytest.mark.parametrize("user", ["7", "null", "[77]", "{}", '{"id": "x", "first_name": "a"}'])
def test_a_user_who_is_none_is_refused(user: str) -> None:
    with pytest.raises(InitDataError):
        OURS.admin(signed(user=user))


def test_nobody_is_refused() -> None:
    assert "does not say who" in refusal(signed(user=None))


def test_somebody_else_is_refused() -> None:
    assert "ADMIN_IDS" in refusal(signed(user='{"id": 79, "first_name": "Eve"}'))


def test_without_admins_nobody_is_one() -> None:
    with pytest.raises(InitDataError, match="admins"):
        InitData(TOKEN, [], lambda: NOW).admin(signed())


@pytest.mark.parametrize("init_data", [signed("1:x"), signed(at=NOW - timedelta(days=1))])
def test_a_refusal_repeats_nothing_of_the_data(init_data: str) -> None:
    said = refusal(init_data)

    assert TOKEN not in said
    assert "AAF1" not in said
    assert init_data.rpartition("hash=")[2] not in said


async def test_the_sandbox_signs_as_telegram_does(sandbox: Sandbox, driver: Driver) -> None:
    root = await driver.person("Röot 🙂", id=ROOT, is_premium=True)
    opened = await driver.open_web_app(root, "https://bot.example/dashboard")
    given = parse_qs(urlsplit(opened).fragment)["tgWebAppData"][0]
    ours = InitData(sandbox.token, [ROOT], utc_now)

    assert ours.admin(given) == ROOT
    for place, letter in enumerate(given):
        other = "1" if letter != "1" else "2"
        with pytest.raises(InitDataError):
            ours.admin(given[:place] + other + given[place + 1 :])
