"""Escalation: a critical alert that nobody answers is written to every admin, once.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.database.alert_tables import ADMIN, CHAT


def lanes_of(admin_ids: Iterable[int], chat_id: int | None) -> tuple[str, ...]:
    """Where each admin is written to; who lives in the admins' chat is not told of ends twice."""
    return tuple(CHAT if one == chat_id else f"{ADMIN}{one}" for one in admin_ids)


def is_due(unheeded_at: datetime | None, at: datetime, patience: timedelta) -> bool:
    """Whether nobody has answered for *patience*, which is nothing when this is switched off.

    unheeded_at: since when it was told, watched and not silenced; None: it was not
    """
    return bool(patience) and unheeded_at is not None and at - unheeded_at >= patience
