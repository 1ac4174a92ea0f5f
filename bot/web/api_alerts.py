"""The API's alert rules: which there are, and reading the operator's file again."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.alerts.rulebook import Rulebook
from bot.alerts.terms import Terms
from bot.tokens import Scope
from bot.web.answers import json_answer, problem
from bot.web.api_access import ApiAccess

RULES = "/api/v1/rules"
RELOAD = f"{RULES}/reload"


class RuleDoors:
    """Rules, built-in ones and the operator's."""

    def __init__(self, rulebook: Rulebook, access: ApiAccess) -> None:
        self._rulebook = rulebook
        self._access = access

    def routes(self) -> list[web.RouteDef]:
        """What this answers."""
        return [web.get(RULES, self.rules), web.post(RELOAD, self.reload)]

    async def rules(self, request: web.Request) -> web.Response:
        """Every rule that the next check will ask, and what was refused."""
        await self._access.require(request, Scope.READ)
        return json_answer(self._known())

    async def reload(self, request: web.Request) -> web.Response:
        """As SIGHUP; 409 with what cannot be used, while the rules before stay in force."""
        await self._access.require(request, Scope.ADMIN)
        if faults := await self._rulebook.reload():
            detail = "The rules before stay in force."
            return problem(409, detail, faults=faults)
        return json_answer(self._known())

    def _known(self) -> dict[str, Any]:
        return {
            "rules": [_told(rule.terms) for rule in self._rulebook.rules],
            "faults": self._rulebook.faults,
        }


def _told(terms: Terms) -> dict[str, Any]:
    return {
        "name": terms.name,
        "origin": terms.origin,
        "severity": terms.severity,
        "labels": dict(terms.labels),
        "first_aid": terms.first_aid,
    }
