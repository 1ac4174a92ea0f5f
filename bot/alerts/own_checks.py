"""Whether a rule of the operator makes sense: for the series it names, and among other rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.alerts.lines import Path
from bot.alerts.own_fields import BuiltinChange, OwnRule
from bot.analytics.metrics import ALL
from bot.errors import BotError

Kind = Literal["counter", "gauge", "histogram"]

Part = TypeVar("Part", bound=BaseModel)
Fault = tuple[Path, str]

SHOWN = 60  # of a wrong value
# What pydantic calls a field that is there by a wrong name, and one that is not there.
MISTYPED = {"extra_forbidden", "missing"}
# What prometheus_client adds of the process.
PROCESS: dict[str, Kind] = {
    "process_cpu_seconds_total": "counter",
    "process_resident_memory_bytes": "gauge",
    "process_virtual_memory_bytes": "gauge",
    "process_open_fds": "gauge",
}
# /silence takes these words for something else.
WORDS = {"all", "critical", "warning"}
FITTING = {"gauge": ("value",), "counter": ("rate", "increase"), "histogram": ("p95",)}


class RuleError(BotError):
    """Something a rule says cannot be used.

    field: where, from the rule downwards; problem: what is wrong and what is expected
    faults: both, and those of its other fields that are wrong, too
    """

    def __init__(self, field: Path, problem: str, more: Sequence[Fault] = ()) -> None:
        self.field = field
        self.problem = problem
        self.faults = ((field, problem), *more)
        where = ".".join(str(part) for part in field)
        super().__init__(f"{where}: {problem}" if where else problem)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a series without looking at it."""

    kind: Kind
    labels: tuple[str, ...] = ()


def known_series() -> dict[str, Known]:
    """Every series that a rule may name; a histogram's _count and _sum are counters."""
    found = {name: Known(kind) for name, kind in PROCESS.items()}
    for one in ALL:
        name = f"bot_{one.name}"
        found[name] = Known(one.kind, one.labels)
        if one.kind == "histogram":
            found |= {f"{name}_{part}": Known("counter", one.labels) for part in ("count", "sum")}
    return found


def rule_of(found: Any, known: Mapping[str, Known], taken: Collection[str]) -> OwnRule:
    """The rule that *found* describes, or RuleError.

    taken: names that other rules have
    """
    rule = _validated(OwnRule, found)
    if faults := [*_clash(rule, taken), *_misfits(rule, known)]:
        raise _error(faults)
    return rule


def change_of(found: Any) -> BuiltinChange:
    """The change to a built-in rule that *found* describes, or RuleError."""
    return _validated(BuiltinChange, found)


def near(word: str, known: Collection[str]) -> str:
    """A hint at what may have been meant, empty if nothing is like *word*."""
    close = get_close_matches(word, known, n=1) or get_close_matches(f"bot_{word}", known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def shown(value: object) -> str:
    """*value* as it may stand in a line of a log."""
    told = repr(value)
    return told if len(told) <= SHOWN else f"{told[:SHOWN]}…"


def _validated(model: type[Part], found: Any) -> Part:
    try:
        return model.model_validate(found)
    except ValidationError as exc:
        errors = exc.errors(include_url=False)
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    # A mistyped field is missing, too; that it is mistyped explains both.
    unknown = [error for error in errors if error["type"] == "extra_forbidden"]
    others = [error for error in errors if not unknown or error["type"] not in MISTYPED]
    # Of one that may be this or that, each is an error: dict() keeps one.
    raise _error(list(dict(_fault(error, fields) for error in [*unknown, *others]).items()))


def _error(faults: Sequence[Fault]) -> RuleError:
    (field, problem), *more = faults
    return RuleError(field, problem, more)


def _fault(error: ErrorDetails, fields: Mapping[str, FieldInfo]) -> Fault:
    field = [str(part) for part in error["loc"][:2]]
    if not field:
        return (), "expected a table of fields"
    expected = fields[field[0]].description if field[0] in fields else ""
    if error["type"] == "extra_forbidden":
        hint = near(field[0], fields) or f"; there are {', '.join(fields)}"
        return (field[0],), f"is unknown{hint}"
    if error["type"] == "missing":
        return (field[0],), f"is missing; expected {expected}"
    path = field if field[0] == "labels" else field[:1]
    return tuple(path), f"expected {expected}, not {shown(error['input'])}"


def _clash(rule: OwnRule, taken: Collection[str]) -> Iterator[Fault]:
    names = {name.casefold() for name in taken}
    if rule.name.casefold() in names:
        yield ("name",), f"there is a rule {rule.name} already; expected a name of its own"
    if rule.name.casefold() in WORDS:
        yield ("name",), f"expected another word: /silence takes {rule.name} for something else"


def _misfits(rule: OwnRule, known: Mapping[str, Known]) -> Iterator[Fault]:
    series = known.get(rule.series)
    if series is None:
        hint = near(rule.series, known) or "; docs/metrics.md lists them"
        yield ("series",), f"there is no series {shown(rule.series)}{hint}"
        return
    for label in rule.labels:
        if label not in series.labels:
            there = near(label, series.labels) or f"; it has {', '.join(series.labels) or 'none'}"
            yield ("labels", label), f"{rule.series} has no label {shown(label)}{there}"
    fitting = FITTING[series.kind]
    if rule.read not in fitting:
        more = f", or rate of {rule.series}_count" if series.kind == "histogram" else ""
        problem = f"{rule.series} is a {series.kind}; expected {' or '.join(fitting)}{more}"
        yield ("read",), f"{problem}, not {rule.read}"
    yield from _contradictions(rule)


def _contradictions(rule: OwnRule) -> Iterator[Fault]:
    said = rule.model_fields_set
    if rule.read == "value" and rule.window is not None:
        yield ("window",), "is for rate, increase and p95; a value is what stands now"
    if rule.read != "p95" and "at_least" in said:
        yield ("at_least",), f"is for p95, not for {rule.read}"
    if rule.recovery is None:
        return
    if rule.is_high_bad and rule.recovery > rule.threshold:
        yield ("recovery",), f"expected at most the threshold, {rule.threshold:g}"
    if not rule.is_high_bad and rule.recovery < rule.threshold:
        yield ("recovery",), f"expected at least the threshold, {rule.threshold:g}"
