"""What the operator may choose about the features; bot/config.py reads it with all the rest."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from bot.values import File, Folder, Line, Names, ReadableFolder, Url

FEATURES = ("downloads", "billing", "quiz", "assistant")
NOTHING = "none"


class FeatureSettings(BaseSettings):
    """One field for each variable in config.example.env; a description says what is expected."""

    features: Names = Field(
        FEATURES,
        description="some of downloads, billing, quiz and assistant, separated by commas, or none",
    )

    # -- downloads --
    download_workers: int = Field(
        2, ge=1, le=50, description="how many downloads run at once, 1 to 50"
    )
    download_timeout: float = Field(
        600, ge=10, le=7200, description="seconds one download may take, 10 to 7200"
    )
    download_attempts: int = Field(
        4, ge=1, le=10, description="how often a download is tried, 1 to 10"
    )
    download_megabytes: int = Field(
        50, ge=1, le=2000, description="megabytes the Bot API server takes, 1 to 2000"
    )
    download_free_megabytes: int = Field(
        500, ge=0, description="megabytes of disk that stay free, at least 0"
    )
    download_folder: Folder | None = Field(None, description="a folder that can be written to")
    download_allowed_hosts: Names = Field(
        (), description="names like media.example or 192.168.1.5:8000, separated by commas"
    )
    download_test_url: Url | None = Field(
        None, description="the http(s) address of something that can be downloaded"
    )
    download_check_interval: float = Field(
        3600, ge=10, le=86_400, description="seconds between two checks of yt-dlp, 10 to 86400"
    )

    # -- billing --
    plans_file: File | None = Field(None, description="a TOML file like bot/plans.toml")
    support_contact: Line | None = Field(
        None,
        max_length=200,
        description="who helps with payments, such as @name or an address, in one line",
    )

    # -- quiz --
    quiz_folder: ReadableFolder | None = Field(
        None, description="a folder with question banks, topic.toml"
    )
    quiz_questions: int = Field(10, ge=1, le=50, description="questions of a quiz, 1 to 50")
    quiz_seconds: int = Field(
        20, ge=5, le=600, description="seconds a question stays open, 5 to 600"
    )

    # -- assistant --
    assistant_base_url: Url | None = Field(
        None, description="the http(s) address of an OpenAI-compatible endpoint, with its /v1"
    )
    assistant_api_key: SecretStr | None = Field(None, description="the endpoint's key")
    assistant_model: str | None = Field(
        None, min_length=1, max_length=100, description="a model's name at the endpoint"
    )
    assistant_prompt: str = Field(
        "You are a helpful assistant in a Telegram chat. Answer briefly and in the person's "
        "language.",
        max_length=4000,
        description="what the model is told first, at most 4000 characters",
    )
    assistant_memory_tokens: int = Field(
        3000, ge=0, le=1_000_000, description="tokens of a conversation that are sent along"
    )
    assistant_reply_tokens: int = Field(
        1000, ge=16, le=100_000, description="tokens an answer may have, at least 16"
    )
    assistant_timeout: float = Field(
        60, ge=1, le=600, description="seconds a whole answer may take, 1 to 600"
    )
    assistant_idle: float = Field(
        3600, ge=60, le=604_800, description="seconds until a conversation ends, at least 60"
    )
    assistant_prices_file: File | None = Field(
        None, description="a TOML file like bot/assistant/prices.toml"
    )

    @field_validator("features")
    @classmethod
    def _are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Each once, in our order: a typing error would leave a feature off unnoticed."""
        if value == (NOTHING,):
            return ()
        if set(value) - set(FEATURES):
            raise ValueError
        return tuple(name for name in FEATURES if name in value)
