"""What /plan shows: the plan somebody is on, and what the others offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from bot.analytics.render.fit import bold, quoted
from bot.analytics.render.words import Words
from bot.billing.checkout import Refusal
from bot.billing.payload import Kind
from bot.billing.subscriptions import Subscription
from bot.config import Settings
from bot.plans import Plan, Plans

MEGABYTE = 1_000_000
MINUTE = 60
CHARGE_LENGTH = 255  # what the ledger has room for


def overview(plans: Plans, held: Sequence[Subscription], settings: Settings, words: Words) -> str:
    """The whole of /plan: one's own, and those above it.  held: what the person has."""
    best = max((plans.rank(one.plan) for one in held), default=0)
    mine = plans.plan[best]
    heading = _("Your plan: {plan}").format(plan=quoted(mine.title))
    own = [_held(plans, one, words) for one in held]
    parts = [[bold(heading), *own, *_gives(mine, settings, words)]]
    for plan in plans.plan[best + 1 :]:  # a lesser one is not sold to whoever has a better one
        name = bold(quoted(plan.title))
        parts.append([name, *_prices(plan), *_gives(plan, settings, words)])
    return "\n\n".join("\n".join(part) for part in parts)


def title(plans: Plans, name: str) -> str:
    """What people call a plan; its bare name once it is sold no more.  Not escaped."""
    plan = plans.get(name)
    return plan.title if plan else name


def charge(charge_id: str) -> str:
    """A payment's id as HTML, whole: people copy it."""
    return f"<code>{quoted(charge_id, CHARGE_LENGTH)}</code>"


def offer(plan: Plan, kind: Kind, stars: int) -> str:
    """A button that sells."""
    text = (
        _("{plan} · {stars} ⭐ a month")
        if kind is Kind.MONTH
        else _("{plan} · {stars} ⭐ once for 30 days")
    )
    return text.format(plan=plan.title, stars=stars)


def description(plan: Plan, kind: Kind) -> str:
    """What stands on the invoice."""
    text = (
        _("{plan} for 30 days, renewed every 30 days until you stop it in /plan.")
        if kind is Kind.MONTH
        else _("{plan} for 30 days. It ends by itself.")
    )
    return text.format(plan=plan.title)


def refused(reason: Refusal) -> str:
    """Why a sale is off, and what to do."""
    match reason:
        case Refusal.UNKNOWN_PLAN:
            return _("This plan is not sold any more. Send /plan to see what there is.")
        case Refusal.PRICE_CHANGED:
            return _("The price has changed since. Send /plan to see the new one.")
        case Refusal.ALREADY_ON:
            return _("You are on this plan already, or on a better one. /plan shows until when.")


def allowed_again() -> str:
    """What a person has to do themselves: a bot can only allow it."""
    return _(
        "Telegram lets you renew it again. Switch the renewal on there, too: "
        "Settings, My Stars, My Subscriptions."
    )


def day(at: datetime, words: Words) -> str:
    """The day of *at* where the bot lives."""
    return words.day(at.astimezone(words.zone).date())


def _held(plans: Plans, one: Subscription, words: Words) -> str:
    if one.renews:
        text = ngettext(
            "{plan} until {day}; then it is renewed for {stars} Star",
            "{plan} until {day}; then it is renewed for {stars} Stars",
            one.stars,
        )
    else:
        text = _("{plan} until {day}; then it ends")
    name = quoted(title(plans, one.plan))
    return text.format(plan=name, day=day(one.expires_at, words), stars=one.stars)


def _prices(plan: Plan) -> list[str]:
    prices = []
    if plan.stars_a_month:
        prices.append(_("{stars} ⭐ a month").format(stars=plan.stars_a_month))
    if plan.stars_once:
        prices.append(_("{stars} ⭐ once for 30 days").format(stars=plan.stars_once))
    return [", ".join(prices)] if prices else []


def _gives(plan: Plan, settings: Settings, words: Words) -> list[str]:
    """A line for each feature that is switched on."""
    features, lines = settings.active_features, []
    if "downloads" in features:
        lines += _downloads(plan, settings.download_megabytes, words)
    if "assistant" in features:
        lines.append(_assistant(plan, words))
    return [f"• {line}" for line in lines]


def _downloads(plan: Plan, most: int, words: Words) -> list[str]:
    """most: the megabytes that the Bot API takes, whatever the plan says"""
    limits = plan.downloads
    if not limits.a_day:
        return [_("downloads: none")]
    text = ngettext(
        "downloads: {count} a day, up to {size} and {time}",
        "downloads: {count} a day, each up to {size} and {time}",
        limits.a_day,
    )
    line = text.format(
        count=words.number(limits.a_day),
        size=words.size(min(limits.megabytes, most) * MEGABYTE),
        time=words.duration(limits.minutes * MINUTE),
    )
    return [line, _priority(plan)]


def _assistant(plan: Plan, words: Words) -> str:
    """Messages only: nobody thinks in tokens, but that they are limited must be known."""
    count = plan.assistant.messages_a_day
    if not count or not plan.assistant.tokens_a_day:
        return _("assistant: none")
    text = ngettext(
        "assistant: {count} message a day, if it is not too long",
        "assistant: {count} messages a day, fewer if they are long",
        count,
    )
    return text.format(count=words.number(count))


def _priority(plan: Plan) -> str:
    texts = {
        "low": _("place in the queue: after the others"),
        "medium": _("place in the queue: before the free ones"),
        "high": _("place in the queue: at the front"),
    }
    return texts[plan.priority]
