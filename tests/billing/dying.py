"""A purchase that is killed at its first wait, at its second, and so on: a process of its own."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import signal
import sqlite3
import sys
import types
from collections.abc import Coroutine, Generator
from contextlib import closing
from pathlib import Path
from typing import Any

from aiogram.methods import AnswerPreCheckoutQuery

from bot.billing.account import Transaction
from bot.billing.entitlement import PERIOD
from bot.billing.lost import LostPayments
from bot.billing.payload import Kind, Purchase
from bot.clock import to_milliseconds
from bot.database.engine import Database
from tests.billing.shop import ShopScene, checks_out, pays
from tests.billing.till import BotAccount, Diary
from tests.databases import opened, sqlite_address
from tests.updates import ALICE, NOON

LIVES = "lives.json"
CHARGED = "charged"  # a file: Telegram has taken the Stars
CHARGE = Transaction(
    charge_id="c1",
    user_id=ALICE.id,
    stars=200,
    payload=Purchase("premium", Kind.ONCE).payload,  # a second credit would be 30 days more
    is_recurring=False,
    is_refund=False,
    at=NOON,
)
TOLD = pays(kind=Kind.ONCE, total_amount=CHARGE.stars)


@types.coroutine
def killed_at(wait: int, work: Coroutine[Any, Any, None]) -> Generator[Any, Any, None]:
    """Do *work*, and kill -9 this process when it waits for the time numbered *wait*."""
    for number in itertools.count():
        try:
            awaited = work.send(None)
        except StopIteration:
            return
        if number == wait:
            os.kill(os.getpid(), signal.SIGKILL)
        yield awaited


async def purchase(folder: Path, database: Database) -> None:
    """From Telegram's question to the thanks; Telegram charges once it has its answer."""
    scene = ShopScene(database)
    await scene.hears(checks_out(stars=CHARGE.stars, invoice_payload=CHARGE.payload))
    (answer,) = scene.outbox.calls(AnswerPreCheckoutQuery)
    assert answer.ok
    (folder / CHARGED).touch()
    await scene.hears(TOLD)


async def first_life(folder: Path, wait: int) -> None:
    database = Database(sqlite_address(folder))
    await killed_at(wait, purchase(folder, database))
    await database.close()


async def second_life(folder: Path) -> None:
    """The bot starts again: it searches, and Telegram repeats what was not confirmed."""
    database = Database(sqlite_address(folder))
    scene, account = ShopScene(database), BotAccount()
    account.deals.append(CHARGE)
    search = LostPayments(database, scene.dispatcher["ledger"], account, Diary(), 42)
    await search.find()
    await scene.hears(TOLD)
    await search.find()
    await database.close()


def is_killed(folder: Path, wait: int) -> bool:
    """Whether there was such a wait; the child shares nothing with us but the files."""
    child = os.fork()
    if child == 0:
        asyncio.run(first_life(folder, wait))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in {0, signal.SIGKILL}, status
    return status == signal.SIGKILL


def written(folder: Path) -> list[int]:
    """How many payments there are, and how many months they gave."""
    given = f"SELECT sum((expires_at - {to_milliseconds(NOON)}) / {PERIOD}) FROM subscriptions"  # noqa: S608  our own numbers
    with closing(sqlite3.connect(folder / "test.db")) as database:
        questions = ("SELECT count(*) FROM payments", given)
        return [database.execute(one).fetchone()[0] or 0 for one in questions]


async def template(folder: Path) -> None:
    async with opened(sqlite_address(folder)):
        pass


def main(folder: Path) -> None:
    """A list in LIVES with, for each wait: charged, and what was written before and after."""
    asyncio.run(template(folder))
    lives = []
    for wait in itertools.count():
        mine = folder / str(wait)
        mine.mkdir()
        shutil.copy(folder / "test.db", mine)
        killed = is_killed(mine, wait)
        before, charged = written(mine), (mine / CHARGED).exists()
        if charged:
            asyncio.run(second_life(mine))
        lives.append([charged, before, written(mine)])
        if not killed:
            break
    (folder / LIVES).write_text(json.dumps(lives), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
