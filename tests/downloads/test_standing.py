"""Whose place has changed is told, and nobody else."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from bot.database.engine import Database
from bot.downloads.claims import Claims
from bot.downloads.records import Waiting
from bot.downloads.standing import TOLD, Standing
from bot.downloads.trouble import Trouble
from tests.downloads.queue_scene import ANN, BOB, EVE, FREE, VIP, Scene


class Paper:
    """An usher who writes down whom it told which place."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []
        self.interrupted: list[int] = []
        self._places: dict[int, int] = {}

    def is_news(self, waiting: Waiting) -> bool:
        return self._places.get(waiting.download.id) != waiting.place

    async def stand(self, waiting: Waiting) -> None:
        self._places[waiting.download.id] = waiting.place
        self.told.append((waiting.download.id, waiting.place))
        self.interrupted += [waiting.download.id] if waiting.is_interrupted else []


class Hurried(Paper):
    """An usher during whose considerations a worker takes everything."""

    def __init__(self, file: Path | None) -> None:
        super().__init__()
        self._file = file

    def is_news(self, waiting: Waiting) -> bool:
        assert self._file
        with closing(connect(self._file)) as connection:
            connection.execute("UPDATE downloads SET state = 'running'")
            connection.commit()
        return super().is_news(waiting)


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


@pytest.fixture
def paper() -> Paper:
    return Paper()


def standing(scene: Scene, paper: Paper) -> Standing:
    return Standing(scene.database, paper, scene.clock)


async def test_whoever_is_overtaken_is_told_so_and_nobody_twice(
    scene: Scene, paper: Paper
) -> None:
    clara = await scene.queued(ANN, FREE)
    await standing(scene, paper).refresh()
    ben = await scene.queued(BOB, VIP)

    for _ in range(2):
        await standing(scene, paper).refresh()

    assert sorted(paper.told) == [(clara, 1), (clara, 2), (ben, 1)]


async def test_only_the_front_of_the_line_is_told(scene: Scene, paper: Paper) -> None:
    for person in range(TOLD + 2):
        await scene.queued(2000 + person)

    await standing(scene, paper).refresh()

    assert sorted(place for _, place in paper.told) == list(range(1, TOLD + 1))


async def test_what_runs_has_no_place(scene: Scene, paper: Paper) -> None:
    await scene.queued(ANN)
    second = await scene.queued(BOB)
    await scene.claimed()

    await standing(scene, paper).refresh()

    assert paper.told == [(second, 1)]


async def test_what_a_worker_takes_meanwhile_is_not_told(sqlite: Database) -> None:
    scene, paper = Scene(sqlite), Hurried(sqlite.file)
    await scene.queued(ANN)

    await standing(scene, paper).refresh()

    assert paper.told == []


async def test_whoever_knows_when_it_is_tried_again_is_told_when_that_has_come(
    scene: Scene, paper: Paper
) -> None:
    number = await scene.queued(ANN)
    claim = await scene.claimed()
    await scene.claims.postpone(claim.download, Trouble.network, 30, is_counted=True)
    await standing(scene, paper).refresh()
    early = list(paper.told)
    scene.pass_time(31)

    await standing(scene, paper).refresh()

    assert (early, paper.told, paper.interrupted) == ([], [(number, 1)], [])


async def test_whoever_lost_a_worker_with_the_last_life_hears_of_it_and_of_the_place(
    sqlite: Database, paper: Paper
) -> None:
    scene = Scene(sqlite)
    clara = await scene.queued(ANN, FREE)
    await scene.claimed()
    ben, eve = await scene.queued(BOB, VIP), await scene.queued(EVE, FREE)

    await Claims(sqlite, scene.clock).take_over()
    await standing(scene, paper).refresh()

    assert sorted(paper.told) == [(clara, 2), (ben, 1), (eve, 3)]
    assert paper.interrupted == [clara]
