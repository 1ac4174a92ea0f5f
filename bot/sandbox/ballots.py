"""Ballots: who voted what in a poll; the poll itself shows sums only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bot.sandbox.params import Json
from bot.sandbox.world import Chat


class VoteError(ValueError):
    """A vote that Telegram's apps would not let a person give."""


@dataclass(slots=True)
class Ballot:
    """One poll, the message it hangs in, and the votes given."""

    chat_id: int
    message_id: int
    terms: Json  # the Poll object without the sums
    votes: dict[int, list[int]] = field(default_factory=dict)  # person → chosen options

    def poll(self) -> Json:
        """The API's Poll object as it stands now."""
        chosen = Counter(option for options in self.votes.values() for option in options)
        options = [
            {**option, "voter_count": chosen[n]} for n, option in enumerate(self.terms["options"])
        ]
        return {**self.terms, "options": options, "total_voter_count": len(self.votes)}

    def vote(self, person_id: int, options: list[int]) -> None:
        """Take a person's choice; none at all takes the vote back.

        Raises VoteError: closed, unknown option, more than one, or a vote that cannot be changed.
        """
        self._check(person_id, options)
        if options:
            self.votes[person_id] = options
        else:
            self.votes.pop(person_id, None)

    def _check(self, person_id: int, options: list[int]) -> None:
        if self.terms["is_closed"]:
            raise VoteError("message_id: the poll is closed")
        if any(n not in range(len(self.terms["options"])) for n in options):
            raise VoteError("option_ids: the poll has no such option")
        if len(set(options)) != len(options):
            raise VoteError("option_ids: an option counts once")
        if len(options) > 1 and not self.terms["allows_multiple_answers"]:
            raise VoteError("option_ids: the poll takes one answer")
        if person_id in self.votes and not self.terms["allows_revoting"]:
            raise VoteError("person: this vote cannot be changed")

    def answer(self, user: Json) -> Json:
        """The API's PollAnswer object for what *user* has chosen."""
        options = self.votes.get(int(user["id"]), [])
        names = [self.terms["options"][n]["persistent_id"] for n in options]
        return {
            "poll_id": self.terms["id"],
            "user": user,
            "option_ids": options,
            "option_persistent_ids": names,
        }


def keep_ballot(chat: Chat, ballot: Ballot) -> None:
    """Keep the ballot with its message, for as long as that is there."""
    chat.notes.setdefault(ballot.message_id, {})["ballot"] = ballot


def ballot_in(chat: Chat, message_id: int) -> Ballot | None:
    """The ballot of the poll that was sent in that message."""
    ballot: Ballot | None = chat.notes.get(message_id, {}).get("ballot")
    return ballot


def votes_in(chat: Chat, person_id: int) -> dict[str, list[int]]:
    """message id → the options that person chose there."""
    known = {number: ballot_in(chat, number) for number in chat.notes}
    return {
        str(number): ballot.votes[person_id]
        for number, ballot in known.items()
        if ballot and person_id in ballot.votes
    }
