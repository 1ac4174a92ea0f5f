"""Who lives in a fresh sandbox: an admin, and a few people to chat as."""

from __future__ import annotations

from bot.sandbox.params import Json
from bot.sandbox.world import Chat, Person, World

ADMIN_ID = 1001

CAST: tuple[Json, ...] = (
    {"id": ADMIN_ID, "first_name": "Ada", "username": "ada", "language_code": "en"},
    {"id": 1002, "first_name": "Ben", "username": "ben", "language_code": "en"},
    {"id": 1003, "first_name": "Clara", "language_code": "de", "is_premium": True},
)


def introduce(world: World) -> tuple[int, ...]:
    """Put the cast into *world*; the ids of its admins."""
    for details in CAST:
        user = {"is_bot": False, **details}
        person = Person(user, is_admin=user["id"] == ADMIN_ID)
        world.people[person.id] = person
        info = {name: user[name] for name in ("id", "first_name", "username") if name in user}
        world.chats[person.id] = Chat({**info, "type": "private"})
    return (ADMIN_ID,)
