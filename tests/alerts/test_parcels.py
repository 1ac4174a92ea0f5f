"""What goes out together, and what is no longer news."""

from __future__ import annotations

from bot.alerts.parcels import PARCEL, Waiting, orphans, pack


def waiting(number: int, history_id: int, kind: str = "firing", **details: object) -> Waiting:
    usual: dict[str, object] = {
        "text": f"text {number}",
        "severity": "critical",
        "created_at": 1_000,
        "attempts": 0,
        "next_attempt_at": 0,
        "is_heard": False,
    }
    return Waiting(id=number, history_id=history_id, kind=kind, **(usual | details))  # type: ignore[arg-type]  # a test's own shorthand


def test_an_empty_outbox_makes_no_message() -> None:
    assert pack([]) is None


def test_notices_of_one_check_and_severity_share_a_message() -> None:
    parcel = pack([waiting(1, 1), waiting(2, 2), waiting(3, 3, severity="warning")])

    assert parcel and parcel.text == "text 1\n\ntext 2"


def test_another_check_is_another_message() -> None:
    parcel = pack([waiting(1, 1), waiting(2, 2, created_at=2_000)])

    assert parcel and parcel.ids == [1]


def test_a_resolution_covers_what_waited_before_it() -> None:
    parcel = pack([waiting(1, 1), waiting(2, 1, "reminder"), waiting(3, 1, "resolved")])

    assert parcel and parcel.text == "text 3" and sorted(parcel.ids) == [1, 2, 3]


def test_what_does_not_fit_waits_for_the_next_message() -> None:
    long = "x" * (PARCEL // 2)

    parcel = pack([waiting(number, number, text=long) for number in (1, 2, 3)])

    assert parcel and parcel.ids == [1]


def test_a_resolution_nobody_can_place_is_an_orphan() -> None:
    lost = waiting(1, 1, "resolved")
    heard = waiting(2, 2, "resolved", is_heard=True)
    follows = [waiting(3, 3), waiting(4, 3, "resolved")]

    assert orphans([lost, heard, *follows]) == [lost]
