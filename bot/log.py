"""What the process says: one format for our lines and everyone else's, and no token in any."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

ROTATE_BYTES = 10_000_000
KEPT_FILES = 5
FILES = ("analytics.log", "error.log")
# They say something about every update, statement and job; all of these are counted elsewhere.
QUIET = {
    "aiogram.event": logging.CRITICAL,
    "aiosqlite": logging.INFO,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "httpx2": logging.WARNING,  # names the model's address at every question
}

# A bot's token anywhere (in an address it follows "bot" without a gap, its colon may be quoted),
# and user:password in any scheme://user:password@host, where a password may hold a slash;
# then tokens of ours, sessions, share links (bot/tokens.py and beside) and links that sign in.
# All lengths are bounded, because a hostile line must not keep the search busy.
SECRETS = re.compile(
    r"(?<!\d)\d{5,20}(?::|%3[Aa])[A-Za-z0-9_-]{20,}"
    r"|(?<=://)[^/\s:@]{0,128}:[^\s@]{1,256}(?=@)"
    r"|(?<![A-Za-z0-9])(?:telegauge|session|share)_[0-9a-f]{8,16}_[A-Za-z0-9_-]{20,}"
    r"|(?<=/dashboard/enter/)[A-Za-z0-9_-]{20,}"
)


def redact(text: str) -> str:
    """*text* with tokens, and passwords in addresses, blacked out."""
    return SECRETS.sub("█████", text)


def configure(
    level: str = "INFO",
    form: Literal["console", "json"] = "console",
    folder: Path | None = None,
) -> None:
    """Send structlog's and logging's lines to standard error, and into *folder* if there is one.

    analytics.log gets what bot.analytics says, error.log every error; both rotate at 10 MB.
    What nobody catches, in any thread, goes the same way.  Raises OSError about *folder*.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_renderer(form),
            _redacted,
        ],
    )
    handlers = [logging.StreamHandler(), *_files(folder)]
    for handler in handlers:
        handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=handlers, force=True)
    logging.captureWarnings(capture=True)
    # Python writes these two to standard error by itself, tokens and all.
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(
        args.exc_type, args.exc_value, args.exc_traceback
    )
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(quiet)


def _renderer(form: str) -> list[Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # Plain tracebacks: rich ones show the values of variables, and with them secrets.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]


def _redacted(_: Any, __: str, line: EventDict | str | bytes) -> str:
    """Runs last, on the whole line: messages, arguments and tracebacks are all in it by then."""
    return redact(str(line))


def _uncaught(
    kind: type[BaseException], exc: BaseException | None, trace: TracebackType | None
) -> None:
    if exc and not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("bot").critical("nobody caught this", exc_info=(kind, exc, trace))


def _files(folder: Path | None) -> list[logging.Handler]:
    if folder is None:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    analytics, error = (_rotating(folder / name) for name in FILES)
    analytics.addFilter(logging.Filter("bot.analytics"))
    error.setLevel(logging.ERROR)
    return [analytics, error]


def _rotating(path: Path) -> logging.Handler:
    return logging.handlers.RotatingFileHandler(
        path, maxBytes=ROTATE_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
    )
