"""Alerts as Alertmanager's webhooks tell them (version 4), for receivers that know those.  Pure.

Compared with a real Alertmanager in tests/alerts/test_alertmanager.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.alerts import text
from bot.alerts.states import Alert
from bot.alerts.terms import Terms

VERSION = "4"
RECEIVER = "telegauge"
# How Go writes a time that has not come.
NEVER = "0001-01-01T00:00:00Z"
ANNOTATION = 1_000
BODY = 256 * 1024
FNV_OFFSET, FNV_PRIME, FNV_MASK = 14_695_981_039_346_656_037, 1_099_511_628_211, 2**64 - 1

Labels = Mapping[str, str]


def alert_json(
    alert: Alert, terms: Terms, ends_at: datetime | None, runbook_url: str | None
) -> str:
    """One alert as JSON.  ends_at: None while it fires; runbook_url: explains its rule"""
    labels = {**terms.labels, "alertname": alert.rule, "severity": alert.severity}
    annotations = {
        "summary": f"{alert.rule}: {text.measure(alert)}",
        "description": alert.details,
        "first_aid": terms.first_aid,
        "runbook_url": runbook_url or "",
    }
    one = {
        "status": "resolved" if ends_at else "firing",
        "labels": labels,
        "annotations": {name: said[:ANNOTATION] for name, said in annotations.items() if said},
        "startsAt": _moment(alert.fired_at),
        "endsAt": _moment(ends_at) if ends_at else NEVER,
        "generatorURL": "",
        "fingerprint": fingerprint(labels),
    }
    return json.dumps(one, ensure_ascii=False)


def payload(parts: Sequence[str], receiver: str = RECEIVER) -> str:
    """The body that tells of *parts*, each made by alert_json(); firing while one of them is.

    What would make it longer than 256 KB is left out and counted, as Alertmanager does.
    """
    alerts, truncated = _fitting([json.loads(part) for part in parts])
    group = _common([{"alertname": one["labels"]["alertname"]} for one in alerts])
    body = {
        "version": VERSION,
        "groupKey": f"{{}}:{{{_matchers(group)}}}",
        "truncatedAlerts": truncated,
        "status": "firing" if any(one["status"] == "firing" for one in alerts) else "resolved",
        "receiver": receiver,
        "groupLabels": group,
        "commonLabels": _common([one["labels"] for one in alerts]),
        "commonAnnotations": _common([one["annotations"] for one in alerts]),
        "externalURL": "",
        "alerts": alerts,
    }
    return json.dumps(body, ensure_ascii=False)


def fingerprint(labels: Labels) -> str:
    """What Prometheus calls a set of labels: FNV-1a of names and values in order, in hex.

    Source: the 64-bit parameters in G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV
    Non-Cryptographic Hash Algorithm"; each name and each value ends with the byte 255.
    """
    value = FNV_OFFSET
    for word in (word for pair in sorted(labels.items()) for word in pair):
        for byte in (*word.encode(), 255):
            value = (value ^ byte) * FNV_PRIME & FNV_MASK
    return f"{value:016x}"


def _fitting(alerts: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """As many as fit, at least the first, and how many do not."""
    length = 0
    for number, one in enumerate(alerts):
        # Labels and annotations may be said a second time, as what all have in common.
        length += 2 * len(json.dumps(one))
        if number and length > BODY:
            return alerts[:number], len(alerts) - number
    return alerts, 0


def _common(each: Sequence[Labels]) -> dict[str, str]:
    """What all of them have, with the same value."""
    first, *others = each
    return {
        name: value
        for name, value in first.items()
        if all(other.get(name) == value for other in others)
    }


def _matchers(labels: Labels) -> str:
    return ", ".join(f"{name}={json.dumps(value)}" for name, value in sorted(labels.items()))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
