"""The files for Prometheus: promtool finds nothing, and every alert has its page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.analytics.metrics import ALL
from tests.prometheus import needs_prometheus

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
RULES = ("recording.yml", "alerting.yml")


def promtool(*words: str) -> tuple[int, str]:
    """How it ended and what it said."""
    done = subprocess.run(  # noqa: S603  our own words
        ["promtool", *words],  # noqa: S607  wherever the system has it
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def rules(file: str) -> list[dict[str, Any]]:
    """Every rule of a file."""
    groups = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


ALERTS = [pytest.param(rule, id=rule["alert"]) for rule in rules("alerting.yml")]


@needs_prometheus
@pytest.mark.parametrize(
    "words",
    [
        ("check", "config", "--syntax-only", "--lint-fatal", "prometheus.yml"),
        ("check", "rules", "--lint-fatal", *RULES),
        ("test", "rules", "tests.yml"),
    ],
    ids=" ".join,
)
def test_promtool_finds_nothing_to_say(words: tuple[str, ...]) -> None:
    code, said = promtool(*words)

    assert code == 0, said


def test_rules_ask_for_series_that_exist() -> None:
    recorded = {str(rule["record"]) for rule in rules("recording.yml")}
    text = " ".join(str(rule["expr"]) for file in RULES for rule in rules(file))
    families = {f"bot_{one.name}" for one in ALL} | {f"bot_{one.name}_bucket" for one in ALL}

    asked = set(re.findall(r"(?<![\w:])bot_\w+(?!\w*:)", text))
    asked_recorded = set(re.findall(r"\w+:bot_\w+:\w+", text))

    assert asked and asked <= families
    assert asked_recorded <= recorded


@pytest.mark.parametrize("rule", ALERTS)
def test_an_alert_says_how_bad_it_is_and_where_to_read_on(rule: dict[str, Any]) -> None:
    page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    headings = re.findall(r"^### (\w+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)

    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert anchor == rule["alert"].lower()
    assert rule["alert"] in headings


@pytest.mark.parametrize("rule", ALERTS)
def test_an_alert_is_tested(rule: dict[str, Any]) -> None:
    tests = yaml.safe_load((FOLDER / "tests.yml").read_text(encoding="utf-8"))["tests"]

    fired = {
        case["alertname"]
        for test in tests
        for case in test.get("alert_rule_test", [])
        if case["exp_alerts"]
    }

    assert rule["alert"] in fired
