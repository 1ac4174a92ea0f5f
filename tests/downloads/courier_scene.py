"""A courier at work over a Bot API server, for one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.analytics.bus import Bus
from bot.analytics.render.words import Words
from bot.downloads.media import Fetched
from bot.downloads.messages.telegram import Messages
from bot.downloads.rhythm import Rhythm
from bot.downloads.telegram import TelegramCourier
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from tests.downloads.queue_scene import NOON
from tests.downloads.test_wording import DOWNLOAD
from tests.driver import Driver, Json
from tests.fakes import Recorder
from tests.sandbox.samples import file, jpeg


class Desk:
    """A courier, one person, and the message about one download; now, watch: what clocks say."""

    def __init__(self, sandbox: Sandbox, driver: Driver, folder: Path) -> None:
        self.sandbox, self.driver, self._folder = sandbox, driver, folder
        self.now = NOON
        self.bot = build_bot(sandbox.token, sandbox.url, Bus(Recorder()), seconds=5)
        self.messages = Messages(self.bot)
        self.watch = 0.0
        self.courier = self.another()
        self.download = DOWNLOAD

    async def begin(self, *, has_picture: bool = False) -> None:
        """The person writes, the bot answers."""
        ann = await self.driver.person("Ann")
        await self.driver.write(ann, "/start")
        picture = file(jpeg(320, 180), "cover.jpg")
        message = await (
            self.bot.send_photo(ann, picture) if has_picture else self.bot.send_message(ann, "…")
        )
        self.download = replace(DOWNLOAD, user_id=ann, chat_id=ann, message_id=message.message_id)

    def another(self) -> TelegramCourier:
        """A courier who remembers nothing, as after a restart."""
        return TelegramCourier(
            Messages(self.bot),
            lambda language: Words(locale=language or "en"),
            megabytes=50,
            has_shop=True,
            rhythm=Rhythm(lambda: self.watch),
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def fetched(self, size: int = 4) -> Fetched:
        """A file of so many bytes, with a picture."""
        path, picture = self._folder / "file", self._folder / "picture.jpg"
        path.write_bytes(bytes(size))
        picture.write_bytes(jpeg(90, 90))
        return Fetched(
            path=path,
            size_bytes=size,
            title="Rain\n",
            performer="Band",
            duration_seconds=61,
            width=1280,
            height=720,
            thumbnail=picture,
        )

    async def shown(self) -> Json:
        """The message as it is now."""
        number = self.download.message_id
        found = await self.driver.messages(self.download.chat_id)
        return next(one for one in found if one["message_id"] == number)

    def delete(self) -> None:
        """The person deletes the message."""
        del self.sandbox.world.chats[self.download.chat_id].messages[self.download.message_id]
