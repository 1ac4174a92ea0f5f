"""Updates wait for the bot, but not for ever and not without end."""

from __future__ import annotations

from bot.sandbox.mailbox import KEPT_SECONDS, Mailbox
from bot.sandbox.world import World


def filled(box: Mailbox, count: int) -> Mailbox:
    for number in range(count):
        box.push({"update_id": number})
    return box


def test_the_oldest_gives_way_to_the_newest() -> None:
    box = filled(Mailbox(kept=2), 3)

    assert [one["update_id"] for one in (box[0], box[1])] == [1, 2]
    assert len(box) == 2


def test_an_update_is_kept_for_a_day() -> None:
    now = [0.0]
    box = filled(Mailbox(clock=lambda: now[0]), 1)

    now[0] = KEPT_SECONDS - 1
    last_minute = len(box)
    now[0] = KEPT_SECONDS

    assert (last_minute, len(box), box.wire(1)) == (1, 0, [])


def test_raw_text_goes_in_the_place_of_its_update() -> None:
    box = filled(Mailbox(), 1)
    box.push({"update_id": 1}, "{{{")

    assert box.wire(9) == [b'{"update_id":0}', b"{{{"]


def test_a_negative_offset_keeps_no_more_than_there_is() -> None:
    box = filled(Mailbox(), 2)

    box.confirm(-9)

    assert len(box) == 2


def test_a_world_keeps_a_hundred_thousand_updates() -> None:
    world = World("9:x", {"id": 9})

    assert world.updates.kept == 100_000
