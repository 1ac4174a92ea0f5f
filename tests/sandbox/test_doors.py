"""Strange sites cannot drive the people of the sandbox through a browser."""

from __future__ import annotations

import re

import pytest

from bot.sandbox.doors import PAGE_POLICY, is_loopback
from bot.sandbox.server import STATIC, Sandbox
from tests.sandbox.plain import Api

CROSS = {"Sec-Fetch-Site": "cross-site"}
NEIGHBOUR = {"Sec-Fetch-Site": "same-site"}


async def status(api: Api, address: str, headers: dict[str, str]) -> int:
    async with api.session.get(address, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8081", "[::1]:8081"])
async def test_names_of_this_machine_are_answered(api: Api, sandbox: Sandbox, host: str) -> None:
    for address in (f"{sandbox.url}/sandbox/state", f"{api.base}/getMe"):
        assert await status(api, address, {"Host": host}) == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[", ""])
async def test_any_other_name_is_refused(api: Api, sandbox: Sandbox, host: str) -> None:
    for address in (f"{sandbox.url}/", f"{sandbox.url}/sandbox/state", f"{api.base}/getMe"):
        assert await status(api, address, {"Host": host}) == 403


async def test_a_bot_that_used_another_name_gets_an_envelope(api: Api) -> None:
    async with api.session.get(f"{api.base}/getMe", headers={"Host": "x.example"}) as response:
        envelope = await response.json()

    assert (envelope["ok"], envelope["error_code"]) == (False, 403)
    assert "127.0.0.1 and localhost only" in envelope["description"]


async def test_a_server_for_all_addresses_answers_to_every_name(api: Api) -> None:
    wide = Sandbox(host="0.0.0.0")  # noqa: S104 - that is what is tested
    await wide.start()

    address = wide.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - as above
    answered = await status(api, f"{address}/sandbox/state", {"Host": "sandbox:8081"})

    await wide.stop()
    assert answered == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_origin_is_refused(api: Api, sandbox: Sandbox, origin: str) -> None:
    assert await status(api, f"{sandbox.url}/sandbox/state", {"Origin": origin}) == 403


@pytest.mark.parametrize("site", [CROSS, NEIGHBOUR])
async def test_a_foreign_pages_picture_or_link_makes_no_call(
    api: Api, sandbox: Sandbox, site: dict[str, str]
) -> None:
    for address in (f"{api.base}/getMe", f"{sandbox.url}/sandbox/calls"):
        assert await status(api, address, site) == 403


@pytest.mark.parametrize("path", ["/?chat=1", "/media/"])
async def test_a_link_to_a_page_works_from_everywhere(
    api: Api, sandbox: Sandbox, path: str
) -> None:
    assert await status(api, sandbox.url + path, CROSS) == 200


async def test_the_page_is_served_with_the_policy_it_names(api: Api, sandbox: Sandbox) -> None:
    named = re.search(r'Security-Policy" content="([^"]+)"', (STATIC / "index.html").read_text())

    async with api.session.get(f"{sandbox.url}/") as response:
        policy = response.headers["Content-Security-Policy"]

    assert named is not None and named[1] == PAGE_POLICY
    assert policy == f"{PAGE_POLICY}; frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/", "/static/chat.js", "/sandbox/state", "/sandbox/x", "/x"])
async def test_every_answer_forbids_to_guess_its_type(
    api: Api, sandbox: Sandbox, path: str
) -> None:
    async with api.session.get(sandbox.url + path) as response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["127.8.9.1", "::1", "[::1]", "localhost"])
def test_loopback_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "localhost.evil.example"])  # noqa: S104 - no binding
def test_all_addresses_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)
