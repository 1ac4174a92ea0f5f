"""What the operator may choose about reports; bot/config.py reads it with all the rest."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class ReportSettings(BaseSettings):
    """One field for each variable in config.example.env; a description says what is expected."""

    # -- reports --
    analytics_cache_update_interval: float = Field(
        300, ge=1, le=86_400, description="seconds a report is good enough for, 1 to 86400"
    )
    retention_days: int = Field(
        90, ge=60, le=3650, description="days that single events are kept, at least 60"
    )
    stars_usd_rate: float | None = Field(
        None, gt=0, le=100, description="US dollars for one Star, above 0"
    )
