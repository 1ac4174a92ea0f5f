"""Sink: facts become Prometheus series."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from prometheus_client import (
    CollectorRegistry,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.metrics_core import Metric

from bot.analytics import events as facts
from bot.analytics import features, operations
from bot.analytics.events import Event
from bot.analytics.families import Families, Moves
from bot.analytics.series import SERIES, Category

ALL = (*SERIES, *features.SERIES)
CATEGORIES: dict[str, Category] = {f"bot_{series.name}": series.category for series in ALL}


class Process(ProcessCollector):
    """The process's own series, with names, so that a rule can ask for one of them alone."""

    def describe(self) -> Iterable[Metric]:
        """What there is on this system."""
        return self.collect()


class Metrics:
    """Owns every series, all prefixed ``bot_``, in the registry it is given."""

    def __init__(self, registry: CollectorRegistry, version: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no annotations
        self.registry = registry
        self._series = Families(registry, ALL)
        self._moves = self._core_moves() | features.moves(self._series)
        self._series["build_info"][(version,)].set(1)
        Process(registry=registry)
        PlatformCollector(registry=registry)

    def wants(self, kind: type[Event]) -> bool:
        """Facts that some series is made of."""
        return kind in self._moves

    def __call__(self, event: Event) -> None:
        for move in self._moves[type(event)]:
            move(event)

    def watch(self, name: str, read: Callable[[], float | None], *labels: str) -> None:
        """Ask *read* for a gauge's value at every scrape; None shows as NaN: unknown, not 0."""

        def value() -> float:
            figure = read()
            return float("nan") if figure is None else figure

        self._series[name][labels].set_function(value)

    def gauge(self, name: str) -> float | None:
        """What a gauge without labels says; None while nobody knows."""
        # Not by way of the registry, which would ask every other series, too.
        (family,) = self._series[name][()].collect()
        (sample,) = family.samples
        return None if math.isnan(sample.value) else float(sample.value)

    def _core_moves(self) -> Moves:
        counted, observed = self._series.counted, self._series.observed
        return {
            facts.UpdateHandled: (self._update_handled,),
            facts.UpdateQuarantined: (counted("updates_quarantined_total"),),
            facts.ApiCalled: (
                counted("api_requests_total", "method", "outcome"),
                observed("api_request_duration_seconds", "seconds", "method"),
            ),
            facts.RateLimited: (counted("rate_limit_hits_total", "kind"),),
            facts.ErrorRaised: (counted("errors_total", "category"),),
            facts.UserFirstSeen: (counted("new_users_total"),),
            facts.BotBlocked: (counted("blocks_total"),),
            facts.BotUnblocked: (counted("unblocks_total"),),
            facts.CommandUsed: (counted("command_usage_total", "command"),),
            facts.MessageReceived: (counted("messages_total", "content_type", "chat_type"),),
            operations.QueryTimed: (self._query_timed,),
            operations.CacheAsked: (counted("cache_requests_total", "cache", "result"),),
            operations.StoreFlushed: (observed("store_flush_seconds", "seconds"),),
            operations.EventsDropped: (
                self._series.added("events_dropped_total", "count", "reason"),
            ),
            operations.HttpRequestHandled: (self._http_request_handled,),
            operations.SignInTried: (counted("sign_ins_total", "way", "outcome"),),
            operations.LiveEnded: (counted("live_readers_gone_total", "ending"),),
            operations.JobRan: (self._job_ran,),
            operations.AlertFired: (counted("alerts_fired_total", "rule", "severity"),),
            operations.NoticeDelivered: (counted("alert_notifications_total", "outcome"),),
            operations.HeartbeatSent: (counted("heartbeats_total", "outcome"),),
        }

    def _update_handled(self, event: facts.UpdateHandled) -> None:
        series = self._series
        series["updates_total"][event.kind, event.outcome].inc()
        series["update_duration_seconds"][event.kind, event.handler].observe(event.seconds)
        if event.lag_seconds is not None:
            series["update_lag_seconds"][()].observe(event.lag_seconds)

    def _query_timed(self, event: operations.QueryTimed) -> None:
        self._series["db_query_duration_seconds"][(event.operation,)].observe(event.seconds)
        self._series["db_up"][()].set(event.error is None)

    def _http_request_handled(self, event: operations.HttpRequestHandled) -> None:
        labels = (event.route, event.method, str(event.status))
        self._series["http_request_duration_seconds"][labels].observe(event.seconds)

    def _job_ran(self, event: operations.JobRan) -> None:
        self._series["job_duration_seconds"][(event.job,)].observe(event.seconds)
        if event.error is None:
            last = self._series["job_last_success_timestamp_seconds"]
            last[(event.job,)].set(event.at.timestamp())
