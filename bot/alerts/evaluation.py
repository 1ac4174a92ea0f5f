"""Asks every rule; a rule that cannot answer is trouble of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog

from bot.alerts.rules import Rule
from bot.alerts.snapshot import Snapshot
from bot.alerts.terms import MINUTE, Concern, Reading, Terms

TRIES = 3
# Stands in the list of failures when there was nothing to ask the rules about.
SNAPSHOT = "snapshot"

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)


OWN = Terms(
    name="EvaluationFailed",
    first_aid="The log names the check and the error, with the line it comes from.",
    pending_checks=1,  # it has waited for TRIES already
    throttle_seconds=30 * MINUTE,
)


@dataclass(frozen=True, kw_only=True)
class EvaluationFailed:
    """A check could not be evaluated three times in a row."""

    terms: Terms = OWN

    def judge(self, failures: Mapping[str, int]) -> Reading:
        """What *failures* in a row, by check, amount to; good only when every check answered."""
        stuck = sorted(name for name, times in failures.items() if times >= TRIES)
        return Reading(
            value=max(failures.values(), default=0),
            threshold=TRIES,
            unit="failures in a row",
            details=", ".join(stuck) or "every check answers",
            is_bad=bool(stuck),
            is_good=not failures,
        )


class Evaluator:
    """Turns a snapshot into readings and keeps count of who could not read."""

    def __init__(self, rules: Sequence[Rule], take: Callable[[], Snapshot]) -> None:
        self._rules = rules
        self._take = take
        self._failures: Counter[str] = Counter()
        self._own = EvaluationFailed()

    def readings(self) -> list[tuple[Concern, Reading]]:
        """One reading for each rule that answered, and one about those that did not."""
        found: list[tuple[Concern, Reading]] = list(self._answers())
        return [*found, (self._own, self._own.judge(self._failures))]

    def _answers(self) -> Iterator[tuple[Concern, Reading]]:
        snapshot = self._tried(SNAPSHOT, self._take)
        if snapshot is None:
            return
        for rule in self._rules:
            reading = self._tried(rule.terms.name, partial(rule.evaluate, snapshot))
            if reading is not None:
                yield rule, reading

    def _tried(self, name: str, ask: Callable[[], Answer]) -> Answer | None:
        try:
            answer = ask()
        except Exception:
            # One rule's mistake must not silence the others.
            self._failures[name] += 1
            log.exception("check could not be evaluated", check=name)
            return None
        self._failures.pop(name, None)
        return answer
