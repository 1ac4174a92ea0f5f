"""Acts become facts: the same ones, in the same order, as the bot's middlewares publish.

Texts have a length and no content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.analytics.events import (
    BotBlocked,
    BotUnblocked,
    ChatJoined,
    CommandUsed,
    Event,
    FileUploaded,
    MessageEdited,
    ReactionChanged,
    UserStarted,
)
from bot.plans import Plans
from bot.sandbox.cast import GROUPS
from bot.sandbox.crowd_people import Resident, dice
from bot.sandbox.history_acts import Act
from bot.sandbox.history_downloads import Downloads
from bot.sandbox.history_incidents import Calendar
from bot.sandbox.history_quizzes import Quizzes
from bot.sandbox.history_rows import Row
from bot.sandbox.history_sales import Order, Sales
from bot.sandbox.history_talks import Talks
from bot.sandbox.history_updates import Updates, chat, received, seen

# An Order is for the ledger and its jobs, which make facts of it; a Row is written as it is.
Fact = Event | Order | Row
Deed = Callable[[Act], Iterator[Fact]]

HANDLERS = {"help": "help_command", "other": "unknown_command"}
CONTENT = ("text", "photo", "voice", "sticker", "document", "video")
CONTENT_WEIGHTS = (82, 7, 4, 4, 2, 1)
ASK_SHARE = 0.15  # of questions: by command
MANIFEST_SIZE = 2_400  # bytes of a person's data as a file
MOST_PLAYERS = 4


class Scribe:
    """Writes acts down, in the order of their time; what they lead to may be later."""

    def __init__(self, seed: int, plans: Plans, calendar: Calendar) -> None:
        self._chance = dice(seed, "scribe")
        self._updates = Updates(self._chance, calendar)
        self._downloads = Downloads(self._updates)
        self._quizzes = Quizzes(self._updates)
        self._talks = Talks(self._updates)
        self._sales = Sales(self._updates, plans, seed)
        self._joined: dict[int, list[Resident]] = {group["id"]: [] for group in GROUPS}
        # Until when a group has a quiz; it can have one at a time.
        self._busy: dict[int, datetime] = {}
        self._deeds: dict[str, Deed] = {**self._plain(), **self._of_features()}

    def _plain(self) -> dict[str, Deed]:
        return {
            "start": self._start,
            "command": self._command,
            "text": self._text,
            "button": self._button,
            "block": self._membership,
            "unblock": self._membership,
            "join": self._join,
            "edit": self._edit,
            "react": self._react,
        }

    def _of_features(self) -> dict[str, Deed]:
        sales = self._sales
        return {
            "download": self._download,
            "quiz": self._quiz,
            "shop": sales.look,
            "plan": sales.plan,
            "invoice": sales.invoice,
            "pay": sales.pay,
            "renew": sales.renew,
            "cancel": sales.cancel,
            "refund": sales.refund,
            "expire": sales.expire,
        }

    def opening(self, at: datetime) -> Iterator[Fact]:
        """The bot comes into the groups."""
        for group in GROUPS:
            chat_id, kind, title = group["id"], group["type"], group["title"]
            yield ChatJoined(at=at, chat_id=chat_id, chat_type=kind, title=title)
            yield from self._updates.heard(at, "my_chat_member")

    def facts(self, act: Act) -> Iterator[Fact]:
        """What the bot notices of *act*, within its time."""
        return self._deeds[act.deed](act)

    def closing(self, at: datetime) -> Iterator[Fact]:
        """What is left when nobody does anything any more."""
        return self._talks.close(at)

    def _start(self, act: Act) -> Iterator[Fact]:
        yield seen(act.at, act.person, "command")
        yield received(act, "text", len("/start ") + len(act.label))
        yield CommandUsed(at=act.at, user_id=act.person.id, chat_id=chat(act), command="start")
        yield UserStarted(at=act.at, user_id=act.person.id, source=act.label)
        yield from self._updates.handled(act.at, "message", "start", "start")

    def _command(self, act: Act) -> Iterator[Fact]:
        if act.label == "newchat":
            return self._talks.forget(act)
        return self._updates.command(act, act.label, HANDLERS.get(act.label, act.label))

    def _text(self, act: Act) -> Iterator[Fact]:
        content = self._chance.choices(CONTENT, CONTENT_WEIGHTS)[0]
        length = int(self._chance.lognormvariate(3, 0.8)) + 1 if content == "text" else 0
        if content == "text" and not act.group:
            yield from self._question(act, length)
            return
        yield seen(act.at, act.person, "message")
        yield received(act, content, length)
        handler = "none" if act.group else "unexpected_message"
        yield from self._updates.heard(act.at, "message", handler)

    def _question(self, act: Act, length: int) -> Iterator[Fact]:
        if self._chance.random() < ASK_SHARE:
            yield from self._updates.command(act, "ask")
        else:
            yield seen(act.at, act.person, "message")
            yield received(act, "text", length)
            yield from self._updates.handled(act.at, "message", "ask_plainly")
        yield from self._talks.ask(act, length)

    def _download(self, act: Act) -> Iterator[Fact]:
        return self._downloads.facts(act, self._sales.plan_of(act.person.id))

    def _quiz(self, act: Act) -> Iterator[Fact]:
        if not act.group:
            return self._quizzes.facts(act)
        if self._busy.get(chat(act), act.at) > act.at:
            return iter(())
        self._busy[chat(act)] = act.after(act.seconds)
        there = [one for one in self._joined[chat(act)] if one != act.person]
        count = self._chance.randint(1, MOST_PLAYERS)
        return self._quizzes.facts(act, self._chance.sample(there, min(count, len(there))))

    def _button(self, act: Act) -> Iterator[Fact]:
        if act.label == "privacy_data":
            yield FileUploaded(at=act.at, content_type="document", size=MANIFEST_SIZE)
        yield from self._updates.button(act, act.label)

    def _membership(self, act: Act) -> Iterator[Fact]:
        kind = BotBlocked if act.deed == "block" else BotUnblocked
        yield kind(at=act.at, user_id=act.person.id)
        yield from self._updates.heard(act.at, "my_chat_member")

    def _join(self, act: Act) -> Iterator[Fact]:
        assert act.group is not None  # noqa: S101  nobody joins a private chat
        self._joined[chat(act)].append(act.person)
        yield received(act, "system", 0)
        yield ChatJoined(
            at=act.at,
            chat_id=act.group["id"],
            chat_type=act.group["type"],
            title=act.group["title"],
            user_id=act.person.id,
        )
        yield from self._updates.heard(act.at, "message")

    def _edit(self, act: Act) -> Iterator[Fact]:
        yield MessageEdited(at=act.at, user_id=act.person.id, chat_id=chat(act))
        yield from self._updates.heard(act.at, "edited_message")

    def _react(self, act: Act) -> Iterator[Fact]:
        yield ReactionChanged(at=act.at, user_id=act.person.id, chat_id=chat(act))
        yield from self._updates.heard(act.at, "message_reaction")
