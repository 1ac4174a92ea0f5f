"""What each bot finds out anew when it is built, and thousands of bots in one process share."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType, FunctionType, MethodType, SimpleNamespace
from typing import Any
from unittest import mock

from aiogram.client.session import aiohttp as session
from aiogram.dispatcher.event.handler import CallableObject

Key = tuple[CodeType, bool]
# How aiogram finds it out.
LOOK = CallableObject.__post_init__
# What a function has that is looked at in its place.
OTHERWISE = {"__wrapped__", "__signature__"}
FOUND_OUT = ("awaitable", "params", "varkw")


@contextmanager
def shared() -> Iterator[None]:
    """The certificates that a session trusts, and what each handler takes.

    That is 0.1 s for a session and as much for all handlers, of which most tests make one each.
    """
    own = SimpleNamespace(create_default_context=cache(ssl.create_default_context))
    with (
        mock.patch.object(session, "ssl", own),
        mock.patch.object(CallableObject, "__post_init__", _remembering()),
    ):
        yield


def _remembering() -> Any:
    found: dict[Key | None, dict[str, Any]] = {}

    def remember(one: CallableObject) -> None:
        key = _key(one.callback)
        if key in found:
            vars(one).update(found[key])
            return
        LOOK(one)
        if key is not None:
            found[key] = {name: getattr(one, name) for name in FOUND_OUT}

    return remember


def _key(callback: object) -> Key | None:
    """What decides the parameters of a plain function or method; None for anything else."""
    plain = callback.__func__ if isinstance(callback, MethodType) else callback
    if not isinstance(plain, FunctionType) or OTHERWISE & vars(plain).keys():
        return None
    return plain.__code__, plain is not callback
