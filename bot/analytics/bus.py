"""Hands each fact to every sink; a sink that fails harms only itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import structlog

from bot.analytics.events import Event

Sink = Callable[[Event], None]

log = structlog.get_logger(__name__)


class Bus:
    """Synchronous fan-out.  Sinks must return at once: queue the slow part.

    failures: how often each sink failed, by its class name
    """

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = sinks
        self.failures: Counter[str] = Counter()

    def add(self, sink: Sink) -> None:
        """Let *sink* hear every fact from now on, after the sinks already there."""
        self._sinks = (*self._sinks, sink)

    def publish(self, event: Event) -> None:
        """Give *event* to every sink, in the order they were passed."""
        for sink in self._sinks:
            try:
                sink(event)
            except Exception:
                # Analytics must never cost a user their answer.
                name = getattr(sink, "__name__", type(sink).__name__)
                self.failures[name] += 1
                log.exception("sink failed", sink=name, fact=type(event).__name__)
