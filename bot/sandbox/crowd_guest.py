"""One simulated person: arrives, comes by, talks, presses, pays, and perhaps turns away."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from random import Random

import structlog

from bot.sandbox import crowd_errands
from bot.sandbox.crowd_errands import Turnstile
from bot.sandbox.crowd_hands import Hands
from bot.sandbox.crowd_hours import Rhythm
from bot.sandbox.crowd_people import Habit, Resident
from bot.sandbox.crowd_phrases import phrase
from bot.sandbox.params import Json

PRESS_SHARE = 0.4
COMMAND_SHARE = 0.6
GROUP_SHARE = 0.7
REACTION_SHARE = 0.25
ANSWER_SECONDS = 4
LOOK_BACK = 10  # messages in which somebody looks for buttons
INVOICE = "https://t.me/$"
GROUP_KINDS = {"group", "supergroup"}
# A person who is simulated must not press "Forget me" for fun: the data of /privacy would go.
DESTRUCTIVE = re.compile(r"forget|erase|delete|remove|reset|cancel|sure|stop", re.IGNORECASE)

log = structlog.get_logger(__name__)


class Square:
    """The groups in which people and the bot meet."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._lock = asyncio.Lock()

    async def enter(self, person: Resident) -> int:
        """A group that *person* is in now; a new one if there was none with the bot."""
        async with self._lock:
            chats = (await self._hands.state())["chats"]
            groups = [c for c in chats if c["type"] in GROUP_KINDS and c["has_bot"]]
            if not groups:
                return await self._hands.found(person.id, "Neighbours")
            group = groups[person.id % len(groups)]
            if not any(_is_in(member, person.id) for member in group["members"]):
                await self._hands.join(person.id, group["id"])
            return int(group["id"])


@dataclass(slots=True)
class Guest:
    """A person and what they do.  seen: the last message they have read.

    voted: the last question they have answered
    """

    person: Resident
    hands: Hands
    rhythm: Rhythm
    square: Square
    chance: Random
    turnstile: Turnstile = field(default_factory=Turnstile)
    seen: int = 0
    voted: int = 0
    menu: list[str] = field(default_factory=list)

    async def appear(self) -> None:
        """Get Telegram, unless an earlier crowd of this sandbox had the same person."""
        people = (await self.hands.state())["people"]
        if all(person["id"] != self.person.id for person in people):
            await self.hands.appear(self.person.details)

    async def start(self) -> None:
        """Press Start, coming through a link or not, and read what the bot says."""
        await self.say(f"/start {self.person.source}".strip())

    async def visit(self) -> None:
        """Come by: read, then talk for a while."""
        await self._catch_up()
        if self.person.habit is Habit.CHATTERER and self.chance.random() < GROUP_SHARE:
            await self._chatter()
            return
        self.menu = await self.hands.menu(self.person.id)
        if await crowd_errands.run(self, self.turnstile):
            return
        for _ in range(self.chance.randint(1, 5)):
            await self._act()
            await self.breathe()

    async def turn_away(self) -> None:
        """Block the bot."""
        await self.hands.block(self.person.id)

    async def come_back(self) -> None:
        """Unblock the bot, which is a start, too."""
        await self.hands.unblock(self.person.id)
        await self.say("/start")

    async def _act(self) -> None:
        """Press what is offered, use the menu, or just say something."""
        if self.chance.random() < PRESS_SHARE and await self.press():
            return
        if self.menu and self.chance.random() < COMMAND_SHARE:
            await self.say(f"/{self.chance.choice(self.menu)}")
        else:
            await self.say(phrase(self.chance, self.person.language))

    async def press(self, begins: str = "") -> bool:
        """Whether the bot offered something to press, with data that *begins* so."""
        offer = await self.offer(begins)
        if offer:
            await self.hands.press(self.person.id, *offer)
            await self._catch_up(self.rhythm.patience(ANSWER_SECONDS))
        return offer is not None

    async def vote(self, seconds: int) -> bool:
        """Whether a question was there or came within *seconds*; it is answered, rightly or not.

        In seconds of ours: how fast a bot asks does not depend on how fast people live.
        """
        ends_at = time.monotonic() + seconds
        while (question := await self._question()) is None:
            left = round(ends_at - time.monotonic())
            if left < 1:
                return False
            await self._catch_up(left)
        self.voted = int(question["message_id"])
        await self.breathe()
        option = self.chance.randrange(len(question["poll"]["options"]))
        await self.hands.vote(self.person.id, self.voted, option)
        return True

    async def _question(self) -> Json | None:
        """The newest open question that they have not answered yet; it may be read already."""
        oldest = max(self.voted, self.seen - LOOK_BACK)
        messages = await self.hands.read(self.person.id, oldest)
        polls = [one for one in messages if "poll" in one and not one["poll"]["is_closed"]]
        return polls[-1] if polls else None

    async def say(self, text: str) -> None:
        """Write to the bot, and read what it says."""
        written = await self.hands.write(self.person.id, text)
        self.seen = max(self.seen, int(written["message_id"]))
        await self._catch_up(self.rhythm.patience(ANSWER_SECONDS))

    async def _catch_up(self, seconds: int = 0) -> list[Json]:
        """Read what is new; who pays, pays."""
        messages = await self.hands.read(self.person.id, self.seen, seconds)
        for message in messages:
            self.seen = max(self.seen, message["message_id"])
            if self.person.habit is Habit.PAYER:
                await self._pay(message)
        return messages

    async def _pay(self, message: Json) -> None:
        """Pay what *message* asks for, if it does."""
        if "invoice" in message:
            is_paid = await self.hands.pay(self.person.id, message["message_id"])
        elif link := _invoice_link(message):
            is_paid = await self.hands.pay_by(self.person.id, link)
        else:
            return
        log.debug("simulated payment", person=self.person.id, paid=is_paid)

    async def offer(self, begins: str = "") -> tuple[int, str] | None:
        """A harmless button of the bot's last message with some: message and data."""
        messages = await self.hands.read(self.person.id, max(0, self.seen - LOOK_BACK))
        for message in reversed(messages):
            if buttons := [data for data in _buttons(message) if data.startswith(begins)]:
                return int(message["message_id"]), self.chance.choice(buttons)
        return None

    async def _chatter(self) -> None:
        """Talk to the others in a group; the bot listens."""
        chat = await self.square.enter(self.person)
        for _ in range(self.chance.randint(1, 4)):
            text = phrase(self.chance, self.person.language)
            written = await self.hands.write(self.person.id, text, chat)
            if self.chance.random() < REACTION_SHARE:
                await self.hands.react(self.person.id, chat, written["message_id"], "👍")
            await self.breathe()

    async def breathe(self) -> None:
        """Think, or type."""
        await self.rhythm.pause(self.chance.uniform(4, 20))


def _buttons(message: Json) -> list[str]:
    """The data of the buttons that destroy nothing."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row if "callback_data" in button]
    harmless = [b for b in buttons if not DESTRUCTIVE.search(f"{b['text']} {b['callback_data']}")]
    return [str(button["callback_data"]) for button in harmless]


def _invoice_link(message: Json) -> str | None:
    """The address of a button that opens an invoice."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    urls = [str(button.get("url", "")) for row in rows for button in row]
    return next((url for url in urls if url.startswith(INVOICE)), None)


def _is_in(member: Json, person_id: int) -> bool:
    return member["user"]["id"] == person_id and member["status"] not in {"left", "kicked"}
