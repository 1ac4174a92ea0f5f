"""Every report there is, by name: what computes it and what lays it out."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from bot.analytics.render.sheet import Sheet
from bot.analytics.render.words import Words
from bot.analytics.reports.query import Query, Step
from bot.analytics.reports.source import Source

Compute = Callable[[Source, Query], Awaitable[Any]]
LayOut = Callable[[Any, Words], Sheet]

# A chat, and a person: by Telegram's ids.
Narrow = Literal["chat_id", "user_id"]

BY_DAY: tuple[Step, ...] = ("day",)
ALL_STEPS: tuple[Step, ...] = ("day", "week", "month")
OF_CHATS: tuple[Narrow, ...] = ("chat_id",)
OF_BOTH: tuple[Narrow, ...] = ("chat_id", "user_id")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One report.

    days: how many it is about when nobody says; periods: what the buttons offer
    steps: how it can be cut, the usual way first
    narrows: to what it can be narrowed
    feature: the report is of no use while this feature is switched off
    module: of that name in reports/ and in sheets/, with a function of that name in each
    """

    name: str
    module: str
    days: int = 30
    periods: tuple[int, ...] = (7, 30, 90)
    steps: tuple[Step, ...] = BY_DAY
    narrows: tuple[Narrow, ...] = ()
    feature: str = ""

    @property
    def compute(self) -> Compute:
        """What finds the figures."""
        return cast("Compute", _function("bot.analytics.reports", self.module))

    @property
    def lay_out(self) -> LayOut:
        """What makes a sheet of them."""
        return cast("LayOut", _function("bot.analytics.sheets", self.module))


@cache
def _function(package: str, module: str) -> Any:
    # When it is asked for: a bot starts without the twenty modules that nobody may need.
    return getattr(importlib.import_module(f"{package}.{module}"), module)


def _kind(name: str, module: str = "", **more: Any) -> Kind:
    return Kind(name=name, module=module or name, **more)


KINDS = (
    _kind("analytics", "overview", days=7, periods=(1, 7, 30)),
    _kind("audience"),
    _kind("lifecycle", periods=(30, 90, 365), steps=ALL_STEPS),
    _kind("retention", days=84, periods=(30, 84, 365), steps=("week", "day", "month")),
    _kind("segments", periods=(30, 90, 365), steps=ALL_STEPS),
    _kind("users"),
    _kind("engagement", narrows=OF_CHATS),
    _kind("messages", narrows=OF_BOTH),
    _kind(
        "timeline",
        periods=(1, 30, 365),
        steps=("day", "hour", "week", "month"),
        narrows=OF_BOTH,
    ),
    _kind("top", narrows=OF_CHATS),
    _kind("chats"),
    _kind("peak", narrows=OF_BOTH),
    _kind("sources"),
    _kind("blocks", steps=ALL_STEPS),
    _kind("languages"),
    _kind("commands"),
    _kind("handlers"),
    _kind("api", steps=ALL_STEPS),
    _kind("errors", "error_log", days=7, periods=(1, 7, 30), steps=("day", "hour", "week")),
    _kind("alerts", steps=ALL_STEPS),
    _kind("daily"),
    _kind("forecast", days=90, periods=(90, 180, 365)),
    _kind("unusual", days=7, periods=(1, 7, 30)),
    _kind("funnel", feature="billing"),
    _kind("revenue", periods=(7, 30, 365), steps=ALL_STEPS, feature="billing"),
    _kind("downloads", steps=("day", "hour", "week"), feature="downloads"),
    _kind("quizzes", feature="quiz"),
    _kind("assistant", steps=ALL_STEPS, feature="assistant"),
    _kind("conversations", steps=ALL_STEPS, feature="assistant"),
)
SHELF = {kind.name: kind for kind in KINDS}
# Reports about one person or one chat: asked for by them, never from a list.
PERSON = _kind("person")
CHAT = _kind("chat")


def kinds(features: Iterable[str]) -> list[Kind]:
    """The reports of a bot with these features."""
    active = {"", *features}
    return [kind for kind in KINDS if kind.feature in active]
