"""The rules that every bot has, with the operator's thresholds; to add one, copy one."""

from __future__ import annotations

from bot.alerts.rules import Count, Deviation, Level, Ratio, Rule
from bot.alerts.terms import HOUR, MINUTE, Terms
from bot.config import Settings
from bot.feature_settings import FEATURES

# Faults that explain others.
ROOTS = frozenset({"DatabaseIssues", "PollStalled"})
DATABASE = frozenset({"DatabaseIssues"})
NO_FILES = ROOTS | {"YtdlpDown"}

DOWNLOADS = {"feature": "downloads"}
BILLING = {"feature": "billing"}

# Percent of updates that may be slow: the limit is about the 95th percentile.
SLOW_PERCENT = 5.0
# As in bot/analytics/reports/unusual.py.
UNUSUAL = 3.5


def build_rules(settings: Settings) -> tuple[Rule, ...]:
    """Every rule of the bot and of the features that are on."""
    rules = [*_roots(settings), *_updates(settings), *_system(settings)]
    if "downloads" in settings.active_features:
        rules += [*_downloads(settings), *_queue(settings)]
    if "billing" in settings.active_features:
        rules += _billing(settings)
    return tuple(rules)


def idle_rules(settings: Settings) -> tuple[Rule, ...]:
    """Those of features that are off."""
    every = build_rules(settings.model_copy(update={"features": FEATURES}))
    active = {rule.terms.name for rule in build_rules(settings)}
    return tuple(rule for rule in every if rule.terms.name not in active)


def _roots(settings: Settings) -> list[Rule]:
    return [
        Ratio(
            terms=Terms(
                name="DatabaseIssues",
                severity="critical",
                first_aid="Look at the database's disk and log; until it answers, facts wait.",
                pending_checks=1,
                throttle_seconds=5 * MINUTE,
            ),
            share="queries",
            what="visits to the database that failed",
            threshold=settings.alert_database_error_threshold,
        ),
        Level(
            terms=Terms(
                name="PollStalled",
                severity="critical",
                first_aid="See whether this machine reaches Telegram, and that no other process "
                "polls with the same token.",
                pending_checks=1,
                throttle_seconds=5 * MINUTE,
            ),
            level="poll_age",
            what="since Telegram last answered getUpdates",
            threshold=settings.alert_poll_age_threshold,
            unit="s",
            unknown="no poll was answered yet",
        ),
    ]


def _updates(settings: Settings) -> list[Rule]:
    return [
        Ratio(
            terms=Terms(
                name="HighErrorRate",
                first_aid="/errors shows what fails, how often, and where.",
                throttle_seconds=30 * MINUTE,
                causes=ROOTS,
            ),
            share="updates",
            what="updates that ended in an error",
            threshold=settings.alert_error_rate_threshold,
        ),
        Ratio(
            terms=Terms(
                name="HighLatency",
                first_aid="/metrics performance shows which handler takes how long; /health, "
                "whether the event loop, the CPU or the database is late.",
                throttle_seconds=30 * MINUTE,
                causes=ROOTS,
            ),
            share="latency",
            what=f"updates that took longer than {settings.alert_latency_threshold:g} s",
            threshold=SLOW_PERCENT,
        ),
        Ratio(
            terms=Terms(
                name="RateLimited",
                first_aid="See in /report api which method is refused, and send less at once; "
                "to one chat Telegram takes about one message a second.",
                throttle_seconds=30 * MINUTE,
            ),
            share="calls",
            what="requests that Telegram refused for being too many",
            threshold=settings.alert_rate_limit_threshold,
        ),
    ]


def _system(settings: Settings) -> list[Rule]:
    return [
        Level(
            terms=Terms(
                name="LowDisk",
                first_aid="Make room where the database is, or lower RETENTION_DAYS; a full disk "
                "stops every write.",
                throttle_seconds=30 * MINUTE,
            ),
            level="disk_free",
            what="free space on the disk with the data",
            threshold=settings.alert_disk_threshold,
            unit="%",
            is_low_bad=True,
        ),
        Count(
            terms=Terms(
                name="EventsDropped",
                first_aid="Look in the log for what the store could not write; what was dropped "
                "is missing in reports, not in payments or downloads.",
                throttle_seconds=30 * MINUTE,
                causes=DATABASE,
            ),
            share="dropped",
            what="facts that were given up",
            threshold=1,
            unit="facts",
        ),
        Deviation(
            terms=Terms(
                name="UnusualActivity",
                first_aid="/report unusual shows the hour beside what is usual; /sources, where "
                "new people come from.",
                throttle_seconds=HOUR,
                causes=ROOTS,
            ),
            level="unusual",
            what="acts of people in the last full hour",
            threshold=UNUSUAL,
            unit="deviations",
            unknown="less than six weeks are recorded",
        ),
    ]


def _downloads(settings: Settings) -> list[Rule]:
    return [
        Ratio(
            terms=Terms(
                name="DownloadFailures",
                first_aid="/report downloads shows the errors by type and site; site means that "
                "yt-dlp wants an update.",
                throttle_seconds=30 * MINUTE,
                causes=NO_FILES,
                labels=DOWNLOADS,
            ),
            share="downloads",
            what="downloads that failed through the bot or the site",
            threshold=settings.alert_download_failure_threshold,
        ),
        Ratio(
            terms=Terms(
                name="HighRetryRate",
                first_aid="/report downloads shows what is tried again; network and site pass by "
                "themselves, disk does not.",
                throttle_seconds=15 * MINUTE,
                causes=NO_FILES,
                labels=DOWNLOADS,
            ),
            share="attempts",
            what="download attempts that have to be repeated",
            threshold=settings.alert_retry_rate_threshold,
        ),
    ]


def _queue(settings: Settings) -> list[Rule]:
    return [
        Level(
            terms=Terms(
                name="QueueBackup",
                first_aid="/health shows who waits for how long; raise DOWNLOAD_WORKERS if CPU "
                "and network have room.",
                throttle_seconds=15 * MINUTE,
                causes=DATABASE,
                labels=DOWNLOADS,
            ),
            level="queue_depth",
            what="downloads wait for a worker",
            threshold=settings.alert_queue_depth_threshold,
            unit="downloads",
            unknown="not counted yet",
        ),
        Level(
            terms=Terms(
                name="YtdlpDown",
                first_aid="Open the test page by hand; if it is there, update yt-dlp.",
                throttle_seconds=5 * MINUTE,
                labels=DOWNLOADS,
            ),
            level="ytdlp_up",
            what="yt-dlp reads its test page (1: yes, 0: no)",
            threshold=0,
            unit="up",
            is_low_bad=True,
            unknown="not tried yet, or DOWNLOAD_TEST_URL is not set",
        ),
    ]


def _billing(settings: Settings) -> list[Rule]:
    return [
        Count(
            terms=Terms(
                name="PaymentFailure",
                severity="critical",
                first_aid="Press Pay yourself; /revenue shows the failures by reason, and "
                "unreachable means that our answer did not get to Telegram in time.",
                pending_checks=1,
                labels=BILLING,
            ),
            share="payments",
            what="checkouts that were refused or got no answer",
            threshold=1,
            unit="payments",
        ),
        Ratio(
            terms=Terms(
                name="LowConversion",
                first_aid="Buy a plan yourself; /revenue shows where sales end.",
                throttle_seconds=HOUR,
                causes=ROOTS,
                labels=BILLING,
            ),
            share="checkouts",
            what="checkouts that are paid",
            threshold=settings.alert_conversion_threshold,
            is_low_bad=True,
        ),
    ]
