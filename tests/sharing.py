"""What each bot finds out anew when it is built, and thousands of bots in one process share."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, MethodType, SimpleNamespace
from typing import Any
from unittest import mock

from aiogram.client.session import aiohttp as session
from aiogram.dispatcher.event.handler import CallableObject
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

from bot.sandbox import server
from bot.sandbox.media_files import MediaFiles, kind_of

Key = tuple[CodeType, bool]
# How aiogram finds it out.
LOOK = CallableObject.__post_init__
# What a function has that is looked at in its place.
OTHERWISE = {"__wrapped__", "__signature__"}
FOUND_OUT = ("awaitable", "params", "varkw")
STATEMENTS = 3_000
# How pydantic-settings finds out under which names a field stands, and whether it is JSON.
NAMES = EnvSettingsSource._extract_field_info  # noqa: SLF001
COMPLEX = EnvSettingsSource._field_is_complex  # noqa: SLF001


class Compiled(LRUCache[Any, Any]):
    """SQL by statement and kind of dialect, where an engine's own cache has its dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_kind(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_kind(key), value)


def _kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return type(dialect), *statement


def _kept(folder: Path) -> type[MediaFiles]:
    """A sandbox's media, of which each kind is made once and then linked from *folder*."""

    class Kept(MediaFiles):
        async def _make(self, kind: str) -> None:
            home, kept = self._home(), folder / kind
            if kept.is_dir():
                for file in kept.iterdir():
                    (home / file.name).unlink(missing_ok=True)  # the rest of one that failed
                    os.link(file, home / file.name)
                return
            await super()._make(kind)
            kept.mkdir(exist_ok=True)  # two may have made it at once
            for file in home.iterdir():
                if kind_of(file.name) == kind and not (kept / file.name).exists():
                    os.link(file, kept / file.name)

    return Kept


@contextmanager
def shared() -> Iterator[None]:
    """What a session trusts, a handler takes, a statement is, a setting can be, a sandbox plays.

    That is 0.1 s for a session and as much for all handlers, of which most tests make one each,
    a sixth of a test that asks a database, 4 ms wherever settings are read, and 4 s for a film.
    """
    own = SimpleNamespace(create_default_context=cache(ssl.create_default_context))
    with (
        tempfile.TemporaryDirectory(prefix="telegauge-media-kept-") as folder,
        mock.patch.object(server, "MediaFiles", _kept(Path(folder))),
        mock.patch.object(session, "ssl", own),
        mock.patch.object(CallableObject, "__post_init__", _remembering()),
        mock.patch.object(Engine, "__init__", _compiling_once()),
        mock.patch.object(EnvSettingsSource, "_extract_field_info", _once_for_a_field(NAMES)),
        mock.patch.object(EnvSettingsSource, "_field_is_complex", _once_for_a_field(COMPLEX)),
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


def _compiling_once() -> Any:
    begin, compiled = Engine.__init__, Compiled(STATEMENTS)

    def begin_with(engine: Engine, *args: Any, **how: Any) -> None:
        begin(engine, *args, **how)
        engine._compiled_cache = compiled  # noqa: SLF001  an engine's only way to it

    return begin_with


def _once_for_a_field(look: Any) -> Any:
    # All of them are made with the same prefix and the same idea of case.
    found: dict[tuple[Any, ...], Any] = {}

    def remember(source: EnvSettingsSource, field: FieldInfo, *name: str) -> Any:
        key = (source.settings_cls, type(source), field, *name)
        if key not in found:
            found[key] = look(source, field, *name)
        return found[key]

    return remember


def _key(callback: object) -> Key | None:
    """What decides the parameters of a plain function or method; None for anything else."""
    plain = callback.__func__ if isinstance(callback, MethodType) else callback
    if not isinstance(plain, FunctionType) or OTHERWISE & vars(plain).keys():
        return None
    return plain.__code__, plain is not callback
