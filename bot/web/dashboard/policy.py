"""What a browser may do with the dashboard's page: nothing that is not ours."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.config import Settings

TELEGRAM = "https://web.telegram.org"
# blob: and data: are pictures that the page draws itself, to be kept.
RULES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'"
)
NOBODY = "'none'"
LOOPBACK = {"127.0.0.1", "localhost"}
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  what it means in an address, nothing listens here


def page_policy(frames: str) -> str:
    """The Content-Security-Policy of a page that *frames* may show inside theirs."""
    return f"{RULES}; frame-ancestors {frames}"


def frames_of(settings: Settings) -> str:
    """Who may show the dashboard inside their page: Telegram, and in the sandbox its chat page."""
    if not settings.is_sandbox:
        return TELEGRAM
    chat = urlsplit(settings.telegram_api_url)
    host = chat.hostname or ""
    # The same page, by whichever of its names the browser called it.
    hosts = sorted({host, *LOOPBACK} - EVERYWHERE) if host in LOOPBACK | EVERYWHERE else [host]
    port = f":{chat.port}" if chat.port else ""
    named = (f"[{one}]" if ":" in one else one for one in hosts)
    return " ".join([TELEGRAM, *(f"{chat.scheme}://{one}{port}" for one in named)])
