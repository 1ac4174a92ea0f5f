"""What the operator may choose.  Read once, in cli, and passed on."""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.alert_settings import AlertSettings
from bot.errors import ConfigError
from bot.feature_settings import FeatureSettings
from bot.log import redact
from bot.report_settings import ReportSettings
from bot.values import (
    DatabaseUrl,
    Folder,
    Host,
    Ids,
    Names,
    Port,
    Url,
    WebhookUrl,
    Zone,
    matching,
)
from bot.web_settings import WebSettings

ENV_FILE = Path("config.env")
SHOWN_LENGTH = 80  # of a wrong value
# How much alike two names are of which one may be the other, mistyped; 1 is the same.
ALIKE = 0.8


class Settings(FeatureSettings, ReportSettings, AlertSettings, WebSettings):
    """One field for each variable in config.example.env; a description says what is expected."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="forbid")

    # -- Telegram --
    bot_token: Annotated[SecretStr, matching(r"\d+:[\w-]+")] | None = Field(
        None, description="the token from @BotFather, 123456:ABC-DEF…"
    )
    telegram_api_url: Url = Field(
        "https://api.telegram.org", description="the http(s) address of a Bot API server"
    )
    admin_ids: Ids = Field((), description="people's numeric Telegram ids, separated by commas")
    webhook_url: WebhookUrl | None = Field(
        None, description="the public https address Telegram sends updates to, without braces"
    )
    webhook_secret: Annotated[SecretStr, matching(r"[A-Za-z0-9_-]{16,256}")] | None = Field(
        None, description="16 to 256 letters, digits, _ and -"
    )
    drain_timeout: float = Field(
        20, ge=0, le=300, description="seconds, 0 to 300, that handlers may go on after a stop"
    )
    bot_routers: Names = Field((), description="names like package.module:build_router")
    throttle_rate: float = Field(
        3, gt=0, le=1000, description="updates a second one person may send for long, above 0"
    )
    throttle_burst: int = Field(
        20, ge=1, le=10_000, description="updates one person may send at once, 1 to 10000"
    )

    # -- where facts rest --
    database_url: DatabaseUrl = Field(
        "sqlite:///data/telegauge.db",
        repr=False,  # PostgreSQL's carries a password
        description="sqlite:///path/to/file.db or postgresql://user:password@host/name, "
        "of options ?sslmode=, host= and port= at most",
    )
    store_flush_interval: float = Field(
        0.1, ge=0.01, le=10, description="seconds, 0.01 to 10, that facts may wait for the disk"
    )
    store_buffer_size: int = Field(
        100_000, ge=1000, description="how many facts may wait for the disk, at least 1000"
    )
    store_names: bool = Field(default=False, description="true or false")
    store_text: bool = Field(default=False, description="true or false")
    timezone: Zone = Field(
        ZoneInfo("UTC"), description="a time zone's name, such as UTC or Europe/Berlin"
    )

    # -- the side server --
    metrics_enabled: bool = Field(default=True, description="true or false")
    metrics_host: Host = Field("127.0.0.1", description="an address to listen on")
    metrics_port: Port = Field(8080, description="a port, 0 to 65535")
    metrics_token: SecretStr | None = Field(
        None, min_length=16, description="at least 16 characters"
    )
    metrics_public: bool = Field(default=False, description="true or false")
    prometheus_url: Url | None = Field(None, description="the http(s) address of a Prometheus")
    api_token: SecretStr | None = Field(None, min_length=16, description="at least 16 characters")

    # -- logs --
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Literal["console", "json"] = Field("console", description="console or json")
    log_folder: Folder | None = Field(None, description="a folder that can be written to")

    # -- the sandbox, used when there is no BOT_TOKEN --
    sandbox_host: Host = Field("127.0.0.1", description="an address to listen on")
    sandbox_port: Port = Field(8081, description="a port, 0 to 65535")
    sandbox_people: int = Field(
        0, ge=0, le=500, description="how many simulated people chat by themselves, 0 to 500"
    )
    sandbox_database_url: DatabaseUrl = Field(
        "sqlite:///data/sandbox.db",
        repr=False,
        description="an address like DATABASE_URL's, but never the same",
    )
    sandbox_history_days: int = Field(
        60, ge=0, le=400, description="days of synthetic history made the first time, 0 to 400"
    )

    @model_validator(mode="after")
    def _webhook_has_secret(self) -> Settings:
        if self.webhook_url and not self.webhook_secret:
            raise ConfigError("WEBHOOK_SECRET", "is required when WEBHOOK_URL is set")
        if _place(self.database_url) == _place(self.sandbox_database_url):
            raise ConfigError("SANDBOX_DATABASE_URL", "must not be the same as DATABASE_URL")
        if self.assistant_base_url and not self.assistant_model:
            raise ConfigError("ASSISTANT_MODEL", "is required when ASSISTANT_BASE_URL is set")
        return self

    @property
    def active_features(self) -> tuple[str, ...]:
        """The features that are switched on; an assistant needs somebody who thinks, too."""
        is_mute = self.assistant_base_url is None
        return tuple(name for name in self.features if name != "assistant" or not is_mute)

    @property
    def is_sandbox(self) -> bool:
        """Whether there is no Telegram behind this process."""
        return self.bot_token is None

    @classmethod
    def read(cls, env_file: Path | None = ENV_FILE) -> Settings:
        """Settings from the environment, NAME_FILE secrets and *env_file*, in that order.

        Raises ConfigError with the setting's name and what was expected.
        """
        if env_file and env_file.exists():
            _check_lines(env_file)
        try:
            return cls(_env_file=env_file)
        except ValidationError as exc:
            raise _explained(exc) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """First come, first served; NAME_FILE is ours, Docker's and Kubernetes' habit."""
        del file_secret_settings
        file = dotenv_settings() if isinstance(dotenv_settings, DotEnvSettingsSource) else {}
        environ = {name.lower(): value for name, value in os.environ.items()}
        secrets = _Values(settings_cls, _secrets({**file, **environ}))
        rest = {name: value for name, value in file.items() if name not in SECRET_FILES}
        return (init_settings, env_settings, secrets, _Values(settings_cls, rest))


class _Values(PydanticBaseSettingsSource):
    """Settings that were read already."""

    def __init__(self, settings_cls: type[BaseSettings], values: dict[str, Any]) -> None:
        super().__init__(settings_cls)
        self._values = values

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field  # the values are not looked up one by one
        return self._values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return self._values


# A database's address carries its password, so it counts as a secret.
SECRET_FILES = {
    f"{name}_file": name
    for name, field in Settings.model_fields.items()
    if "SecretStr" in str(field.annotation) or name.endswith("database_url")
}


def mistyped(names: Iterable[str]) -> dict[str, str]:
    """Those of the environment's *names* that look like settings of ours, and which.

    Only a warning can come of it: the environment is full of other programs' names, so one counts
    when it begins like some of ours and is much like one of them.
    """
    known = [name.upper() for name in (*Settings.model_fields, *SECRET_FILES)]
    beginnings = {name.partition("_")[0] for name in known if "_" in name}
    found: dict[str, str] = {}
    for name in sorted({name.upper() for name in names} - set(known)):
        beginning, _, rest = name.partition("_")
        if rest and beginning in beginnings:
            near = difflib.get_close_matches(name, known, n=1, cutoff=ALIKE)
            found |= {name: near[0]} if near else {}
    return found


def _check_lines(file: Path) -> None:
    """Refuse what python-dotenv passes over: a mistyped BOT_TOKEN line would start the sandbox."""
    for line in parse_stream(io.StringIO(_content(file.name, file))):
        if line.error or (line.key and line.value is None):
            raise ConfigError(file.name, f"line {line.original.line} is not like NAME=value")


def _place(url: str) -> str:
    """What *url* points to, however it is spelt."""
    kind, _, rest = url.partition("://")
    return str(Path(rest[1:]).absolute()) if kind.startswith("sqlite") else rest


def _secrets(values: dict[str, Any]) -> dict[str, str]:
    """The secrets that NAME_FILE variables point to."""
    return {
        secret: _content(file.upper(), Path(values[file])).strip()
        for file, secret in SECRET_FILES.items()
        if values.get(file)
    }


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as exc:
        raise ConfigError(name, f"cannot be read: {exc.strerror or exc}") from None
    except ValueError:
        raise ConfigError(name, "cannot be read: it is not UTF-8 text") from None


def _explained(exc: ValidationError) -> ConfigError:
    """The first problem, with the setting's name and what was expected; never a secret's value."""
    problem = exc.errors()[0]
    name = str(problem["loc"][0])
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, Settings.model_fields, n=1)
        hint = f"; did you mean {near[0].upper()}?" if near else "; see config.example.env"
        return ConfigError(name.upper(), f"is not a setting{hint}")
    given = redact(repr(problem["input"]))
    shown = "" if f"{name}_file" in SECRET_FILES else f", not {given[:SHOWN_LENGTH]}"
    return ConfigError(name.upper(), f"expected {Settings.model_fields[name].description}{shown}")
