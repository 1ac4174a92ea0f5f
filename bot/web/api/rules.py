"""The API's alert rules: which there are, and reading the operator's file again."""

from __future__ import annotations

from typing import Literal

from aiohttp import web
from pydantic import BaseModel

from bot.alerts.rulebook import Rulebook
from bot.alerts.terms import Terms
from bot.tokens import Scope
from bot.web.answers import problem
from bot.web.api.endpoint import V1, Call, Endpoint, model_answer
from bot.web.api.params import Params

RULES = f"{V1}/rules"
RELOAD = f"{RULES}/reload"


class RuleTold(BaseModel):
    """A rule of alerts."""

    name: str
    origin: Literal["built-in", "file", "stored"]
    severity: Literal["critical", "warning"]
    labels: dict[str, str]
    first_aid: str

    @classmethod
    def of(cls, terms: Terms) -> RuleTold:
        """The rule that has these terms."""
        return cls(
            name=terms.name,
            origin=terms.origin,
            severity=terms.severity,
            labels=dict(terms.labels),
            first_aid=terms.first_aid,
        )


class RulesTold(BaseModel):
    """Every rule that the next check will ask; faults: what was refused, and why"""

    rules: list[RuleTold]
    faults: list[str]


class RuleDoors:
    """Rules, built-in ones and the operator's."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
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
                method="POST",
                path="rules/reload",
                scope=Scope.ADMIN,
                summary="Read ALERT_RULES_FILE again, as SIGHUP does.",
                gives=RulesTold,
                refusals={409: "Rules were refused; faults says why."},
                answer=self.reload,
            ),
        ]

    async def rules(self, _: Call[Params]) -> web.Response:
        """Every rule that the next check will ask, and what was refused."""
        return model_answer(self._known())

    async def reload(self, _: Call[Params]) -> web.Response:
        """As SIGHUP; 409 with what cannot be used, while the rules before stay in force."""
        if faults := await self._rulebook.reload():
            detail = "The rules before stay in force."
            return problem(409, detail, faults=faults)
        return model_answer(self._known())

    def _known(self) -> RulesTold:
        rules = [RuleTold.of(rule.terms) for rule in self._rulebook.rules]
        return RulesTold(rules=rules, faults=list(self._rulebook.faults))
