"""Who lives in a fresh sandbox: an admin, a few people to chat as, and their groups."""

from __future__ import annotations

from bot.sandbox.params import Json
from bot.sandbox.world import Chat, Person, World

ADMIN_ID = 1001

CAST: tuple[Json, ...] = (
    {"id": ADMIN_ID, "first_name": "Ada", "username": "ada", "language_code": "en"},
    {"id": 1002, "first_name": "Ben", "username": "ben", "language_code": "en"},
    {"id": 1003, "first_name": "Clara", "language_code": "de", "is_premium": True},
    {"id": 1004, "first_name": "Mateo", "username": "mateo", "language_code": "es"},
    {"id": 1005, "first_name": "Bia", "last_name": "Rocha", "language_code": "pt-br"},
    {"id": 1006, "first_name": "Мила", "username": "mila", "language_code": "ru"},
    {"id": 1007, "first_name": "Yuki", "language_code": "ja", "is_premium": True},
)
GROUPS: tuple[Json, ...] = (
    {"id": -1001000001001, "type": "supergroup", "title": "Rooftop garden"},
    {"id": -1001000001002, "type": "supergroup", "title": "Chess on Sundays"},
)
# The first made the group.
MEMBERS: tuple[tuple[int, ...], ...] = ((ADMIN_ID, 1002, 1003, 1006), (1004, ADMIN_ID, 1007))

_PRIVATE = ("id", "first_name", "last_name", "username")


def introduce(world: World) -> tuple[int, ...]:
    """Put the cast and its groups into *world*; the ids of its admins.

    The bot is not told of the groups: it has been in them for as long as anybody remembers, and
    not since this start.
    """
    for details in CAST:
        user = {"is_bot": False, **details}
        person = Person(user, is_admin=user["id"] == ADMIN_ID)
        world.people[person.id] = person
        info = {name: user[name] for name in _PRIVATE if name in user}
        world.chats[person.id] = Chat({**info, "type": "private"})
    for group, members in zip(GROUPS, MEMBERS, strict=True):
        maker, *others = members
        status = {maker: "creator"} | dict.fromkeys(others, "member")
        world.chats[group["id"]] = Chat(dict(group), members=status)
    return (ADMIN_ID,)
