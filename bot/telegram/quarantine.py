"""Where updates go that cannot be handled: a fact with the masked update, and a log line."""

from __future__ import annotations

import structlog

from bot.analytics.bus import Bus
from bot.analytics.events import UpdateQuarantined
from bot.clock import Clock, utc_now
from bot.telegram import mask
from bot.telegram.decode import Unreadable

log = structlog.get_logger(__name__)


class Quarantine:
    """Sets updates aside.

    store_text: keep what people wrote in them, too
    """

    def __init__(self, bus: Bus, *, clock: Clock = utc_now, store_text: bool = False) -> None:
        self._bus = bus
        self._clock = clock
        self._store_text = store_text

    def set_aside(self, found: Unreadable, raw: object) -> None:
        """Publish that *raw* could not be handled; the store keeps it for the operator."""
        log.warning("update set aside", update_id=found.update_id, reason=found.reason)
        self._bus.publish(
            UpdateQuarantined(
                at=self._clock(),
                update_id=found.update_id,
                reason=found.reason,
                payload=mask.payload(raw, keep_text=self._store_text),
            )
        )
