"""Programs give few names: a hundred each, and only those that are written count."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from bot.analytics.events import ButtonPressed
from bot.analytics.tracking.names import MOST, MOST_OF_ONE, Names
from bot.analytics.tracking.parcel import Parcel
from bot.analytics.tracking.trouble import BusyError, FactError
from bot.database.engine import Database
from bot.database.tables import events
from tests.analytics.moments import ANN, NOON
from tests.analytics.tracking.scene import Yard, parcel
from tests.rows import rows_of

Given = list[tuple[str, str, str]]


def buttons(count: int, prefix: str = "b") -> Given:
    return [("button", f"{prefix}{n}", f"facts.{n}.button") for n in range(count)]


def pressed(names: Given) -> Parcel:
    press = ButtonPressed(at=NOON, user_id=ANN, chat_id=ANN, button="b")
    return parcel([press], names=names, sender="shop")


def give(names: Names, sender: str, given: Given) -> None:
    with names.admitted(sender, given):
        pass


async def test_one_name_too_many_and_nothing_is_taken(sqlite: Database) -> None:
    yard = Yard(sqlite)
    names = buttons(MOST_OF_ONE)
    await yard.tracking.take(pressed(names))

    with pytest.raises(FactError, match=r"^facts\.7\.button: is one name too many: 100 diff"):
        await yard.tracking.take(pressed([("button", "more", "facts.7.button")]))
    await yard.tracking.take(pressed(names[:5]))

    assert len(await rows_of(sqlite, events)) == 2


async def test_a_batch_that_is_not_written_uses_up_no_names(sqlite: Database) -> None:
    yard, is_away = Yard(sqlite), True

    def refuse(*_: object) -> None:
        if is_away:
            raise OSError("the disk is gone")

    event.listen(sqlite._durable.sync_engine, "commit", refuse)  # noqa: SLF001  a fault, not a patch
    with pytest.raises(BusyError):
        await yard.tracking.take(pressed(buttons(MOST_OF_ONE)))
    is_away = False

    await yard.tracking.take(pressed(buttons(MOST_OF_ONE, "other")))

    assert len(await rows_of(sqlite, events)) == 1


def test_a_refused_batch_uses_up_no_names() -> None:
    names = Names(most_of_one=2)
    with pytest.raises(FactError):
        give(names, "shop", buttons(3))

    give(names, "shop", buttons(2, "other"))


def test_a_failed_batch_takes_away_no_name_that_another_gave() -> None:
    names = Names(most_of_one=1)
    give(names, "shop", buttons(1))
    with pytest.raises(OSError, match="gone"), names.admitted("shop", buttons(1)):
        raise OSError("gone")

    with pytest.raises(FactError):
        give(names, "shop", buttons(1, "other"))


def test_what_one_program_uses_up_another_still_has() -> None:
    names = Names()
    give(names, "shop", buttons(MOST_OF_ONE))

    give(names, "helpdesk", buttons(MOST_OF_ONE, "other"))


def test_all_programs_together_have_an_end() -> None:
    names = Names()
    for n in range(MOST // MOST_OF_ONE):
        give(names, f"shop {n}", buttons(MOST_OF_ONE, f"{n}-"))

    with pytest.raises(FactError, match="all programs together have given 300"):
        give(names, "helpdesk", buttons(1, "more"))
    give(names, "helpdesk", buttons(1, "0-"))
