"""Every router in one visible order, the operator's own among them."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from aiogram import Router
from aiogram.filters import Command

from bot.config import Settings
from bot.errors import ConfigError
from bot.handlers import (
    admin,
    admin_alerts,
    admin_dashboard,
    admin_errors,
    admin_files,
    admin_health,
    admin_mau,
    admin_metrics,
    admin_reports,
    admin_silences,
    alert_buttons,
    fallback,
    help,  # noqa: A004  the command's name
    language,
    payments,
    privacy,
    start,
    stats,
)

SETTING = "BOT_ROUTERS"


def all_routers(
    settings: Settings, features: Iterable[Router] = (), late: Iterable[Router] = ()
) -> list[Router]:
    """Fresh routers, with those of *features*.  Order is meaning: the first that fits takes it.

    late: routers that take any text, so that the operator's own come first

    Raises ConfigError about BOT_ROUTERS.
    """
    return [
        payments.build_router(),  # money first: no later filter may swallow it
        start.build_router(),
        help.build_router(),
        privacy.build_router(),
        stats.build_router(),
        language.build_router(),
        admin.build_router(),
        admin_dashboard.build_router(),
        admin_reports.build_router(),
        admin_files.build_router(),
        admin_mau.build_router(),
        admin_health.build_router(),
        admin_metrics.build_router(),
        admin_errors.build_router(),
        admin_alerts.build_router(),
        admin_silences.build_router(),
        alert_buttons.build_router(),
        *features,
        *load_routers(settings.bot_routers),  # may take any text, so after our commands
        *late,
        fallback.build_router(),  # takes whatever is left
    ]


def load_routers(names: Iterable[str]) -> list[Router]:
    """One router for each "package.module:build_router".

    Raises ConfigError that says which name is wrong and how.
    """
    return [_load(name) for name in names]


def registered_commands(routers: Iterable[Router]) -> frozenset[str]:
    """The names that the *routers* listen to: what a metric's label may be."""
    return frozenset(
        value
        for router in routers
        for one in router.chain_tail
        for handler in one.message.handlers
        for each in handler.filters or []
        if isinstance(each.callback, Command)
        for value in each.callback.commands
        if isinstance(value, str)
    )


def _load(name: str) -> Router:
    module_name, _, attribute = name.partition(":")
    if not (module_name and attribute):
        raise ConfigError(SETTING, f"{name!r} is not like package.module:build_router")
    build = getattr(_module(name, module_name), attribute, None)
    if build is None:
        raise ConfigError(SETTING, f"{name!r}: the module has no {attribute}")
    if not callable(build):
        raise ConfigError(SETTING, f"{name!r}: {attribute} is not a function")
    return _router(name, build)


def _module(name: str, module_name: str) -> Any:
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as exc:
        raise _missing(name, module_name, exc.name or module_name) from exc
    except Exception as exc:
        # Somebody else's code: whatever it raises, the operator reads one line and the place.
        raise ConfigError(SETTING, f"{name!r}: importing it raised {_told(exc)}") from exc


def _missing(name: str, module_name: str, missing: str) -> ConfigError:
    if module_name == missing or module_name.startswith(f"{missing}."):
        return ConfigError(
            SETTING, f"{name!r}: there is no module {missing}; is it installed or in PYTHONPATH?"
        )
    return ConfigError(SETTING, f"{name!r}: it needs {missing}, which is not installed")


def _router(name: str, build: Callable[[], Any]) -> Router:
    try:
        router = build()
    except Exception as exc:
        raise ConfigError(SETTING, f"{name!r} raised {_told(exc)}") from exc
    if not isinstance(router, Router):
        kind = type(router).__name__
        raise ConfigError(SETTING, f"{name!r} returned {kind}, not an aiogram Router")
    if router.parent_router is not None:
        raise ConfigError(SETTING, f"{name!r} returned a router that is in use; build a fresh one")
    return router


def _told(exc: Exception) -> str:
    kind = type(exc).__name__
    if isinstance(exc, SyntaxError) and exc.filename:  # its traceback ends in Python's own import
        return f"{kind} at {Path(exc.filename).name}:{exc.lineno}: {exc.msg}"
    place = traceback.extract_tb(exc.__traceback__)[-1]
    problem = " ".join(str(exc).split())
    return f"{kind} at {Path(place.filename).name}:{place.lineno}: {problem}"
