"""The feature downloads: its room, its router and its jobs, joined."""

from __future__ import annotations

from bot.features.feature import Feature, Ground
from bot.handlers import downloads as handlers


def build(ground: Ground) -> Feature:
    """What downloads adds to the bot."""
    del ground  # nothing is there yet
    return Feature(routers=[handlers.build_router()])
