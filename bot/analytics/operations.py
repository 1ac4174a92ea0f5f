"""The vocabulary, second part: what the process tells about its own work."""

from __future__ import annotations

from bot.analytics.events import Event


class QueryTimed(Event, frozen=True, kw_only=True, gc=False):
    """The database was used once.

    operation: the code's name for it, such as store.flush; seconds include the wait for its turn
    error: class name, None when it went well
    """

    operation: str
    seconds: float
    error: str | None


class StoreFlushed(Event, frozen=True, kw_only=True, gc=False):
    """A batch of facts is on disk."""

    facts: int
    seconds: float


class EventsDropped(Event, frozen=True, kw_only=True, gc=False):
    """Facts were given up.

    reason: full (the buffer's oldest), broken (a row the database will never take), stopped
    """

    count: int
    reason: str


class CacheAsked(Event, frozen=True, kw_only=True, gc=False):
    """Somebody looked into a cache.  result: hit or miss"""

    cache: str
    result: str


class HttpRequestHandled(Event, frozen=True, kw_only=True, gc=False):
    """The side server answered a request.

    route: the pattern as registered, or unknown
    """

    route: str
    method: str
    status: int
    seconds: float


class SignInTried(Event, frozen=True, kw_only=True, gc=False):
    """Somebody wanted to sign in to the dashboard.

    way: token, link or telegram; outcome: ok, refused or hurried
    """

    way: str
    outcome: str


class LiveEnded(Event, frozen=True, kw_only=True, gc=False):
    """Somebody who watched facts as they happen is gone.

    ending: left, silent, refused, revoked, stopped or broken; seconds: from the handshake on
    sent: facts they got; skipped: facts they asked for and did not get
    """

    ending: str
    seconds: float
    sent: int
    skipped: int


class JobRan(Event, frozen=True, kw_only=True, gc=False):
    """A scheduled job ended.

    error: class name, None when it went well
    """

    job: str
    seconds: float
    error: str | None


class AlertFired(Event, frozen=True, kw_only=True, gc=False):
    """A rule began to fire."""

    rule: str
    severity: str


class AlertResolved(Event, frozen=True, kw_only=True, gc=False):
    """A firing rule is good again.

    seconds: how long it fired
    """

    rule: str
    severity: str
    seconds: float


class NoticeDelivered(Event, frozen=True, kw_only=True, gc=False):
    """A notice to the admins was tried.

    outcome: sent, retried or failed
    """

    outcome: str


class HeartbeatSent(Event, frozen=True, kw_only=True, gc=False):
    """The address that watches this process was asked for after a complete check.

    outcome: ok or error
    """

    outcome: str
