"""HTTP as aiohttp speaks it, but for two things at its border.

What is no HTTP gets our answer and one line in the log; what was answered a moment ago is answered
at once, before aiohttp reads it.
"""

from __future__ import annotations

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.web.answers import problem
from bot.web.repeats import Repeats, is_whole_get

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
    """One connection.  A broken request never reaches the application or its middlewares.

    repeats: what is answered at once; None: nothing
    """

    repeats: Repeats | None = None
    # The request that is being answered, as it came, if it came alone and whole.
    _asked = b""
    # Once a piece of a request has come, only aiohttp knows where the next one begins.
    _is_in_step = True

    def data_received(self, data: bytes) -> None:
        """Answer from memory what was asked a moment ago; all else goes its way."""
        self._asked = b""
        if self._is_in_step and self._is_idle and self._repeat(data):
            return
        self._is_in_step = self._is_in_step and is_whole_get(data)
        if self._is_in_step and self._is_idle:
            self._asked = data
        super().data_received(data)

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

    def keep(self, request: web.Request, response: web.StreamResponse) -> None:
        """Note *response*, which is about to be sent, for whoever asks the same again."""
        if self.repeats and self._asked:
            self.repeats.keep(self._asked, request, response)

    @property
    def _is_idle(self) -> bool:
        # aiohttp waits for the next request, the one before was answered and the answer taken.
        is_waiting = self._waiter is not None and not self._waiter.done()
        return is_waiting and not self.writing_paused

    def _repeat(self, data: bytes) -> bool:
        answer = self.repeats.give(data) if self.repeats else None
        if answer is None or self.transport is None:
            return False
        self.transport.write(answer)
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        return True


async def keep_answer(request: web.Request, response: web.StreamResponse) -> None:
    """Have *response* noted by the connection that takes it, when that is one of ours."""
    if isinstance(request.protocol, Protocol):
        request.protocol.keep(request, response)


def add_headers(response: web.StreamResponse) -> None:
    """Make *response* safe to show, whatever it carries; what it says itself stays."""
    for name, value in SAFETY_HEADERS.items():
        response.headers.setdefault(name, value)
    # aiohttp would name itself, Python and both versions.
    response.headers["Server"] = "telegauge"
