"""Facts as programs are told them: everything for admins, nobody's person for others."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from msgspec.structs import fields

from bot.analytics.events import Event
from bot.analytics.telling import KINDS, OPEN, OTHERWISE, OURSELVES, PERSONAL, USUAL, told
from tests.analytics.moments import ANN, NOON, failed, said, seen, started
from tests.house import modules

ALL = sorted(KINDS)


def every_kind(kind: type[Event] = Event) -> set[type[Event]]:
    below = set(kind.__subclasses__())
    return below.union(*(every_kind(one) for one in below))


def example(kind: type[Event]) -> Event:
    """A fact with something in every field."""
    values: dict[str, Any] = {field.name: f"of {field.name}" for field in fields(kind)}
    return kind(**(values | {"at": NOON}))


def test_every_fact_of_the_bot_can_be_told() -> None:
    for name in modules():
        if name.startswith("bot.analytics"):
            importlib.import_module(name)

    ours = {one.__name__ for one in every_kind() if one.__module__.startswith("bot.")}

    assert ours == set(KINDS)


def test_of_every_field_somebody_has_decided_who_may_see_it() -> None:
    known = {field.name for kind in KINDS.values() for field in fields(kind)}

    # A new field: does it say who somebody is, or what they wrote?  Then it is PERSONAL.
    assert known - OPEN - PERSONAL == set()
    assert (OPEN | PERSONAL) - known == set()
    assert set() == OPEN & PERSONAL


@pytest.mark.parametrize("kind", ALL)
def test_others_than_admins_see_nothing_personal(kind: str) -> None:
    fact = told(1, example(KINDS[kind]), is_personal=False)

    assert {f"of {name}" for name in PERSONAL} & {str(value) for value in fact.values()} == set()
    assert fact.keys() & PERSONAL == set()


@pytest.mark.parametrize("kind", ALL)
def test_admins_see_every_field(kind: str) -> None:
    fact = told(7, example(KINDS[kind]), is_personal=True)

    own = {OTHERWISE.get(field.name, field.name) for field in fields(KINDS[kind])}
    assert fact.keys() == {"n", "kind", *own}
    assert (fact["n"], fact["kind"], fact["at"]) == (7, kind, NOON)


def test_a_facts_own_kind_does_not_hide_what_it_is() -> None:
    fact = told(1, seen(kind="command"), is_personal=False)

    assert (fact["kind"], fact["subkind"]) == ("UserSeen", "command")


@pytest.mark.parametrize(
    ("fact", "secret"),
    [
        (seen(username="ann_b", name="Ann"), "ann_b"),
        (said(title="Ann's garden", text="hello", chat_id=ANN), str(ANN)),
        (said(text="my words"), "my words"),
        (started(source="ref_1001"), "ref_1001"),
        (failed(message="no row of 1001"), "1001"),
        (failed(traceback="File of 1001"), "1001"),
    ],
    ids=["username", "chat", "text", "source", "message", "traceback"],
)
def test_what_points_at_a_person_stays_with_admins(fact: Event, secret: str) -> None:
    assert secret not in str(told(1, fact, is_personal=False))
    assert secret in str(told(1, fact, is_personal=True))


def test_sites_stay_with_admins_as_they_do_in_links() -> None:
    kinds = [one for one in KINDS.values() if "site" in {field.name for field in fields(one)}]

    assert kinds
    assert [
        one for one in kinds if "of site" in str(told(1, example(one), is_personal=False))
    ] == []


def test_what_the_process_does_is_told_to_who_asks_for_it_only() -> None:
    assert set(USUAL) == set(KINDS) - OURSELVES
    assert set(KINDS) >= OURSELVES
    assert "QueryTimed" not in USUAL


def test_a_fact_from_elsewhere_is_told_to_nobody() -> None:
    class Whispered(Event, frozen=True, kw_only=True):
        secret: str

    with pytest.raises(KeyError):
        told(1, Whispered(at=NOON, secret="x"), is_personal=True)
