"""Sink: facts become Prometheus series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from bot.analytics import events as facts
from bot.analytics import operations
from bot.analytics.events import Event
from bot.analytics.series import SERIES, Series

# Labels come from code, so this is never reached; it is the fuse for the day one does not.
CHILDREN_LIMIT = 1_000
OVERFLOW = "other"


class Children(dict[tuple[str, ...], Any]):
    """The children of one metric by their label values, each looked up once and kept."""

    def __init__(self, metric: Counter | Gauge | Histogram, labels: int) -> None:
        super().__init__()
        self._metric = metric
        self._overflow = (OVERFLOW,) * labels

    def __missing__(self, values: tuple[str, ...]) -> Any:
        if len(self) >= CHILDREN_LIMIT and values != self._overflow:
            return self[self._overflow]
        child = self[values] = self._metric.labels(*values) if values else self._metric
        return child


class Metrics:
    """Owns every series, all prefixed ``bot_``, in the registry it is given."""

    def __init__(self, registry: CollectorRegistry, version: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no annotations
        self.registry = registry
        self._series = {series.name: self._build(series) for series in SERIES}
        self._count = self._counters()
        self._series["build_info"][(version,)].set(1)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)

    def wants(self, kind: type[Event]) -> bool:
        """Facts that some series is made of."""
        return kind in self._count

    def __call__(self, event: Event) -> None:
        self._count[type(event)](event)

    def watch(self, name: str, read: Callable[[], float | None], *labels: str) -> None:
        """Ask *read* for a gauge's value at every scrape; None shows as NaN: unknown, not 0."""

        def value() -> float:
            figure = read()
            return float("nan") if figure is None else figure

        self._series[name][labels].set_function(value)

    def _build(self, series: Series) -> Children:
        name, labels = f"bot_{series.name}", series.labels
        metric: Counter | Gauge | Histogram
        if series.kind == "counter":
            metric = Counter(name, series.help, labels, registry=self.registry)
        elif series.kind == "gauge":
            metric = Gauge(name, series.help, labels, registry=self.registry)
        else:
            metric = Histogram(
                name, series.help, labels, registry=self.registry, buckets=series.buckets
            )
        return Children(metric, len(labels))

    def _counters(self) -> dict[type[Event], Callable[[Any], None]]:
        return {
            facts.UpdateHandled: self._update_handled,
            facts.UpdateQuarantined: self._plain("updates_quarantined_total"),
            facts.ApiCalled: self._api_called,
            facts.RateLimited: self._labelled("rate_limit_hits_total", "kind"),
            facts.ErrorRaised: self._labelled("errors_total", "category"),
            facts.UserFirstSeen: self._plain("new_users_total"),
            facts.BotBlocked: self._plain("blocks_total"),
            facts.BotUnblocked: self._plain("unblocks_total"),
            facts.CommandUsed: self._labelled("command_usage_total", "command"),
            facts.MessageReceived: self._labelled("messages_total", "content_type", "chat_type"),
            facts.PaymentSucceeded: self._payment_succeeded,
            operations.QueryTimed: self._query_timed,
            operations.StoreFlushed: self._store_flushed,
            operations.EventsDropped: self._events_dropped,
            operations.HttpRequestHandled: self._http_request_handled,
            operations.JobRan: self._job_ran,
            operations.AlertFired: self._labelled("alerts_fired_total", "rule", "severity"),
            operations.NoticeDelivered: self._labelled("alert_notifications_total", "outcome"),
        }

    def _plain(self, name: str) -> Callable[[Any], None]:
        counter = self._series[name][()]
        return lambda _: counter.inc()

    def _labelled(self, name: str, *labels: str) -> Callable[[Any], None]:
        children = self._series[name]
        return lambda event: children[tuple(getattr(event, x) for x in labels)].inc()

    def _update_handled(self, event: facts.UpdateHandled) -> None:
        series = self._series
        series["updates_total"][event.kind, event.outcome].inc()
        series["update_duration_seconds"][event.kind, event.handler].observe(event.seconds)
        if event.lag_seconds is not None:
            series["update_lag_seconds"][()].observe(event.lag_seconds)

    def _api_called(self, event: facts.ApiCalled) -> None:
        self._series["api_requests_total"][event.method, event.outcome].inc()
        self._series["api_request_duration_seconds"][(event.method,)].observe(event.seconds)

    def _payment_succeeded(self, event: facts.PaymentSucceeded) -> None:
        self._series["payments_succeeded_total"][(event.plan,)].inc()
        self._series["revenue_stars_total"][(event.plan,)].inc(event.stars)

    def _query_timed(self, event: operations.QueryTimed) -> None:
        self._series["db_query_duration_seconds"][(event.operation,)].observe(event.seconds)
        self._series["db_up"][()].set(event.error is None)

    def _store_flushed(self, event: operations.StoreFlushed) -> None:
        self._series["store_flush_seconds"][()].observe(event.seconds)

    def _events_dropped(self, event: operations.EventsDropped) -> None:
        self._series["events_dropped_total"][(event.reason,)].inc(event.count)

    def _http_request_handled(self, event: operations.HttpRequestHandled) -> None:
        labels = (event.route, event.method, str(event.status))
        self._series["http_request_duration_seconds"][labels].observe(event.seconds)

    def _job_ran(self, event: operations.JobRan) -> None:
        self._series["job_duration_seconds"][(event.job,)].observe(event.seconds)
        if event.error is None:
            last = self._series["job_last_success_timestamp_seconds"]
            last[(event.job,)].set(event.at.timestamp())
