"""Scores: who stands where, and by what.  Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.quiz.run import Answer

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Where somebody stands.

    rank: from 1, the same for those who are equal in all; seconds: of the right answers together
    """

    rank: int
    telegram_id: int
    right: int
    answered: int
    seconds: float

    @property
    def medal(self) -> str:
        """A medal for the first three, a number for the rest."""
        return MEDALS.get(self.rank, f"{self.rank}.")


def ranking(answers: Iterable[Answer]) -> list[Score]:
    """Everybody who answered, best first: most right answers, then the least time for them."""
    mine: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        mine[answer.telegram_id].append(answer)
    totals = [
        (
            telegram_id,
            sum(one.is_correct for one in given),
            len(given),
            round(sum(one.seconds for one in given if one.is_correct), 3),
        )
        for telegram_id, given in mine.items()
    ]
    return ranked(totals)


def ranked(totals: Iterable[tuple[int, int, int, float]]) -> list[Score]:
    """Scores of (person, right, answered, seconds of the right ones), best first."""
    scores: list[Score] = []
    ordered = sorted(totals, key=lambda one: (-one[1], one[3], one[0]))
    for place, (telegram_id, right, answered, seconds) in enumerate(ordered, 1):
        before = scores[-1] if scores else None
        is_equal = before is not None and (before.right, before.seconds) == (right, seconds)
        rank = before.rank if before and is_equal else place
        scores.append(
            Score(
                rank=rank,
                telegram_id=telegram_id,
                right=right,
                answered=answered,
                seconds=seconds,
            )
        )
    return scores


def best_share(scores: Iterable[Score], questions: int) -> float:
    """The winner's share of right answers, 0 to 1."""
    return max((score.right for score in scores), default=0) / max(questions, 1)
