"""Which of the waiting notices go out next, in one message.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.alerts.buttons import Subject, buttons_for
from bot.alerts.notifier import Buttons

# What Telegram takes at once, and what an edit may add for each alert: who acknowledged it, until
# when it is silenced, that it is over.
PARCEL = 4_096
ADDED = 250


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A notice in the outbox.

    created_at, next_attempt_at: milliseconds, as in the table
    is_heard: the receiver got an earlier notice about the same firing
    is_acked, is_over: of the firing, as it stands by now
    """

    id: int
    history_id: int
    kind: str
    text: str
    severity: str
    created_at: int
    attempts: int
    next_attempt_at: int
    is_heard: bool
    rule: str = ""
    is_acked: bool = False
    is_over: bool = False

    @property
    def subject(self) -> Subject:
        """The alert that it is about."""
        return Subject(
            history_id=self.history_id,
            rule=self.rule,
            is_acked=self.is_acked,
            is_over=self.is_over,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """One message.

    notices: what it says; covered: older notices that it makes needless
    """

    notices: tuple[Waiting, ...]
    covered: tuple[Waiting, ...]

    @property
    def text(self) -> str:
        """The whole message."""
        return "\n\n".join(notice.text for notice in self.notices)

    @property
    def attempts(self) -> int:
        """How often it was tried."""
        return max(notice.attempts for notice in self.notices)

    @property
    def ids(self) -> list[int]:
        """Every row that is done when this is sent."""
        return [notice.id for notice in (*self.notices, *self.covered)]


def orphans(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Resolutions of firings that the admin never heard of and never will."""
    announced = {notice.history_id for notice in waiting if notice.kind != "resolved"}
    return [
        notice
        for notice in waiting
        if notice.kind == "resolved" and not notice.is_heard and notice.history_id not in announced
    ]


def buttons_of(parcel: Parcel) -> Buttons:
    """What can be pressed below it: nothing about what it says to be over."""
    return buttons_for([one.subject for one in parcel.notices if one.kind != "resolved"])


def pack(waiting: Sequence[Waiting], *, is_single: bool = False) -> Parcel | None:
    """The next message from *waiting* (oldest first), None when nothing waits.

    1. Of several notices about one firing only the last is still news: a resolution says that it
       fired and ended, a reminder says since when.
    2. What one check found with one severity goes together, as far as it fits; is_single: each
       goes alone.
    """
    last = {notice.history_id: notice for notice in waiting}
    news = [notice for notice in waiting if last[notice.history_id] is notice]
    if not news:
        return None
    together = [notice for notice in news if _check(notice) == _check(news[0])]
    notices = news[:1] if is_single else _fitting(together)
    told = {notice.history_id for notice in notices}
    covered = [notice for notice in waiting if notice.history_id in told and notice not in notices]
    return Parcel(notices=tuple(notices), covered=tuple(covered))


def _check(notice: Waiting) -> tuple[int, str]:
    return notice.created_at, notice.severity


def _fitting(notices: Sequence[Waiting]) -> list[Waiting]:
    """As many as fit, at least the first."""
    length = 0
    fitting: list[Waiting] = []
    for notice in notices:
        length += len(notice.text) + ADDED
        if fitting and length > PARCEL:
            break
        fitting.append(notice)
    return fitting
