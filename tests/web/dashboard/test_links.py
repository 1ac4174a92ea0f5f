"""Links to a page: who makes them, what they show, and whom they never name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from sqlalchemy import String, cast, insert, select, update

from bot.analytics.render import sheet_json
from bot.analytics.render.words import Words
from bot.analytics.shelf import SHELF
from bot.analytics.views import View
from bot.database.engine import Database
from bot.database.tables import chats, errors, events, users
from bot.sandbox.history import write_history
from bot.tokens import Scope
from bot.web.dashboard.pages import PAGES, SHARED
from bot.web.dashboard.shown import BLOCKS, without_people
from tests.rows import error
from tests.waiting import until_true
from tests.web.dashboard.house import NOON, OWN, Browser, House, house

OF_OWN = {"Authorization": f"Bearer {OWN}"}
WORDS = Words(zone=UTC)
SHAREABLE = sorted({name for page in PAGES for name in page.shared_reports})


async def crowd(database: Database) -> None:
    """Three weeks of people, all with names, chats with titles, and errors that quote them."""
    await write_history(database, days=21, now=NOON - timedelta(hours=1), zone=ZoneInfo("UTC"))
    number, text = users.c.number, String()
    async with database.write("test") as connection:
        await connection.execute(
            update(users).values(
                username="nick_" + cast(number, text),
                name="Zaphod <b>" + cast(number, text),
                source="ref_" + cast(users.c.telegram_id, text),
            )
        )
        await connection.execute(update(chats).values(title="Secret & Sons"))
        launches = update(events).where(events.c.kind == "start")
        await connection.execute(launches.values(label="ref_1"))
        quoted = error("E1", NOON - timedelta(hours=2), message="no Zaphod in Secret & Sons")
        await connection.execute(insert(errors).values(quoted))


async def personal(database: Database) -> list[str]:
    """What must not be told: ids, as text and as numbers; and the names that crowd() gave."""
    async with database.read("test") as connection:
        ids = [
            *await connection.scalars(select(users.c.telegram_id)),
            *await connection.scalars(select(chats.c.chat_id)),
        ]
    return ["Zaphod", "nick_", "ref_", "Secret", *(str(abs(one)) for one in ids)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the crowd is, made once."""
    return tmp_path_factory.mktemp("crowd")


@pytest.fixture
async def town(folder: Path) -> AsyncIterator[House]:
    """A house in the middle of the crowd."""
    is_new = not (folder / "house.db").exists()
    # Nobody calls it; without an address the assistant would be off.
    endpoint = {"assistant_base_url": "http://127.0.0.1:1/v1", "assistant_model": "m"}
    async with house(folder, **endpoint) as one:
        if is_new:
            await crowd(one.app.core.database)
        yield one


def words_of(told: Any) -> str:
    return orjson.dumps(told).decode()


async def test_no_report_behind_a_link_names_anybody(town: House) -> None:
    never, named = await personal(town.app.core.database), {}

    for kind in (SHELF[name] for name in SHAREABLE):
        sheet = await town.app.core.views.sheet(View(kind=kind, days=kind.days), WORDS)
        told = words_of(sheet_json.payload(without_people(sheet)))
        named[kind.name] = [one for one in never if one in told]

    assert named == {name: [] for name in SHAREABLE}


async def test_the_crowd_would_be_named_without_care(town: House) -> None:
    never, named = await personal(town.app.core.database), set()

    for name in ("top", "chats", "sources", "errors", "quizzes", "assistant"):
        sheet = await town.app.core.views.sheet(View(kind=SHELF[name], days=30), WORDS)
        told = words_of(sheet_json.payload(sheet))
        named |= {name} if any(one in told for one in never) else set()

    assert named == {"top", "chats", "sources", "errors", "quizzes", "assistant"}


async def test_what_may_be_shown_is_there(town: House) -> None:
    views, empty, lost = town.app.core.views, [], []
    for kind in (SHELF[name] for name in SHAREABLE):
        shown = without_people(await views.sheet(View(kind=kind, days=kind.days), WORDS))
        keys = {block.key for block in shown.blocks}
        empty += [] if keys else [kind.name]
        lost += [chart.block for chart in shown.charts if chart.block not in keys]

    assert (empty, lost) == ([], [])


async def test_no_block_is_allowed_that_does_not_exist(town: House) -> None:
    views, lost = town.app.core.views, []
    for name, keys in BLOCKS.items():
        sheet = await views.sheet(View(kind=SHELF[name], days=30), WORDS)
        # A report leaves out blocks that have nothing to say; some are for one feature.
        lost += [(name, key) for key in keys - {block.key for block in sheet.blocks}]

    assert lost == []


def test_every_page_shows_reports_that_exist() -> None:
    assert {name for page in PAGES for name in page.reports} <= set(SHELF)
    assert set(SHARED) == {page.name for page in PAGES} - {"live", "settings"}


@pytest.mark.parametrize("page", SHARED)
async def test_a_link_shows_its_page_to_whoever_has_it(town: House, page: str) -> None:
    browser = await town.browser()
    made = await _made(browser, page=page, days=7)

    answer = await browser("GET", "/api/v1/shared", headers=_bearer(made["secret"]))

    told, never = answer.json, await personal(town.app.core.database)
    assert (answer.status, told["page"]) == (200, page)
    assert set(told["reports"]) == set(SHARED[page].shared_reports)
    assert {one["period"]["days"] for one in told["reports"].values()} == {7}
    assert [one for one in never if one in answer.body.decode()] == []


async def test_its_secret_travels_where_no_server_sees_it(home: House, browser: Browser) -> None:
    made = await _made(browser)

    address, _, secret = made["url"].partition("#")
    page = await browser("GET", "/dashboard/shared")

    assert (address, secret) == (f"{home.url}/dashboard/shared", made["secret"])
    assert page.status == 200
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


async def test_behind_a_proxy_the_link_leads_to_where_browsers_are(tmp_path: Path) -> None:
    async with house(tmp_path, dashboard_url="https://bot.example") as home:
        made = await _made(await home.browser())

    assert made["url"].startswith("https://bot.example/dashboard/shared#share_")


async def test_what_it_shows_is_fixed(home: House, browser: Browser) -> None:
    days: dict[str, Any] = {"first_day": "2026-04-01", "last_day": "2026-04-07"}
    made = await _made(browser, page="audience", compare="year", interval="weekly", **days)

    header = _bearer(made["secret"])
    told = (await browser("GET", "/api/v1/shared", headers=header)).json
    bent = await browser("GET", "/api/v1/shared?days=1", headers=header)

    period = told["reports"]["engagement"]["period"]
    assert (period["first_day"], period["last_day"]) == ("2026-04-01", "2026-04-07")
    assert (told["compare"], bent.status) == ("year", 400)


async def test_reports_that_cannot_be_about_so_many_days_are_named(browser: Browser) -> None:
    made = await _made(browser, page="audience", days=120)

    told = (await browser("GET", "/api/v1/shared", headers=_bearer(made["secret"]))).json

    assert told["left_out"] == {"engagement": 90}
    assert "engagement" not in told["reports"]
    assert "lifecycle" in told["reports"]


async def test_a_link_opens_nothing_else(home: House, browser: Browser) -> None:
    header = _bearer((await _made(browser))["secret"])
    paths = ("/api/v1/analytics/summary", "/api/v1/tokens", "/api/v1/shares", "/dashboard/session")

    statuses = [(await browser("GET", path, headers=header)).status for path in paths]
    assert statuses == [401, 401, 401, 204]
    body = {"name": "x", "scope": "admin"}
    made = await browser("POST", "/api/v1/tokens", headers=header, json=body)
    signed_in = await browser.sign_in(header["Authorization"].partition(" ")[2])
    assert (made.status, signed_in.status) == (401, 401)


async def test_no_token_stands_for_a_link(browser: Browser) -> None:
    assert (await browser("GET", "/api/v1/shared", headers=OF_OWN)).status == 401


async def test_an_ended_link_shows_nothing_at_once(home: House, browser: Browser) -> None:
    made = await _made(browser)
    header, path = _bearer(made["secret"]), f"/api/v1/shares/{made['share']['id']}"
    before = await browser("GET", "/api/v1/shared", headers=header)

    ended = [await browser("DELETE", path, headers=OF_OWN) for _ in range(2)]

    after = await browser("GET", "/api/v1/shared", headers=header)
    assert [one.status for one in (before, *ended, after)] == [200, 204, 404, 401]


async def test_a_link_ends_by_itself(home: House, browser: Browser) -> None:
    header = _bearer((await _made(browser, life_days=1))["secret"])

    home.now += timedelta(days=1)

    assert (await browser("GET", "/api/v1/shared", headers=header)).status == 401


async def test_links_are_listed_without_secrets_with_their_use(browser: Browser) -> None:
    made = await _made(browser)
    await browser("GET", "/api/v1/shared", headers=_bearer(made["secret"]))

    async def is_counted() -> bool:
        listed = await browser("GET", "/api/v1/shares", headers=OF_OWN)
        return bool(listed.json["shares"][0]["use_count"])

    await until_true(is_counted)
    answer = await browser("GET", "/api/v1/shares", headers=OF_OWN)

    (share,) = answer.json["shares"]
    assert (share["page"], share["use_count"], share["made_with"]) == ("overview", 1, "API_TOKEN")
    assert made["secret"].split("_", 2)[2] not in answer.body.decode()


async def test_the_admin_from_telegram_is_not_named_in_the_list(
    home: House, browser: Browser
) -> None:
    bearer = (await browser.tap(home.init_data())).json["bearer"]

    made = await _made(browser, _bearer(bearer))

    assert made["share"]["made_with"] == "Telegram"


async def test_whoever_has_it_already_gets_it_no_second_time(browser: Browser) -> None:
    header = _bearer((await _made(browser))["secret"])
    first = await browser("GET", "/api/v1/shared", headers=header)

    again = await browser(
        "GET", "/api/v1/shared", headers={**header, "If-None-Match": first.headers["ETag"]}
    )

    assert (again.status, again.body) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"page": "settings"}, "page"),
        ({"page": "nowhere"}, "page"),
        ({"life_days": 91}, "life_days"),
        ({"life_days": 0}, "life_days"),
        ({"days": 366}, "days"),
        ({"days": 7, "first_day": "2026-04-01", "last_day": "2026-04-02"}, "days"),
        ({"first_day": "2026-04-01"}, "last_day"),
        ({"first_day": "2026-05-01", "last_day": "2026-05-05"}, "last_day"),
        ({"more": 1}, "more"),
    ],
)
async def test_what_cannot_be_shown_is_refused_by_its_name(
    browser: Browser, wanted: dict[str, Any], field: str
) -> None:
    body = {"page": "overview", **wanted}

    answer = await browser("POST", "/api/v1/shares", headers=OF_OWN, json=body)

    assert answer.status == 400
    assert [one["field"] for one in answer.json["errors"]] == [field]


async def test_only_an_admin_gives_links(home: House, browser: Browser) -> None:
    header = _bearer(await home.secret(Scope.READ))

    answer = await browser("POST", "/api/v1/shares", headers=header, json={"page": "overview"})

    assert answer.status == 403


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def _made(
    browser: Browser, headers: dict[str, str] | None = None, **wanted: Any
) -> dict[str, Any]:
    body = {"page": "overview", **wanted}
    answer = await browser("POST", "/api/v1/shares", headers=headers or OF_OWN, json=body)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json
    return made


async def test_a_page_is_made_once_for_all_who_look(home: House, browser: Browser) -> None:
    header = _bearer((await _made(browser, page="overview"))["secret"])
    first = await browser("GET", "/api/v1/shared", headers=header)
    views = home.app.core.views

    # Whatever is laid out from now on says so.
    views.is_synthetic = True
    second = await browser("GET", "/api/v1/shared", headers=header)
    home.app.core.reports.forget()
    third = await browser("GET", "/api/v1/shared", headers=header)

    assert (first.status, second.body == first.body, third.body == first.body) == (
        200,
        True,
        False,
    )
