"""What the store keeps of each kind of fact: what a label or a value means is said here."""

from __future__ import annotations

from collections.abc import Iterable

from bot.analytics import events as facts
from bot.analytics import features
from bot.analytics.batch import Batch, Calendar, Keep
from bot.analytics.events import Event
from bot.clock import to_milliseconds

MESSAGE_LENGTH = 2_000
TRACEBACK_LENGTH = 10_000


def fold(some: Iterable[Event], calendar: Calendar) -> Batch:
    """The rows of *some* facts, in their order."""
    batch = Batch(calendar)
    for fact in some:
        KEPT[type(fact)](batch, fact)
    return batch


def _message(batch: Batch, fact: facts.MessageReceived) -> None:
    batch.event(
        fact,
        "message",
        user_id=fact.user_id,
        chat_id=fact.chat_id,
        label=fact.content_type,
        value=fact.length,
        text=fact.text,
    )
    if fact.chat_type != "private":
        at = to_milliseconds(fact.at)
        batch.chat(fact.chat_id, type=fact.chat_type, title=fact.title, last_message_at=at)
        batch.chats[fact.chat_id].setdefault("first_message_at", at)


def _edit(batch: Batch, fact: facts.MessageEdited) -> None:
    batch.event(fact, "edit", user_id=fact.user_id, chat_id=fact.chat_id)


def _reaction(batch: Batch, fact: facts.ReactionChanged) -> None:
    batch.event(fact, "reaction", user_id=fact.user_id, chat_id=fact.chat_id)


def _command(batch: Batch, fact: facts.CommandUsed) -> None:
    batch.event(fact, "command", user_id=fact.user_id, chat_id=fact.chat_id, label=fact.command)


def _button(batch: Batch, fact: facts.ButtonPressed) -> None:
    batch.event(fact, "button", user_id=fact.user_id, chat_id=fact.chat_id, label=fact.button)


def _upload(batch: Batch, fact: facts.FileUploaded) -> None:
    batch.event(fact, "upload", label=fact.content_type, value=fact.size)


def _started(batch: Batch, fact: facts.UserStarted) -> None:
    person = batch.person(fact.user_id)
    person.source = person.source or fact.source
    batch.event(fact, "start", user_id=fact.user_id, label=fact.source)


def _blocked(batch: Batch, fact: facts.BotBlocked) -> None:
    batch.person(fact.user_id).blocked_at = to_milliseconds(fact.at)
    batch.event(fact, "block", user_id=fact.user_id)


def _unblocked(batch: Batch, fact: facts.BotUnblocked) -> None:
    batch.person(fact.user_id).blocked_at = 0
    batch.event(fact, "unblock", user_id=fact.user_id)


def _joined(batch: Batch, fact: facts.ChatJoined) -> None:
    batch.event(fact, "join", user_id=fact.user_id, chat_id=fact.chat_id)
    batch.chat(fact.chat_id, type=fact.chat_type, title=fact.title)
    if fact.user_id is None:
        batch.chat(fact.chat_id, joined_at=to_milliseconds(fact.at), left_at=None)


def _left(batch: Batch, fact: facts.ChatLeft) -> None:
    batch.event(fact, "leave", user_id=fact.user_id, chat_id=fact.chat_id)
    batch.chat(fact.chat_id, type=fact.chat_type)
    if fact.user_id is None:
        batch.chat(fact.chat_id, left_at=to_milliseconds(fact.at))


def _update(batch: Batch, fact: facts.UpdateHandled) -> None:
    batch.aggregate("updates", fact.outcome, fact, fact.seconds)
    batch.aggregate("handler", fact.handler, fact, fact.seconds)
    if fact.command:
        batch.aggregate("command", fact.command, fact, fact.seconds)
    batch.updates[fact.update_id] = to_milliseconds(fact.at)


def _called(batch: Batch, fact: facts.ApiCalled) -> None:
    batch.aggregate("api", f"{fact.method},{fact.outcome}", fact, fact.seconds)


def _seen(batch: Batch, fact: facts.UserSeen) -> None:
    batch.active(fact)
    batch.aggregate("activity", fact.kind, fact)


def _error(batch: Batch, fact: facts.ErrorRaised) -> None:
    batch.errors.append(
        {
            "at": to_milliseconds(fact.at),
            "number": fact.number,
            "category": fact.category,
            "type": fact.type[:128].replace("\0", ""),
            "location": fact.where[:128].replace("\0", ""),
            "message": fact.message[:MESSAGE_LENGTH].replace("\0", ""),
            "traceback": fact.traceback[-TRACEBACK_LENGTH:].replace("\0", ""),
        }
    )


def _quarantined(batch: Batch, fact: facts.UpdateQuarantined) -> None:
    batch.quarantined.append(
        {
            "at": to_milliseconds(fact.at),
            "update_id": fact.update_id,
            "reason": fact.reason.replace("\0", ""),
            "payload": fact.payload.replace("\0", ""),
        }
    )


KEPT: dict[type[Event], Keep] = {
    facts.UserSeen: _seen,
    facts.UserStarted: _started,
    facts.BotBlocked: _blocked,
    facts.BotUnblocked: _unblocked,
    facts.MessageReceived: _message,
    facts.MessageEdited: _edit,
    facts.ReactionChanged: _reaction,
    facts.CommandUsed: _command,
    facts.ButtonPressed: _button,
    facts.FileUploaded: _upload,
    facts.ChatJoined: _joined,
    facts.ChatLeft: _left,
    facts.UpdateHandled: _update,
    facts.ApiCalled: _called,
    facts.ErrorRaised: _error,
    facts.UpdateQuarantined: _quarantined,
    **features.KEPT,
}
