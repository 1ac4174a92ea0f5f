"""The dashboard System health: how the process is."""

from __future__ import annotations

from deploy.panels.panel import INSTANCE, Board, Limit, Panel, Query, Row, stat
from deploy.panels.promql import (
    gauge,
    increase,
    mean,
    or_zero,
    quantile,
    rate,
    since,
    slowest,
)
from deploy.panels.shapes import counted

HERE = 'instance=~"$instance"'
GIGABYTE = 1e9

GLANCE = Row(
    title="At a glance",
    panels=(
        stat("Uptime", "Since the process started.", gauge("uptime_seconds", how="min"), "s"),
        stat(
            "Alerts that fire",
            "The bot's own; /alerts says which.",
            or_zero(gauge("alerts_firing")),
            limits=(Limit(1, "red"),),
        ),
        stat(
            "Lag of the event loop",
            "How late it is at worst; all people wait that long.",
            gauge("event_loop_lag_seconds", how="max"),
            "s",
            limits=(Limit(0.25, "orange"), Limit(5, "red")),
        ),
        stat(
            "Database",
            "1: the last visit went well.",
            gauge("db_up", how="min"),
            limits=(Limit(1, "green"),),
            is_low_bad=True,
        ),
        stat(
            "yt-dlp",
            "1: it could read the test address.",
            gauge("ytdlp_up", how="min"),
            limits=(Limit(1, "green"),),
            is_low_bad=True,
        ),
        stat(
            "Disk free",
            "Where the database is: orange below 10 GB, red below 1 GB. LowDisk looks at percent.",
            gauge("disk_free_bytes", how="min"),
            "bytes",
            limits=(Limit(GIGABYTE, "orange"), Limit(10 * GIGABYTE, "green")),
            is_low_bad=True,
        ),
    ),
)

TROUBLE = Row(
    title="Trouble",
    panels=(
        Panel(
            title="Errors by category",
            description="A second.",
            queries=(Query(rate("errors_total", by=["category"]), "{{category}}"),),
            kind="stacked",
        ),
        Panel(
            title="Alerts that fire",
            description="By severity.",
            queries=(Query(gauge("alerts_firing", by=["severity"]), "{{severity}}"),),
            kind="stacked",
        ),
        counted(
            "Notices to the admins",
            "An hour. Retried: could not be delivered yet. Failed: given up.",
            "alert_notifications_total",
            "outcome",
        ),
        counted(
            "Heartbeats",
            "Checks told to HEARTBEAT_URL, an hour; none without that setting.",
            "heartbeats_total",
            "outcome",
        ),
        counted(
            "People slowed down, and the bot",
            "An hour: by the bot's own limit, or by Telegram's.",
            "rate_limit_hits_total",
            "kind",
        ),
        Panel(
            title="Facts given up, updates set aside",
            description="An hour. Anything above 0 is worth a look into the log.",
            queries=(
                Query(
                    increase("events_dropped_total", by=["reason"], over="1h"),
                    "dropped: {{reason}}",
                ),
                Query(increase("updates_quarantined_total", over="1h"), "updates set aside"),
            ),
            kind="bars",
        ),
    ),
)

LOOP = Row(
    title="Loop, database, store",
    panels=(
        Panel(
            title="Lag of the event loop",
            description="How late it is at worst.",
            queries=(
                Query(gauge("event_loop_lag_seconds", by=["instance"], how="max"), "{{instance}}"),
            ),
            unit="s",
            limits=(Limit(0.25, "orange"), Limit(5, "red")),
        ),
        Panel(
            title="Visits to the database (95 %)",
            description="The ten slowest operations, waiting for their turn included.",
            queries=(
                Query(
                    slowest("db_query_duration_seconds", "operation"),
                    "{{operation}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            title="Facts that wait for the disk",
            description="They wait for STORE_FLUSH_INTERVAL at most; kill -9 loses them.",
            queries=(Query(gauge("store_buffered_events"), "facts"),),
        ),
        Panel(
            title="Time to write a batch",
            description="The mean, and what 95 % stay below.",
            queries=(
                Query(mean("store_flush_seconds"), "mean"),
                Query(quantile(0.95, "store_flush_seconds"), "p95"),
            ),
            unit="s",
        ),
        Panel(
            title="Cache hits",
            description="Looks into a cache that found something, by cache.",
            queries=(
                Query(
                    f"{rate('cache_requests_total', by=['cache'], result='hit')} / "
                    f"{rate('cache_requests_total', by=['cache'])}",
                    "{{cache}}",
                ),
            ),
            unit="percentunit",
        ),
        Panel(
            title="The side server (95 %)",
            description="Time of a request, by route.",
            queries=(
                Query(quantile(0.95, "http_request_duration_seconds", by=["route"]), "{{route}}"),
            ),
            unit="s",
        ),
        Panel(
            title="Who watches facts live",
            description="Open WebSockets of the API; no more than 50.",
            queries=(Query(gauge("live_readers"), "readers"),),
        ),
        counted(
            "Who watched and is gone",
            "An hour, by how it ended. Refused: what they sent. Silent: no answer to a ping.",
            "live_readers_gone_total",
            "ending",
        ),
        counted(
            "Who signed in, and who tried",
            "An hour, by outcome. Refused: a wrong token. Hurried: too many wrong ones.",
            "sign_ins_total",
            "outcome",
        ),
    ),
)

WORK = Row(
    title="Jobs and process",
    panels=(
        Panel(
            title="Since a job last went well",
            description="A job that does not get done climbs without end.",
            queries=(
                Query(
                    since("job_last_success_timestamp_seconds", by=["job"]),
                    "{{exported_job}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            title="Time of a job",
            description="The mean.",
            queries=(Query(mean("job_duration_seconds", by=["job"]), "{{exported_job}}"),),
            unit="s",
        ),
        Panel(
            title="Memory",
            description="What the process holds.",
            queries=(Query(f"process_resident_memory_bytes{{{HERE}}}", "{{instance}}"),),
            unit="bytes",
        ),
        Panel(
            title="CPU",
            description="1 is one core. The bot is one process and uses one.",
            queries=(
                Query(
                    f"rate(process_cpu_seconds_total{{{HERE}}}[$__rate_interval])", "{{instance}}"
                ),
            ),
            limits=(Limit(0.8, "orange"), Limit(0.95, "red")),
        ),
        Panel(
            title="Open files",
            description="Sockets are files, too.",
            queries=(Query(f"process_open_fds{{{HERE}}}", "{{instance}}"),),
        ),
        Panel(
            title="Disk free",
            description="Where the database is.",
            queries=(Query(gauge("disk_free_bytes", by=["instance"], how="min"), "{{instance}}"),),
            unit="bytes",
        ),
    ),
)

SYSTEM = Board(
    uid="telegauge-system",
    title="Telegauge · System health",
    description="How the process is: errors, loop, database, jobs.",
    rows=(GLANCE, TROUBLE, LOOP, WORK),
    variables=(INSTANCE,),
)
