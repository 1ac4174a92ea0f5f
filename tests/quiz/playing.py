"""A bot that has nothing but quizzes, and quiz polls as a player sees them."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.sandbox.server import Sandbox
from tests.driver import Json
from tests.living import living


def playing(sandbox: Sandbox, folder: Path, **changed: Any) -> AbstractAsyncContextManager[App]:
    """A running app with the one feature."""
    return living(sandbox, folder, features=("quiz",), **changed)


def is_poll(message: Json) -> bool:
    """Whether this is a question."""
    return "poll" in message


def right_of(message: Json) -> int:
    """The option that is right; players learn it when they have voted."""
    return int(message["poll"]["correct_option_ids"][0])


def wrong_of(message: Json) -> int:
    """An option that is wrong."""
    return (right_of(message) + 1) % len(message["poll"]["options"])
