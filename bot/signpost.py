"""What a running bot tells its operator: where to look, what is on, how to get in."""

from __future__ import annotations

from collections.abc import Callable

from bot.addresses import reachable
from bot.app import App
from bot.config import Settings
from bot.feature_settings import FEATURES
from bot.sandbox.server import Sandbox

Say = Callable[[str], object]

SANDBOX = "Telegauge sandbox: everything in it is synthetic. Ctrl-C stops it."

# As wide as the longest name and a space.
WIDTH = len("dashboard ")


def line(name: str, text: str) -> str:
    """*text* below the others; without a name it goes on with the line before."""
    return f"{name:<{WIDTH}}{text}"


def tell_alone(sandbox: Sandbox, say: Say) -> None:
    """A sandbox without a bot: where it is, and how a bot gets in."""
    say(SANDBOX)
    say(line("chat", f"{sandbox.url}/"))
    say(f"for a bot: TELEGRAM_API_URL={sandbox.url} BOT_TOKEN={sandbox.token}")


def tell_bot(app: App, say: Say) -> None:
    """Who the bot is, how updates come, what is on, what is off and why."""
    settings, bot = app.settings, app.connection
    way = "webhook" if settings.webhook_url else "long polling"
    on = settings.active_features
    off = [_why_off(name, settings) for name in FEATURES if name not in on]
    parts = [f"@{bot.username} by {way}", f"on: {', '.join(on) or 'no feature'}"]
    parts += [f"off: {', '.join(off)}"] if off else []
    say(line("bot", "; ".join(parts)))
    _tell_site(app, say)
    say(line("dashboard", app.dashboard.page))
    say(line("", "telegauge token create NAME --scope admin makes a token to sign in with"))


def tell_inside(app: App, sandbox: Sandbox, say: Say) -> None:
    """A bot in its sandbox: where both are; the chat page links to the bot's pages."""
    chat, site = reachable(sandbox.url), reachable(app.site.url)
    pages = ("health", "metrics", "dashboard")
    links = [{"title": one, "url": f"{site}/{one}"} for one in pages]
    sandbox.world.link([*links, {"title": "media", "url": f"{chat}/media/"}])
    say(SANDBOX)
    say(line("chat", f"{chat}/"))
    say(line("media", f"{chat}/media/"))
    _tell_site(app, say)
    # It signs in one browser, within an hour.
    say(line("dashboard", app.entrance.link(app.dashboard.page)))


def _tell_site(app: App, say: Say) -> None:
    address = reachable(app.site.url)
    say(line("health", f"{address}/health"))
    if app.settings.metrics_enabled:
        say(line("metrics", f"{address}/metrics"))


def _why_off(name: str, settings: Settings) -> str:
    reason = "no ASSISTANT_BASE_URL" if name in settings.features else "not in FEATURES"
    return f"{name} ({reason})"
