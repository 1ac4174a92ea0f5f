"""What the bot can do for people beyond talking about itself; FEATURES says which of it is on.

A feature is a room (bot/quiz), a router (bot/handlers/quiz.py), what is measured of it
(bot/analytics/features/quiz.py), and a file here that joins them (bot/features/quiz.py).
"""

from __future__ import annotations

from collections.abc import Callable

from bot.features import assistant, billing, downloads, quiz
from bot.features.feature import Feature, Ground

BUILDERS: dict[str, Callable[[Ground], Feature]] = {
    "downloads": downloads.build,
    "billing": billing.build,
    "quiz": quiz.build,
    "assistant": assistant.build,
}


def build_features(ground: Ground) -> list[Feature]:
    """The features that are switched on, in one order.

    Raises ConfigError when one of them lacks a package or cannot read a file.
    """
    return [BUILDERS[name](ground) for name in ground.settings.active_features]
