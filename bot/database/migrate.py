"""Brings the tables to the newest form; the same call on an empty and on an old database."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.database.engine import Database

SCRIPTS = Path(__file__).parents[2] / "migrations"
# Any number will do, as long as all our processes ask for the same.
ADVISORY_LOCK = 7_423_001


async def migrate(database: Database, revision: str = "head") -> None:
    """Apply every migration that is missing, in one transaction.

    Replicas that start together wait for each other, so each step is taken once.
    """
    if database.file:
        database.file.absolute().parent.mkdir(parents=True, exist_ok=True)
    async with database.write("migrate", durable=True) as connection:
        if not database.is_sqlite:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK}
            )
        await connection.run_sync(_upgrade, revision)


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
