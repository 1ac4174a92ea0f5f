"""A fact reaches every sink that wants it, whatever the others do."""

from __future__ import annotations

from bot.analytics.bus import Bus
from bot.analytics.events import Event, UpdateHandled, UserSeen
from tests.analytics.moments import handled, seen
from tests.fakes import Recorder


class OnlyPeople(Recorder):
    """A sink that wants one kind."""

    def wants(self, kind: type[Event]) -> bool:
        return kind is UserSeen


def broken(event: Event) -> None:
    raise OSError("disk full")


def test_every_sink_hears_every_fact_in_order() -> None:
    first, second = Recorder(), Recorder()
    bus = Bus(first, second)

    bus.publish(seen())
    bus.publish(handled())

    assert [type(fact) for fact in first] == [UserSeen, UpdateHandled]
    assert second == first


def test_a_sink_that_fails_harms_only_itself_and_is_counted() -> None:
    after = Recorder()
    bus = Bus(broken, after)

    bus.publish(seen())

    assert after == [seen()]
    assert bus.failures == {"function": 1}


def test_a_choosy_sink_hears_only_what_it_wants() -> None:
    people = OnlyPeople()
    bus = Bus(people)

    bus.publish(handled())
    bus.publish(seen())

    assert people == [seen()]


def test_a_sink_added_later_hears_kinds_that_were_published_before() -> None:
    late = Recorder()
    bus = Bus()
    bus.publish(seen())

    bus.add(late)
    bus.publish(seen())

    assert late == [seen()]
