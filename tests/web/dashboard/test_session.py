"""A session: what it opens, what it needs beside its cookie, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.tokens import Scope
from tests.web.dashboard.house import OWN, Browser, House, house

RELOAD = "/api/v1/rules/reload"
SUMMARY = "/api/v1/analytics/summary?days=1"


async def test_a_session_opens_the_api_as_its_token_does(home: House, browser: Browser) -> None:
    await browser.sign_in(await home.secret(Scope.READ))

    seen = await browser("GET", SUMMARY)
    refused = await browser("GET", "/api/v1/tokens")

    assert (seen.status, refused.status) == (200, 403)


@pytest.mark.parametrize("sent", [{}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "x" * 43}])
async def test_with_a_cookie_alone_nothing_is_changed(
    browser: Browser, sent: dict[str, str]
) -> None:
    await browser.sign_in()

    answer = await browser("POST", RELOAD, headers=sent)

    assert answer.status == 403
    assert "X-CSRF-Token" in answer.json["detail"]


async def test_with_what_only_our_page_knows_it_is(browser: Browser) -> None:
    csrf = (await browser.sign_in()).json["csrf"]

    answer = await browser("POST", RELOAD, headers={"X-CSRF-Token": csrf})

    assert answer.status == 200


async def test_what_one_session_knows_is_of_no_use_to_another(home: House) -> None:
    mine, other = await home.browser(), await home.browser()
    await mine.sign_in()
    csrf = (await other.sign_in()).json["csrf"]

    answer = await mine("POST", RELOAD, headers={"X-CSRF-Token": csrf})

    assert answer.status == 403


async def test_nobody_goes_on_with_a_session_from_before(home: House) -> None:
    mine, other = await home.browser(), await home.browser()
    await mine.sign_in()
    former = mine.cookie

    await mine.sign_in()

    header = {"Authorization": f"Bearer {former}"}
    assert mine.cookie != former
    assert (await other("GET", "/dashboard/session", headers=header)).status == 204


async def test_a_secret_that_somebody_else_chose_is_no_session(
    home: House, browser: Browser
) -> None:
    chosen = "session_0123456789abcdef_" + "x" * 43

    await browser.sign_in(headers={"Cookie": f"telegauge_session={chosen}"})

    assert browser.cookie != chosen
    header = {"Authorization": f"Bearer {chosen}"}
    assert (await browser("GET", "/dashboard/session", headers=header)).status == 204


async def test_who_signs_out_is_out_at_once_everywhere(home: House, browser: Browser) -> None:
    csrf = (await browser.sign_in()).json["csrf"]
    header = {"Authorization": f"Bearer {browser.cookie}"}
    assert (await browser("GET", SUMMARY, headers=header)).status == 200

    out = await browser("POST", "/dashboard/sign-out", headers={"X-CSRF-Token": csrf})

    assert (out.status, browser.cookie) == (204, "")
    assert (await browser("GET", SUMMARY, headers=header)).status == 401


async def test_nobody_can_be_signed_out_by_another_site(browser: Browser) -> None:
    await browser.sign_in()

    assert (await browser("POST", "/dashboard/sign-out")).status == 403
    assert await browser.is_in()


async def test_a_session_lasts_half_a_day(home: House, browser: Browser) -> None:
    await browser.sign_in()

    home.now += timedelta(hours=11, minutes=59)
    assert await browser.is_in()
    home.now += timedelta(minutes=1)
    assert not await browser.is_in()


async def test_a_token_that_is_no_token_has_no_session(home: House, browser: Browser) -> None:
    assert not await browser.is_in()
    assert (await browser("POST", "/dashboard/sign-out")).status == 401


@pytest.mark.parametrize(
    "header",
    [
        {"Cookie": "telegauge_session=session_0123456789abcdef_" + "é" * 43},
        {"Cookie": 'telegauge_session="\\"; =; ;;; a=b=c; telegauge_session'},
        {"Cookie": "telegauge_session=" + "session_" * 500},
        {"Authorization": "Bearer session_0123456789abcdef_" + "ü" * 43},
        {"Authorization": "Bearer"},
        {"Authorization": ""},
    ],
)
async def test_a_hostile_header_is_nobody_s(browser: Browser, header: dict[str, str]) -> None:
    answer = await browser("GET", SUMMARY, headers=header)

    assert answer.status == 401
    assert (await browser("GET", "/dashboard/session", headers=header)).status == 204


async def test_while_the_database_fails_everything_says_so(home: House, tmp_path: Path) -> None:
    browser, header = await home.browser(), {"Authorization": f"Bearer {OWN}"}
    await browser.sign_in()
    await home.app.core.database.close()
    (tmp_path / "house.db").write_bytes(b"no database " * 500)

    answers = [await browser("GET", path, headers=header) for path in ("/api/v1/tokens", SUMMARY)]
    answers.append(await browser("GET", "/dashboard/session"))
    answers.append(await browser.sign_in())

    assert [one.status for one in answers] == [503] * 4
    assert {one.headers["Retry-After"] for one in answers} == {"5"}


async def test_the_setting_says_how_fast_a_token_may_ask(tmp_path: Path) -> None:
    async with house(tmp_path, api_rate_limit=0.1) as home:
        browser, header = await home.browser(), {"Authorization": f"Bearer {OWN}"}
        answers = [await browser("GET", "/api/v1/tokens", headers=header) for _ in range(5)]

    assert [one.status for one in answers] == [200] * 4 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 10
