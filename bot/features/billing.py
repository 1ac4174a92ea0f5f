"""The feature billing: its room, its router and its jobs, joined."""

from __future__ import annotations

from bot.features.feature import Feature, Ground
from bot.handlers import billing as handlers


def build(ground: Ground) -> Feature:
    """What billing adds to the bot."""
    del ground  # nothing is there yet
    return Feature(routers=[handlers.build_router()])
