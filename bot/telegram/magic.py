"""aiogram's F filters, answered where the update is.

aiogram takes their resolve() for slow work, because it is no coroutine, and hands it to a thread.
Reading an attribute takes less time than the way to a thread and back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.handler import FilterObject
from magic_filter import MagicFilter


def answer_here(routers: Iterable[Router]) -> None:
    """Let every F filter of the *routers*, and of those below them, answer without a thread."""
    for outer in routers:
        for router in outer.chain_tail:
            for observer in router.observers.values():
                for handler in (observer._handler, *observer.handlers):  # noqa: SLF001
                    for found in handler.filters or ():
                        _answer_here(found)


def _answer_here(found: FilterObject) -> None:
    if found.magic is not None:
        found.callback = partial(_resolve, found.magic)
        found.awaitable = True


async def _resolve(magic: MagicFilter, event: Any) -> Any:
    return magic.resolve(event)
