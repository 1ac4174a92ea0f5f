"""What tests find out once for all bots is what aiogram finds out for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import update_wrapper
from unittest.mock import AsyncMock, Mock

import pytest
from aiogram import Router
from aiogram.dispatcher.event.handler import CallableObject
from pydantic_settings import EnvSettingsSource
from sqlalchemy import insert, select

from bot.config import Settings
from bot.database.engine import Database
from bot.database.tables import users
from bot.sandbox.media_files import MELODY
from bot.sandbox.media_melody import melody
from bot.sandbox.media_site import FILES
from bot.sandbox.server import build_app
from bot.sandbox.world import World
from tests.databases import opened
from tests.handlers.scene import Scene
from tests.sharing import COMPLEX, FOUND_OUT, LOOK, NAMES


class Wrapped:
    """Passes for the function that it is made of."""

    def __init__(self, function: Callable[..., object]) -> None:
        update_wrapper(self, function)

    async def __call__(self, *_: object) -> None:
        """Not what aiogram looks at."""


async def one(message: object) -> None:
    del message


async def other(query: object, *, days: int) -> None:
    del query, days


TWINS = [Wrapped(one), Wrapped(other), Mock(), AsyncMock(), Wrapped(one).__call__]


def callbacks(router: Router) -> Iterator[object]:
    """Of every handler and every filter below *router*."""
    for some in router.observers.values():
        for handler in some.handlers:
            yield handler.callback
            yield from (one.callback for one in handler.filters or ())
    for below in router.sub_routers:
        yield from callbacks(below)


def found(callback: object, look: Callable[[CallableObject], None]) -> list[object]:
    """What *look* finds out about it."""
    object_ = CallableObject.__new__(CallableObject)
    object_.callback = callback  # type: ignore[assignment]
    look(object_)
    return [getattr(object_, name) for name in FOUND_OUT]


async def test_every_handler_gets_what_aiogram_finds(sqlite: Database) -> None:
    asked = list(callbacks(Scene(sqlite).dispatcher))

    assert len(asked) > 50
    for callback in asked:
        assert found(callback, CallableObject.__post_init__) == found(callback, LOOK)


async def test_a_statement_is_the_sql_of_its_own_database(
    sqlite: Database, postgres_url: str
) -> None:
    async with opened(postgres_url) as other:
        for one in (sqlite, other):
            async with one.write("test") as connection:
                await connection.execute(insert(users), [{"telegram_id": n} for n in range(5)])
        found = [await _known(one, some) for some in ([1], [2, 9, 3]) for one in (sqlite, other)]

    assert found == [[1], [1], [2, 3], [2, 3]]


async def _known(database: Database, some: list[int]) -> list[int]:
    asked = select(users.c.telegram_id).where(users.c.telegram_id.in_(some)).limit(9)
    async with database.read("test") as connection:
        return sorted((await connection.scalars(asked)).all())


async def test_a_sandbox_plays_what_another_one_made() -> None:
    files = [build_app(World(token="1:a", bot={}))[FILES] for _ in range(2)]
    one, other = [await each.path(MELODY) for each in files]

    assert one and other and one != other
    assert one.samefile(other)
    assert one.read_bytes() == melody()
    for each in files:
        await each.close()


def test_a_setting_can_be_what_pydantic_settings_finds() -> None:
    source = EnvSettingsSource(Settings)

    for name, field in Settings.model_fields.items():
        names = EnvSettingsSource._extract_field_info(source, field, name)  # noqa: SLF001
        is_complex = EnvSettingsSource._field_is_complex(source, field)  # noqa: SLF001
        assert (names, is_complex) == (NAMES(source, field, name), COMPLEX(source, field))


@pytest.mark.parametrize("callback", TWINS)
def test_those_that_only_look_alike_are_told_apart(callback: object) -> None:
    assert CallableObject.__post_init__ is not LOOK
    for twin in TWINS:
        found(twin, CallableObject.__post_init__)

    assert found(callback, CallableObject.__post_init__) == found(callback, LOOK)
