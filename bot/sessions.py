"""Sessions of the dashboard: a browser's key for some hours, ended with what it was made with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import RowMapping, Select, delete, insert, select

from bot.clock import Clock, from_milliseconds, to_milliseconds, utc_now
from bot.database.api_tables import api_tokens
from bot.database.engine import Database
from bot.database.web_tables import web_sessions
from bot.tokens import Scope, Token

FORM = re.compile(r"session_([0-9a-f]{16})_([\w-]{43})")
LIFE = timedelta(hours=12)
# Telegram opens it again with one tap.
TELEGRAM_LIFE = timedelta(hours=1)
# Of one token, or one person; the oldest makes room.
BOUND = 20

row = web_sessions.c


class Way(StrEnum):
    """How somebody signed in: a token, API_TOKEN, the link of the start, Telegram."""

    TOKEN = "token"  # noqa: S105  a way, no secret
    OWN = "own"
    LINK = "link"
    TELEGRAM = "telegram"


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """Who is signed in.

    name: as the operator knows them; token_id, person: "" and 0 where the way has none
    """

    id: str
    way: Way
    scope: Scope
    name: str
    expires_at: datetime
    token_id: str = ""
    person: int = 0


class Sessions:
    """The table of sessions.

    own: API_TOKEN, because its sessions end when it becomes another
    admins: Telegram's ids of those who may come from Telegram
    """

    def __init__(
        self,
        database: Database,
        clock: Clock = utc_now,
        *,
        own: str | None = None,
        admins: Collection[int] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._own = own
        self._admins = frozenset(admins)

    async def of_token(self, token: Token) -> tuple[Session, str]:
        """A new session of *token*, which is in the table of tokens, and its secret."""
        until = self._clock() + LIFE
        expires_at = min(until, token.expires_at) if token.expires_at else until
        return await self._begun(
            _session(Way.TOKEN, token.name, expires_at, scope=token.scope, token_id=token.id)
        )

    async def of_own(self) -> tuple[Session, str]:
        """A new session of API_TOKEN, and its secret."""
        return await self._begun(_session(Way.OWN, "API_TOKEN", self._clock() + LIFE))

    async def of_link(self) -> tuple[Session, str]:
        """A new session of whoever had the link of the start, and its secret."""
        return await self._begun(_session(Way.LINK, "sign-in link", self._clock() + LIFE))

    async def of_admin(self, person: int) -> tuple[Session, str]:
        """A new session of the admin with that Telegram id, and its secret."""
        expires_at = self._clock() + TELEGRAM_LIFE
        return await self._begun(
            _session(Way.TELEGRAM, f"admin {person}", expires_at, person=person)
        )

    async def find(self, sent: str) -> Session | None:
        """The session whose secret was sent, if there is one and it has not ended."""
        form = FORM.fullmatch(sent)
        if form is None:
            return None
        async with self._database.read("sessions.find") as connection:
            found = (await connection.execute(_by_id(form[1]))).mappings().one_or_none()
        if found is None:
            return None
        digest = self._digest(Way(found["way"]), form[2])
        if not hmac.compare_digest(found["digest"], digest):
            return None
        return self._read(found) if self._is_open(found) else None

    async def ids(self) -> set[str]:
        """Of every session there is, ended ones too."""
        async with self._database.read("sessions.ids") as connection:
            return set((await connection.execute(select(row.id))).scalars())

    async def end(self, session: Session) -> None:
        """Nothing is opened by it any more."""
        async with self._database.write("sessions.end", durable=True) as connection:
            await connection.execute(delete(web_sessions).where(row.id == session.id))

    async def prune(self) -> None:
        """Remove those that are over."""
        now = to_milliseconds(self._clock())
        async with self._database.write("sessions.prune") as connection:
            await connection.execute(delete(web_sessions).where(row.expires_at <= now))

    async def _begun(self, session: Session) -> tuple[Session, str]:
        secret = secrets.token_urlsafe(32)
        values = {
            "id": session.id,
            "digest": self._digest(session.way, secret),
            "way": session.way.value,
            "token_id": session.token_id,
            "telegram_id": session.person,
            "created_at": to_milliseconds(self._clock()),
            "expires_at": to_milliseconds(session.expires_at),
        }
        async with self._database.write("sessions.begin", durable=True) as connection:
            await connection.execute(insert(web_sessions).values(values))
            await connection.execute(
                delete(web_sessions).where(row.id.in_(_beyond_bound(session)))
            )
        return session, f"session_{session.id}_{secret}"

    def _digest(self, way: Way, secret: str) -> str:
        if way is Way.OWN:
            # With another API_TOKEN it is another digest, so its sessions end with it.
            return hmac.digest((self._own or "").encode(), secret.encode(), "sha256").hex()
        return hashlib.sha256(secret.encode()).hexdigest()

    def _is_open(self, found: RowMapping) -> bool:
        now = to_milliseconds(self._clock())
        if found["expires_at"] <= now:
            return False
        match Way(found["way"]):
            case Way.TOKEN:
                is_over = found["token_end"] is not None and found["token_end"] <= now
                return found["scope"] is not None and not found["revoked_at"] and not is_over
            case Way.OWN:
                return self._own is not None
            case Way.TELEGRAM:
                return found["telegram_id"] in self._admins
            case Way.LINK:
                return True

    def _read(self, found: RowMapping) -> Session:
        way = Way(found["way"])
        names = {
            Way.TOKEN: found["name"],
            Way.OWN: "API_TOKEN",
            Way.LINK: "sign-in link",
            Way.TELEGRAM: f"admin {found['telegram_id']}",
        }
        return Session(
            id=found["id"],
            way=way,
            scope=Scope(found["scope"]) if way is Way.TOKEN else Scope.ADMIN,
            name=names[way],
            expires_at=from_milliseconds(found["expires_at"]),
            token_id=found["token_id"],
            person=found["telegram_id"],
        )


def csrf_of(secret: str) -> str:
    """What a page sends along to show that it is ours: other sites cannot read it."""
    digest = hmac.digest(secret.encode(), b"telegauge dashboard csrf", "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _session(  # noqa: PLR0913  two of them are only for one way
    way: Way,
    name: str,
    expires_at: datetime,
    *,
    scope: Scope = Scope.ADMIN,
    token_id: str = "",
    person: int = 0,
) -> Session:
    return Session(
        id=secrets.token_hex(8),
        way=way,
        scope=scope,
        name=name,
        expires_at=expires_at,
        token_id=token_id,
        person=person,
    )


def _by_id(session_id: str) -> Select[tuple[object, ...]]:
    token = api_tokens.c
    return (
        select(
            web_sessions,
            token.name,
            token.scope,
            token.revoked_at,
            token.expires_at.label("token_end"),
        )
        .outerjoin(api_tokens, token.id == row.token_id)
        .where(row.id == session_id)
    )


def _beyond_bound(session: Session) -> Select[tuple[str]]:
    """The oldest of the same token or person that are too many; the new one is never among them.

    Out of a subquery: SQLAlchemy would take the same table for the one of the DELETE.
    """
    old = web_sessions.alias()
    return (
        select(old.c.id)
        .where(
            old.c.way == session.way.value,
            old.c.token_id == session.token_id,
            old.c.telegram_id == session.person,
        )
        .order_by((old.c.id == session.id).desc(), old.c.created_at.desc(), old.c.id)
        .offset(BOUND)
    )
