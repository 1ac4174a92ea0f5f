"""What the API tells of rules of alerts, and the words in which one is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from inspect import getdoc
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, GetJsonSchemaHandler, RootModel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from bot.alerts.own_checks import known_series
from bot.alerts.own_fields import DURATION, DURATIONS, OwnRule
from bot.alerts.preview import Basis, Preview
from bot.alerts.rehearsal import Figure
from bot.alerts.rules import Rule
from bot.alerts.terms import Terms
from bot.web.api.alert_models import Actor, Severity, SpanTold
from bot.web.api.params import Params

Origin = Literal["built-in", "file", "stored"]

NAME = r"^[A-Za-z][A-Za-z0-9_]{0,39}$"
TEXT = {"type": "string", "pattern": f"^{DURATION.pattern}$", "maxLength": 30}


class RuleParams(Params):
    """One rule."""

    # What stands at the end of another path here is no name.
    name: Annotated[
        str,
        Field(
            pattern=NAME,
            description="As in alerts.toml.",
            examples=["HighErrorRate"],
            json_schema_extra={"not": {"enum": ["preview", "reload"]}},
        ),
    ]


class RuleWords(RootModel[dict[str, Any]]):
    """A rule in the words of a [[rule]] of alerts.toml (docs/alerts.md, "Own rules").

    Whether it makes sense is for the same code to say that reads the file.
    """

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """That of a rule of the file, whose durations are texts."""
        del core_schema, handler
        schema = OwnRule.model_json_schema()
        fields = schema["properties"]
        for name in DURATIONS:
            kept = {key: fields[name][key] for key in ("title", "description")}
            fields[name] = {**kept, **TEXT}
        fields["series"]["enum"] = sorted(known_series())
        schema["required"] = [name for name in schema["required"] if name != "name"]
        return schema | {"title": cls.__name__, "description": getdoc(cls)}


class StoredWords(RuleWords):
    """A rule to be stored: as in alerts.toml, and whether it is asked (is_active).

    The name is the path's, and need not be said again.
    """

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """With is_active."""
        schema = super().__get_pydantic_json_schema__(core_schema, handler)
        told = "false: it is kept, and not asked."
        schema["properties"]["is_active"] = {
            "type": "boolean",
            "default": True,
            "description": told,
        }
        return schema


class RuleTold(BaseModel):
    """A rule of alerts."""

    name: str
    origin: Origin
    severity: Severity
    labels: dict[str, str]
    first_aid: str

    @classmethod
    def of(cls, terms: Terms) -> Self:
        """The rule that has these terms."""
        return cls(
            name=terms.name,
            origin=terms.origin,
            severity=terms.severity,
            labels=dict(terms.labels),
            first_aid=terms.first_aid,
        )


class RulesTold(BaseModel):
    """Every rule that the next check will ask.

    faults: what was refused, and why; unasked: names of stored rules that are not asked
    """

    rules: list[RuleTold]
    faults: list[str]
    unasked: list[str]


class Limits(BaseModel):
    """What a rule compares.  reads: what it looks at; threshold: in *unit*, of a share in %"""

    reads: str
    unit: str
    threshold: float | None

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """Those of any shape of rule."""
        threshold = getattr(rule, "threshold", None)
        unit = getattr(rule, "unit", "" if threshold is None else "%")
        return cls(reads=getattr(rule, "what", ""), unit=unit, threshold=threshold)


class RuleInFull(BaseModel):
    """A rule with all that is known of it.

    is_asked: whether the next check asks it; limits: null where it is not asked
    is_stored: whether it can be changed and removed here
    definition: an own rule in the words of alerts.toml; fault: why a stored one cannot be used
    """

    name: str
    origin: Origin
    is_asked: bool
    is_stored: bool
    severity: Severity | None = None
    labels: dict[str, str] = {}
    first_aid: str = ""
    limits: Limits | None = None
    definition: dict[str, Any] | None = None
    fault: str | None = None
    updated_at: datetime | None = None
    updated_by: Actor | None = None


class BasisTold(BaseModel):
    """Where figures come from.

    source: readings (what a rule that asks the same read at its checks) or counts (by the minute)
    """

    source: Literal["readings", "counts"]
    what: str
    since: datetime
    until: datetime
    checks: int

    @classmethod
    def of(cls, basis: Basis) -> Self:
        """The same for programs."""
        checks = len(basis.act.figures)
        return cls(
            source=basis.source,
            what=basis.what,
            since=basis.since,
            until=basis.until,
            checks=checks,
        )


class FigureTold(BaseModel):
    """What the rule would have seen; null: nobody could tell."""

    at: datetime
    value: float | None


class CountsTold(BaseModel):
    """What the rule would have done.

    bad: checks with a figure beyond the threshold; unknown: checks without a figure
    fired: how often it would have fired; seconds: for how long in all
    """

    checks: int
    bad: int
    unknown: int
    fired: int
    seconds: float


class PreviewTold(BaseModel):
    """What a rule would have done in the last seven days.

    based_on: where the figures come from, empty where there is no record, for the *reason*
    points: at most 500 of the figures, of neighbours the worst; spans: when it would have fired,
    an end of null: it would still; at most the last 500
    """

    reads: str
    unit: str
    comparison: Literal[">", ">=", "<", "<="]
    threshold: float
    recovery: float | None
    since: datetime
    until: datetime
    based_on: list[BasisTold]
    reason: str | None
    points: list[FigureTold]
    spans: list[SpanTold]
    counts: CountsTold

    @classmethod
    def of(cls, preview: Preview, limits: Limits) -> Self:
        """The same for programs."""
        rule, done = preview.rule, preview.rehearsal
        return cls(
            reads=limits.reads,
            unit=limits.unit,
            comparison=rule.comparison,
            threshold=rule.threshold,
            recovery=rule.recovery,
            since=preview.since,
            until=preview.until,
            based_on=[BasisTold.of(one) for one in preview.based_on],
            reason=preview.reason or None,
            points=_figures(preview.points),
            spans=[SpanTold(start=one.start, end=one.end) for one in done.firings[-SPANS:]],
            counts=CountsTold(
                checks=done.checks,
                bad=done.bad,
                unknown=done.unknown,
                fired=len(done.firings),
                seconds=done.seconds(preview.until),
            ),
        )


SPANS = 500


def _figures(some: Sequence[Figure]) -> list[FigureTold]:
    return [FigureTold(at=at, value=value) for at, value in some]
