"""What the operator may choose about the API and the dashboard; bot/config.py reads it."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from bot.values import Origin, Origins


class WebSettings(BaseSettings):
    """One field for each variable in config.example.env; a description says what is expected."""

    # -- the API and the dashboard --
    dashboard_url: Origin | None = Field(
        None,
        description="the address of this server as browsers reach it, such as "
        "https://bot.example, without a path",
    )
    api_allowed_origins: Origins = Field(
        (), description="origins like https://app.example, separated by commas"
    )
    api_rate_limit: float = Field(
        50, ge=0.1, le=10_000, description="requests a second, 0.1 to 10000"
    )
