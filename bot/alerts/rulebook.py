"""The rules in force: built-in ones as the operator changed them, the file's and the stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.alerts.actor import By
from bot.alerts.own import RESERVED, OwnFile, load_own
from bot.alerts.own_checks import RuleError, known_series, rule_of
from bot.alerts.own_fields import OwnRule
from bot.alerts.own_series import OwnSeries
from bot.alerts.own_shapes import built, changed
from bot.alerts.rules import Rule
from bot.alerts.snapshot import Snapshot
from bot.alerts.stored import Stored, StoredRule
from bot.alerts.terms import Origin, Reading, Terms
from bot.errors import ConfigError

SHOWN = 3  # mistakes in one message

log = structlog.get_logger(__name__)

REFUSED = Terms(
    name="RulesRefused",
    first_aid="`telegauge alerts check FILE` shows every mistake; the rules before stay in force.",
    pending_checks=1,
    good_checks=1,
)


@dataclass(frozen=True, kw_only=True)
class RulesRefused:
    """Rules of the operator cannot be used.  faults: why, empty when all is well"""

    faults: Callable[[], Sequence[str]]
    terms: Terms = REFUSED

    def evaluate(self, snapshot: Snapshot) -> Reading:
        """Bad while there is a fault; nothing of *snapshot* matters."""
        del snapshot
        faults = self.faults()
        return Reading(
            value=len(faults),
            threshold=1,
            unit="refusals",
            details="; ".join(faults[:SHOWN]) or "every rule can be used",
            is_bad=bool(faults),
            is_good=not faults,
        )


class Rulebook:
    """Knows every rule, where it comes from, and how to change them while the bot runs.

    builtin: those of the catalogue; idle: the catalogue's for features that are off, whose names
    are taken and may be changed all the same; path: ALERT_RULES_FILE; interval: seconds between
    two checks
    The constructor reads the file and raises ConfigError when it cannot be used.
    """

    def __init__(  # noqa: PLR0913  joins all that rules come from, each by name
        self,
        builtin: Sequence[Rule],
        *,
        idle: Sequence[Rule] = (),
        path: Path | None,
        interval: float,
        stored: Stored,
        series: OwnSeries,
    ) -> None:
        self._builtin = (*builtin, RulesRefused(faults=lambda: self.faults))
        self._idle = idle
        self._path = path
        self._interval = interval
        self._stored = stored
        self._series = series
        self._known = known_series()
        self._turn = asyncio.Lock()
        self._rows: Sequence[StoredRule] = ()
        self._file_fault = self._table_fault = ""
        self._row_faults: list[str] = []
        self._use: Callable[[Sequence[Rule]], None] = lambda _: None
        self._file = self._read()
        self.rules: tuple[Rule, ...] = ()
        self._own: tuple[OwnRule, ...] = ()
        self._compose()

    @property
    def faults(self) -> list[str]:
        """What cannot be used and why, empty when all is well."""
        return [one for one in (self._file_fault, self._table_fault, *self._row_faults) if one]

    def terms_of(self, name: str) -> Terms | None:
        """How the rule of this name is treated; None if there is none (any more)."""
        return next((rule.terms for rule in self.rules if rule.terms.name == name), None)

    def follow(self, use: Callable[[Sequence[Rule]], None]) -> None:
        """Let *use* know of the rules whenever they change."""
        self._use = use

    async def load(self) -> None:
        """Begin to use the stored rules; raises what the database raises."""
        async with self._turn:
            self._rows = await self._stored.all()
            self._compose()

    async def reload(self) -> list[str]:
        """Read file and table again, and use them from the next check on.

        What cannot be used leaves the rules before it in force; it comes back as text, is logged
        and fires RulesRefused until a reload goes well.
        """
        async with self._turn:
            await self._reload_file()
            await self._reload_table()
            self._compose()
        if self.faults:
            log.error("alert rules refused; those before stay in force", problems=self.faults)
        else:
            log.info("alert rules reloaded", rules=len(self.rules))
        return self.faults

    def own(self, name: str) -> OwnRule | None:
        """The operator's rule of this name that is in force, of the file or the table."""
        return next((rule for rule in self._own if rule.name == name), None)

    def fixed(self, name: str) -> Origin | None:
        """Where the rule of this name comes from, if it cannot be saved or removed here.

        None: there is none, or a stored one; letters of any size are the same
        """
        if name.casefold() in {rule.name.casefold() for rule in self._file.rules}:
            return "file"
        return "built-in" if name.casefold() in {one.casefold() for one in self._taken()} else None

    async def entries(self) -> list[StoredRule]:
        """The stored rules as they are in the table, those that cannot be used among them."""
        return await self._stored.all()

    async def save(
        self, definition: Mapping[str, Any], *, is_active: bool = True, by: By | None = None
    ) -> OwnRule:
        """Keep a rule, instead of an earlier stored one of its name, and use it from now on.

        RuleError names the field: also when the name is a built-in rule's or one of the file's.
        """
        async with self._turn:
            others = {row.name for row in self._rows if row.name != definition.get("name")}
            rule = rule_of(dict(definition), self._known, self._taken() | others)
            await self._stored.save(rule.name, definition, is_active=is_active, by=by)
            self._rows = await self._stored.all()
            self._compose()
        return rule

    def tried(self, definition: Mapping[str, Any]) -> OwnRule:
        """The rule that *definition* describes, whatever other rules are called, or RuleError."""
        return rule_of(dict(definition), self._known, ())

    async def remove(self, name: str) -> bool:
        """Whether there was a stored rule of this name; rules of the file cannot be removed so."""
        async with self._turn:
            is_there = await self._stored.remove(name)
            self._rows = await self._stored.all()
            self._compose()
        return is_there

    def _read(self) -> OwnFile:
        if self._path is None:
            return OwnFile()
        return load_own(self._path, self._known, (*self._builtin[:-1], *self._idle))

    async def _reload_file(self) -> None:
        try:
            self._file, self._file_fault = await asyncio.to_thread(self._read), ""
        except ConfigError as exc:
            self._file_fault = str(exc)

    async def _reload_table(self) -> None:
        try:
            self._rows, self._table_fault = await self._stored.all(), ""
        except (SQLAlchemyError, OSError) as exc:
            self._table_fault = f"stored rules cannot be read: {type(exc).__name__}"

    def _taken(self) -> set[str]:
        builtin = {rule.terms.name for rule in (*self._builtin, *self._idle)}
        return {*RESERVED, *builtin, *(rule.name for rule in self._file.rules)}

    def _compose(self) -> None:
        """Put the rules together; names are taken in the order built-in, file, stored."""
        changes, every = self._file.changes, self._interval
        builtin = [
            changed(rule, changes[rule.terms.name], every) if rule.terms.name in changes else rule
            for rule in self._builtin
            if rule.terms.name not in changes or changes[rule.terms.name].enabled
        ]
        stored = self._usable()
        self._own = (*self._file.rules, *stored)
        self._series.use(self._own)
        own = [built(rule, "file", every) for rule in self._file.rules]
        self.rules = (*builtin, *own, *(built(rule, "stored", every) for rule in stored))
        self._use(self.rules)

    def _usable(self) -> list[OwnRule]:
        taken, usable, self._row_faults = self._taken(), [], []
        for row in self._rows:
            try:
                rule = rule_of(row.definition, self._known, taken)
            except RuleError as exc:
                self._row_faults.append(f"stored rule {row.name}: {exc}")
                continue
            taken.add(rule.name)
            if row.is_active:
                usable.append(rule)
        return usable
