"""Whose turn it is: the order of the queue, in SQL that both databases understand.

1. Level: the plan's priority, and one more for each quarter of an hour in the queue, up to high,
   so that nobody starves.
2. Turn: somebody's first download comes before anybody's second, what runs counted first, so that
   one person cannot fill the queue.
3. Who was there first.

All of it is built once and told what changes when it runs: it is asked every two seconds, and to
build it takes ten times as long as to answer it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String, Subquery, and_, bindparam, case, func, or_, select

from bot.database.feature_tables import downloads

LIFT_MILLISECONDS = 15 * 60_000
HIGHEST = 2
# No wait is planned for longer.  What seems to be further away was planned by a clock that has
# been set back since.
LONGEST_WAIT_MILLISECONDS = 15 * 60_000

row = downloads.c
# Milliseconds since 1970; who asks; what they are at, a list of ids.
NOW = bindparam("now", type_=BigInteger)
WORKER = bindparam("worker", type_=String)
BUSY = bindparam("busy", type_=BigInteger, expanding=True)


def is_due() -> Any:
    """SQL: queued, and its next attempt may begin at NOW."""
    too_far = row.next_attempt_at > NOW + LONGEST_WAIT_MILLISECONDS
    # Whoever cancelled in the moment of a failure should not wait for the next attempt.
    may_begin = or_(row.next_attempt_at <= NOW, too_far, row.is_cancel_wanted)
    return and_(row.state == "queued", may_begin)


def is_left_behind() -> Any:
    """SQL: running, but not really: the lease has passed, or it is WORKER's who does not know it.

    WORKER is at what is BUSY; its own lease may pass when the clock is set, which harms nobody.
    """
    is_theirs = and_(row.claimed_by != WORKER, row.lease_until_at <= NOW)
    is_ours = and_(row.claimed_by == WORKER, row.id.not_in(BUSY))
    return and_(row.state == "running", or_(is_theirs, is_ours))


def line(waiting: Any) -> Subquery:
    """id, level, turn, queued_at and is_waiting, at NOW, of all that run or fulfil *waiting*."""
    lift = case(
        *((row.queued_at <= NOW - n * LIFT_MILLISECONDS, n) for n in range(HIGHEST, 0, -1)),
        else_=0,
    )
    level = case((row.priority + lift > HIGHEST, HIGHEST), else_=row.priority + lift)
    runs_first = case((waiting, 1), else_=0)
    turn = func.row_number().over(
        partition_by=row.user_number, order_by=(runs_first, level.desc(), row.queued_at, row.id)
    )
    query = select(
        row.id,
        row.user_number,
        row.queued_at,
        level.label("level"),
        turn.label("turn"),
        runs_first.label("is_waiting"),
    )
    return query.where(or_(waiting, row.state == "running")).subquery("line")


def in_order(of: Subquery) -> tuple[Any, ...]:
    """ORDER BY of what waits in a line."""
    return of.c.level.desc(), of.c.turn, of.c.queued_at, of.c.id


def _places() -> Subquery:
    waits = line(row.state == "queued")
    place = func.row_number().over(order_by=in_order(waits)).label("place")
    query = select(waits.c.id, waits.c.user_number, place).where(waits.c.is_waiting == 1)
    return query.subquery("places")


# id, user_number and place (1 is next), at NOW, of all that is queued, due or not.
PLACES = _places()
