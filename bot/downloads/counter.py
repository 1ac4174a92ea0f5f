"""The counter: where people ask for downloads, without anything of Telegram's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.analytics.bus import Bus
from bot.analytics.features.downloads import LinkRefused
from bot.analytics.render.words import Words
from bot.clock import Clock, utc_now
from bot.downloads.allowance import Refused
from bot.downloads.excuses import MEGABYTE, MINUTE, Excuses
from bot.downloads.looks import Looks
from bot.downloads.media import Choice, Media, Offer
from bot.downloads.queue import Offered, Queue
from bot.downloads.trouble import DownloadError, Trouble
from bot.plans import Plan, PlanOf


class Looker(Protocol):
    """Whoever looks at links; bot/downloads/runner.py has the real one."""

    async def look(self, url: str) -> Media:
        """What *url* leads to; raises DownloadError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counter:
    """What handlers need of the room.

    megabytes: what the Bot API takes, whatever a plan says; has_shop: whether /plan exists
    """

    looker: Looker
    looks: Looks
    queue: Queue
    plan_of: PlanOf
    bus: Bus
    megabytes: int
    has_shop: bool
    clock: Clock = utc_now

    async def look(self, user_id: int, url: str) -> Media:
        """What *url* leads to, with at least one offer.

        Raises DownloadError, after it was published as LinkRefused.
        """
        try:
            async with self.looks.room():
                return _worth(await self.looker.look(url))
        except DownloadError as error:
            self.refuse(user_id, error.trouble)
            raise

    def refuse(self, user_id: int, trouble: Trouble) -> None:
        """Publish that somebody's link led to nothing."""
        self.bus.publish(LinkRefused(at=self.clock(), user_id=user_id, error=trouble))

    def lock_on(self, offer: Offer, seconds: int | None, plan: Plan) -> DownloadError | None:
        """Which limit this offer of a medium of so many *seconds* would pass, if we know it."""
        limits = plan.downloads
        if seconds is not None and seconds > limits.minutes * MINUTE:
            return DownloadError(Trouble.too_long, str(limits.minutes))
        megabytes = min(limits.megabytes, self.megabytes)
        if offer.size_bytes is not None and offer.size_bytes > megabytes * MEGABYTE:
            return DownloadError(Trouble.too_large, str(megabytes))
        return None

    def lock_of(self, offered: Offered, choice: Choice, plan: Plan) -> DownloadError | None:
        """Which limit that choice would pass; None also if it was not offered."""
        for one in offered.offers:
            if one.choice == choice:
                return self.lock_on(one, offered.duration_seconds, plan)
        return None

    def excuses(self, plan: Plan, words: Words) -> Excuses:
        """Sentences for somebody on that plan."""
        return Excuses(plan, words, self.has_shop)


def _worth(media: Media) -> Media:
    if not media.offers:
        raise DownloadError(Trouble.unsupported)
    return media


def refusal(refused: Refused, excuses: Excuses) -> str:
    """The sentence for a plan that does not allow another one."""
    if refused.limit == "waiting":
        return excuses.waiting(refused.most)
    return excuses.a_day(refused.most, refused.seconds)
