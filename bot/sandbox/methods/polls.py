"""Polls and quizzes: sent, closed by hand or by the clock."""

from __future__ import annotations

import asyncio

from bot.sandbox.ballots import Ballot, ballot_in, keep_ballot
from bot.sandbox.compose import chat_of, message_of, send
from bot.sandbox.markups import inline_of
from bot.sandbox.mini_apps import check_place
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.poll_terms import closing, open_seconds, terms_of
from bot.sandbox.world import Method, World


async def send_poll(world: World, params: Params) -> Json:
    """Post a poll; it closes by itself when it has an open_period or a close_date."""
    chat = chat_of(world, params)
    terms = terms_of(world, params)
    if chat.info["type"] == "channel" and not terms["is_anonymous"]:
        raise bad_request("non-anonymous polls can't be sent to channel chats")
    seconds = open_seconds(params)
    terms |= closing(params, seconds)
    poll = Ballot(chat.id, 0, terms).poll()
    message = send(world, params, {"poll": poll})
    ballot = Ballot(chat.id, message["message_id"], terms)
    keep_ballot(chat, ballot)
    if seconds and not terms["is_closed"]:
        close_later(world, ballot, seconds)
    return message


async def stop_poll(world: World, params: Params) -> Json:
    """Close the bot's own poll; the Poll as it ended."""
    chat = chat_of(world, params)
    missing = "message with poll to stop not found"
    message = message_of(chat, params.integer("message_id"), missing)
    if "poll" not in message:
        raise bad_request("message is not a poll")
    ballot = ballot_in(chat, message["message_id"])
    if ballot is None:
        raise bad_request("poll can't be stopped")
    if ballot.terms["is_closed"]:
        raise bad_request("poll has already been closed")
    markup = inline_of(params)
    check_place(markup, chat)
    close(world, ballot, {"reply_markup": markup} if markup else {})
    return ballot.poll()


def close_later(world: World, ballot: Ballot, seconds: float) -> None:
    """Close the poll when its time is over, unless somebody did before."""

    def over() -> None:
        if not ballot.terms["is_closed"]:
            close(world, ballot, {})

    asyncio.get_running_loop().call_later(seconds, over)


def close(world: World, ballot: Ballot, buttons: Json) -> None:
    """End the vote: the message shows it, and the bot hears the last sums."""
    ballot.terms |= {"is_closed": True}
    show(world, ballot, buttons)
    world.queue({"poll": _bare(ballot.poll())})


def show(world: World, ballot: Ballot, buttons: Json | None = None) -> None:
    """Bring the poll's message up to date; *buttons* None leaves those it has."""
    chat = world.chats[ballot.chat_id]
    message = chat.messages.get(ballot.message_id)
    if message is None:
        return
    shown = {**message, "poll": ballot.poll()}
    if buttons is not None:
        shown.pop("reply_markup", None)
        shown |= buttons
    world.show(chat, shown)


def heard(world: World, ballot: Ballot, user: Json) -> Json:
    """Tell the bot of a vote: the sums, and who chose what unless it is anonymous; the Poll."""
    show(world, ballot)
    poll = ballot.poll()
    if not poll["is_anonymous"]:
        world.queue({"poll_answer": ballot.answer(user)})
    world.queue({"poll": _bare(poll)})
    return poll


def _bare(poll: Json) -> Json:
    """A poll as updates have it: without what only its message says."""
    return {key: value for key, value in poll.items() if not key.startswith("description")}


METHODS: dict[str, Method] = {"sendPoll": send_poll, "stopPoll": stop_poll}
