"""What the operator may choose about alerts; bot/config.py reads it with all the rest."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from bot.values import File, Url


class AlertSettings(BaseSettings):
    """One field for each variable in config.example.env; a description says what is expected."""

    # -- alerts --
    alerts_enabled: bool = Field(default=True, description="true or false")
    alert_chat_id: int | None = Field(
        None, description="a chat's numeric id; a group's is negative"
    )
    alert_check_interval: float = Field(
        60, ge=1, le=3600, description="seconds between two checks, 1 to 3600"
    )
    alert_error_rate_threshold: float = Field(
        5.0, gt=0, lt=100, description="percent of updates that may fail, above 0 and below 100"
    )
    alert_database_error_threshold: float = Field(
        5.0, gt=0, lt=100, description="percent of queries that may fail, above 0 and below 100"
    )
    alert_poll_age_threshold: float = Field(
        150, ge=60, description="seconds without an answer from getUpdates, at least 60"
    )
    alert_latency_threshold: float = Field(
        2.0, gt=0, le=600, description="seconds, above 0 and at most 600"
    )
    alert_download_failure_threshold: float = Field(
        20.0, gt=0, lt=100, description="percent of downloads that may fail, above 0 and below 100"
    )
    alert_queue_depth_threshold: int = Field(
        50, ge=1, description="downloads that wait, at least 1"
    )
    alert_retry_rate_threshold: float = Field(
        30.0, gt=0, lt=100, description="percent of attempts that may fail, above 0 and below 100"
    )
    alert_conversion_threshold: float = Field(
        10.0, gt=0, lt=100, description="percent of checkouts to be paid, above 0 and below 100"
    )
    alert_rate_limit_threshold: float = Field(
        5.0, gt=0, lt=100, description="percent of requests, above 0 and below 100"
    )
    alert_disk_threshold: float = Field(
        10.0, gt=0, lt=100, description="percent of the disk, above 0 and below 100"
    )
    alert_escalation_minutes: float = Field(
        15, ge=0, le=1440, description="minutes, 0 (never) to 1440"
    )
    alert_rules_file: File | None = Field(None, description="a TOML file as in docs/alerts.md")
    alert_runbook_url: Url | None = Field(
        None, description="the http(s) address of a page like docs/alerts.md"
    )
    alert_webhook_url: Url | None = Field(
        None, description="the http(s) address of a receiver of Alertmanager's webhooks"
    )
    alert_webhook_secret: SecretStr | None = Field(
        None, min_length=16, description="at least 16 characters"
    )
    heartbeat_url: Url | None = Field(None, description="an http(s) address")
