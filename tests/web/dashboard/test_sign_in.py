"""Signing in and out: who gets a session, for how long, and who does not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from bot.analytics.operations import SignInTried
from bot.tokens import Scope
from bot.web.dashboard.sign_in import BURST, WRONG_BURST
from tests.web.dashboard.house import ADMIN, OWN, Browser, House, Seen, house

RELOAD = "/api/v1/rules/reload"
SUMMARY = "/api/v1/analytics/summary?days=1"


async def test_a_token_signs_in_and_the_page_learns_what_it_needs(
    home: House, browser: Browser
) -> None:
    answer = await browser.sign_in(await home.secret(Scope.READ))

    told = answer.json
    later = (await browser("GET", "/dashboard/session")).json
    assert answer.status == 200
    assert (told["scope"], told["name"], told["person"], told["zone"]) == (
        "read",
        "read",
        0,
        "UTC",
    )
    assert {"csrf", "features", "is_synthetic", "pages", "version", "expires_at"} <= told.keys()
    assert "bearer" not in told
    assert later["csrf"] == told["csrf"]


async def test_api_token_signs_in_too(browser: Browser) -> None:
    told = (await browser.sign_in(OWN)).json

    assert (told["scope"], told["name"]) == ("admin", "API_TOKEN")


async def test_the_cookie_stays_out_of_reach_of_scripts_and_of_other_sites(
    browser: Browser,
) -> None:
    answer = await browser.sign_in()

    cookie = SimpleCookie(answer.headers["Set-Cookie"])["telegauge_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    assert cookie["secure"] == "" and 0 < int(cookie["max-age"]) <= 12 * 3600
    assert answer.headers["Cache-Control"] == "no-store"


async def test_behind_https_the_cookie_never_goes_without(tmp_path: Path) -> None:
    async with house(tmp_path, dashboard_url="https://bot.example") as home:
        answer = await (await home.browser()).sign_in()

    assert SimpleCookie(answer.headers["Set-Cookie"])["telegauge_session"]["secure"]


@pytest.mark.parametrize("path", ["/dashboard/sign-in", "/dashboard/mini-app"])
@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b'{"token": 5}', b'{"token": "x", "more": 1}', b"\xff"]
)
async def test_what_cannot_be_read_is_refused(browser: Browser, path: str, body: bytes) -> None:
    answer = await browser("POST", path, data=body, headers={"Content-Type": "application/json"})

    assert answer.status == 400


@pytest.mark.parametrize(
    "sent", ["wrong", "telegauge_00000000_" + "x" * 43, "ü", "\ud800", "x" * 513]
)
async def test_what_is_no_token_gives_no_session(browser: Browser, sent: str) -> None:
    answer = await browser.sign_in(sent)

    assert answer.status in {400, 401}
    assert "Set-Cookie" not in answer.headers


async def test_a_token_for_reporting_shows_nothing(home: House, browser: Browser) -> None:
    answer = await browser.sign_in(await home.secret(Scope.TRACK))

    assert answer.status == 401
    assert "for track" in answer.json["detail"]


async def test_another_site_s_page_can_sign_nobody_in(browser: Browser) -> None:
    answer = await browser.sign_in(headers={"Origin": "https://evil.example"})

    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


async def test_a_form_can_sign_nobody_in(browser: Browser) -> None:
    body = f'{{"token": "{OWN}"}}'

    answer = await browser(
        "POST", "/dashboard/sign-in", data=body, headers={"Content-Type": "text/plain"}
    )

    assert answer.status == 415


async def test_our_own_page_may_name_itself(home: House, browser: Browser) -> None:
    answer = await browser.sign_in(headers={"Origin": home.url})

    assert answer.status == 200


async def test_the_admin_in_telegram_needs_no_token(home: House, browser: Browser) -> None:
    told = (await browser.tap(home.init_data())).json

    header = {"Authorization": f"Bearer {told['bearer']}"}
    other = await home.browser()
    assert (told["scope"], told["person"]) == ("admin", ADMIN)
    # Inside Telegram's web clients no cookie comes along, so the page says it is itself.
    assert (await other("POST", RELOAD, headers=header)).status == 200
    assert (await other("GET", "/dashboard/session", headers=header)).status == 200


async def test_from_telegram_it_lasts_an_hour(home: House, browser: Browser) -> None:
    await browser.tap(home.init_data())

    home.now += timedelta(minutes=59)
    assert await browser.is_in()
    home.now += timedelta(minutes=1)
    assert not await browser.is_in()


async def test_a_stranger_in_telegram_stays_outside(home: House, browser: Browser) -> None:
    stranger = home.init_data(user='{"id": 78, "first_name": "x"}')

    answers = [await browser.tap(sent) for sent in (stranger, "hash=0", home.init_data()[:-1])]

    assert [one.status for one in answers] == [401, 401, 401]
    assert "ADMIN_IDS" in answers[0].json["detail"]


async def test_the_link_of_the_start_signs_in_once(home: House) -> None:
    path, first, second = home.link(), await home.browser(), await home.browser()

    answers = [await one("GET", path) for one in (first, second)]

    assert [one.status for one in answers] == [303, 303]
    assert [one.headers["Location"] for one in answers] == ["/dashboard", "/dashboard#link-over"]
    assert (await first.is_in(), await second.is_in()) == (True, False)


async def test_who_only_looks_at_the_link_does_not_use_it_up(
    home: House, browser: Browser
) -> None:
    path = home.link()

    looked = await browser("HEAD", path)
    await browser("GET", path)

    assert looked.status == 405
    assert await browser.is_in()


async def test_the_link_of_the_start_ends_after_an_hour(home: House, browser: Browser) -> None:
    path = home.link()
    home.now += timedelta(hours=1)

    await browser("GET", path)

    assert not await browser.is_in()


async def guessed(browser: Browser) -> Seen:
    """The answer to the first guess that is too many."""
    statuses = [(await browser.sign_in(f"wrong {n}")).status for n in range(int(WRONG_BURST))]
    assert set(statuses) == {401}
    return await browser.sign_in("wrong")


async def test_who_guesses_has_to_wait(browser: Browser) -> None:
    answer = await guessed(browser)

    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) >= 1


async def test_whoever_is_right_never_waits_for_those_who_guess(home: House) -> None:
    # All from one address, as behind a proxy.
    await guessed(await home.browser())

    token = await (await home.browser()).sign_in(await home.secret(Scope.READ))
    answers = [token, await (await home.browser()).sign_in(OWN)]
    answers.append(await (await home.browser()).tap(home.init_data()))
    answers.append(await (await home.browser())("GET", home.link()))

    assert [one.status for one in answers] == [200, 200, 200, 303]


async def test_each_way_has_its_own_patience(browser: Browser) -> None:
    await guessed(browser)

    assert (await browser.tap("hash=0")).status == 401
    assert (await browser("GET", "/dashboard/enter/x")).status == 303


async def test_nobody_signs_in_with_a_megabyte(browser: Browser) -> None:
    body = b'{"token": "' + b"x" * 20_000 + b'"}'

    answer = await browser(
        "POST", "/dashboard/sign-in", data=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status == 413


async def test_nonsense_is_counted_like_a_guess(browser: Browser) -> None:
    sends = [browser("POST", "/dashboard/sign-in", json={"no": n}) for n in range(11)]

    statuses = [(await one).status for one in sends]

    assert statuses == [400] * 10 + [429]


async def test_a_cookie_is_no_way_to_guess_without_end(browser: Browser) -> None:
    header = {"Authorization": f"Bearer session_0123456789abcdef_{'x' * 43}"}
    answers = [await browser("GET", "/dashboard/session", headers=header) for _ in range(21)]

    assert [one.status for one in answers] == [204] * 20 + [429]


async def test_sessions_are_not_made_without_end(browser: Browser) -> None:
    crowd = [browser.sign_in() for _ in range(2 * int(BURST))]

    answers = await asyncio.gather(*crowd)

    assert {one.status for one in answers} == {200, 429}


async def test_every_sign_in_is_counted(home: House, browser: Browser) -> None:
    await browser.sign_in("wrong")
    await browser.sign_in()
    await browser.tap(home.init_data())
    await browser("GET", "/dashboard/enter/x")

    assert home.sign_ins.told == [
        ("token", "refused"),
        ("token", "ok"),
        ("telegram", "ok"),
        ("link", "refused"),
    ]
    counted = home.app.core.metrics.registry.get_sample_value(
        "bot_sign_ins_total", {"way": "token", "outcome": "refused"}
    )
    assert (counted, home.sign_ins[0].at) == (1, home.now)
    assert isinstance(home.sign_ins[0], SignInTried)
