"""One simulated person: arrives, comes by, talks, presses, pays, and perhaps turns away."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from random import Random

import structlog

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
GROUP_KINDS = {"group", "supergroup"}
# A person who is simulated must not press "Forget me" for fun: the data of /privacy would go.
DESTRUCTIVE = re.compile(r"forget|erase|delete|remove|reset|cancel|sure", re.IGNORECASE)

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
    """A person and what they do.  seen: the last message they have read."""

    person: Resident
    hands: Hands
    rhythm: Rhythm
    square: Square
    chance: Random
    seen: int = 0
    menu: list[str] = field(default_factory=list)

    async def appear(self) -> None:
        """Get Telegram, unless an earlier crowd of this sandbox had the same person."""
        people = (await self.hands.state())["people"]
        if all(person["id"] != self.person.id for person in people):
            await self.hands.appear(self.person.details)

    async def start(self) -> None:
        """Press Start, coming through a link or not, and read what the bot says."""
        await self._say(f"/start {self.person.source}".strip())

    async def visit(self) -> None:
        """Come by: read, then talk for a while."""
        await self._catch_up()
        if self.person.habit is Habit.CHATTERER and self.chance.random() < GROUP_SHARE:
            await self._chatter()
            return
        self.menu = await self.hands.menu(self.person.id)
        for _ in range(self.chance.randint(1, 5)):
            await self._act()
            await self._breathe()

    async def turn_away(self) -> None:
        """Block the bot."""
        await self.hands.block(self.person.id)

    async def come_back(self) -> None:
        """Unblock the bot, which is a start, too."""
        await self.hands.unblock(self.person.id)
        await self._say("/start")

    async def _act(self) -> None:
        """Press what is offered, use the menu, or just say something."""
        if self.chance.random() < PRESS_SHARE and (offer := await self._offer()):
            await self.hands.press(self.person.id, *offer)
            await self._catch_up()
        elif self.menu and self.chance.random() < COMMAND_SHARE:
            await self._say(f"/{self.chance.choice(self.menu)}")
        else:
            await self._say(phrase(self.chance, self.person.language))

    async def _say(self, text: str) -> None:
        written = await self.hands.write(self.person.id, text)
        self.seen = max(self.seen, int(written["message_id"]))
        await self._catch_up(self.rhythm.patience(ANSWER_SECONDS))

    async def _catch_up(self, seconds: int = 0) -> None:
        """Read what is new; who pays, pays."""
        messages = await self.hands.read(self.person.id, self.seen, seconds)
        for message in messages:
            self.seen = max(self.seen, message["message_id"])
            if "invoice" in message and self.person.habit is Habit.PAYER:
                is_paid = await self.hands.pay(self.person.id, message["message_id"])
                log.debug("simulated payment", person=self.person.id, paid=is_paid)

    async def _offer(self) -> tuple[int, str] | None:
        """A harmless button of the bot's last message with some: message and data."""
        messages = await self.hands.read(self.person.id, max(0, self.seen - LOOK_BACK))
        for message in reversed(messages):
            if buttons := _buttons(message):
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
            await self._breathe()

    async def _breathe(self) -> None:
        await self.rhythm.pause(self.chance.uniform(4, 20))


def _buttons(message: Json) -> list[str]:
    """The data of the buttons that destroy nothing."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row if "callback_data" in button]
    harmless = [b for b in buttons if not DESTRUCTIVE.search(f"{b['text']} {b['callback_data']}")]
    return [str(button["callback_data"]) for button in harmless]


def _is_in(member: Json, person_id: int) -> bool:
    return member["user"]["id"] == person_id and member["status"] not in {"left", "kicked"}
