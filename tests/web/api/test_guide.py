"""docs/api.md says which people and chats can be asked for, and how."""

from __future__ import annotations

import re

from bot.database.engine import Database
from bot.web.api.params import Dated
from tests.analytics.reports.crowd import crowd
from tests.test_docs import listed, table
from tests.web.api.asking import doors_of, reports_of

USUAL = frozenset(Dated.model_fields) - {"days"}


async def test_the_guide_lists_every_door_to_people_and_chats(sqlite: Database) -> None:
    _, *doors = doors_of(reports_of(await crowd(sqlite, {})))

    documented = table("api.md", "People and chats")

    ours = {}
    for one in (endpoint for door in doors for endpoint in door.endpoints()):
        in_path = set(re.findall(r"{(\w+)", one.path))
        names = [n for n in one.asks.model_fields if n not in USUAL and n not in in_path]
        ours[one.path.removeprefix("analytics/")] = listed(names)
    assert {path: row[0] for path, row in documented.items()} == ours
