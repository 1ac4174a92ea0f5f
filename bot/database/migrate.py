"""Brings the tables to the newest form; the same call on an empty and on an old database."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from bot.database.engine import Database
from bot.database.locks import MIGRATION, alone

SCRIPTS = Path(__file__).parents[2] / "migrations"


async def migrate(database: Database, revision: str = "head") -> None:
    """Apply every migration that is missing, in one transaction.

    Replicas that start together wait for each other, so each step is taken once.
    """
    if database.file:
        database.file.absolute().parent.mkdir(parents=True, exist_ok=True)
    async with database.write("migrate", durable=True) as connection:
        await alone(connection, MIGRATION)
        await connection.run_sync(_upgrade, revision)


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
