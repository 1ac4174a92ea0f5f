"""Cards: contacts, places and dice."""

from __future__ import annotations

import math
import secrets

from bot.sandbox.compose import chat_of, send
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.world import Method, World

# What each can show, from 1 on.
DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
HIGHEST_LATITUDE, HIGHEST_LONGITUDE = 90, 180
ACCURACY_METERS = 1500


async def send_contact(world: World, params: Params) -> Json:
    """Post somebody's name and number."""
    chat_of(world, params)
    contact = _texts(params, ("phone_number", "first_name"), ("last_name", "vcard"))
    return send(world, params, {"contact": contact})


async def send_location(world: World, params: Params) -> Json:
    """Post a place on the map."""
    chat_of(world, params)
    return send(world, params, {"location": _location(params)})


async def send_venue(world: World, params: Params) -> Json:
    """Post a place with its name; the message has its bare location, too."""
    chat_of(world, params)
    more = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
    location = _location(params)
    venue = {"location": location, **_texts(params, ("title", "address"), more)}
    return send(world, params, {"venue": venue, "location": location})


async def send_dice(world: World, params: Params) -> Json:
    """Post a throw, by default of a die."""
    chat_of(world, params)
    emoji = params.text("emoji", "🎲").removesuffix("\ufe0f")
    if emoji not in DICE:
        raise bad_request("EMOTICON_INVALID")
    value = secrets.randbelow(DICE[emoji]) + 1
    return send(world, params, {"dice": {"emoji": emoji, "value": value}})


def _texts(params: Params, required: tuple[str, ...], more: tuple[str, ...]) -> Json:
    for name in required:
        if not params.text(name):
            raise bad_request(f'parameter "{name}" is required')
    return {name: params.text(name) for name in required + more if params.text(name)}


def _location(params: Params) -> Json:
    latitude, longitude = _number(params, "latitude"), _number(params, "longitude")
    if abs(latitude) > HIGHEST_LATITUDE or abs(longitude) > HIGHEST_LONGITUDE:
        raise bad_request("invalid location specified")
    location: Json = {"latitude": latitude, "longitude": longitude}
    if params.text("horizontal_accuracy"):
        accuracy = _number(params, "horizontal_accuracy")
        location["horizontal_accuracy"] = min(max(accuracy, 0), ACCURACY_METERS)
    return location


def _number(params: Params, name: str) -> float:
    """A number with a fraction, or ApiError 400."""
    if not params.text(name):
        raise bad_request(f"{name} is empty")
    try:
        number = float(params.text(name))
    except ValueError:
        raise bad_request(f"{name} must be a number") from None
    if not math.isfinite(number):
        raise bad_request(f"{name} must be a number")
    return number


METHODS: dict[str, Method] = {
    "sendContact": send_contact,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendDice": send_dice,
}
