"""Tolerant decoding: one update at a time, and what cannot be read is set aside, not fatal."""

from __future__ import annotations

from typing import Any

import structlog
from aiogram import Bot
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from msgspec import Struct
from pydantic import ValidationError

from bot.telegram.answers import where
from bot.telegram.mask import is_name

LONGEST_REASON = 200
# Beyond this a database's number and JavaScript's both end.
LARGEST_ID = 2**53

log = structlog.get_logger(__name__)


class Unreadable(Struct, frozen=True):
    """Why an update was set aside.

    update_id: None when there is none that could be believed
    """

    update_id: int | None
    reason: str


def decode(raw: object, bot: Bot) -> Update | Unreadable:
    """The update in *raw*, bound to *bot*, or why there is none."""
    if not isinstance(raw, dict):
        return Unreadable(None, "not an object")
    update_id = usable_id(raw)
    if update_id is None:
        return Unreadable(None, "no usable update_id")
    try:
        update = Update.model_validate(raw, context={"bot": bot})
        _ = update.event_type
    except ValidationError as exc:
        return Unreadable(update_id, f"undecodable: {where(exc)}"[:LONGEST_REASON])
    except UpdateTypeLookupError:
        return Unreadable(update_id, _unknown(raw))
    except Exception as exc:
        # A border: whatever a validator stumbles over, the next update must get its turn.
        log.exception("update could not be decoded", update_id=update_id)
        return Unreadable(update_id, f"undecodable: {type(exc).__name__}")
    return update


def usable_id(raw: object) -> int | None:
    """The update_id in *raw*, or None when there is none that could be believed."""
    found = raw.get("update_id") if isinstance(raw, dict) else None
    # type(), because True is an int, too.
    return found if type(found) is int and 0 <= found < LARGEST_ID else None


def _unknown(raw: dict[str, Any]) -> str:
    names = sorted(name for name in raw if is_name(name) and name != "update_id")
    return f"unknown kind: {', '.join(names) or 'none'}"[:LONGEST_REASON]
