"""Sessions: found by their secret, ended with what they were made with, never too many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.database.engine import Database
from bot.database.web_tables import web_sessions
from bot.sessions import BOUND, FORM, LIFE, TELEGRAM_LIFE, Sessions, csrf_of
from bot.tokens import Scope, Token, Tokens
from tests.rows import rows_of

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ADMIN, OTHER = 1001, 1002
SECOND = timedelta(seconds=1)


class Desk(Sessions):
    """Sessions on a clock that the test moves."""

    def __init__(self, database: Database, own: str | None = "api-token") -> None:
        self.now = NOON
        self.tokens = Tokens(database, lambda: self.now)
        super().__init__(database, lambda: self.now, own=own, admins=(ADMIN,))

    async def token(self, life: timedelta | None = None) -> Token:
        return (await self.tokens.create("grafana", Scope.READ, life))[0]


async def test_a_session_is_found_by_its_secret(database: Database) -> None:
    desk = Desk(database)

    made, secret = await desk.of_token(await desk.token())

    found = await desk.find(secret)
    assert FORM.fullmatch(secret)
    assert found == made
    assert (made.scope, made.name, made.expires_at) == (Scope.READ, "grafana", NOON + LIFE)


async def test_every_way_has_its_name_and_may_do_everything(sqlite: Database) -> None:
    desk = Desk(sqlite)
    made = [await desk.of_own(), await desk.of_link(), await desk.of_admin(ADMIN)]

    found = [await desk.find(secret) for _, secret in made]

    assert found == [session for session, _ in made]
    assert [one.name for one in found if one] == ["API_TOKEN", "sign-in link", f"admin {ADMIN}"]
    assert {one.scope for one in found if one} == {Scope.ADMIN}


async def test_its_secret_is_nowhere_in_the_database(sqlite: Database) -> None:
    desk = Desk(sqlite)
    secrets = [(await desk.of_token(await desk.token()))[1], (await desk.of_own())[1]]

    kept = str(await rows_of(sqlite, web_sessions))

    assert [one for one in secrets if one.split("_", 2)[2] in kept or one[25:] in kept] == []
    assert "api-token" not in kept


async def test_what_is_no_secret_opens_nothing(sqlite: Database) -> None:
    desk = Desk(sqlite)
    _, secret = await desk.of_link()

    for sent in ("", "session_", secret[:-1], secret[:-1] + "!", secret.upper(), secret + "x"):
        assert await desk.find(sent) is None
    changed = secret[:-3] + ("AAA" if secret[-3:] != "AAA" else "BBB")
    assert await desk.find(changed) is None


@pytest.mark.parametrize("is_admin", [False, True])
async def test_it_ends_by_the_clock(sqlite: Database, *, is_admin: bool) -> None:
    desk = Desk(sqlite)
    _, secret = await (desk.of_admin(ADMIN) if is_admin else desk.of_link())

    desk.now += (TELEGRAM_LIFE if is_admin else LIFE) - SECOND
    assert await desk.find(secret)
    desk.now += SECOND
    assert await desk.find(secret) is None


async def test_it_ends_when_its_token_is_revoked(database: Database) -> None:
    desk = Desk(database)
    _, secret = await desk.of_token(await desk.token())

    await desk.tokens.revoke("grafana")

    assert await desk.find(secret) is None


async def test_it_never_outlives_its_token(sqlite: Database) -> None:
    desk = Desk(sqlite)

    session, secret = await desk.of_token(await desk.token(timedelta(hours=1)))

    desk.now += timedelta(hours=1)
    assert session.expires_at == NOON + timedelta(hours=1)
    assert await desk.find(secret) is None


@pytest.mark.parametrize("own", ["another-api-token", None])
async def test_it_ends_when_api_token_becomes_another(sqlite: Database, own: str | None) -> None:
    _, secret = await Desk(sqlite).of_own()

    assert await Desk(sqlite).find(secret)
    assert await Desk(sqlite, own).find(secret) is None


async def test_who_is_no_admin_any_more_is_out(sqlite: Database) -> None:
    desk = Desk(sqlite)

    _, secret = await desk.of_admin(OTHER)

    assert await desk.find(secret) is None


async def test_it_ends_when_it_is_ended(database: Database) -> None:
    desk = Desk(database)
    (session, secret), (_, other) = await desk.of_link(), await desk.of_link()

    await desk.end(session)

    assert await desk.find(secret) is None
    assert await desk.find(other)


async def test_of_too_many_the_oldest_ends_and_no_others_do(database: Database) -> None:
    desk = Desk(database)
    _, another = await desk.of_link()
    token, secrets = await desk.token(), []
    for _ in range(BOUND + 2):
        desk.now += SECOND
        secrets.append((await desk.of_token(token))[1])

    left = [await desk.find(secret) is not None for secret in secrets]

    assert left == [False, False, *[True] * BOUND]
    assert await desk.find(another)


async def test_of_those_of_one_moment_the_new_one_stays(sqlite: Database) -> None:
    desk = Desk(sqlite)

    # Their ids are random: often enough that the new one would be the last of them once.
    found = [await desk.find((await desk.of_link())[1]) for _ in range(10 * BOUND)]

    assert None not in found


async def test_those_that_are_over_are_removed(database: Database) -> None:
    desk = Desk(database)
    await desk.of_admin(ADMIN)
    session, _ = await desk.of_link()

    desk.now += timedelta(hours=2)
    await desk.prune()

    assert [row["id"] for row in await rows_of(database, web_sessions)] == [session.id]


def test_what_the_page_sends_along_is_another_for_each_session_and_tells_nothing() -> None:
    first, second = csrf_of("session_a"), csrf_of("session_b")

    assert first != second
    assert len(first) == 43
    assert csrf_of("session_a") == first
