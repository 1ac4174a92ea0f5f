"""What the command line does about alerts: tries the way out, explains a file of rules."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.alerts import text, webhook
from bot.alerts.catalogue import build_rules, idle_rules
from bot.alerts.own import OwnFile, explained
from bot.alerts.own_checks import known_series, near, shown
from bot.alerts.own_fields import OwnRule
from bot.alerts.own_forecast import forecast, remarks, told_changes
from bot.alerts.own_series import OwnSeries
from bot.alerts.rulebook import Rulebook
from bot.alerts.rules import Rule
from bot.alerts.states import Alert
from bot.alerts.stored import Stored
from bot.alerts.telegram import AdminChat
from bot.alerts.terms import Terms
from bot.analytics.bus import Bus
from bot.clock import Clock, utc_now
from bot.config import Settings
from bot.database.engine import Database
from bot.errors import BotError, ConfigError, NotifyError
from bot.outgoing import Outgoing, Receiver
from bot.telegram.connect import build_bot
from bot.web import scrape

Say = Callable[[str], object]
Sleep = Callable[[float], Awaitable[object]]

MARK = "🧪 <b>TEST</b> by <code>telegauge alerts test</code>: nothing is wrong."
DETAILS = "TEST by telegauge alerts test: nothing is wrong"
NO_TABLE = "rules made in the dashboard are not known: {}"


class UnknownRuleError(BotError):
    """There is no rule of this name."""


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """An alert that is none.  at: when it begins and ends"""

    settings: Settings
    terms: Terms
    alert: Alert
    at: datetime

    async def in_chat(self, chat_id: int, clock: Clock) -> None:
        """Tell the admins' chat of the firing and its end; NotifyError when it cannot."""
        settings, token = self.settings, self.settings.bot_token
        if token is None:
            raise NotifyError("BOT_TOKEN is needed to speak with Telegram")
        bot = build_bot(token.get_secret_value(), settings.telegram_api_url, Bus(), clock=clock)
        chat, zone, over = AdminChat(bot, chat_id), settings.timezone, self._over()
        first_aid = text.aid(self.terms, settings.alert_runbook_url)
        said = f"{MARK}\n{text.firing(self.alert, zone, first_aid)}"
        try:
            number = await chat.send(said)
            if number:
                await chat.edit(number, f"{said}\n{text.ended(over)}")
            await chat.send(f"{MARK}\n{text.resolved(over, zone)}")
        finally:
            await bot.session.close()

    async def at_receiver(self, url: str, clock: Clock) -> None:
        """Post the firing and its end to the webhook; NotifyError when it cannot."""
        outgoing, secret = Outgoing(), self.settings.alert_webhook_secret
        receiver = Receiver(outgoing, url, secret.get_secret_value() if secret else None, clock)
        link = self.settings.alert_runbook_url
        # A label of its own, so that no receiver takes it for the real one.
        terms = replace(self.terms, labels={**self.terms.labels, "test": "true"})
        try:
            for alert in (self.alert, self._over()):
                part = webhook.alert_json(alert, terms, alert.resolved_at, link)
                await receiver.send(webhook.payload([part]))
        finally:
            await outgoing.stop()

    def _over(self) -> Alert:
        return replace(self.alert, resolved_at=self.at)


async def send_test(settings: Settings, name: str, say: Say, clock: Clock = utc_now) -> bool:
    """Send the alert *name* and its end straight to chat and webhook; whether all arrived.

    UnknownRuleError lists the names; ConfigError when nobody is to be told.
    """
    rule = await _rule(settings, name, say)
    rehearsal = _rehearsal(settings, rule, clock())
    ways: dict[str, Callable[[], Awaitable[None]]] = {}
    chat_id = settings.alert_chat_id or next(iter(settings.admin_ids), None)
    if chat_id is not None:
        ways[f"chat {chat_id}"] = partial(rehearsal.in_chat, chat_id, clock)
    if url := settings.alert_webhook_url:
        ways["webhook"] = partial(rehearsal.at_receiver, url, clock)
    if not ways:
        raise ConfigError(
            "ALERT_CHAT_ID", "or ADMIN_IDS or ALERT_WEBHOOK_URL must say whom to tell"
        )
    return all([await _arrived(way, send, say) for way, send in ways.items()])


async def check(  # noqa: PLR0913  what the operator chose, and a clock for tests
    settings: Settings,
    file: Path,
    say: Say,
    note: Say,
    *,
    url: str | None = None,
    seconds: float = 5.0,
    sleep: Sleep = asyncio.sleep,
) -> bool:
    """Explain *file* against the numbers of a running bot; whether it can be used as it is.

    note: hears what takes a while; url: of the bot, if not at METRICS_HOST and METRICS_PORT
    seconds: between two readings, for what needs two; ScrapeError when no bot answers
    """
    known, builtin = known_series(), (*build_rules(settings), *idle_rules(settings))
    try:
        own, mistakes = explained(file, known, builtin)
    except ConfigError as exc:
        own, mistakes = OwnFile(), [str(exc)]
    if mistakes:
        for mistake in mistakes:
            say(mistake)
        return False
    say(f"{file.name}: {len(own.rules)} rules, {len(own.changes)} changes to built-in ones")
    for line in told_changes(own.changes, builtin):
        say(line)
    if own.rules:
        readings = await _readings(settings, own.rules, note, url, seconds, sleep)
        for line in (*forecast(own.rules, *readings), *remarks(own.rules, readings[0][-1])):
            say(line)
    return True


async def _readings(  # noqa: PLR0913, PLR0917  as check()
    settings: Settings,
    rules: Sequence[OwnRule],
    note: Say,
    url: str | None,
    seconds: float,
    sleep: Sleep,
) -> tuple[list[scrape.Page], float]:
    """One page or two, and the seconds between them."""
    where = url or scrape.address(settings.metrics_host, settings.metrics_port)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    pages = [await asyncio.to_thread(scrape.scraped, where, token)]
    started = time.monotonic()
    if seconds and any(rule.read != "value" for rule in rules):
        note(f"reading again in {seconds:g} s, for rate, increase and p95 …")
        await sleep(seconds)
        pages.append(await asyncio.to_thread(scrape.scraped, where, token))
    return pages, max(time.monotonic() - started, 0.001)


async def _rule(settings: Settings, name: str, say: Say) -> Rule:
    """The rule *name*, wherever it comes from; the database may be away, that is no matter."""
    is_named = "database_url" in settings.model_fields_set or not settings.is_sandbox
    database = Database(settings.database_url if is_named else settings.sandbox_database_url)
    book = Rulebook(
        build_rules(settings),
        idle=idle_rules(settings),
        path=settings.alert_rules_file,
        interval=settings.alert_check_interval,
        stored=Stored(database),
        series=OwnSeries(lambda _: ()),
    )
    try:
        if database.file is None or database.file.exists():
            await book.load()
    except (SQLAlchemyError, OSError) as exc:
        say(NO_TABLE.format(type(exc).__name__))
    finally:
        await database.close()
    rules = {rule.terms.name: rule for rule in book.rules}
    if name not in rules:
        there = f"there are {', '.join(sorted(rules))}"
        raise UnknownRuleError(f"there is no rule {shown(name)}; {there}{near(name, rules)}")
    return rules[name]


def _rehearsal(settings: Settings, rule: Rule, at: datetime) -> Rehearsal:
    alert = Alert(
        rule=rule.terms.name,
        severity=rule.terms.severity,
        fired_at=at,
        value=None,
        threshold=getattr(rule, "threshold", 1.0),
        unit=getattr(rule, "unit", "%" if hasattr(rule, "threshold") else ""),
        bad=None,
        total=None,
        details=DETAILS,
    )
    return Rehearsal(settings=settings, terms=rule.terms, alert=alert, at=at)


async def _arrived(way: str, send: Callable[[], Awaitable[None]], say: Say) -> bool:
    try:
        await send()
    except NotifyError as exc:
        say(f"{way}: not delivered: {exc}")
        return False
    say(f"{way}: the test alert and its end were delivered")
    return True
