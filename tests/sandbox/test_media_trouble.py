"""Every kind of trouble of the media site reaches yt-dlp as that kind."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession
from yt_dlp.utils import DownloadError

from bot.sandbox.server import Sandbox
from tests.sandbox.extraction import look
from tests.sandbox.plain import Api

ELSEWHERE = "http://198.51.100.7/x"  # an address of documentations


async def answer(session: ClientSession, address: str) -> tuple[int, str]:
    async with session.get(address, allow_redirects=False) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("private", "HTTP Error 403"),
        ("private?status=401", "HTTP Error 401"),
        ("private?status=451", "HTTP Error 451"),
        ("missing", "HTTP Error 404"),
        ("broken", "HTTP Error 500"),
        ("nothing", "Unsupported URL"),
        ("protected", "DRM protected"),
    ],
)
async def test_what_cannot_be_had_says_why(sandbox: Sandbox, path: str, said: str) -> None:
    with pytest.raises(DownloadError, match=said):
        await look(f"{sandbox.url}/media/{path}")


async def test_what_is_flaky_fails_twice_for_each_key(api: Api, sandbox: Sandbox) -> None:
    keys = ["a", "a", "b", "a", "b", "b"]

    statuses = [
        (await answer(api.session, f"{sandbox.url}/media/flaky?key={key}"))[0] for key in keys
    ]

    assert statuses == [503, 503, 503, 200, 503, 200]


async def test_what_is_flaky_may_begin_well(api: Api, sandbox: Sandbox) -> None:
    address = f"{sandbox.url}/media/flaky?key=a&good=1&times=2"

    statuses = [(await answer(api.session, address))[0] for _ in range(4)]

    assert statuses == [200, 503, 503, 200]


async def test_flaky_keys_are_not_kept_for_ever(api: Api, sandbox: Sandbox) -> None:
    sandbox.world.shelf["flaky"] = {str(n): 1 for n in range(1000)}

    await answer(api.session, f"{sandbox.url}/media/flaky?key=new")

    kept = sandbox.world.shelf["flaky"]
    assert (len(kept), "0" in kept, kept["new"]) == (1000, False, 1)


async def test_what_is_long_says_so(sandbox: Sandbox) -> None:
    found = await look(f"{sandbox.url}/media/long")

    assert found["duration"] == 5 * 60 * 60


async def test_what_is_live_says_so(sandbox: Sandbox) -> None:
    found = await look(f"{sandbox.url}/media/live")

    assert (found["live_status"], found.get("duration")) == ("is_live", None)


async def test_a_redirect_leads_to_any_address(api: Api, sandbox: Sandbox) -> None:
    address = f"{sandbox.url}/media/redirect?to=file:///etc/passwd"

    async with api.session.get(address, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, "file:///etc/passwd")


@pytest.mark.parametrize("role", ["segment", "key", "map", "variant"])
async def test_a_playlist_refers_to_any_address(api: Api, sandbox: Sandbox, role: str) -> None:
    status, text = await answer(
        api.session, f"{sandbox.url}/media/playlist?at={ELSEWHERE}&as={role}"
    )

    assert status == 200
    assert text.startswith("#EXTM3U\n")
    assert text.count(ELSEWHERE) == 1


async def test_an_embedded_film_is_at_any_address(sandbox: Sandbox) -> None:
    found = await look(f"{sandbox.url}/media/embedded?at={ELSEWHERE}.mp4")

    assert found["url"] == f"{ELSEWHERE}.mp4"


async def test_embedded_data_leads_to_any_address(sandbox: Sandbox) -> None:
    found = await look(f"{sandbox.url}/media/embedded?as=data&at={ELSEWHERE}.wav")

    assert found["url"].partition("#")[0] == f"{ELSEWHERE}.wav"


async def test_an_embedded_thumbnail_is_at_any_address(sandbox: Sandbox) -> None:
    found = await look(f"{sandbox.url}/media/embedded?as=thumbnail&at={ELSEWHERE}.jpg")

    assert found["thumbnail"] == f"{ELSEWHERE}.jpg"


async def test_embedded_subtitles_are_at_any_address(sandbox: Sandbox) -> None:
    found = await look(f"{sandbox.url}/media/embedded?as=subtitles&at={ELSEWHERE}.vtt")

    assert found["subtitles"]["en"][0]["url"] == f"{ELSEWHERE}.vtt"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("redirect", "to"),
        ("redirect?to=http://x/%0d%0aSet-Cookie:a", "to"),
        ("playlist?as=key", "at"),
        ("playlist?at=x&as=song", "as"),
        ("embedded?at=x&as=song", "as"),
        ("private?status=200", "status"),
        ("flaky?times=often", "times"),
        ("flaky?good=never", "good"),
        ("long?seconds=x", "seconds"),
    ],
)
async def test_an_unusable_wish_names_its_field(
    api: Api, sandbox: Sandbox, path: str, field: str
) -> None:
    status, text = await answer(api.session, f"{sandbox.url}/media/{path}")

    assert (status, f'"error":"{field} must' in text) == (400, True)


async def test_an_address_cannot_leave_its_place_in_a_page(api: Api, sandbox: Sandbox) -> None:
    _, text = await answer(api.session, f'{sandbox.url}/media/embedded?at="><script>alert(1)')
    _, data = await answer(api.session, f"{sandbox.url}/media/embedded?as=data&at=</script>x")

    assert "<script>alert" not in text
    assert data.count("</script>") == 1
