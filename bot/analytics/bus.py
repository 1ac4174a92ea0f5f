"""Hands each fact to every sink that wants it; a sink that fails harms only itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import structlog

from bot.analytics.events import Event

Sink = Callable[[Event], None]

log = structlog.get_logger(__name__)


class Bus:
    """Synchronous fan-out.  Sinks must return at once: queue the slow part.

    A sink with a method wants(kind) gets only the kinds of facts it says yes to.

    failures: how often each sink failed, by its class name
    """

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = sinks
        # Asked once for each kind: most facts interest one or two sinks, and facts are many.
        self._by_kind: dict[type[Event], tuple[Sink, ...]] = {}
        self.failures: Counter[str] = Counter()

    def add(self, sink: Sink) -> None:
        """Let *sink* hear every fact from now on, after the sinks already there."""
        self._sinks = (*self._sinks, sink)
        self._by_kind.clear()

    def without(self, sink: Sink) -> Bus:
        """The other sinks, for facts that *sink* has already."""
        others = Bus(*(one for one in self._sinks if one is not sink))
        others.failures = self.failures
        return others

    def publish(self, event: Event) -> None:
        """Give *event* to every sink that wants it, in the order they were passed."""
        kind = type(event)
        sinks = self._by_kind.get(kind)
        if sinks is None:
            sinks = self._by_kind[kind] = tuple(s for s in self._sinks if _wants(s, kind))
        for sink in sinks:
            try:
                sink(event)
            except Exception:
                # Analytics must never cost a user their answer.
                name = type(sink).__name__
                self.failures[name] += 1
                log.exception("sink failed", sink=name, fact=kind.__name__)


def _wants(sink: Sink, kind: type[Event]) -> bool:
    choose: Callable[[type[Event]], bool] | None = getattr(sink, "wants", None)
    return choose is None or choose(kind)
