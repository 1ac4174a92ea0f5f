"""The migrations make exactly the tables the code speaks of."""

from __future__ import annotations

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.database.engine import Database
from bot.database.feature_tables import all_tables
from bot.database.migrate import migrate


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), all_tables))


async def test_the_migrated_tables_are_the_tables_of_the_code(database: Database) -> None:
    async with database.read("compare") as connection:
        assert await connection.run_sync(differences) == []


async def test_a_second_start_changes_nothing(database: Database) -> None:
    await migrate(database)

    async with database.read("version") as connection:
        assert await connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


async def test_replicas_that_start_together_each_find_the_tables(empty_url: str) -> None:
    replicas = [Database(empty_url) for _ in range(3)]

    await asyncio.gather(*(migrate(replica) for replica in replicas))

    for replica in replicas:
        async with replica.read("compare") as connection:
            assert await connection.run_sync(differences) == []
        await replica.close()


async def test_the_folder_of_a_new_file_is_made(
    tmp_path_factory: object, sqlite: Database
) -> None:
    assert sqlite.file is not None
    deeper = Database(f"sqlite:///{sqlite.file.parent}/some/folder/new.db")

    await migrate(deeper)

    assert deeper.file is not None
    assert deeper.file.exists()
    await deeper.close()
