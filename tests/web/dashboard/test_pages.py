"""The dashboard's page and its files: the same for everybody, fresh, packed, and nothing else."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.config import Settings
from bot.web.dashboard.doors import STATIC
from bot.web.dashboard.pages import PAGES
from bot.web.dashboard.policy import frames_of
from bot.web.files import TYPES, Files
from tests.web.dashboard.house import Browser

READS_HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NAMES = ["", *(f"/{page.name}" for page in PAGES), "/shared"]


@pytest.mark.parametrize("name", NAMES)
async def test_every_page_is_the_same_file(browser: Browser, name: str) -> None:
    answer = await browser("GET", f"/dashboard{name}")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.body == (STATIC / "index.html").read_bytes()
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_the_page_may_load_nothing_that_is_not_ours(browser: Browser) -> None:
    answer = await browser("GET", "/dashboard")

    policy = answer.headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["frame-ancestors"] == "https://web.telegram.org"
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("address", "frames"),
    [
        ("http://127.0.0.1:8081", " http://127.0.0.1:8081 http://localhost:8081"),
        ("http://0.0.0.0:8081", " http://127.0.0.1:8081 http://localhost:8081"),
        ("http://[::1]:8081", " http://[::1]:8081"),
        ("http://chat.example:8081", " http://chat.example:8081"),
    ],
)
def test_in_the_sandbox_its_chat_page_may_show_it_too(address: str, frames: str) -> None:
    settings = Settings(_env_file=None, telegram_api_url=address)

    assert frames_of(settings) == f"https://web.telegram.org{frames}"


@pytest.mark.parametrize("name", ["nowhere", "static", "static/", "OVERVIEW", "overview/x"])
async def test_there_are_no_other_pages(browser: Browser, name: str) -> None:
    assert (await browser("GET", f"/dashboard/{name}")).status == 404


@pytest.mark.parametrize("name", ["nowhere", "static/", "OVERVIEW", "overview/x", "enter"])
async def test_a_browser_that_asks_for_no_page_gets_the_page_that_says_so(
    browser: Browser, name: str
) -> None:
    answer = await browser("GET", f"/dashboard/{name}", headers=READS_HTML)
    page = await browser("GET", "/dashboard")

    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert answer.body == page.body
    assert answer.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]


async def test_who_has_the_page_that_says_so_is_told_again_that_nothing_is_there(
    browser: Browser,
) -> None:
    page = await browser("GET", "/dashboard")
    known = {**READS_HTML, "If-None-Match": page.headers["ETag"]}

    assert (await browser("GET", "/dashboard/nowhere", headers=known)).status == 404


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
async def test_a_program_that_asks_for_no_page_gets_a_problem(
    browser: Browser, accept: str
) -> None:
    answer = await browser("GET", "/dashboard/nowhere", headers={"Accept": accept})

    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/dashboards", 404),
        ("POST", "/dashboard/nowhere", 404),
        ("GET", "/dashboard/sign-in", 405),
        ("GET", "/dashboard/static/nowhere.js", 404),
    ],
)
async def test_only_pages_are_answered_with_the_page(
    browser: Browser, method: str, path: str, status: int
) -> None:
    answer = await browser(method, path, headers=READS_HTML)

    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/revenue", "/dashboard/shared"])
async def test_an_address_with_a_slash_leads_to_the_one_without(
    browser: Browser, path: str
) -> None:
    answer = await browser("GET", f"{path}/?days=7")

    assert (answer.status, answer.headers["Location"]) == (308, f"{path}?days=7")


async def test_every_file_can_be_had_with_its_type(browser: Browser) -> None:
    wrong = []
    for name in Files(STATIC).names:
        answer = await browser("GET", f"/dashboard/static/{name}")
        if (answer.status, answer.headers["Content-Type"]) != (200, TYPES[Path(name).suffix]):
            wrong.append(name)

    assert wrong == []


def test_no_file_is_left_out_for_its_type() -> None:
    files = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}

    assert set(Files(STATIC).names) == files


@pytest.mark.parametrize(
    "name",
    [
        *("../doors.py", "..%2fdoors.py", "%2e%2e/doors.py", "....//doors.py", "/etc/passwd"),
        *("index.html%00", "vendor", ".", "%2F%2Fetc/passwd", "..\\doors.py", "INDEX.HTML"),
    ],
)
async def test_no_path_leads_out_of_the_folder(browser: Browser, name: str) -> None:
    answer = await browser("GET", f"/dashboard/static/{name}")

    assert answer.status == 404
    assert b"import" not in answer.body


async def test_who_has_the_file_already_gets_it_no_second_time(browser: Browser) -> None:
    path = "/dashboard/static/index.html"
    first = await browser("GET", path)

    again = await browser("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    other = await browser("GET", path, headers={"If-None-Match": '"other"'})

    assert (again.status, again.body, other.status) == (304, b"", 200)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "no-cache"


async def test_files_travel_packed_to_who_takes_that(browser: Browser) -> None:
    path = "/dashboard/static/vendor/chart.umd.min.js"
    plain = await browser("GET", path, headers={"Accept-Encoding": "identity"})

    async with (
        ClientSession(auto_decompress=False) as program,
        program.get(f"{browser.url}{path}", headers={"Accept-Encoding": "gzip"}) as answer,
    ):
        packed = await answer.read()

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(packed) == plain.body
    assert len(packed) < len(plain.body) / 2
