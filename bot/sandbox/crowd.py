"""The crowd: SANDBOX_PEOPLE simulated people who live through the sandbox's own means.

Half of them are known from the synthetic history and never leave; the others are newcomers.  When
a newcomer has lost interest, another one takes the place after a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, tzinfo

import structlog
from aiohttp import ClientError

from bot.clock import Clock, utc_now
from bot.sandbox.crowd_errands import Turnstile
from bot.sandbox.crowd_guest import Guest, Square
from bot.sandbox.crowd_hands import Hands, RefusedError
from bot.sandbox.crowd_hours import Rhythm
from bot.sandbox.crowd_people import SEED, Resident, dice, newcomers, settled

# Between two visits of one person, at the liveliest hour; 50 people then do something every 4 s.
VISIT_SECONDS = 600
ARRIVAL_SECONDS = 900
SUCCESSION_SECONDS = 3_600
RETRY_SECONDS = 30
# A leaver's visits, on average; with the nights between them that is a day or two.
LEAVER_VISITS = 8
BLOCK_SHARE = 0.5
RETURN_SHARE = 0.2

log = structlog.get_logger(__name__)


class Crowd:
    """People who chat by themselves, from start() to stop().

    url: the sandbox's; history_days: how many days of synthetic history the bot remembers
    pace: how much faster than life, for tests
    """

    def __init__(  # noqa: PLR0913  each has a sensible default
        self,
        url: str,
        count: int,
        *,
        history_days: int = 0,
        seed: int = SEED,
        clock: Clock = utc_now,
        zone: tzinfo = UTC,
        pace: float = 1,
    ) -> None:
        self._url = url
        self._seed = seed
        self._rhythm = Rhythm(clock, zone, pace)
        self._born = newcomers(seed, clock())
        known = [person for person in settled(seed, history_days) if person.is_stayer]
        dice(seed, "crowd").shuffle(known)
        self._known = known[: count // 2]
        self._places = count - len(self._known)
        self._hands: Hands | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Let them live.  Nothing that goes wrong with them is raised."""
        self._hands = hands = Hands(self._url)
        square, turnstile = Square(hands), Turnstile()

        def guest(person: Resident) -> Guest:
            chance = dice(self._seed, "guest", person.id)
            return Guest(person, hands, self._rhythm, square, chance, turnstile)

        lives = [self._settle(guest(person)) for person in self._known]
        lives += [self._fill(guest) for _ in range(self._places)]
        self._tasks = [asyncio.create_task(life, name="simulated person") for life in lives]

    async def stop(self) -> None:
        """Let everybody vanish, at once; harmless when nobody lives."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._hands:
            await self._hands.close()

    async def _settle(self, guest: Guest) -> None:
        """The life of somebody the bot knows."""
        await self._insist(guest, guest.appear)
        while True:
            await self._rhythm.turn(guest.person, guest.chance, VISIT_SECONDS / guest.person.zeal)
            await self._attempt(guest, guest.visit)

    async def _fill(self, guest: Callable[[Resident], Guest]) -> None:
        """The lives of those who have one place in the crowd, one after the other."""
        pause = ARRIVAL_SECONDS
        while True:
            newcomer = guest(next(self._born))
            await self._rhythm.turn(newcomer.person, newcomer.chance, pause)
            await self._live(newcomer)
            pause = SUCCESSION_SECONDS

    async def _live(self, guest: Guest) -> None:
        """The life of a newcomer; without an end for who stays."""
        person, chance = guest.person, guest.chance
        await self._insist(guest, guest.appear)
        await self._attempt(guest, guest.start)
        while person.is_stayer or chance.random() > 1 / LEAVER_VISITS:
            await self._rhythm.turn(person, chance, VISIT_SECONDS / person.zeal)
            await self._attempt(guest, guest.visit)
        await self._rhythm.turn(person, chance, VISIT_SECONDS)
        if chance.random() >= BLOCK_SHARE or not await self._attempt(guest, guest.turn_away):
            return
        if chance.random() < RETURN_SHARE:
            await self._rhythm.turn(person, chance, SUCCESSION_SECONDS)
            await self._attempt(guest, guest.come_back)

    async def _insist(self, guest: Guest, deed: Callable[[], Awaitable[None]]) -> None:
        while not await self._attempt(guest, deed):
            await self._rhythm.pause(RETRY_SECONDS)

    async def _attempt(self, guest: Guest, deed: Callable[[], Awaitable[None]]) -> bool:
        """Whether *deed* went well.  A bot or a server that is down must not end a life."""
        try:
            await deed()
        except RefusedError as exc:
            log.info("simulated person was refused", person=guest.person.id, error=str(exc))
        except (ClientError, TimeoutError) as exc:
            log.warning("simulated person got no answer", person=guest.person.id, error=repr(exc))
        except Exception:
            log.exception("simulated person stumbled", person=guest.person.id)
        else:
            return True
        return False
