"""Votes for polls that nobody knows yet: the question is on its way, or its answer got lost."""

from __future__ import annotations

from collections import OrderedDict

from bot.quiz.stage import Vote

POLLS = 500
VOTES = 1_000  # for each poll


class Claims:
    """Keeps such votes, as long as some run expects its poll; never more than fits."""

    def __init__(self) -> None:
        self._expecting: set[int] = set()
        self._held: OrderedDict[str, list[Vote]] = OrderedDict()

    @property
    def expecting(self) -> frozenset[int]:
        """The runs whose question was sent without our learning its poll."""
        return frozenset(self._expecting)

    def expect(self, run_id: int) -> None:
        """This run is about to send a question."""
        self._expecting.add(run_id)

    def settle(self, run_id: int) -> None:
        """This run knows its poll, or needs it no more."""
        self._expecting.discard(run_id)
        if not self._expecting:
            self._held.clear()

    def hold(self, vote: Vote) -> None:
        """Keep *vote* until its poll is known."""
        votes = self._held.setdefault(vote.poll_id, [])
        if len(votes) < VOTES:
            votes.append(vote)
        while len(self._held) > POLLS:
            self._held.popitem(last=False)

    def release(self, poll_id: str) -> list[Vote]:
        """The votes kept for a poll, which is known now."""
        return self._held.pop(poll_id, [])
