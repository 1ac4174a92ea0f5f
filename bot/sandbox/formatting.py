"""The text of a call: parsed by its parse_mode or its entities, and bounded."""

from __future__ import annotations

from bot.sandbox.detect import detect
from bot.sandbox.html_text import parse_html
from bot.sandbox.markdown_text import parse_markdown
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.rich import trimmed, units
from bot.sandbox.world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100
SOURCE_LIMIT = 2**16  # characters with their marks; nobody formats that much

# Text inside these is not searched for links and commands.
CLOSED = {"code", "pre", "text_link", "text_mention", "custom_emoji"}


def message_text(world: World, params: Params) -> Json:
    """`text` and `entities` of a message, or Telegram's refusal."""
    text, entities = formatted(world, params, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption_text(world: World, params: Params) -> Json:
    """`caption` and `caption_entities`; nothing when there is no caption."""
    text, entities = formatted(world, params, "caption", "caption_entities")
    if units(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, **({"caption_entities": entities} if entities else {})}


def formatted(
    world: World, params: Params, text_field: str, entities_field: str
) -> tuple[str, list[Json]]:
    """The text of a field and its entities, those Telegram finds by itself included."""
    text, entities = _parsed(params, text_field, entities_field)
    entities = [_with_user(world, entity) for entity in entities[:ENTITY_LIMIT]]
    closed = [entity for entity in entities if entity["type"] in CLOSED]
    both = [*entities, *detect(text, closed)]
    return text, sorted(both, key=lambda one: (one["offset"], -one["length"]))


def _parsed(params: Params, text_field: str, entities_field: str) -> tuple[str, list[Json]]:
    text, mode = params.text(text_field), params.text("parse_mode").lower()
    if len(text) > SOURCE_LIMIT:
        raise bad_request("message is too long")
    if mode == "html":
        return parse_html(text)
    if mode == "markdownv2":
        return parse_markdown(text)
    if mode:
        raise bad_request("unsupported parse_mode")
    return trimmed(text, _given(params, entities_field))


def _given(params: Params, name: str) -> list[Json]:
    entities = params.json(name) or []
    if not isinstance(entities, list) or not all(_is_entity(one) for one in entities):
        raise bad_request("can't parse MessageEntity: expected an array of objects")
    return entities


def _is_entity(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("type"), str)
        and isinstance(value.get("offset"), int)
        and isinstance(value.get("length"), int)
    )


def _with_user(world: World, entity: Json) -> Json:
    user = entity.get("user")
    known = world.people.get(Params(user).integer("id") or 0) if isinstance(user, dict) else None
    return {**entity, "user": known.user} if known else entity
