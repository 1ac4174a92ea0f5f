"""What a poll is to be: its question, options and answers, checked as Telegram checks them."""

from __future__ import annotations

import secrets
import time
from typing import Any

from bot.sandbox.formatting import formatted
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.rich import units
from bot.sandbox.world import World

QUESTION_LIMIT = 300
OPTION_LIMIT = 100
OPTIONS_LIMIT = 12
EXPLANATION_LIMIT = 200
EXPLANATION_LINES = 2
SHORTEST_SECONDS, LONGEST_SECONDS = 5, 2_628_000


def terms_of(world: World, params: Params) -> Json:
    """A Poll object without the sums, or Telegram's refusal."""
    options, kind = _options(world, params), params.text("type", "regular")
    if kind not in {"regular", "quiz"}:
        raise bad_request("unsupported poll type specified")
    is_quiz = kind == "quiz"
    terms: Json = {
        "id": str(secrets.randbits(62)),
        **_question(world, params),
        "options": options,
        "is_closed": params.flag("is_closed"),
        "is_anonymous": _flag(params, "is_anonymous", default=True),
        "type": kind,
        "allows_multiple_answers": params.flag("allows_multiple_answers"),
        "allows_revoting": _flag(params, "allows_revoting", default=not is_quiz),
        "members_only": params.flag("members_only"),
    }
    terms |= _description(world, params)
    return terms | (_solution(world, params, len(options)) if is_quiz else {})


def _flag(params: Params, name: str, *, default: bool) -> bool:
    return params.flag(name) if params.text(name) else default


def _text(world: World, params: Params, name: str) -> tuple[str, list[Json]]:
    """A field with a parse mode and entities of its own."""
    own = {
        "text": params.text(name),
        "parse_mode": params.fields.get(f"{name}_parse_mode"),
        "entities": params.fields.get(f"{name}_entities"),
    }
    return formatted(world, Params(own), "text", "entities")


def _question(world: World, params: Params) -> Json:
    text, entities = _text(world, params, "question")
    if not text:
        raise bad_request("poll question must be non-empty")
    if units(text) > QUESTION_LIMIT:
        raise bad_request(f"poll question length must not exceed {QUESTION_LIMIT}")
    # Telegram keeps no other formatting in questions and options.
    emoji = [one for one in entities if one["type"] == "custom_emoji"]
    return {"question": text, **({"question_entities": emoji} if emoji else {})}


def _options(world: World, params: Params) -> list[Json]:
    given: Any = params.json("options")
    if not isinstance(given, list):
        raise bad_request("can't parse options JSON object")
    if not given:
        raise bad_request("poll must have at least one answer option")
    if len(given) > OPTIONS_LIMIT:
        raise bad_request(f"poll can't have more than {OPTIONS_LIMIT} options")
    return [_option(world, number, one) for number, one in enumerate(given)]


def _option(world: World, number: int, given: Any) -> Json:
    whole = {"text": given} if isinstance(given, str) else given
    if not isinstance(whole, dict):
        raise bad_request("can't parse InputPollOption: expected an Object")
    text, entities = _text(world, Params(whole), "text")
    if not text:
        raise bad_request("poll options must be non-empty")
    if units(text) > OPTION_LIMIT:
        raise bad_request(f"poll options length must not exceed {OPTION_LIMIT}")
    emoji = [one for one in entities if one["type"] == "custom_emoji"]
    option: Json = {"persistent_id": str(number), "text": text}
    return option | ({"text_entities": emoji} if emoji else {})


def _description(world: World, params: Params) -> Json:
    text, entities = _text(world, params, "description")
    if not text:
        return {}
    return {"description": text, **({"description_entities": entities} if entities else {})}


def _solution(world: World, params: Params, options: int) -> Json:
    """What a quiz knows besides: the right answers and why."""
    right = params.json("correct_option_ids")
    if right is None and params.text("correct_option_id"):
        right = [params.integer("correct_option_id")]
    if not isinstance(right, list) or not right:
        raise bad_request("correct quiz option list must be non-empty")
    if any(type(one) is not int or one not in range(options) for one in right):
        raise bad_request("wrong quiz correct_option_id")
    if right != sorted(set(right)):
        raise bad_request("correct quiz option list must be increasing")
    solution: Json = {"correct_option_ids": right}
    if len(right) == 1:
        solution["correct_option_id"] = right[0]
    return solution | _explanation(world, params)


def _explanation(world: World, params: Params) -> Json:
    text, entities = _text(world, params, "explanation")
    if units(text) > EXPLANATION_LIMIT:
        raise bad_request(f"quiz explanation must have at most {EXPLANATION_LIMIT} characters")
    if text.count("\n") > EXPLANATION_LINES:
        raise bad_request(f"quiz explanation must have at most {EXPLANATION_LINES} line feeds")
    if not text:
        return {}
    return {"explanation": text, **({"explanation_entities": entities} if entities else {})}


def open_seconds(params: Params) -> int:
    """How long the poll is open; 0 is until somebody stops it."""
    period, date = params.integer("open_period", 0) or 0, params.integer("close_date", 0) or 0
    if period and not SHORTEST_SECONDS <= period <= LONGEST_SECONDS:
        limits = f"{SHORTEST_SECONDS} to {LONGEST_SECONDS}"
        raise bad_request(f"open_period must be from {limits} seconds")
    if period or not date:
        return period
    seconds = date - int(time.time())
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        limits = f"{SHORTEST_SECONDS} to {LONGEST_SECONDS}"
        raise bad_request(f"close_date must be from {limits} seconds in the future")
    return seconds


def closing(params: Params, seconds: int) -> Json:
    """The Poll fields that say when it closes."""
    if not seconds:
        return {}
    if params.text("open_period"):
        return {"open_period": seconds, "close_date": int(time.time()) + seconds}
    return {"close_date": params.integer("close_date")}
