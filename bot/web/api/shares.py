"""Links that show one page of the dashboard without people: made and ended by an admin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from bot.clock import Clock
from bot.shares import Share, ShareError, Shares, Shown
from bot.tokens import Scope
from bot.web.api.endpoint import Call, Endpoint, model_answer
from bot.web.api.params import INTERVALS, LONGEST, Dated, Params, ParamsError
from bot.web.dashboard.pages import SHARED

USUAL_DAYS, USUAL_LIFE, LONGEST_LIFE = 30, 30, 90
NONE_SUCH = "There is no such link that could be ended."


class ShareWanted(Dated):
    """A link to be made: one page, one time and one comparison, for good."""

    page: Annotated[
        str,
        Field(
            max_length=32,
            description="Which page of the dashboard.",
            json_schema_extra={"enum": list(SHARED)},
        ),
    ]
    days: Annotated[
        int, Field(ge=1, le=LONGEST, description="The last so many days before each visit.")
    ] = USUAL_DAYS
    interval: Annotated[
        Literal["hourly", "daily", "weekly", "monthly"] | None,
        Field(description="How those reports are cut that can be cut so; else as usual."),
    ] = None
    life_days: Annotated[
        int, Field(ge=1, le=LONGEST_LIFE, description="Days until the link ends.")
    ] = USUAL_LIFE


class SharePath(Params):
    """Which link."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", description="As GET /shares has it.")]


class ShareTold(BaseModel):
    """A link without its secret.  made_with: the token, or the admin, that made it"""

    id: str
    page: str
    days: int
    first_day: date | None
    last_day: date | None
    compare: str
    interval: str | None
    made_with: str
    is_valid: bool
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    use_count: int
    last_used_at: datetime | None

    @classmethod
    def of(cls, share: Share, now: datetime) -> ShareTold:
        """*share*, as it is now."""
        shown = share.shown
        intervals = {str(step): name for name, step in INTERVALS.items()}
        return cls(
            id=share.id,
            page=shown.page,
            days=shown.days,
            first_day=shown.first_day,
            last_day=shown.last_day,
            compare=shown.compare,
            interval=intervals.get(shown.step),
            made_with=share.made_with,
            is_valid=share.is_valid(now),
            created_at=share.created_at,
            expires_at=share.expires_at,
            revoked_at=share.revoked_at,
            use_count=share.use_count,
            last_used_at=share.last_used_at,
        )


class SharesTold(BaseModel):
    """Every link that works, or did so in the last month; the newest first."""

    shares: Sequence[ShareTold]


class ShareMade(BaseModel):
    """A new link.

    url: what to send; behind its # stands the secret, which nobody can see again
    """

    share: ShareTold
    url: str
    secret: str


class ShareDoors:
    """Links.

    today: the day that is not over, in TIMEZONE
    address: DASHBOARD_URL; None: as whoever makes a link reached us
    """

    def __init__(
        self, shares: Shares, clock: Clock, today: Callable[[], date], address: str | None = None
    ) -> None:
        self._shares = shares
        self._clock = clock
        self._today = today
        self._address = address

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path="shares",
                scope=Scope.ADMIN,
                summary="The links, without their secrets.",
                gives=SharesTold,
                answer=self.all,
            ),
            Endpoint(
                method="POST",
                path="shares",
                scope=Scope.ADMIN,
                summary="Make a link that shows one page without people; it is shown once.",
                body=ShareWanted,
                example={"page": "overview", "days": 30, "life_days": 30},
                gives=ShareMade,
                status=201,
                refusals={409: "Too many links work already."},
                answer=self.create,
            ),
            Endpoint(
                method="DELETE",
                path="shares/{id}",
                scope=Scope.ADMIN,
                summary="End a link, at once.",
                asks=SharePath,
                status=204,
                refusals={404: NONE_SUCH},
                answer=self.revoke,
            ),
        ]

    async def all(self, _: Call[Params]) -> web.Response:
        """What the table has."""
        now = self._clock()
        told = [ShareTold.of(share, now) for share in await self._shares.all()]
        return model_answer(SharesTold(shares=told))

    async def create(self, call: Call[Params]) -> web.Response:
        """A new link."""
        wanted: ShareWanted = call.body
        life, caller = timedelta(days=wanted.life_days), call.caller
        try:
            share, secret = await self._shares.create(
                self._shown(wanted),
                life,
                made_with="Telegram" if caller.person else caller.name,
                created_by=caller.person or None,
            )
        except ShareError as exc:
            raise web.HTTPConflict(text=f"{exc}.") from None
        told = ShareTold.of(share, self._clock())
        address = self._address or f"{call.request.scheme}://{call.request.host}"
        # Behind # it is sent to no server, so that it stands in no log.
        made = ShareMade(share=told, url=f"{address}/dashboard/shared#{secret}", secret=secret)
        return model_answer(made, status=201)

    async def revoke(self, call: Call[SharePath]) -> web.Response:
        """It shows nothing any more."""
        if not await self._shares.revoke(call.asked.id):
            raise web.HTTPNotFound(text=NONE_SUCH)
        return web.Response(status=204)

    def _shown(self, wanted: ShareWanted) -> Shown:
        if wanted.page not in SHARED:
            names = ", ".join(SHARED)
            raise ParamsError.of("page", f"cannot be shown by a link; the pages are {names}")
        if wanted.last_day and wanted.last_day > self._today():
            today = self._today().isoformat()
            raise ParamsError.of("last_day", f"is not over; today is {today}")
        return Shown(
            page=wanted.page,
            days=wanted.span,
            first_day=wanted.first_day,
            last_day=wanted.last_day,
            compare=wanted.compare,
            step=INTERVALS[wanted.interval] if wanted.interval else "",
        )
