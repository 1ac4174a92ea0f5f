"""Tokens made, listed and ended over HTTP, and how fast an end is felt."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.database.engine import Database
from bot.sessions import Sessions
from bot.shares import Shares, Shown
from bot.tokens import Scope, Tokens
from bot.web.api.access import SHARE_BURST, SHARE_RATE, TRUSTED_SECONDS, ApiAccess
from tests.web.dashboard.house import OWN, Browser, House

OF_OWN = {"Authorization": f"Bearer {OWN}"}
DAY = timedelta(days=1)
SUMMARY = "/api/v1/analytics/summary?days=1"


async def made(browser: Browser, **wanted: Any) -> dict[str, Any]:
    body = {"name": "grafana", "scope": "read", **wanted}
    answer = await browser("POST", "/api/v1/tokens", headers=OF_OWN, json=body)
    assert answer.status == 201
    told: dict[str, Any] = answer.json
    return told


async def test_a_new_token_is_shown_once_and_works(browser: Browser) -> None:
    new = await made(browser, life_days=30)

    used = await browser("GET", SUMMARY, headers={"Authorization": f"Bearer {new['secret']}"})
    listed = await browser("GET", "/api/v1/tokens", headers=OF_OWN)

    own, token = listed.json["tokens"]
    assert used.status == 200
    assert (token["name"], token["scope"], token["is_valid"]) == ("grafana", "read", True)
    assert (token["created_at"], token["expires_at"]) == (
        "2026-05-04T12:00:00Z",
        "2026-06-03T12:00:00Z",
    )
    assert (own["id"], own["is_revocable"]) == ("own", False)
    assert new["secret"].split("_", 2)[2] not in listed.body.decode()


async def test_an_ended_token_takes_its_sessions_with_it(browser: Browser) -> None:
    new = await made(browser)
    await browser.sign_in(new["secret"])

    ended = await browser("DELETE", f"/api/v1/tokens/{new['token']['id']}", headers=OF_OWN)
    again = await browser("DELETE", f"/api/v1/tokens/{new['token']['id']}", headers=OF_OWN)

    assert (ended.status, again.status) == (204, 404)
    assert not await browser.is_in()
    assert (await browser.sign_in(new["secret"])).status == 401


async def test_api_token_cannot_be_ended(browser: Browser) -> None:
    answer = await browser("DELETE", "/api/v1/tokens/own", headers=OF_OWN)

    assert answer.status == 400
    assert (await browser("GET", SUMMARY, headers=OF_OWN)).status == 200


async def test_a_name_is_given_once(browser: Browser) -> None:
    await made(browser)

    body = {"name": "grafana", "scope": "admin"}
    answer = await browser("POST", "/api/v1/tokens", headers=OF_OWN, json=body)

    assert answer.status == 409
    assert "grafana" in answer.json["detail"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": "<b>"}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"scope": "root"}, "scope"),
        ({"life_days": 0}, "life_days"),
        ({"life_days": 3651}, "life_days"),
        ({"life_days": "7"}, "life_days"),
        ({"more": 1}, "more"),
    ],
)
async def test_what_cannot_be_made_is_refused_by_its_name(
    browser: Browser, wanted: dict[str, Any], field: str
) -> None:
    body = {"name": "grafana", "scope": "read", **wanted}

    answer = await browser("POST", "/api/v1/tokens", headers=OF_OWN, json=body)

    assert answer.status == 400
    assert [one["field"] for one in answer.json["errors"]] == [field]


async def test_who_may_only_read_makes_no_token(home: House, browser: Browser) -> None:
    csrf = (await browser.sign_in(await home.secret(Scope.READ))).json["csrf"]
    body = {"name": "more", "scope": "admin"}

    answer = await browser("POST", "/api/v1/tokens", headers={"X-CSRF-Token": csrf}, json=body)

    assert answer.status == 403
    assert "more" not in [one.name for one in await home.tokens.all()]


async def test_the_browser_s_password_box_opens_nothing(browser: Browser) -> None:
    # A browser repeats such a password by itself, for any site that makes it ask.
    basic = f"Basic {base64.b64encode(f':{OWN}'.encode()).decode()}"
    answer = await browser("GET", SUMMARY, headers={"Authorization": basic})

    assert answer.status == 401


async def test_a_token_in_a_cookie_opens_nothing(browser: Browser) -> None:
    answer = await browser("GET", SUMMARY, headers={"Cookie": f"telegauge_session={OWN}"})

    assert answer.status == 401


async def test_a_wrong_bearer_is_not_made_good_by_a_cookie(browser: Browser) -> None:
    await browser.sign_in()

    answer = await browser("GET", SUMMARY, headers={"Authorization": "Bearer wrong"})

    assert answer.status == 401


class Scene:
    """Somebody signed in with a token, and a clock of seconds."""

    def __init__(self, database: Database) -> None:
        self.seconds = 0.0
        self.tokens, self.sessions = Tokens(database), Sessions(database)
        self.access = ApiAccess(
            self.tokens, monotonic=lambda: self.seconds, sessions=self.sessions, rate=1
        )

    async def session(self) -> str:
        token, _ = await self.tokens.create("grafana", Scope.READ)
        return (await self.sessions.of_token(token))[1]

    async def status(self, secret: str) -> int:
        try:
            await self.access.admit(secret, "127.0.0.1", Scope.READ)
        except web.HTTPException as exc:
            return exc.status
        return 200


async def test_an_end_is_felt_within_five_seconds(sqlite: Database) -> None:
    scene = Scene(sqlite)
    secret = await scene.session()
    assert await scene.status(secret) == 200

    await scene.tokens.revoke("grafana")
    scene.seconds += TRUSTED_SECONDS

    assert await scene.status(secret) == 401


async def test_all_sessions_of_a_token_share_its_haste(sqlite: Database) -> None:
    scene = Scene(sqlite)
    token, secret = await scene.tokens.create("grafana", Scope.READ)
    other = (await scene.sessions.of_token(token))[1]

    statuses = [await scene.status(one) for one in [secret, other] * 21]

    assert statuses == [200] * 40 + [429] * 2


async def test_a_token_waits_for_what_the_setting_says(sqlite: Database) -> None:
    scene = Scene(sqlite)
    secret = await scene.session()
    for _ in range(40):
        await scene.status(secret)

    now, scene.seconds = await scene.status(secret), scene.seconds + 1
    assert (now, await scene.status(secret), await scene.status(secret)) == (429, 200, 429)


async def test_a_link_is_for_an_office_and_not_for_a_machine(sqlite: Database) -> None:
    scene, shares = Scene(sqlite), Shares(sqlite)
    _, secret = await shares.create(Shown(page="overview", days=7), DAY, made_with="grafana")
    access = ApiAccess(scene.tokens, monotonic=lambda: scene.seconds, shares=shares)
    request = make_mocked_request("GET", "/", headers={"Authorization": f"Bearer {secret}"})
    for _ in range(int(SHARE_BURST)):
        await access.require_share(request)

    with pytest.raises(web.HTTPTooManyRequests):
        await access.require_share(request)
    scene.seconds += 1 / SHARE_RATE
    assert (await access.require_share(request)).share
