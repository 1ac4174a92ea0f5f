"""What the description says of the API as a whole: its topics, its keys, and where to go on."""

from __future__ import annotations

from typing import Any

from bot.web.api.access import BURSTS, RATE, TRUSTED_SECONDS

ABOUT = f"""The same reports as in the chat, and all that the dashboard does, for programs.

Send a token as `Authorization: Bearer …`: `telegauge token create NAME --scope read` makes one.
It may ask {RATE:g} times a second for long and {BURSTS} times as often at once, unless
API_RATE_LIMIT says otherwise; then the answer is 429 with `Retry-After`.

Days are those of TIMEZONE, moments are in UTC. Trouble is `application/problem+json`: `detail`
is for people, `errors` names each field that was refused. Nothing is changed in silence to fit."""

# In this order; the longest beginning of a path says which it is.
TOPICS = {
    "reports": ("Any report of the chat as JSON; with an ETag, packed with gzip.", ["analytics/"]),
    "audience": (
        "The audience in a few numbers.",
        ["analytics/glance", "analytics/mau", "analytics/stickiness"],
    ),
    "people": (
        "Who they are and what they did; names only with STORE_NAMES.",
        ["analytics/users", "analytics/top-senders"],
    ),
    "chats": ("Groups and channels.", ["analytics/chats/"]),
    "files": ("Any report as CSV, JSON, PDF or PNG.", ["export/"]),
    "query": ("Metrics by dimensions, filtered and compared: docs/query.md.", ["query"]),
    "live": ("Facts as they happen, over a WebSocket: docs/live.md.", ["live"]),
    "alerts": ("What fires, what fired, and taking care of it: docs/alerts.md.", ["alerts"]),
    "silences": ("What nobody is told of for a while.", ["silences"]),
    "rules": ("When an alert fires; rules of one's own, and their rehearsal.", ["rules"]),
    "bot": (
        "The bot itself: its checks and jobs, and what it tells its admins.",
        ["health", "digest"],
    ),
    "track": ("Facts that other programs report: docs/track.md.", ["track/"]),
    "tokens": ("Keys for programs; an admin makes and ends them.", ["tokens"]),
    "shares": ("Links that show a page without people: docs/dashboard.md.", ["shares", "shared"]),
}
KEYS: dict[str, Any] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token for what an endpoint says it needs: read, track or admin, which "
        "opens everything but what a link shows; or API_TOKEN, which is for admin. A token that "
        f"was revoked may work for {TRUSTED_SECONDS:g} seconds more.",
    },
    "link": {
        "type": "http",
        "scheme": "bearer",
        "description": "The secret of a link: what stands behind # in its address. It opens "
        "GET /api/v1/shared and nothing else.",
    },
}


def tags() -> list[dict[str, str]]:
    """The topics, with what each is about."""
    return [{"name": name, "description": about} for name, (about, _) in TOPICS.items()]


def topic_of(path: str) -> str:
    """What the endpoint at *path* is about."""
    places = {start: name for name, (_, starts) in TOPICS.items() for start in starts}
    own = path.partition("/")[0]
    start = max((one for one in places if path.startswith(one)), key=len, default="")
    return places.get(start, own)
