"""The API's alert rules: which there are, rules of one's own, and what they would have done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.alerts.own_checks import RuleError
from bot.alerts.own_fields import OwnRule, words_of
from bot.alerts.own_shapes import meant, unit_of
from bot.alerts.preview import Previews
from bot.alerts.rulebook import Rulebook
from bot.alerts.stored import LIMIT, StoredRule
from bot.tokens import Scope
from bot.web.answers import problem
from bot.web.api.access import Caller
from bot.web.api.alert_models import Actor, by_of
from bot.web.api.endpoint import V1, Call, Endpoint, model_answer
from bot.web.api.params import Params, ParamsError
from bot.web.api.rule_models import (
    Limits,
    PreviewTold,
    RuleInFull,
    RuleParams,
    RulesTold,
    RuleTold,
    RuleWords,
    StoredWords,
)

RULES = f"{V1}/rules"
RELOAD = f"{RULES}/reload"
UNKNOWN = "There is no such rule."
FIXED = {
    "built-in": "This rule is built in: [builtin.NAME] in ALERT_RULES_FILE changes it.",
    "file": "This rule stands in ALERT_RULES_FILE, and is changed there.",
}
FULL = f"There are {LIMIT} stored rules already; remove one first."
CHANGED = f"The rule is no stored one, or there are {LIMIT} already."
NO_RULE = "preview and reload are endpoints, and no rules."
# A rule that is only tried needs no name.
TRIED = "Preview"
EXAMPLE = {
    "series": "bot_payments_failed_total",
    "labels": {"plan": "vip"},
    "read": "increase",
    "window": "1h",
    "threshold": 3,
    "severity": "critical",
    "first_aid": "/revenue says why",
}


class RuleDoors:
    """Rules, built-in ones and the operator's."""

    def __init__(self, rulebook: Rulebook, previews: Previews) -> None:
        self._rulebook = rulebook
        self._previews = previews

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [*self._reading(), *self._trying(), *self._writing()]

    def _reading(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path="rules",
                scope=Scope.READ,
                summary="The rules of alerts.",
                gives=RulesTold,
                answer=self.rules,
            ),
            Endpoint(
                method="GET",
                path="rules/{name}",
                scope=Scope.READ,
                summary="One rule, with its words.",
                asks=RuleParams,
                gives=RuleInFull,
                refusals={404: UNKNOWN, 405: NO_RULE},
                answer=self.rule,
            ),
        ]

    def _trying(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="rules/reload",
                scope=Scope.ADMIN,
                summary="Read ALERT_RULES_FILE again, as SIGHUP does.",
                gives=RulesTold,
                refusals={409: "Rules were refused; faults says why."},
                answer=self.reload,
            ),
            Endpoint(
                method="POST",
                path="rules/preview",
                scope=Scope.READ,
                summary="When a rule would have fired in the last seven days.",
                description="Nothing is stored. What is not recorded is not guessed: then reason "
                "says why.",
                body=RuleWords,
                example=EXAMPLE,
                gives=PreviewTold,
                answer=self.preview,
            ),
        ]

    def _writing(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="PUT",
                path="rules/{name}",
                scope=Scope.ADMIN,
                summary="Store a rule, instead of an earlier stored one of that name.",
                asks=RuleParams,
                body=StoredWords,
                gives=RuleInFull,
                example=EXAMPLE,
                refusals={405: NO_RULE, 409: CHANGED},
                answer=self.put,
            ),
            Endpoint(
                method="DELETE",
                path="rules/{name}",
                scope=Scope.ADMIN,
                summary="Remove a stored rule; what it lets fire ends.",
                asks=RuleParams,
                status=204,
                refusals={404: UNKNOWN, 405: NO_RULE, 409: "The rule is no stored one."},
                answer=self.remove,
            ),
        ]

    async def rules(self, _: Call[Params]) -> web.Response:
        """Every rule that the next check will ask, and what was refused."""
        return model_answer(await self._known())

    async def rule(self, call: Call[RuleParams]) -> web.Response:
        """One of them, or a stored one that is not asked."""
        return model_answer(await self._in_full(call.asked.name, call.caller))

    async def reload(self, _: Call[Params]) -> web.Response:
        """As SIGHUP; 409 with what cannot be used, while the rules before stay in force."""
        if faults := await self._rulebook.reload():
            detail = "The rules before stay in force."
            return problem(409, detail, faults=faults)
        return model_answer(await self._known())

    async def preview(self, call: Call[Params]) -> web.Response:
        """What a rule would have done."""
        rule = self._tried({"name": TRIED, **call.body.root})
        limits = Limits(reads=meant(rule), unit=unit_of(rule), threshold=rule.threshold)
        return model_answer(PreviewTold.of(await self._previews.of(rule), limits))

    async def put(self, call: Call[RuleParams]) -> web.Response:
        """A rule of one's own, used from the next check on."""
        name, words = call.asked.name, dict(call.body.root)
        self._check_fixed(name)
        is_active = words.pop("is_active", True)
        if not isinstance(is_active, bool):
            raise ParamsError.of("is_active", "expected true or false")
        if words.setdefault("name", name) != name:
            raise ParamsError.of("name", f"is not {name}, as the path has it")
        try:
            await self._rulebook.save(words, is_active=is_active, by=by_of(call.caller))
        except RuleError as exc:
            if not exc.field and len(await self._rulebook.entries()) >= LIMIT:
                raise web.HTTPConflict(text=FULL) from None
            raise _refused(exc) from None
        return model_answer(await self._in_full(name, call.caller))

    async def remove(self, call: Call[RuleParams]) -> web.Response:
        """Only a stored one."""
        if await self._rulebook.remove(call.asked.name):
            return web.Response(status=204)
        self._check_fixed(call.asked.name)
        raise web.HTTPNotFound(text=UNKNOWN)

    def _tried(self, words: Mapping[str, Any]) -> OwnRule:
        try:
            return self._rulebook.tried(words)
        except RuleError as exc:
            raise _refused(exc) from None

    def _check_fixed(self, name: str) -> None:
        if origin := self._rulebook.fixed(name):
            raise web.HTTPConflict(text=FIXED[origin])

    async def _known(self) -> RulesTold:
        rules = [RuleTold.of(rule.terms) for rule in self._rulebook.rules]
        asked = {rule.name for rule in rules if rule.origin == "stored"}
        unasked = [one.name for one in await self._rulebook.entries() if one.name not in asked]
        return RulesTold(rules=rules, faults=list(self._rulebook.faults), unasked=unasked)

    async def _in_full(self, name: str, caller: Caller) -> RuleInFull:
        rules = (rule for rule in self._rulebook.rules if rule.terms.name == name)
        if (rule := next(rules, None)) is None:
            entry = await self._entry(name)
            if entry is None:
                raise web.HTTPNotFound(text=UNKNOWN)
            return self._unasked(entry, caller)
        told, own = RuleTold.of(rule.terms), self._rulebook.own(name)
        entry = await self._entry(name) if told.origin == "stored" else None
        return RuleInFull(
            **told.model_dump(),
            is_asked=True,
            limits=Limits.of(rule),
            definition=words_of(own) if own else None,
            **_stored(entry, caller),
        )

    def _unasked(self, entry: StoredRule, caller: Caller) -> RuleInFull:
        prefix = f"stored rule {entry.name}: "
        faults = [one for one in self._rulebook.faults if one.startswith(prefix)]
        is_table = isinstance(entry.definition, dict)
        return RuleInFull(
            name=entry.name,
            origin="stored",
            is_asked=False,
            definition=entry.definition if is_table else None,
            fault=faults[0].removeprefix(prefix) if faults else None,
            **_stored(entry, caller),
        )

    async def _entry(self, name: str) -> StoredRule | None:
        entries = await self._rulebook.entries()
        return next((one for one in entries if one.name == name), None)


def _stored(entry: StoredRule | None, caller: Caller) -> dict[str, Any]:
    if entry is None:
        return {"is_stored": False}
    by = Actor.of(entry.updated_by, entry.updated_token, caller)
    return {"is_stored": True, "updated_at": entry.updated_at, "updated_by": by}


def _refused(error: RuleError) -> ParamsError:
    named = [(".".join(map(str, field)) or "rule", problem) for field, problem in error.faults]
    return ParamsError([{"field": field, "problem": problem} for field, problem in named])
