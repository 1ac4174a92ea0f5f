"""What somebody wants silenced, for how long and why: /silence's words, understood.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.alerts.terms import HOUR, MINUTE, Terms
from bot.errors import BotError

Field = Literal["target", "duration", "reason"]

ALL = "all"
RULE = "rule"
SEVERITY = "severity"
SEVERITIES = ("critical", "warning")
UNITS = {"m": MINUTE, "h": HOUR, "d": 24 * HOUR, "w": 7 * 24 * HOUR}
LONGEST = UNITS["w"]
DURATION = re.compile(r"([0-9]{1,5})([mhdw])")
REASON = 200


@dataclass(frozen=True, slots=True)
class Target:
    """What a silence covers: alerts whose *key* is *value*; without a key all of them."""

    key: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        if self.key is None:
            return ALL
        return str(self.value) if self.key == RULE else f"{self.key}={self.value}"


@dataclass(frozen=True, slots=True)
class Wish:
    """A silence as somebody wants it.

    seconds: how long, MINUTE to LONGEST; starts_at: a moment to come; None: now
    """

    target: Target
    seconds: float
    reason: str = ""
    starts_at: datetime | None = None


class WishError(BotError):
    """Something in it is missing or unusable.

    field: which part; given: what stood there, empty if nothing did
    known: what could stand there: all of it, or what begins as *given* does
    """

    def __init__(self, field: Field, given: str, known: Sequence[Target] = ()) -> None:
        super().__init__(f"{field}: {given!r} cannot be used")
        self.field = field
        self.given = given
        self.known = known


def understood(text: str, concerns: Iterable[Terms]) -> Wish:
    """ "RULE|all|label=value DURATION [reason]"; WishError names the part that is wrong."""
    named, duration, reason = [*text.split(maxsplit=2), "", "", ""][:3]
    target = find(named, targets(concerns))
    return Wish(target, seconds_of(duration), reason_of(reason))


def targets(concerns: Iterable[Terms]) -> list[Target]:
    """Everything that can be silenced: rules by name, all, severities, the rules' labels."""
    concerns = list(concerns)
    rules = [Target(RULE, name) for name in sorted({terms.name for terms in concerns})]
    labels = {pair for terms in concerns for pair in terms.labels.items()}
    severities = [Target(SEVERITY, severity) for severity in SEVERITIES]
    return [*rules, Target(), *severities, *(Target(*pair) for pair in sorted(labels))]


def find(given: str, known: Sequence[Target]) -> Target:
    """The one of *known* that *given* names, or is the beginning of, in letters of any size."""
    if found := named(given, known):
        return found
    wanted = _plain(given)
    names = {_plain(str(one)): one for one in known}
    close = [one for name, one in names.items() if wanted and name.startswith(wanted)]
    if len(close) == 1:
        return close[0]
    raise WishError("target", given, close or known)


def named(given: str, known: Iterable[Target]) -> Target | None:
    """The one of *known* with just that name, in letters of any size."""
    wanted = _plain(given)
    return next((one for one in known if _plain(str(one)) == wanted), None)


def _plain(given: str) -> str:
    return given.casefold().removeprefix(f"{RULE}=")


def seconds_of(given: str) -> float:
    """30m, 4h, 2d or 1w in seconds; WishError for anything else, for nothing and for too long."""
    found = DURATION.fullmatch(given.casefold())
    seconds = int(found[1]) * UNITS[found[2]] if found else 0.0
    if not 0 < seconds <= LONGEST:
        raise WishError("duration", given)
    return seconds


def reason_of(given: str) -> str:
    """The reason on one line; WishError for a novel."""
    reason = " ".join(given.split())
    if len(reason) > REASON:
        raise WishError("reason", reason)
    return reason
