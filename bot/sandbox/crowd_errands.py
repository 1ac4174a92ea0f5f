"""What simulated people come for: a quiz, a plan, a question, a file; not all of them at once."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from random import Random
from typing import Protocol

from bot.sandbox.crowd_hands import Hands
from bot.sandbox.crowd_people import Habit, Resident
from bot.sandbox.crowd_phrases import phrase

# Seconds between two of a kind in the whole crowd: a file and a quiz are work for the bot.
APART = {"download": 45.0, "quiz": 30.0, "ask": 15.0, "plan": 15.0}
SHARE = 0.4  # of visits
PLAN_SHARE = 0.5  # of the errands of those who pay
QUESTIONS = 12
# Longer than any bot takes from one question to the next.
QUESTION_SECONDS = 6


class Visitor(Protocol):
    """Somebody who can go on an errand: a `Guest`."""

    person: Resident
    hands: Hands
    chance: Random
    menu: list[str]

    async def say(self, text: str) -> None: ...
    async def press(self, begins: str = "") -> bool: ...
    async def vote(self, seconds: int) -> bool: ...
    async def breathe(self) -> None: ...


class Turnstile:
    """Lets only so many through that a small machine bears them.

    apart: seconds between two errands of a kind; now: a clock that only goes on
    """

    def __init__(
        self,
        apart: dict[str, float] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._apart = APART if apart is None else apart
        self._now = now
        self._open_at: dict[str, float] = {}

    def lets(self, errand: str) -> bool:
        """Whether somebody may go on that errand now; if so, the next one has to wait."""
        now = self._now()
        if now < self._open_at.get(errand, 0):
            return False
        self._open_at[errand] = now + self._apart[errand]
        return True


async def run(guest: Visitor, turnstile: Turnstile) -> bool:
    """Whether *guest* went on an errand that the bot's menu offers."""
    known = [name for name in ERRANDS if name in guest.menu]
    if not known or guest.chance.random() >= SHARE:
        return False
    name = chosen(guest, known)
    if not turnstile.lets(name):
        return False
    await ERRANDS[name](guest)
    return True


def chosen(guest: Visitor, known: list[str]) -> str:
    """One of the *known* errands; who pays looks at what is for sale more often."""
    is_payer = guest.person.habit is Habit.PAYER
    if is_payer and "plan" in known and guest.chance.random() < PLAN_SHARE:
        return "plan"
    return guest.chance.choice(known)


async def _download(guest: Visitor) -> None:
    """Send a link of the sandbox's media site, and choose what is offered."""
    work = guest.chance.choice(("song", "film"))
    await guest.say(f"{guest.hands.site}/{work}")
    await guest.breathe()
    await guest.press()


async def _plan(guest: Visitor) -> None:
    """Look at the plans and at an invoice; who pays, pays."""
    await guest.say("/plan")
    await guest.breathe()
    await guest.press()


async def _ask(guest: Visitor) -> None:
    await guest.say(f"/ask {phrase(guest.chance, guest.person.language)}")


async def _quiz(guest: Visitor) -> None:
    """Choose a topic and vote until no question comes any more."""
    await guest.say("/quiz")
    await guest.press("quiz:topic:")
    for _ in range(QUESTIONS):
        if not await guest.vote(QUESTION_SECONDS):
            return


ERRANDS: dict[str, Callable[[Visitor], Awaitable[None]]] = {
    "download": _download,
    "plan": _plan,
    "ask": _ask,
    "quiz": _quiz,
}
