"""Who may watch facts: whoever has a token or a session, on our pages, while there is room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from bot.database.engine import Database
from bot.tokens import Scope
from bot.web.api.access import TRUSTED_SECONDS
from bot.web.api.live_terms import Limits
from tests.analytics.moments import ANN, seen
from tests.waiting import until
from tests.web.api.watching import FRIEND, OUTSIDE, OWN, Stage, Watcher, staged
from tests.web.conftest import Serve

SHORT = Limits(opening_seconds=0.05)


@pytest.fixture
async def stage(serve: Serve, sqlite: Database) -> AsyncIterator[Stage]:
    async with staged(serve, sqlite) as one:
        yield one


async def refusal(stage: Stage, query: str = "", **how: Any) -> int:
    """With which status a handshake is refused."""
    with pytest.raises(WSServerHandshakeError) as caught:
        await stage.knock(query, **how)
    return caught.value.status


async def introduced(stage: Stage, authorization: str) -> Watcher:
    """A guest who said that."""
    watcher = Watcher(await stage.knock())
    await watcher.say(authorization=authorization)
    return watcher


def own_page(stage: Stage) -> dict[str, str]:
    return {"Origin": stage.running.server.url}


# -- by a header --


async def test_a_wrong_token_is_refused(stage: Stage) -> None:
    assert await refusal(stage, secret="guessed") == 401


async def test_a_token_for_something_else_is_refused(stage: Stage) -> None:
    assert await refusal(stage, secret=await stage.token(Scope.TRACK)) == 403


async def test_a_header_that_is_no_bearer_is_refused_and_no_guest(stage: Stage) -> None:
    assert await refusal(stage, headers={"Authorization": "Basic eDp5"}) == 401


# -- by a session's cookie --


async def test_a_session_opens_it_for_our_own_page(stage: Stage) -> None:
    socket = await stage.knock(cookie=await stage.signed_in(), headers=own_page(stage))

    assert (await Watcher(socket).heard("hello"))["type"] == "hello"


async def test_a_session_opens_it_where_browsers_reach_us(stage: Stage) -> None:
    socket = await stage.knock(cookie=await stage.signed_in(), origin=OUTSIDE)

    assert (await Watcher(socket).heard("hello"))["type"] == "hello"


async def test_another_sites_page_is_refused_whoever_is_signed_in(stage: Stage) -> None:
    cookie = await stage.signed_in()

    assert await refusal(stage, cookie=cookie, origin="https://evil.example") == 403
    assert await refusal(stage, secret=OWN, origin="https://evil.example") == 403
    assert await refusal(stage, origin="null") == 403


@pytest.mark.parametrize("origin", [None, FRIEND])
async def test_a_cookie_alone_says_nothing_elsewhere(
    serve: Serve, sqlite: Database, origin: str | None
) -> None:
    async with staged(serve, sqlite, SHORT) as stage:
        socket = await stage.knock(cookie=await stage.signed_in(), origin=origin)

        assert await Watcher(socket).ended() == 3008


async def test_a_session_that_has_ended_leaves_the_first_message(stage: Stage) -> None:
    socket = await stage.knock(cookie="session_0123456789abcdef_x", headers=own_page(stage))
    watcher = Watcher(socket)
    await watcher.say(authorization=f"Bearer {OWN}")

    assert (await watcher.heard("hello"))["type"] == "hello"


# -- by the first message --


async def test_the_first_message_may_say_who_it_is(stage: Stage) -> None:
    watcher = await introduced(stage, f"Bearer {await stage.token(Scope.READ)}")
    await watcher.heard("hello")

    stage.publish(seen())

    assert "user_id" not in await watcher.fact()


async def test_an_admins_first_message_opens_everything(stage: Stage) -> None:
    watcher = await introduced(stage, f"bearer {OWN}")
    await watcher.heard("hello")

    stage.publish(seen())

    assert (await watcher.fact())["user_id"] == ANN


async def test_a_friends_page_may_say_who_it_is(stage: Stage) -> None:
    watcher = Watcher(await stage.knock(origin=FRIEND))
    await watcher.say(authorization=f"Bearer {OWN}")

    assert (await watcher.heard("hello"))["type"] == "hello"


async def test_a_wrong_first_message_is_answered_and_ended(stage: Stage) -> None:
    watcher = await introduced(stage, "Bearer guessed")

    assert (await watcher.heard("error"))["status"] == 401
    assert await watcher.ended() == 3000
    assert (await stage.until_gone()).ending == "refused"


async def test_a_first_message_with_a_token_for_something_else_is_ended(stage: Stage) -> None:
    watcher = await introduced(stage, f"Bearer {await stage.token(Scope.TRACK)}")

    assert (await watcher.heard("error"))["status"] == 403
    assert await watcher.ended() == 3003


async def test_guessing_by_first_messages_has_to_wait(stage: Stage) -> None:
    codes = [await (await introduced(stage, "Bearer guessed")).ended() for _ in range(22)]

    assert (codes[0], codes[-1]) == (3000, 1013)


@pytest.mark.parametrize(
    "words",
    [
        "hello",
        "{}",
        "[]",
        '{"authorization": 7}',
        '{"authorization": "Bearer x", "more": 1}',
        '{"authorization": "Basic x"}',
        '{"kinds": []}',
        f'{{"authorization": "Bearer {"x" * 400}"}}',
    ],
)
async def test_a_first_message_that_says_nothing_is_ended(stage: Stage, words: str) -> None:
    watcher = Watcher(await stage.knock())
    await watcher.socket.send_str(words)

    assert (await watcher.heard("error"))["status"] == 400
    assert await watcher.ended() == 1008


async def test_who_never_says_who_they_are_is_ended(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, SHORT) as stage:
        watcher = Watcher(await stage.knock())

        assert await watcher.ended() == 3008
        assert (await stage.until_gone()).ending == "silent"


async def test_a_guest_hears_nothing(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, SHORT) as stage:
        watcher = Watcher(await stage.knock())
        stage.publish(seen())

        assert (await watcher.socket.receive()).type.name == "CLOSE"


# -- the end of what opened it --


async def test_a_revoked_token_ends_the_talk(stage: Stage) -> None:
    watcher = await stage.watch(secret=await stage.token(Scope.READ))

    await stage.tokens.revoke("read")
    stage.clock.seconds += TRUSTED_SECONDS

    assert await watcher.ended() == 3000
    assert (await stage.until_gone()).ending == "revoked"


async def test_a_token_that_expires_ends_the_talk(stage: Stage) -> None:
    secret = await stage.token(Scope.READ, timedelta(hours=1))
    watcher = await introduced(stage, f"Bearer {secret}")
    await watcher.heard("hello")

    stage.clock.seconds += 3_601

    assert await watcher.ended() == 3000


async def test_a_session_that_expires_ends_the_talk(stage: Stage) -> None:
    socket = await stage.knock(cookie=await stage.signed_in(), headers=own_page(stage))

    stage.clock.seconds += 13 * 3_600

    assert await Watcher(socket).ended() == 3000


def test_a_revoked_token_has_ten_seconds_at_most() -> None:
    assert TRUSTED_SECONDS + Limits().check_seconds < 10


async def test_looking_at_a_token_again_is_no_request(serve: Serve, sqlite: Database) -> None:
    limits = Limits(online_seconds=0.02, check_seconds=0.01)
    async with staged(serve, sqlite, limits, rate=0.05) as stage:
        secret = await stage.token(Scope.READ)
        watcher = await stage.watch(secret=secret)
        for _ in range(10):
            await watcher.heard("online")

        headers = {"Authorization": f"Bearer {secret}"}
        calls = [await stage.running.call("/api/v1/live", headers=headers) for _ in range(2)]

    # Two at once are allowed: the handshake was one.
    assert [call.status for call in calls] == [200, 429]


# -- room --


async def test_there_are_only_so_many_readers(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, Limits(readers=2)) as stage:
        first, _ = await stage.watch(), await stage.watch()

        assert await refusal(stage, secret=OWN) == 503
        await first.socket.close()
        await until(lambda: stage.doors.readers == 1)
        assert await stage.watch()


async def test_one_token_leaves_room_for_others(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, Limits(each=2)) as stage:
        secret = await stage.token(Scope.READ)
        _ = [await stage.watch(secret=secret) for _ in range(2)]

        assert await refusal(stage, secret=secret) == 503
        assert await (await introduced(stage, f"Bearer {secret}")).ended() == 1013
        assert await stage.watch()


async def test_some_seats_are_for_admins(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, Limits(readers=2, kept=1)) as stage:
        _, other = await stage.tokens.create("other", Scope.READ)
        reader = await stage.watch(secret=await stage.token(Scope.READ))

        assert await refusal(stage, secret=other) == 503
        assert await stage.watch()
        assert not reader.socket.closed


async def test_guests_leave_room_for_who_can_show_a_token(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, Limits(guests=1)) as stage:
        guest = Watcher(await stage.knock())

        assert await refusal(stage) == 503
        assert await stage.watch()
        await guest.say(authorization=f"Bearer {OWN}")
        await guest.heard("hello")
        assert await stage.knock()


# -- what is asked --


@pytest.mark.parametrize("query", ["?kinds=Nonsense", "?kinds=", "?kinds=UserSeen,,", "?kind=x"])
async def test_unknown_kinds_are_refused_with_the_field_named(stage: Stage, query: str) -> None:
    headers = {"Authorization": f"Bearer {OWN}"}
    answer = await stage.running.call(f"/api/v1/live{query}", headers=headers)

    (fault,) = (await answer.json())["errors"]
    assert (answer.status, fault["field"]) == (400, query[1:].partition("=")[0])
    assert await refusal(stage, query, secret=OWN) == 400


async def test_a_subprotocol_is_refused_because_it_would_stand_in_the_log(stage: Stage) -> None:
    assert await refusal(stage, protocols=[f"bearer.{OWN}"]) == 400


async def test_without_an_upgrade_a_token_is_needed_as_anywhere(stage: Stage) -> None:
    assert (await stage.running.call("/api/v1/live")).status == 401
