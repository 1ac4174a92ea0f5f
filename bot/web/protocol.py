"""HTTP as aiohttp speaks it, but what is no HTTP gets our answer and one line in the log."""

from __future__ import annotations

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.web.answers import problem

SAFETY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

log = structlog.get_logger(__name__)


class Protocol(web.RequestHandler):
    """One connection.  A broken request never reaches the application or its middlewares."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what could not be parsed; anything else as aiohttp has it.

        aiohttp would log a stranger's bytes as an error with a traceback, and send them back with
        the versions of Python and of itself.
        """
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        log.info("request refused", reason=type(exc).__name__)
        answer = problem(status, "The request is not HTTP as this server takes it.")
        add_headers(answer)
        answer.force_close()
        return answer


def add_headers(response: web.StreamResponse) -> None:
    """Make *response* safe to show, whatever it carries; what it says itself stays."""
    for name, value in SAFETY_HEADERS.items():
        response.headers.setdefault(name, value)
    # aiohttp would name itself, Python and both versions.
    response.headers["Server"] = "telegauge"
