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
FOUND_OUT = ("awaitable", "params", "varkw")


@contextmanager
def shared() -> Iterator[None]:
    """The certificates that one trusts, and what each handler takes: a tenth of a bot's making."""
    own = SimpleNamespace(create_default_context=cache(ssl.create_default_context))
    with (
        mock.patch.object(session, "ssl", own),
        mock.patch.object(CallableObject, "__post_init__", _remembering()),
    ):
        yield


def _remembering() -> Any:
    found: dict[Key | None, dict[str, Any]] = {}
    look = CallableObject.__post_init__

    def remember(one: CallableObject) -> None:
        key = _key(one.callback)
        if key in found:
            vars(one).update(found[key])
            return
        look(one)
        if key is not None:
            found[key] = {name: getattr(one, name) for name in FOUND_OUT}

    return remember


def _key(callback: object) -> Key | None:
    """What decides the parameters of a function, a method or a filter; None for anything else."""
    plain = callback
    if isinstance(callback, MethodType):
        plain = callback.__func__
    elif not isinstance(callback, FunctionType):
        plain = type(callback).__call__
    if not isinstance(plain, FunctionType) or hasattr(plain, "__wrapped__"):
        return None
    return plain.__code__, plain is not callback
