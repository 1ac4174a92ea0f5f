"""What the operator may choose about reports; bot/config.py reads it with all the rest."""

from __future__ import annotations

import string
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

# Telegram takes 512 UTF-16 units of a description; the rest is for the number.
DESCRIPTION_UNITS = 500
WEEKLY = r"^(?i:mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):[0-5]\d$"


def _template(text: str) -> str:
    """Refuse what is too long, and what asks for anything but the number."""
    fields = [field for field in string.Formatter().parse(text) if field[1] is not None]
    if {field[1:] for field in fields} != {("count", "", None)}:
        raise ValueError
    if len(text.encode("utf-16-le")) // 2 > DESCRIPTION_UNITS:
        raise ValueError
    return text


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
    mau_cache_timeout: float = Field(
        3600, ge=1, le=604_800, description="seconds a count is good enough for, 1 to 604800"
    )
    mau_display_place: Literal["line", "inline", "off"] = Field(
        "line", description="line, inline or off"
    )
    mau_display_format: Literal["abbreviated", "full"] = Field(
        "abbreviated", description="abbreviated or full"
    )
    mau_display_show_label: bool = Field(default=True, description="true or false")
    mau_display_label: str | None = Field(None, max_length=64, description="at most 64 characters")
    mau_hide_low_counts: bool = Field(default=True, description="true or false")
    mau_low_count_threshold: int = Field(
        10, ge=1, le=1_000_000, description="a number of people, 1 to 1000000"
    )
    bot_description_template: Annotated[str, AfterValidator(_template)] | None = Field(
        None,
        description="a text of at most 500 characters with {count}, and no other braces",
    )
    digest_schedule: Annotated[str, Field(pattern=WEEKLY)] | None = Field(
        None, description="a weekday and a time, such as mon 09:00"
    )
