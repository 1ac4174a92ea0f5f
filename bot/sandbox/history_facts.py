"""Acts become facts: the same ones, in the same order, as the bot's middlewares publish.

Texts have a length and no content.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from datetime import datetime

from bot.analytics.events import (
    BotBlocked,
    BotUnblocked,
    ButtonPressed,
    ChatJoined,
    CommandUsed,
    ErrorRaised,
    Event,
    FileUploaded,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    UpdateHandled,
    UserSeen,
    UserStarted,
)
from bot.billing.ledger import Payment
from bot.sandbox.cast import GROUPS
from bot.sandbox.crowd_people import dice
from bot.sandbox.history_lives import Act

Fact = Event | Payment

HANDLERS = {"help": "help_command", "other": "unknown_command"}
CONTENT = ("text", "photo", "voice", "sticker", "document", "video")
CONTENT_WEIGHTS = (82, 7, 4, 4, 2, 1)
# Of the updates that a handler takes.
ERROR_SHARE = 0.003
ERRORS = (
    ("handler", "KeyError", "a synthetic error: nothing went wrong"),
    ("telegram", "TelegramNetworkError", "a synthetic error: Telegram was never asked"),
)
NUMBER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
USUAL_SECONDS = 0.012
SECONDS_SPREAD = 0.6
MANIFEST_SIZE = 2_400  # bytes of a person's data as a file
PAYLOAD = "synthetic:plus"


class Scribe:
    """Writes acts down, numbering updates from 1: far below any real number."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._chance = dice(seed, "scribe")
        self._numbers = itertools.count(1)
        self._deeds: dict[str, Callable[[Act], Iterator[Fact]]] = {
            "start": self._start,
            "command": self._command,
            "text": self._text,
            "button": self._button,
            "pay": self._pay,
            "block": self._membership,
            "unblock": self._membership,
            "join": self._join,
            "edit": self._edit,
            "react": self._react,
        }

    def opening(self, at: datetime) -> Iterator[Fact]:
        """The bot comes into the groups."""
        for group in GROUPS:
            chat_id, kind, title = group["id"], group["type"], group["title"]
            yield ChatJoined(at=at, chat_id=chat_id, chat_type=kind, title=title)
            yield from self._update(at, "my_chat_member")

    def facts(self, act: Act) -> Iterator[Fact]:
        """What the bot notices of *act*.  A Payment is for the ledger, which makes it a fact."""
        return self._deeds[act.deed](act)

    def _start(self, act: Act) -> Iterator[Fact]:
        yield _seen(act, "command")
        yield _received(act, "text", len("/start ") + len(act.label))
        yield _used(act, "start")
        yield UserStarted(at=act.at, user_id=act.person.id, source=act.label)
        yield from self._handled(act, "message", "start")

    def _command(self, act: Act) -> Iterator[Fact]:
        yield _seen(act, "command")
        yield _received(act, "text", len(act.label) + 1)
        yield _used(act, act.label)
        handler = HANDLERS.get(act.label, act.label)
        if act.label == "other":
            yield from self._update(act.at, "message", handler)
        else:
            yield from self._handled(act, "message", handler)

    def _text(self, act: Act) -> Iterator[Fact]:
        content = self._chance.choices(CONTENT, CONTENT_WEIGHTS)[0]
        length = int(self._chance.lognormvariate(3, 0.8)) + 1 if content == "text" else 0
        yield _seen(act, "message")
        yield _received(act, content, length)
        yield from self._update(act.at, "message", "none" if act.group else "unexpected_message")

    def _button(self, act: Act) -> Iterator[Fact]:
        person_id = act.person.id
        yield _seen(act, "button")
        if act.label == "privacy_data":
            yield FileUploaded(at=act.at, content_type="document", size=MANIFEST_SIZE)
        # Its chat is the person's own.
        yield ButtonPressed(at=act.at, user_id=person_id, chat_id=person_id, button=act.label)
        yield from self._handled(act, "callback_query", act.label)

    def _pay(self, act: Act) -> Iterator[Fact]:
        yield _seen(act, "payment")
        yield from self._update(act.at, "pre_checkout_query", "checkout", "handled")
        yield _seen(act, "payment")
        yield _received(act, "other", 0)
        number = next(self._numbers)
        yield Payment(
            charge_id=f"synthetic-{self._seed}-{number}",
            user_id=act.person.id,
            stars=act.stars,
            payload=PAYLOAD,
            is_recurring=act.is_recurring,
            paid_at=act.at,
        )
        yield from self._update(act.at, "message", "successful_payment", "handled")

    def _membership(self, act: Act) -> Iterator[Fact]:
        kind = BotBlocked if act.deed == "block" else BotUnblocked
        yield kind(at=act.at, user_id=act.person.id)
        yield from self._update(act.at, "my_chat_member")

    def _join(self, act: Act) -> Iterator[Fact]:
        assert act.group is not None  # noqa: S101  nobody joins a private chat
        yield _received(act, "system", 0)
        yield ChatJoined(
            at=act.at,
            chat_id=act.group["id"],
            chat_type=act.group["type"],
            title=act.group["title"],
            user_id=act.person.id,
        )
        yield from self._update(act.at, "message")

    def _edit(self, act: Act) -> Iterator[Fact]:
        yield MessageEdited(at=act.at, user_id=act.person.id, chat_id=_chat(act))
        yield from self._update(act.at, "edited_message")

    def _react(self, act: Act) -> Iterator[Fact]:
        yield ReactionChanged(at=act.at, user_id=act.person.id, chat_id=_chat(act))
        yield from self._update(act.at, "message_reaction")

    def _handled(self, act: Act, kind: str, handler: str) -> Iterator[Fact]:
        """An update that a handler took, which fails now and then."""
        outcome = "handled"
        if self._chance.random() < ERROR_SHARE:
            outcome = "error"
            yield self._error(act, handler)
        yield from self._update(act.at, kind, handler, outcome)

    def _error(self, act: Act, handler: str) -> Fact:
        category, name, message = self._chance.choice(ERRORS)
        return ErrorRaised(
            at=act.at,
            category=category,
            number="".join(self._chance.choices(NUMBER_ALPHABET, k=6)),
            type=name,
            where=handler,
            message=message,
            traceback=f"{name}: {message}",
        )

    def _update(
        self, at: datetime, kind: str, handler: str = "none", outcome: str = "unhandled"
    ) -> Iterator[Fact]:
        yield UpdateHandled(
            at=at,
            update_id=next(self._numbers),
            kind=kind,
            handler=handler,
            outcome=outcome,
            seconds=self._chance.lognormvariate(math.log(USUAL_SECONDS), SECONDS_SPREAD),
        )


def _seen(act: Act, kind: str) -> Fact:
    person = act.person
    return UserSeen(
        at=act.at,
        user_id=person.id,
        kind=kind,
        language=person.language,
        is_premium=person.is_premium,
    )


def _received(act: Act, content_type: str, length: int) -> Fact:
    return MessageReceived(
        at=act.at,
        user_id=act.person.id,
        chat_id=_chat(act),
        chat_type=act.group["type"] if act.group else "private",
        content_type=content_type,
        length=length,
        title=act.group["title"] if act.group else None,
    )


def _used(act: Act, command: str) -> Fact:
    return CommandUsed(at=act.at, user_id=act.person.id, chat_id=_chat(act), command=command)


def _chat(act: Act) -> int:
    return int(act.group["id"]) if act.group else act.person.id
