"""A batch of reported facts on its way to the tables: what it says, and what that becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.analytics.batch import Batch, Calendar
from bot.analytics.events import Event
from bot.analytics.rows import fold
from bot.analytics.tracking.talks import Talk, facts
from bot.analytics.tracking.visits import Known, Profiles, Visit

# What a fact is made of: a visit becomes UserSeen once it is known what is known of the person.
Part = Event | Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """What one request says.

    count: how many facts it had; sender: the token's id
    names: kind, name and field of each name it gives
    moments: each moment it names, with its field
    """

    count: int
    sender: str = ""
    parts: Sequence[Part] = ()
    talks: Sequence[Talk] = ()
    names: Sequence[tuple[str, str, str]] = ()
    moments: Sequence[tuple[datetime, str]]

    @property
    def oldest(self) -> datetime:
        """The earliest moment."""
        return min(at for at, _ in self.moments)

    @property
    def people(self) -> set[int]:
        """Who is in it, by their Telegram ids."""
        visitors = {part.user_id for part in self.parts if isinstance(part, Visit)}
        return visitors | {talk.user_id for talk in self.talks}


def facts_of(
    parcel: Parcel,
    people: Mapping[int, Known],
    begun: Mapping[str, int],
    *,
    keep_names: bool,
) -> list[Event]:
    """The facts of *parcel*, the oldest first; begun: conversations that are not new."""
    profiles = Profiles(people, keep_names=keep_names)
    parts: list[Part] = [*parcel.parts, *facts(parcel.talks, begun)]
    # In the order of time, because the last one says who a person is now.
    parts.sort(key=lambda part: part.at)
    return [profiles.seen(part) if isinstance(part, Visit) else part for part in parts]


def folded(some: Sequence[Event], talks: Sequence[Talk], calendar: Calendar) -> Batch:
    """The rows of *some* facts; whoever talked gets a row, too."""
    batch = fold(some, calendar)
    for talk in talks:
        batch.person(talk.user_id)
    return batch
