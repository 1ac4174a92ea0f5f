"""What each update leaves behind: that it was handled, how long that took, and what was called."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from datetime import datetime
from random import Random

from bot.analytics.events import (
    ApiCalled,
    ButtonPressed,
    CommandUsed,
    ErrorRaised,
    Event,
    MessageReceived,
    UpdateHandled,
    UserSeen,
)
from bot.sandbox.crowd_people import Resident
from bot.sandbox.history_acts import Act
from bot.sandbox.history_incidents import Calendar, Trouble

# Of the updates that a handler takes.
ERROR_SHARE = 0.003
BAD_ERROR_SHARE = 0.85  # while handlers raise
ERRORS = (
    ("handler", "KeyError", "a synthetic error: nothing went wrong"),
    ("telegram", "TelegramNetworkError", "a synthetic error: Telegram was never asked"),
)
NUMBER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
USUAL_SECONDS = 0.012
SECONDS_SPREAD = 0.6
BAD_SLOWNESS = 300  # times as long, while handlers are slow
# Handlers that usually take longer: they look into the database, or at a site.
SECONDS = {
    "download_link": 0.035,
    "download": 0.035,
    "download_pick": 0.02,
    "mystats": 0.03,
    "privacy_data": 0.045,
    "plan": 0.018,
    "plan_month": 0.024,
    "pre_checkout": 0.015,
    "successful_payment": 0.025,
    "quiz": 0.018,
    "quiz_vote": 0.008,
    "none": 0.004,
}
# What a handler calls; any other answers a message with one and a button with two calls.
CALLS: dict[str, tuple[str, ...]] = {
    "none": (),
    "privacy_data": ("answerCallbackQuery", "sendDocument"),
    "plan_month": ("createInvoiceLink", "sendMessage", "answerCallbackQuery"),
    "plan_once": ("sendInvoice", "answerCallbackQuery"),
    "pre_checkout": ("answerPreCheckoutQuery",),
    "quiz_vote": (),
    "quiz_topic": ("answerCallbackQuery",),
    "download_link": ("sendMessage",),
    "ask": ("sendChatAction",),
    "ask_plainly": ("sendChatAction",),
}
BUTTON_CALLS = ("answerCallbackQuery", "editMessageText")
MESSAGE_CALLS = ("sendMessage",)
CALL_SECONDS = {"sendAudio": 0.4, "sendVideo": 1.1, "sendDocument": 0.08, "sendPoll": 0.009}
USUAL_CALL_SECONDS = 0.006
CALL_FAILURE_SHARE = 0.004
BAD_REFUSAL_SHARE = 0.6  # while Telegram refuses requests
CALL_FAILURES = ("network", "flood", "timeout", "server", "bad_request", "forbidden")
CALL_FAILURE_WEIGHTS = (34, 24, 14, 12, 9, 7)


class Updates:
    """Numbers updates from 1: far below any real number.  calendar: when what goes wrong"""

    def __init__(self, chance: Random, calendar: Calendar) -> None:
        self.chance = chance
        self.calendar = calendar
        self._numbers = itertools.count(1)

    def handled(self, at: datetime, kind: str, handler: str, command: str = "") -> Iterator[Event]:
        """An update that a handler took, which fails now and then."""
        outcome = "handled"
        is_bad = self.calendar.has(Trouble.ERRORS, at)
        if self.chance.random() < (BAD_ERROR_SHARE if is_bad else ERROR_SHARE):
            outcome = "error"
            yield self._error(at, handler)
        yield from self.heard(at, kind, handler, outcome, command)

    def heard(
        self,
        at: datetime,
        kind: str,
        handler: str = "none",
        outcome: str = "unhandled",
        command: str = "",
    ) -> Iterator[Event]:
        """An update, and what its handler calls."""
        factor = BAD_SLOWNESS if self.calendar.has(Trouble.SLOWNESS, at) else 1
        yield UpdateHandled(
            at=at,
            update_id=next(self._numbers),
            kind=kind,
            handler=handler,
            outcome=outcome,
            seconds=factor * self._seconds(SECONDS.get(handler, USUAL_SECONDS)),
            command=command,
        )
        usual = BUTTON_CALLS if kind == "callback_query" else MESSAGE_CALLS
        for method in CALLS.get(handler, usual):
            yield self.call(at, method)

    def command(self, act: Act, name: str, handler: str = "") -> Iterator[Event]:
        """A command was typed, and answered."""
        yield seen(act.at, act.person, "command")
        yield received(act, "text", len(name) + 1)
        yield CommandUsed(at=act.at, user_id=act.person.id, chat_id=chat(act), command=name)
        yield from self.handled(act.at, "message", handler or name, name)

    def button(self, act: Act, handler: str, after: float = 0) -> Iterator[Event]:
        """A button was pressed, and answered, so many seconds *after* the act began."""
        at = act.after(after)
        yield seen(at, act.person, "button")
        yield ButtonPressed(at=at, user_id=act.person.id, chat_id=chat(act), button=handler)
        yield from self.handled(at, "callback_query", handler)

    def call(self, at: datetime, method: str) -> Event:
        """A call of the Bot API, which fails now and then."""
        outcome = "ok"
        if self.chance.random() < CALL_FAILURE_SHARE:
            outcome = self.chance.choices(CALL_FAILURES, CALL_FAILURE_WEIGHTS)[0]
        elif self.calendar.has(Trouble.REFUSALS, at) and self.chance.random() < BAD_REFUSAL_SHARE:
            outcome = "flood"
        seconds = self._seconds(CALL_SECONDS.get(method, USUAL_CALL_SECONDS))
        return ApiCalled(at=at, method=method, outcome=outcome, seconds=seconds)

    def _seconds(self, usual: float) -> float:
        return self.chance.lognormvariate(math.log(usual), SECONDS_SPREAD)

    def _error(self, at: datetime, handler: str) -> Event:
        category, name, message = self.chance.choice(ERRORS)
        return ErrorRaised(
            at=at,
            category=category,
            number="".join(self.chance.choices(NUMBER_ALPHABET, k=6)),
            type=name,
            where=handler,
            message=message,
            traceback=f"{name}: {message}",
        )


def seen(at: datetime, person: Resident, kind: str) -> Event:
    """The person was active."""
    return UserSeen(
        at=at,
        user_id=person.id,
        kind=kind,
        language=person.language,
        is_premium=person.is_premium,
    )


def received(act: Act, content_type: str, length: int, after: float = 0) -> Event:
    """A message of that *length* arrived, so many seconds *after* the act began."""
    return MessageReceived(
        at=act.after(after) if after else act.at,
        user_id=act.person.id,
        chat_id=chat(act),
        chat_type=act.group["type"] if act.group else "private",
        content_type=content_type,
        length=length,
        title=act.group["title"] if act.group else None,
    )


def chat(act: Act) -> int:
    """Where it happened."""
    return int(act.group["id"]) if act.group else act.person.id
