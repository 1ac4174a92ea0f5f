"""Alerts as JSON, as far as one can tell without an Alertmanager."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

from bot.alerts.states import Alert
from bot.alerts.terms import Terms
from bot.alerts.webhook import ANNOTATION, BODY, alert_json, payload
from tests.alerts.test_alertmanager import ALERT, BEGAN, TERMS

END = BEGAN + timedelta(minutes=5)


def part(alert: Alert = ALERT, terms: Terms = TERMS, *, is_over: bool = False) -> str:
    return alert_json(alert, terms, END if is_over else None, None)


def decoded(*parts: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(payload(parts))
    return body


def other(rule: str = "QueueBackup") -> Alert:
    return replace(ALERT, rule=rule)


def test_a_group_fires_while_one_of_its_alerts_does() -> None:
    assert decoded(part(), part(other(), is_over=True))["status"] == "firing"
    assert decoded(part(is_over=True), part(other(), is_over=True))["status"] == "resolved"


def test_only_what_all_alerts_say_is_common() -> None:
    body = decoded(part(), part(other()))

    assert "alertname" not in body["commonLabels"]
    assert body["commonLabels"]["severity"] == "critical"
    assert (body["groupLabels"], body["groupKey"]) == ({}, "{}:{}")
    assert body["commonAnnotations"]["description"] == ALERT.details


def test_a_rule_explained_nowhere_has_no_address() -> None:
    alert = decoded(part())["alerts"][0]

    assert "runbook_url" not in alert["annotations"]
    assert alert["annotations"]["first_aid"] == "Look at /errors."


def test_moments_are_told_in_utc_to_the_millisecond() -> None:
    east = replace(ALERT, fired_at=BEGAN.astimezone(timezone(timedelta(hours=5))))
    later = replace(east, fired_at=east.fired_at + timedelta(microseconds=7_900))

    assert decoded(part(later))["alerts"][0]["startsAt"] == "2026-03-01T12:00:00.007Z"


def test_endless_details_are_cut() -> None:
    alert = decoded(part(replace(ALERT, details="x" * 5_000)))["alerts"][0]

    assert len(alert["annotations"]["description"]) == ANNOTATION


def test_what_would_make_the_body_too_long_is_counted() -> None:
    long = replace(TERMS, first_aid="ü" * ANNOTATION)

    body = payload([part(other(f"Rule{number}"), long) for number in range(500)])

    told = json.loads(body)
    assert len(body.encode()) <= BODY
    assert 0 < len(told["alerts"]) == 500 - told["truncatedAlerts"]


def test_a_single_alert_is_told_whatever_its_length() -> None:
    endless = replace(TERMS, labels={"x": "x" * BODY})

    assert len(decoded(part(terms=endless))["alerts"]) == 1
