"""The operator's rules, and changes to those there are, read from a TOML file (docs/alerts.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bot.alerts import lines
from bot.alerts.own_checks import Known, RuleError, change_of, near, rule_of, shown
from bot.alerts.own_fields import BuiltinChange, OwnRule
from bot.alerts.rules import Ratio, Rule
from bot.errors import ConfigError

SETTING = "ALERT_RULES_FILE"
RULES = 100
BYTES = 256 * 1024
# Rules that are none of the catalogue's, and whose names are taken all the same.
RESERVED = frozenset({"EvaluationFailed", "RulesRefused"})
# Emergencies are told in its name.
INDISPENSABLE = "DatabaseIssues"
HUNDRED = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFile:
    """What a file says.  changes: by the names of the built-in rules"""

    rules: tuple[OwnRule, ...] = ()
    changes: Mapping[str, BuiltinChange] = field(default_factory=dict)


def load_own(path: Path, known: Mapping[str, Known], builtin: Sequence[Rule]) -> OwnFile:
    """What the file at *path* says.

    Raises ConfigError about ALERT_RULES_FILE with the first mistake's rule, line and field, and
    how many more there are.
    """
    text = _text(path)
    found, mistakes = understood(text, known, builtin)
    if mistakes:
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        raise ConfigError(SETTING, f"{located(path.name, text, mistakes[0])}{more}")
    return found


def explained(
    path: Path, known: Mapping[str, Known], builtin: Sequence[Rule]
) -> tuple[OwnFile, list[str]]:
    """What the file at *path* says, and a line for each rule's first mistake, as load_own() says.

    ConfigError when there is no reading it at all.
    """
    text = _text(path)
    found, mistakes = understood(text, known, builtin)
    return found, [located(path.name, text, mistake) for mistake in mistakes]


def understood(
    text: str, known: Mapping[str, Known], builtin: Sequence[Rule]
) -> tuple[OwnFile, list[RuleError]]:
    """What *text* says, and what is wrong with it: for each rule the first mistake."""
    mistakes: list[RuleError] = []
    try:
        found = tomllib.loads(text)
        rules = list(_rules(_known_parts(found).get("rule", []), known, builtin, mistakes))
        changes = dict(_changes(found.get("builtin", {}), builtin, mistakes))
    except RuleError as exc:
        return OwnFile(), [exc]
    except ValueError as exc:  # says the line itself
        return OwnFile(), [RuleError((), f"is no TOML: {exc}")]
    except RecursionError:
        return OwnFile(), [RuleError((), "is nested too deeply")]
    return OwnFile(rules=tuple(rules), changes=changes), mistakes


def located(name: str, text: str, mistake: RuleError) -> str:
    """*mistake* with the file, the rule, the line and the field it is in."""
    path = mistake.field
    if not path:
        return f"{name}: {mistake.problem}"
    line = lines.line_of(text, path)
    match path:
        case ("rule", int(place), *_):
            where, inside = f", rule {place + 1}", path[2:]
        case ("builtin", str(rule), *_):
            where, inside = f", builtin {_plain(rule)}", path[2:]
        case _:
            where, inside = "", path
    at = f", line {line}" if line else ""
    said = ".".join(_plain(str(part)) for part in inside)
    return ": ".join(part for part in (f"{name}{where}{at}", said, mistake.problem) if part)


def _known_parts(found: dict[str, Any]) -> dict[str, Any]:
    if unknown := sorted(found.keys() - {"rule", "builtin"}):
        raise RuleError((unknown[0],), "is unknown; expected [[rule]] and [builtin.NAME]")
    return found


def _text(path: Path) -> str:
    try:
        if not path.is_file():  # a pipe would never end
            raise ConfigError(SETTING, "cannot be read: it is no file")
        content = path.read_bytes()
    except OSError as exc:
        raise ConfigError(SETTING, f"cannot be read: {exc.strerror or exc}") from None
    if len(content) > BYTES:
        raise ConfigError(SETTING, f"{path.name}: is longer than {BYTES} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ConfigError(SETTING, f"{path.name}: is not UTF-8 text") from None


def _rules(
    found: Any, known: Mapping[str, Known], builtin: Sequence[Rule], mistakes: list[RuleError]
) -> Iterator[OwnRule]:
    if not isinstance(found, list):
        raise RuleError(("rule",), "expected [[rule]], with two brackets")
    if len(found) > RULES:
        raise RuleError(("rule", RULES), f"expected at most {RULES} rules, not {len(found)}")
    taken = {*RESERVED, *(rule.terms.name for rule in builtin)}
    for place, one in enumerate(found):
        try:
            rule = rule_of(one, known, taken)
        except RuleError as exc:
            mistakes.append(RuleError(("rule", place, *exc.field), exc.problem))
            continue
        taken.add(rule.name)
        yield rule


def _changes(
    found: Any, builtin: Sequence[Rule], mistakes: list[RuleError]
) -> Iterator[tuple[str, BuiltinChange]]:
    if not isinstance(found, dict):
        raise RuleError(("builtin",), "expected [builtin.NAME]")
    rules = {rule.terms.name: rule for rule in builtin}
    for name, one in found.items():
        try:
            yield name, _change(name, one, rules)
        except RuleError as exc:
            mistakes.append(RuleError(("builtin", name, *exc.field), exc.problem))


def _change(name: str, found: Any, rules: Mapping[str, Rule]) -> BuiltinChange:
    if name not in rules:
        hint = near(name, rules) or f"; there are {', '.join(rules)}"
        raise RuleError((), f"there is no rule {shown(name)} in every bot{hint}")
    change = change_of(found)
    _check(change, rules[name])
    return change


def _check(change: BuiltinChange, rule: Rule) -> None:
    name, threshold = rule.terms.name, change.threshold
    if name == INDISPENSABLE and not change.enabled:
        raise RuleError(("enabled",), f"expected true: {name} can be silenced, not switched off")
    if threshold is None:
        return
    if "threshold" not in {one.name for one in fields(rule)}:  # type: ignore[arg-type]  # as above
        raise RuleError(("threshold",), f"{name} has none")
    is_share = isinstance(rule, Ratio)
    if threshold <= 0 or (is_share and threshold >= HUNDRED):
        expected = "percent, above 0 and below 100" if is_share else "a number above 0"
        raise RuleError(("threshold",), f"expected {expected}, not {threshold:g}")


def _plain(word: str) -> str:
    """A key as it may stand in a line of a log."""
    return word if word.isidentifier() else shown(word)
