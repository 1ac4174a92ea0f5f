"""The API's questions: metrics cut, filtered, compared and ordered as whoever asks wants it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from bot.analytics.query.answer import SECONDS, Answer, Questions
from bot.analytics.query.limits import ROWS, TooMuchError
from bot.analytics.query.metrics import METRICS
from bot.analytics.query.question import DIMENSIONS, Dimension, Order, Question, QuestionError
from bot.analytics.query.rows import ordered_by
from bot.analytics.reports.period import Compare
from bot.analytics.views import Views
from bot.tokens import Scope
from bot.web.answers import problem
from bot.web.api.endpoint import Call, Endpoint, model_answer
from bot.web.api.params import Body, Params, ParamsError
from bot.web.api.query_answer import QueryAnswer
from bot.web.api.query_answer import told as answer_told
from bot.web.api.query_filters import Around, QueryDates, QueryFilter, filtered
from bot.web.api.query_filters import told as filter_told

MetricName = Annotated[str, Field(max_length=64, json_schema_extra={"enum": [*METRICS]})]
OrderName = Annotated[
    str, Field(max_length=64, json_schema_extra={"enum": [*METRICS, *DIMENSIONS]})
]
# A megabyte of conditions would be taken apart for half a second before they are counted.
LONGEST_BODY = 64 * 1024
EXAMPLE = {
    "metrics": ["people", "messages"],
    "dimensions": ["day"],
    "date_range": {"days": 7},
    "compare": "previous",
}


class QueryOrder(Body):
    """By which metric or dimension rows are ordered; what is unknown is always last."""

    by: Annotated[OrderName, Field(description="One of those that are asked for.")]
    direction: Annotated[
        Literal["asc", "desc"], Field(description="The smallest first, or the largest.")
    ] = "asc"


class QueryPages(Body):
    """Which of the rows to give."""

    limit: Annotated[int, Field(ge=1, le=1_000, description="How many at most.")] = 100
    offset: Annotated[int, Field(ge=0, le=ROWS, description="After how many.")] = 0


class QueryBody(Body):
    """A question: some metrics of some days, cut by dimensions and narrowed by filters."""

    metrics: Annotated[
        tuple[MetricName, ...], Field(min_length=1, max_length=10, description="What is counted.")
    ]
    date_range: QueryDates = QueryDates(days=30)
    dimensions: Annotated[
        tuple[Dimension, ...], Field(max_length=4, description="By what it is cut.")
    ] = ()
    filters: QueryFilter | None = None
    compare: Annotated[
        Literal["none", "previous", "weekdays", "year"],
        Field(
            description="Each row gets its numbers of the days just before, of the same weekdays "
            "before, or of the same dates a year before."
        ),
    ] = "none"
    order_by: Annotated[tuple[QueryOrder, ...], Field(max_length=5)] = ()
    pagination: QueryPages = QueryPages()


class QueryDoors:
    """Questions for programs."""

    def __init__(self, views: Views, *, seconds: float = SECONDS) -> None:
        self._views = views
        self._questions = Questions(views.reports.source, seconds=seconds)

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="POST",
                path="query",
                scope=Scope.READ,
                summary="Any metrics, cut, filtered, compared and ordered.",
                description=f"At most {ROWS} rows, and {SECONDS:g} s to find them.",
                body=QueryBody,
                longest_body=LONGEST_BODY,
                example=EXAMPLE,
                gives=QueryAnswer,
                refusals={
                    413: f"The body has more than {LONGEST_BODY // 1024} KiB.",
                    422: "This would have too many rows, or takes too long: ask for less.",
                    503: "Other questions are being answered; Retry-After says when to ask again.",
                },
                answer=self.query,
            )
        ]

    async def query(self, call: Call[Params]) -> web.Response:
        """What was asked for."""
        body: QueryBody = call.body
        try:
            question = self._question(body)
            answer = await self._questions.ask(question)
        except QuestionError as exc:
            raise ParamsError.of(exc.field, exc.problem) from None
        except TooMuchError as exc:
            return problem(422, str(exc))
        resolved, is_synthetic = _resolved(question, body), self._views.is_synthetic
        # In a thread: a thousand rows take long enough to keep everybody else waiting.
        response = await asyncio.to_thread(_response, answer, resolved, is_synthetic=is_synthetic)
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    def _question(self, body: QueryBody) -> Question:
        today = self._views.reports.today
        first, last = body.date_range.dated(today, "date_range")
        compare: Compare = "previous" if body.compare == "none" else body.compare
        period = self._views.reports.period((last - first).days + 1, last, compare)
        around = Around(first, last, today)
        return Question(
            metrics=body.metrics,
            period=period,
            dimensions=body.dimensions,
            where=filtered(body.filters, around) if body.filters else None,
            is_compared=body.compare != "none",
            order=tuple(Order(one.by, one.direction == "desc") for one in body.order_by),
            limit=body.pagination.limit,
            offset=body.pagination.offset,
        )


def _response(answer: Answer, query: dict[str, Any], *, is_synthetic: bool) -> web.Response:
    return model_answer(answer_told(answer, query, is_synthetic=is_synthetic))


def _resolved(question: Question, body: QueryBody) -> dict[str, Any]:
    """The question with every default and every date said."""
    period = question.period
    return {
        "metrics": question.metrics,
        "date_range": {"first_day": period.first_day, "last_day": period.last_day},
        "dimensions": question.dimensions,
        "filters": filter_told(question.where),
        "compare": body.compare,
        "order_by": [
            {"by": one.by, "direction": "desc" if one.is_falling else "asc"}
            for one in ordered_by(question)
        ],
        "pagination": body.pagination.model_dump(),
    }
