"""Facts in plain words, all at noon unless told otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.analytics.events import (
    ErrorRaised,
    MessageReceived,
    UpdateHandled,
    UserSeen,
    UserStarted,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN, BOB = 1001, 1002


def seen(user_id: int = ANN, at: datetime = NOON, **details: Any) -> UserSeen:
    return UserSeen(at=at, user_id=user_id, **({"kind": "message"} | details))


def said(user_id: int | None = ANN, at: datetime = NOON, **details: Any) -> MessageReceived:
    usual: dict[str, Any] = {
        "chat_id": user_id,
        "chat_type": "private",
        "content_type": "text",
        "length": 5,
    }
    return MessageReceived(at=at, user_id=user_id, **(usual | details))


def started(user_id: int = ANN, source: str = "", at: datetime = NOON) -> UserStarted:
    return UserStarted(at=at, user_id=user_id, source=source)


def handled(update_id: int = 1, at: datetime = NOON, **details: Any) -> UpdateHandled:
    usual: dict[str, Any] = {
        "kind": "message",
        "handler": "start",
        "outcome": "handled",
        "seconds": 0.5,
    }
    return UpdateHandled(at=at, update_id=update_id, **(usual | details))


def failed(number: str = "ABC234", at: datetime = NOON, **details: Any) -> ErrorRaised:
    usual: dict[str, Any] = {
        "category": "handler",
        "type": "KeyError",
        "where": "start",
        "message": "no",
        "traceback": "Traceback …",
    }
    return ErrorRaised(at=at, number=number, **(usual | details))
