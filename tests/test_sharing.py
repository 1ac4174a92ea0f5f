"""What tests find out once for all bots is what aiogram finds out for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import update_wrapper
from unittest.mock import AsyncMock, Mock

import pytest
from aiogram import Router
from aiogram.dispatcher.event.handler import CallableObject

from bot.database.engine import Database
from tests.handlers.scene import Scene
from tests.sharing import FOUND_OUT, LOOK


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


@pytest.mark.parametrize("callback", TWINS)
def test_those_that_only_look_alike_are_told_apart(callback: object) -> None:
    assert CallableObject.__post_init__ is not LOOK
    for twin in TWINS:
        found(twin, CallableObject.__post_init__)

    assert found(callback, CallableObject.__post_init__) == found(callback, LOOK)
