"""Tokens: shown once, found in constant time, for a scope, until they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.database.api_tables import api_tokens
from bot.database.engine import Database
from bot.tokens import FORM, Scope, TokenError, Tokens
from tests.rows import rows_of

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Desk(Tokens):
    """Tokens on a clock that the test moves."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        super().__init__(database, lambda: self.now)


async def test_a_token_is_found_by_what_is_sent(database: Database) -> None:
    tokens = Desk(database)

    made, secret = await tokens.create("grafana", Scope.READ)

    assert FORM.fullmatch(secret)
    assert await tokens.find(secret) == made


async def test_its_secret_is_nowhere_in_the_database(sqlite: Database) -> None:
    _, secret = await Desk(sqlite).create("grafana", Scope.READ)

    found = FORM.fullmatch(secret)
    assert found and found[2] not in str(await rows_of(sqlite, api_tokens))


@pytest.mark.parametrize("change", [lambda s: s[:-1] + "!", lambda s: s[:-2] + "xx", str.upper])
async def test_what_is_no_token_opens_nothing(sqlite: Database, change: object) -> None:
    tokens = Desk(sqlite)
    _, secret = await tokens.create("grafana", Scope.READ)
    assert callable(change)

    assert await tokens.find(change(secret)) is None
    assert await tokens.find("") is None
    assert await tokens.find("telegauge_00000000_" + "x" * 43) is None


async def test_it_ends_when_it_expires(sqlite: Database) -> None:
    tokens = Desk(sqlite)
    _, secret = await tokens.create("grafana", Scope.READ, timedelta(days=1))

    tokens.now += timedelta(hours=23)
    assert await tokens.find(secret)
    tokens.now += timedelta(hours=1)
    assert await tokens.find(secret) is None


async def test_it_ends_when_it_is_revoked(database: Database) -> None:
    tokens = Desk(database)
    _, secret = await tokens.create("grafana", Scope.READ)

    assert await tokens.revoke("grafana")
    assert await tokens.find(secret) is None
    assert not await tokens.revoke("grafana")
    assert not await tokens.revoke("nobody")


@pytest.mark.parametrize("name", ["", " " * 65, "a" * 65, "a\nb", "<b>"])
async def test_a_name_that_will_not_do_is_refused(sqlite: Database, name: str) -> None:
    with pytest.raises(TokenError, match="a name has 1 to 64"):
        await Desk(sqlite).create(name, Scope.READ)


async def test_a_name_is_given_once(database: Database) -> None:
    tokens = Desk(database)
    await tokens.create("grafana", Scope.READ)

    with pytest.raises(TokenError, match="called 'grafana' already"):
        await tokens.create("grafana", Scope.ADMIN)


async def test_its_use_is_noted_by_the_minute(sqlite: Database) -> None:
    tokens = Desk(sqlite)
    made, secret = await tokens.create("grafana", Scope.READ)

    await tokens.used(made)
    tokens.now += timedelta(seconds=59)
    found = await tokens.find(secret)
    assert found and found.last_used_at == NOON
    await tokens.used(found)
    (kept,) = await tokens.all()
    assert kept.last_used_at == NOON


@pytest.mark.parametrize(
    ("scope", "opens"),
    [
        (Scope.READ, {Scope.READ}),
        (Scope.TRACK, {Scope.TRACK}),
        (Scope.ADMIN, {Scope.READ, Scope.TRACK, Scope.ADMIN}),
    ],
)
async def test_a_scope_opens_what_it_is_for(
    sqlite: Database, scope: Scope, opens: set[Scope]
) -> None:
    made, _ = await Desk(sqlite).create("x", scope)

    assert {one for one in Scope if made.allows(one)} == opens
