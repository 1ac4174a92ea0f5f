"""Links that show one page of the dashboard, without people, to whoever has them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import RowMapping, delete, insert, or_, select, update

from bot.clock import Clock, from_milliseconds, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.web_tables import shares
from bot.errors import BotError

FORM = re.compile(r"share_([0-9a-f]{16})_([\w-]{43})")
# Of all that work; who wants more has lost count of who sees what.
BOUND = 100
# How long one that is over is still listed.
LISTED = timedelta(days=30)

row = shares.c


class ShareError(BotError):
    """A link cannot be made; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a link shows, always the same.

    days: how many, up to the day of the visit, unless first_day and last_day name them
    compare: as a report's period has it; step: how reports are cut; "": each as usual
    """

    page: str
    days: int
    first_day: date | None = None
    last_day: date | None = None
    compare: str = "previous"
    step: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A link without its secret.  made_with: a token's name; created_by: an admin's Telegram id"""

    id: str
    shown: Shown
    made_with: str
    created_at: datetime
    expires_at: datetime
    created_by: int | None = None
    revoked_at: datetime | None = None
    use_count: int = 0
    last_used_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it still shows anything."""
        return self.revoked_at is None and now < self.expires_at


class Shares:
    """The table of links."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._turn = asyncio.Lock()

    async def create(
        self, shown: Shown, life: timedelta, *, made_with: str, created_by: int | None = None
    ) -> tuple[Share, str]:
        """A new link and its secret; ShareError when there are too many."""
        now = self._clock()
        secret = secrets.token_urlsafe(32)
        share = Share(
            id=secrets.token_hex(8),
            shown=shown,
            made_with=made_with,
            created_by=created_by,
            created_at=now,
            expires_at=now + life,
        )
        async with self._turn:  # or two at once would both be the last that may be
            await self._check_bound(now)
            async with self._database.write("shares.create", durable=True) as connection:
                await connection.execute(insert(shares).values(_values(share, secret)))
        return share, f"share_{share.id}_{secret}"

    async def _check_bound(self, now: datetime) -> None:
        working = [one for one in await self.all() if one.is_valid(now)]
        if len(working) >= BOUND:
            raise ShareError(f"{BOUND} links work already; end one of them first")

    async def all(self) -> list[Share]:
        """Every link there is, the newest first."""
        query = select(shares).order_by(row.created_at.desc(), row.id)
        async with self._database.read("shares.all") as connection:
            return [_share(found) for found in (await connection.execute(query)).mappings()]

    async def revoke(self, share_id: str) -> bool:
        """Whether there was a link with that id that was not ended before."""
        query = update(shares).where(row.id == share_id, row.revoked_at.is_(None))
        values = {"revoked_at": to_milliseconds(self._clock())}
        async with self._database.write("shares.revoke", durable=True) as connection:
            return bool((await connection.execute(query.values(values))).rowcount)

    async def find(self, sent: str) -> Share | None:
        """The link whose secret was sent, if there is one and it works."""
        form = FORM.fullmatch(sent)
        if form is None:
            return None
        async with self._database.read("shares.find") as connection:
            query = select(shares).where(row.id == form[1])
            found = (await connection.execute(query)).mappings().one_or_none()
        # Compared in constant time; what is no link's id takes as long.
        is_right = hmac.compare_digest(found["digest"] if found else "", _digest(form[2]))
        if found is None or not is_right:
            return None
        share = _share(found)
        return share if share.is_valid(self._clock()) else None

    async def used(self, share: Share, times: int = 1) -> None:
        """Count so many more looks."""
        values = {
            "use_count": row.use_count + times,
            "last_used_at": to_milliseconds(self._clock()),
        }
        async with self._database.write("shares.used") as connection:
            await connection.execute(update(shares).where(row.id == share.id).values(values))

    async def prune(self) -> None:
        """Remove those that have been over for a month."""
        before = to_milliseconds(self._clock() - LISTED)
        is_old = or_(row.expires_at < before, row.revoked_at < before)
        async with self._database.write("shares.prune") as connection:
            await connection.execute(delete(shares).where(is_old))


def _digest(secret: str) -> str:
    # As with tokens: nobody guesses 256 random bits.
    return hashlib.sha256(secret.encode()).hexdigest()


def _values(share: Share, secret: str) -> dict[str, object]:
    shown = share.shown
    return {
        "id": share.id,
        "digest": _digest(secret),
        **{one.name: getattr(shown, one.name) for one in fields(Shown)},
        "first_day": shown.first_day.isoformat() if shown.first_day else "",
        "last_day": shown.last_day.isoformat() if shown.last_day else "",
        "made_with": share.made_with,
        "created_by": share.created_by,
        "created_at": to_milliseconds(share.created_at),
        "expires_at": to_milliseconds(share.expires_at),
    }


def _share(found: RowMapping) -> Share:
    def moment(name: str) -> datetime | None:
        return from_milliseconds(found[name]) if found[name] is not None else None

    return Share(
        id=found["id"],
        shown=Shown(
            page=found["page"],
            days=found["days"],
            first_day=_day(found["first_day"]),
            last_day=_day(found["last_day"]),
            compare=found["compare"],
            step=found["step"],
        ),
        made_with=found["made_with"],
        created_by=found["created_by"],
        created_at=from_milliseconds(found["created_at"]),
        expires_at=from_milliseconds(found["expires_at"]),
        revoked_at=moment("revoked_at"),
        use_count=found["use_count"],
        last_used_at=moment("last_used_at"),
    )


def _day(kept: str) -> date | None:
    return date.fromisoformat(kept) if kept else None
