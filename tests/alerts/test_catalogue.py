"""Each rule of the bot: when it is bad, when it is good, and when nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from bot.alerts.catalogue import SLOW_PERCENT, UNUSUAL, build_rules
from bot.alerts.rules import Rule
from bot.alerts.snapshot import Snapshot
from bot.analytics.reports import unusual
from bot.config import Settings
from tests.alerts.scene import NOTHING, Share, seeing, standing

ALL = {
    "DatabaseIssues",
    "PollStalled",
    "HighErrorRate",
    "HighLatency",
    "RateLimited",
    "LowDisk",
    "EventsDropped",
    "UnusualActivity",
    "DownloadFailures",
    "QueueBackup",
    "YtdlpDown",
    "HighRetryRate",
    "PaymentFailure",
    "LowConversion",
}
OF_DOWNLOADS = {"DownloadFailures", "QueueBackup", "YtdlpDown", "HighRetryRate"}
OF_BILLING = {"PaymentFailure", "LowConversion"}


def catalogue(**settings: Any) -> dict[str, Rule]:
    return {one.terms.name: one for one in build_rules(Settings(_env_file=None, **settings))}


RULES = catalogue()

# Percent rules: what they count, and of 200 how many are bad, unclear and good.
SHARES = {
    "DatabaseIssues": ("queries", 40, 10, 7),
    "HighErrorRate": ("updates", 40, 10, 7),
    "HighLatency": ("latency", 40, 10, 7),
    "RateLimited": ("calls", 40, 10, 7),
    "DownloadFailures": ("downloads", 80, 40, 31),
    "HighRetryRate": ("attempts", 100, 60, 47),
    "LowConversion": ("checkouts", 195, 178, 174),
}
# Figures: bad, unclear, good.
LEVELS = {
    "PollStalled": ("poll_age", 150, 130, 119),
    "QueueBackup": ("queue_depth", 50, 45, 39),
    "LowDisk": ("disk_free", 10, 11, 13),
    "UnusualActivity": ("unusual", -3.6, 3, -2.7),
}


def test_the_rules_are_those_of_the_product() -> None:
    assert set(RULES) == ALL


def judged(name: str, snapshot: Snapshot) -> str:
    reading = RULES[name].evaluate(snapshot)
    assert not (reading.is_bad and reading.is_good)
    assert reading.details
    return "bad" if reading.is_bad else "good" if reading.is_good else "unclear"


@pytest.mark.parametrize("name", SHARES)
def test_a_share_is_bad_with_evidence_good_well_below_and_unclear_between(name: str) -> None:
    share, *counts = SHARES[name]

    found = [judged(name, seeing(share, Share(count, 200))) for count in counts]

    assert found == ["bad", "unclear", "good"]


@pytest.mark.parametrize("name", SHARES)
def test_without_a_share_nobody_can_tell(name: str) -> None:
    share, bad, *_ = SHARES[name]
    before = Share(bad, 200)

    reading = RULES[name].evaluate(seeing(share, NOTHING, before))

    assert (reading.value, reading.is_bad, reading.is_good) == (None, False, False)


@pytest.mark.parametrize("name", SHARES)
def test_two_of_two_are_no_evidence(name: str) -> None:
    share, *_ = SHARES[name]

    assert judged(name, seeing(share, Share(2, 2))) == "unclear"


@pytest.mark.parametrize("name", LEVELS)
def test_a_level_is_bad_beyond_its_threshold_and_good_well_before_it(name: str) -> None:
    level, *values = LEVELS[name]

    found = [judged(name, standing(level, value)) for value in values]

    assert found == ["bad", "unclear", "good"]


@pytest.mark.parametrize(("up", "verdict"), [(0.0, "bad"), (1.0, "good")])
def test_ytdlp_works_or_does_not(up: float, verdict: str) -> None:
    assert judged("YtdlpDown", standing("ytdlp_up", up)) == verdict


@pytest.mark.parametrize(
    ("name", "level"),
    [*((name, level) for name, (level, *_) in LEVELS.items()), ("YtdlpDown", "ytdlp_up")],
)
def test_without_a_level_nobody_can_tell(name: str, level: str) -> None:
    reading = RULES[name].evaluate(standing(level, None))

    assert (reading.value, reading.is_bad, reading.is_good) == (None, False, False)


@pytest.mark.parametrize(
    ("name", "share"), [("PaymentFailure", "payments"), ("EventsDropped", "dropped")]
)
def test_once_is_enough_and_none_in_five_minutes_is_good(name: str, share: str) -> None:
    found = [judged(name, seeing(share, Share(n, n), Share(1, 1))) for n in (1, 0)]

    assert found == ["bad", "good"]


def test_a_payment_fires_at_once_and_every_time() -> None:
    terms = RULES["PaymentFailure"].terms

    assert (terms.severity, terms.pending_checks, terms.good_checks) == ("critical", 1, 2)
    assert (terms.throttle_seconds, terms.causes) == (0, frozenset())


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("HighErrorRate", 30),
        ("QueueBackup", 15),
        ("PaymentFailure", 0),
        ("YtdlpDown", 5),
        ("DatabaseIssues", 5),
        ("LowConversion", 60),
        ("HighRetryRate", 15),
    ],
)
def test_throttles_are_those_of_the_product(name: str, minutes: float) -> None:
    assert RULES[name].terms.throttle_seconds == 60 * minutes


@pytest.mark.parametrize("name", sorted(ALL))
def test_critical_rules_wait_for_no_second_check(name: str) -> None:
    terms = RULES[name].terms

    assert terms.pending_checks == {"critical": 1, "warning": 2}[terms.severity]


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_rule_says_what_to_do_first(name: str) -> None:
    assert RULES[name].terms.first_aid.endswith(".")


@pytest.mark.parametrize("name", sorted(ALL))
def test_causes_are_rules_that_nothing_explains(name: str) -> None:
    causes = RULES[name].terms.causes

    assert causes <= ALL
    assert not any(RULES[cause].terms.causes for cause in causes)


def test_a_broken_ytdlp_explains_what_downloads_suffer() -> None:
    explained = {name for name, rule in RULES.items() if "YtdlpDown" in rule.terms.causes}

    assert explained == {"DownloadFailures", "HighRetryRate"}


@pytest.mark.parametrize(
    ("features", "missing"),
    [
        ("downloads,billing", set()),
        ("billing,quiz", OF_DOWNLOADS),
        ("downloads", OF_BILLING),
        ("quiz", OF_DOWNLOADS | OF_BILLING),
    ],
)
def test_a_feature_that_is_off_has_no_rules(features: str, missing: set[str]) -> None:
    assert set(catalogue(features=features)) == ALL - missing


def test_rules_of_a_feature_are_labelled_with_it() -> None:
    labelled = {name: rule.terms.labels.get("feature", "") for name, rule in RULES.items()}

    assert labelled == {
        name: "downloads" if name in OF_DOWNLOADS else "billing" if name in OF_BILLING else ""
        for name in ALL
    }


def test_what_is_slow_is_the_operators_choice() -> None:
    rule = catalogue(alert_latency_threshold=7.5)["HighLatency"]

    reading = rule.evaluate(seeing("latency", Share(0, 10)))

    assert "7.5 s" in reading.details
    assert reading.threshold == SLOW_PERCENT


def test_unusual_means_what_the_report_means() -> None:
    assert UNUSUAL == unusual.THRESHOLD
