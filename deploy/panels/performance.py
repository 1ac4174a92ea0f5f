"""The dashboard Performance: how fast and how reliable."""

from __future__ import annotations

from deploy.panels.panel import INSTANCE, Board, Limit, Panel, Query, Row, Variable, stat
from deploy.panels.promql import (
    count,
    gauge,
    mean,
    or_zero,
    quantile,
    rate,
    share,
    since,
    slowest,
)
from deploy.panels.shapes import counted

ERROR_SHARE = or_zero(share(rate("updates_total", outcome="error"), rate("updates_total")))
SLOW = (Limit(0.5, "orange"), Limit(2, "red"))
FAILING = (Limit(0.01, "orange"), Limit(0.05, "red"))
HANDLER = {"handler": "$handler"}
FORMAT = {"format": "$format"}


def latencies(name: str, **where: str) -> tuple[Query, ...]:
    """Three lines: half, 95 % and 99 % are faster."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return tuple(Query(quantile(one, name, **where), legend) for legend, one in shares.items())


GLANCE = Row(
    title="At a glance",
    panels=(
        stat(
            "Updates a second",
            "Everything Telegram brought: messages, presses, votes.",
            rate("updates_total"),
            "reqps",
        ),
        stat(
            "Errors",
            "Share of updates that ended in an error. Above 5 % the bot alerts by itself.",
            ERROR_SHARE,
            "percentunit",
            limits=FAILING,
        ),
        stat(
            "95 % faster than",
            "Time to handle an update.",
            quantile(0.95, "update_duration_seconds"),
            "s",
            limits=SLOW,
        ),
        stat("In flight", "Updates being handled now.", gauge("updates_in_flight")),
        stat(
            "Downloads waiting",
            "All priorities. Above 50 the bot alerts by itself.",
            gauge("queue_depth"),
            limits=(Limit(10, "orange"), Limit(50, "red")),
        ),
        stat(
            "Last answer of Telegram",
            "Seconds since getUpdates was answered; with a webhook there is none.",
            since("last_poll_timestamp_seconds"),
            "s",
            limits=(Limit(90, "orange"), Limit(150, "red")),
        ),
    ),
)

UPDATES = Row(
    title="Updates",
    panels=(
        Panel(
            title="Updates by outcome",
            description="Handled, unhandled (nobody wanted it), error, throttled.",
            queries=(Query(rate("updates_total", by=["outcome"]), "{{outcome}}"),),
            unit="reqps",
            kind="stacked",
        ),
        Panel(
            title="Latency",
            description="Time from the arrival of an update to the end of its handler.",
            queries=latencies("update_duration_seconds", **HANDLER),
            unit="s",
            limits=SLOW,
        ),
        Panel(
            title="Latency by handler (95 %)",
            description="The handlers that make people wait. A download's own time is not in it.",
            queries=(
                Query(
                    slowest("update_duration_seconds", "handler", **HANDLER),
                    "{{handler}}",
                ),
            ),
            unit="s",
            limits=SLOW,
        ),
        Panel(
            title="Error rate",
            description="Share of updates that ended in an error.",
            queries=(Query(ERROR_SHARE, "errors"),),
            unit="percentunit",
            limits=FAILING,
        ),
        Panel(
            title="Updates that wait",
            description="At Telegram, until the bot fetches them, and here, being handled.",
            queries=(
                Query(gauge("pending_updates"), "at Telegram"),
                Query(gauge("updates_in_flight"), "being handled"),
            ),
        ),
    ),
)

CALLS = Row(
    title="Calls to Telegram",
    panels=(
        Panel(
            title="Calls by method",
            description="The ten methods that are called most.",
            queries=(
                Query(f"topk(10, {rate('api_requests_total', by=['method'])})", "{{method}}"),
            ),
            unit="reqps",
            kind="stacked",
        ),
        Panel(
            title="Calls that failed",
            description="By outcome. flood: the bot writes faster than Telegram takes it.",
            queries=(
                Query(rate("api_requests_total", by=["outcome"], outcome="!ok"), "{{outcome}}"),
            ),
            unit="reqps",
        ),
        Panel(
            title="Time of a call",
            description="Without getUpdates, which waits on purpose.",
            queries=tuple(
                Query(
                    quantile(one, "api_request_duration_seconds", method="!getUpdates"),
                    legend,
                )
                for legend, one in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
            ),
            unit="s",
            limits=(Limit(1, "orange"), Limit(5, "red")),
        ),
        Panel(
            title="Lag of messages",
            description="From a message's date to its handling: the time it lay at Telegram.",
            queries=latencies("update_lag_seconds"),
            unit="s",
        ),
    ),
)

DOWNLOADS = Row(
    title="Downloads",
    panels=(
        counted(
            "Downloads by format",
            "Delivered files an hour.",
            "downloads_succeeded_total",
            "format",
            **FORMAT,
        ),
        counted(
            "Failures by error",
            "Why downloads ended without a file, an hour.",
            "downloads_failed_total",
            "error",
            **FORMAT,
        ),
        Panel(
            title="Duration",
            description="From the first start to the delivery.",
            queries=(
                *latencies("download_duration_seconds", **FORMAT),
                Query(mean("download_duration_seconds", **FORMAT), "mean"),
            ),
            unit="s",
        ),
        counted(
            "Links refused",
            "Links that led to nothing that could be offered, an hour.",
            "links_refused_total",
            "error",
        ),
        Panel(
            title="Size of files",
            description="Half of the delivered files, and 95 %, are smaller.",
            queries=(
                Query(quantile(0.5, "download_size_bytes", **FORMAT), "p50"),
                Query(quantile(0.95, "download_size_bytes", **FORMAT), "p95"),
            ),
            unit="bytes",
        ),
        Panel(
            title="Queue by priority",
            description="Downloads that wait for a worker, and those that run.",
            queries=(
                Query(gauge("queue_depth", by=["priority"]), "{{priority}}"),
                Query(gauge("downloads_in_progress"), "running"),
            ),
            kind="stacked",
            limits=(Limit(50, "red"),),
        ),
        Panel(
            title="Wait by priority (95 %)",
            description="From being due to the start. A paid plan waits less.",
            queries=(
                Query(quantile(0.95, "queue_wait_seconds", by=["priority"]), "{{priority}}"),
            ),
            unit="s",
        ),
        counted(
            "Attempts repeated",
            "An hour; above 30 % of all attempts the bot alerts by itself.",
            "download_retries_total",
            "format",
            **FORMAT,
        ),
    ),
)

OTHERS = Row(
    title="Assistant and quizzes",
    panels=(
        Panel(
            title="Time of an answer by the assistant",
            description="From the question to the end of its answer.",
            queries=(
                Query(
                    quantile(0.95, "completion_duration_seconds", by=["model"]), "{{model}} p95"
                ),
            ),
            unit="s",
        ),
        Panel(
            title="Answers to quiz questions",
            description="How many a second.",
            queries=(Query(count("question_answer_seconds"), "answers"),),
            unit="reqps",
        ),
        Panel(
            title="Time to think",
            description="From a question to an answer.",
            queries=latencies("question_answer_seconds"),
            unit="s",
        ),
    ),
)

PERFORMANCE = Board(
    uid="telegauge-performance",
    title="Telegauge · Performance",
    description="How fast and how reliable the bot is.",
    rows=(GLANCE, UPDATES, CALLS, DOWNLOADS, OTHERS),
    variables=(
        INSTANCE,
        Variable(name="handler", series="update_duration_seconds", label="handler"),
        Variable(name="format", series="downloads_succeeded_total", label="format"),
    ),
)
