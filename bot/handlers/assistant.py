"""The feature assistant, as people meet it."""

from __future__ import annotations

from aiogram import Router


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    return Router(name="assistant")
