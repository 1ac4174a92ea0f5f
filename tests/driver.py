"""Driver: people and groups of a sandbox, moved by tests over its HTTP interface."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import ClientSession, ClientTimeout

Json = dict[str, Any]
Wanted = str | Callable[[Json], bool]

# Longer than the server's longest wait.
TIMEOUT = ClientTimeout(total=60)


class RefusedError(AssertionError):
    """The sandbox refused; the text is its answer."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem


class Driver:
    """Speaks /sandbox; an async context manager.  Chats and people are their numbers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connection."""
        self._session = ClientSession(timeout=TIMEOUT)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        if self._session:
            await self._session.close()

    async def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """The object the sandbox answers at /sandbox + *path*, or RefusedError."""
        assert self._session is not None
        address = f"{self.url}/sandbox{path}"
        async with self._session.request(method, address, json=body) as response:
            answer: Json = await response.json()
            if not response.ok:
                raise RefusedError(response.status, answer["error"])
            return answer

    async def state(self) -> Json:
        """The whole, in short."""
        return await self.ask("GET", "/state")

    async def person(self, first_name: str = "Ann", **details: Any) -> int:
        """A new person's number (details: id, username, language_code, is_premium, is_admin)."""
        answer = await self.ask("POST", "/people", {"first_name": first_name, **details})
        return int(answer["id"])

    async def group(
        self, *members: int, title: str = "Group", kind: str = "supergroup", **details: Any
    ) -> int:
        """A new group's number; the first member made it (details: id, bot_is_admin)."""
        body = {"title": title, "type": kind, "members": list(members), **details}
        return int((await self.ask("POST", "/chats", body))["id"])

    async def channel(self, *members: int, title: str = "Channel", **details: Any) -> int:
        """A new channel's number."""
        return await self.group(*members, title=title, kind="channel", **details)

    async def write(self, person: int, text: str, chat: int | None = None, **more: Any) -> Json:
        """What a person wrote, to the bot or into *chat* (more: reply_to, anonymous)."""
        body = {"person": person, "text": text, **more}
        return await self.ask("POST", f"/chats/{chat or person}/messages", body)

    async def attach(self, person: int, chat: int | None = None, **body: Any) -> Json:
        """What a person sent: photo={"name": …, "base64": …}, caption=…."""
        return await self.ask(
            "POST", f"/chats/{chat or person}/messages", {"person": person, **body}
        )

    async def edit(self, person: int, message_id: int, text: str, chat: int | None = None) -> Json:
        """The message after its author changed it."""
        body = {"person": person, "text": text}
        return await self.ask("PATCH", f"/chats/{chat or person}/messages/{message_id}", body)

    async def publish(self, channel: int, text: str) -> Json:
        """A channel's new post."""
        return await self.ask("POST", f"/chats/{channel}/posts", {"text": text})

    async def press(
        self, person: int, message: Json, label: str | None = None, **more: Any
    ) -> Json | None:
        """The bot's answer to a button, by its *label* or its data=…, forged=True."""
        body = {"person": person, "message_id": message["message_id"], **more}
        if label is not None:
            body["text"] = label
        answer = await self.ask("POST", f"/chats/{message['chat']['id']}/press", body)
        found: Json | None = answer["answer"]
        return found

    async def inline(self, person: int, query: str) -> list[Json] | None:
        """What the bot offers for an inline query; None when it did not answer."""
        answer = await self.ask("POST", "/inline", {"person": person, "query": query})
        results: list[Json] | None = answer["results"]
        return results

    async def open_web_app(self, person: int, url: str, *, theme: str = "light") -> str:
        """The address at which Telegram opens a Mini App for a person: *url* with a fragment."""
        body = {"url": url, "theme": theme}
        return str((await self.ask("POST", f"/people/{person}/mini_app", body))["url"])

    async def block(self, person: int) -> None:
        """The person blocks the bot."""
        await self.ask("POST", f"/people/{person}/block")

    async def unblock(self, person: int) -> None:
        """The person lets the bot write again."""
        await self.ask("POST", f"/people/{person}/unblock")

    async def join(self, person: int, chat: int) -> None:
        """The person comes into a group."""
        await self.ask("POST", f"/chats/{chat}/join", {"person": person})

    async def leave(self, person: int, chat: int) -> None:
        """The person leaves a group."""
        await self.ask("POST", f"/chats/{chat}/leave", {"person": person})

    async def add_bot(self, person: int, chat: int) -> None:
        """A member brings the bot (back) in."""
        await self.ask("POST", f"/chats/{chat}/add_bot", {"person": person})

    async def remove_bot(self, person: int, chat: int) -> None:
        """A member puts the bot out."""
        await self.ask("POST", f"/chats/{chat}/remove_bot", {"person": person})

    async def react(self, person: int, message: Json, *emoji: str) -> None:
        """The person's reactions to a message become *emoji*."""
        body = {"person": person, "message_id": message["message_id"], "emoji": list(emoji)}
        await self.ask("POST", f"/chats/{message['chat']['id']}/react", body)

    async def vote(self, person: int, message: Json, *options: int) -> Json:
        """The poll after the person chose *options*."""
        body = {"person": person, "message_id": message["message_id"], "option_ids": list(options)}
        return await self.ask("POST", f"/chats/{message['chat']['id']}/vote", body)

    async def pay(self, person: int, message: Json, **more: Any) -> Json:
        """How paying an invoice message went: {paid, error, charge_id}."""
        body = {"person": person, "message_id": message["message_id"], **more}
        return await self.ask("POST", f"/chats/{message['chat']['id']}/pay", body)

    async def renew(self, charge: str) -> Json:
        """A subscription's next charge."""
        return await self.ask("POST", f"/payments/{charge}/renew")

    async def cancel(self, charge: str) -> Json:
        """The person ends a subscription."""
        return await self.ask("POST", f"/payments/{charge}/cancel")

    async def chat(self, chat: int, person: int | None = None) -> Json:
        """The chat as a person sees it: members, commands, action, keyboard."""
        return await self.ask("GET", f"/chats/{chat}?person={person or chat}")

    async def messages(self, chat: int, after: int = 0) -> list[Json]:
        """A chat's messages after one, as they are now, oldest first."""
        answer = await self.ask("GET", f"/chats/{chat}/messages?after={after}&limit=1000")
        return list(answer["messages"])

    async def calls(self, method: str = "", after: int = 0) -> list[Json]:
        """What the bot called, oldest first."""
        answer = await self.ask("GET", f"/calls?method={method}&after={after}")
        return list(answer["calls"])

    async def update(self, update: Json) -> Json:
        """Queue an update as it is, sense or nonsense."""
        return await self.ask("POST", "/updates", update)

    async def fault(self, method: str, kind: str, **details: Any) -> int:
        """Order a fault; its id (details: status, description, retry_after, seconds, times)."""
        answer = await self.ask("POST", "/faults", {"method": method, "kind": kind, **details})
        return int(answer["id"])

    async def clear_faults(self) -> None:
        """Take every fault back."""
        await self.ask("DELETE", "/faults")

    async def model_fault(self, kind: str, **details: Any) -> None:
        """The scripted model fails (details: status, description, retry_after, seconds, times)."""
        await self.ask("POST", "/model/faults", {"kind": kind, **details})

    async def clear_model_faults(self) -> None:
        """The scripted model is well again."""
        await self.ask("DELETE", "/model/faults")

    async def model_pace(self, seconds_a_word: float) -> None:
        """How fast the scripted model streams."""
        await self.ask("POST", "/model/settings", {"seconds_a_word": seconds_a_word})

    async def model_calls(self) -> list[Json]:
        """What the scripted model was asked, oldest first."""
        return list((await self.ask("GET", "/model/calls"))["calls"])

    async def flood_limit(self, per_second: float) -> None:
        """Refuse with 429 what goes beyond so many messages a second to a chat; 0 is no limit."""
        await self.ask("POST", "/settings", {"flood_per_second": per_second})

    async def wait_for(
        self, chat: int, wanted: Wanted, *, after: int = 0, seconds: float = 10
    ) -> Json:
        """The first message in *chat* that has the text or fits, edits seen too.

        A text fits when it occurs in the message's text or caption.
        Raises AssertionError with what the chat shows when none came in *seconds*.
        """
        seq, ends_at = 0, time.monotonic() + seconds
        while time.monotonic() < ends_at:
            path = f"/chats/{chat}/messages?after={after}&seq={seq}&limit=1000&wait=1"
            answer = await self.ask("GET", path)
            for message in answer["messages"]:
                if _fits(message, wanted):
                    found: Json = message
                    return found
            seq = answer["seq"]
        shown = [message_text(message) for message in await self.messages(chat, after)]
        raise AssertionError(f"no message in {chat} fits {wanted!r}; it shows {shown}")

    async def wait_for_call(self, method: str, *, after: int = 0, seconds: int = 10) -> Json:
        """The first call of *method* after call number *after*."""
        answer = await self.ask("GET", f"/calls?method={method}&after={after}&wait={seconds}")
        assert answer["calls"], f"the bot did not call {method}"
        first: Json = answer["calls"][0]
        return first

    async def say(self, person: int, text: str, wanted: Wanted = "", **where: Any) -> Json:
        """Write, and the bot's first message after it that fits."""
        written = await self.write(person, text, **where)

        def answers(message: Json) -> bool:
            return bool(message.get("from", {}).get("is_bot")) and _fits(message, wanted)

        return await self.wait_for(written["chat"]["id"], answers, after=written["message_id"])


def message_text(message: Json) -> str:
    """A message's text or caption."""
    return str(message.get("text") or message.get("caption") or "")


def _fits(message: Json, wanted: Wanted) -> bool:
    return wanted in message_text(message) if isinstance(wanted, str) else wanted(message)
