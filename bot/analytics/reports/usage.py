"""What questions to the assistant took: tokens by type and their cost, of any group of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func

from bot.database.feature_tables import completions

# Disjoint: input was not cached, output is no reasoning.
TYPES = ("input", "cached_input", "output", "reasoning")
row = completions.c
# Others have no answer, or not all of it.
IS_ANSWERED = row.state.in_(("done", "stopped"))
TOKENS = sum((row[f"{name}_tokens"] for name in TYPES[1:]), start=row.input_tokens)


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What some questions took.

    messages: questions; answered: to their end, or until the person stopped them
    input, cached_input, output, reasoning: disjoint tokens; unpriced: those without a known price
    estimated: questions whose tokens are an estimate
    cost: US dollars of the priced tokens, None if there are tokens and none has a price
    """

    messages: int = 0
    answered: int = 0
    input: int = 0
    cached_input: int = 0
    output: int = 0
    reasoning: int = 0
    unpriced: int = 0
    estimated: int = 0
    cost: float | None = 0.0

    @property
    def tokens(self) -> int:
        """Of all types."""
        return self.input + self.cached_input + self.output + self.reasoning


def columns() -> tuple[ColumnElement[Any], ...]:
    """The columns of a group of completions that usage_of() takes."""
    sums = (row[f"{name}_tokens"] for name in (*TYPES, "unpriced"))
    return (
        func.count(),
        func.sum(case((IS_ANSWERED, 1), else_=0)),
        *(func.sum(column) for column in sums),
        func.sum(cast(row.is_estimated, Integer)),
        func.sum(row.cost_usd),
    )


def usage_of(values: Any) -> Usage:
    """The row that columns() gave."""
    *counts, cost = values
    messages, answered, *tokens, unpriced, estimated = (int(count or 0) for count in counts)
    is_known = cost is not None or not sum(tokens)
    return Usage(
        messages=messages,
        answered=answered,
        **dict(zip(TYPES, tokens, strict=True)),
        unpriced=unpriced,
        estimated=estimated,
        cost=float(cost or 0) if is_known else None,
    )
