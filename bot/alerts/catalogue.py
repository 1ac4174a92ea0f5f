"""The rules that every bot has, with the operator's thresholds; to add one, copy one."""

from __future__ import annotations

from bot.alerts.rules import Level, Ratio, Rule
from bot.alerts.terms import MINUTE, Terms
from bot.config import Settings

# Faults that explain others.
ROOTS = frozenset({"DatabaseIssues", "PollStalled"})


def build_rules(settings: Settings) -> tuple[Rule, ...]:
    """Every rule, with the operator's thresholds."""
    return (
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
        ),
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
    )
