"""What is measured of each feature: its facts, what is kept of them, which series they move.

One file a feature, all of the same shape; a new feature is one more file and its name in FEATURES.
"""

from __future__ import annotations

from bot.analytics.batch import Keep
from bot.analytics.events import Event
from bot.analytics.families import Families, Moves
from bot.analytics.features import assistant, billing, downloads, quiz

FEATURES = (downloads, billing, quiz, assistant)

SERIES = tuple(series for feature in FEATURES for series in feature.SERIES)
KEPT: dict[type[Event], Keep] = {
    kind: keep for feature in FEATURES for kind, keep in feature.KEPT.items()
}


def moves(series: Families) -> Moves:
    """Which series each fact of a feature moves."""
    return {kind: how for feature in FEATURES for kind, how in feature.moves(series).items()}
