"""Rules made in the dashboard, in a table: those of ALERT_RULES_FILE stay in the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from bot.alerts.actor import By, written
from bot.alerts.own_checks import RuleError
from bot.clock import Clock, from_milliseconds, to_milliseconds, utc_now
from bot.database.alert_tables import alert_rules
from bot.database.engine import Database
from bot.database.statements import insert_into

LIMIT = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredRule:
    """One row.

    definition: as one [[rule]] of the file, unless somebody wrote into the table
    is_active: whether it is asked at all
    updated_by: an admin's Telegram id; updated_token: or the name of a token; both None where
    nobody knows
    """

    name: str
    definition: Any
    is_active: bool
    updated_at: datetime
    updated_by: int | None
    updated_token: str | None = None


class Stored:
    """Reads and writes the table; whether a rule makes sense is for others to say."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> list[StoredRule]:
        """Every rule, by name."""
        async with self._database.read("alerts.stored") as connection:
            query = select(alert_rules).order_by(alert_rules.c.name)
            rows = (await connection.execute(query)).mappings().all()
        return [
            StoredRule(
                name=row["name"],
                definition=_parsed(row["definition"]),
                is_active=row["is_active"],
                updated_at=from_milliseconds(row["updated_at"]),
                updated_by=row["updated_by"],
                updated_token=row["updated_token"],
            )
            for row in rows
        ]

    async def save(
        self, name: str, definition: Mapping[str, Any], *, is_active: bool, by: By | None
    ) -> None:
        """Keep *definition*, instead of an earlier one of that name; on disk when this returns.

        RuleError when there are LIMIT others already.
        """
        values = {
            "definition": json.dumps(definition),
            "is_active": is_active,
            "updated_at": to_milliseconds(self._clock()),
            **written("updated", by),
        }
        insert = insert_into(self._database.dialect, alert_rules).values(name=name, **values)
        others = select(func.count()).where(alert_rules.c.name != name)
        async with self._database.write("alerts.save_rule", durable=True) as connection:
            if (await connection.execute(others)).scalar_one() >= LIMIT:
                raise RuleError((), f"expected at most {LIMIT} rules; remove one first")
            query = insert.on_conflict_do_update(index_elements=["name"], set_=values)
            await connection.execute(query)

    async def remove(self, name: str) -> bool:
        """Whether there was one of that name; gone from the disk when this returns."""
        query = delete(alert_rules).where(alert_rules.c.name == name)
        async with self._database.write("alerts.remove_rule", durable=True) as connection:
            result = await connection.execute(query)
        return bool(result.rowcount)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # Whoever asks whether it makes sense will say that it does not.
        return text
