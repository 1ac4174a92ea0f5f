"""The API's description, OpenAPI 3.1, made from the endpoints and the models they check with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel

from bot.web.answers import json_answer
from bot.web.api.access import ApiAccess
from bot.web.api.endpoint import Endpoint
from bot.web.api.introduction import ABOUT, KEYS, tags, topic_of

Json = dict[str, Any]

REF = "#/components/schemas/{model}"
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
REFUSALS = {
    400: "Something that was sent is wrong; errors names each field.",
    401: "No valid token was sent.",
    403: "The token is for something else.",
    429: "Too many requests; Retry-After says when to ask again.",
    503: "The database is away or too much is being asked; Retry-After says when to ask again.",
}
SCHEMAS: Json = {
    "Problem": {
        "type": "object",
        "description": "What went wrong, as RFC 9457 has it.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "description": "about:blank: title says it all."},
            "title": {"type": "string", "description": "The status in words."},
            "status": {"type": "integer", "description": "HTTP's."},
            "detail": {"type": "string", "description": "What to do about it, for people."},
            "errors": {
                "type": "array",
                "description": "Each field that was refused.",
                "items": {
                    "type": "object",
                    "required": ["field", "problem"],
                    "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
                },
            },
        },
    },
    "Report": {
        "type": "object",
        "description": "The report as it is shown everywhere; a number that cannot be known is "
        '{"value": null, "reason": …}.',
        "required": ["schema_version", "name", "title", "period", "notes", "blocks", "charts"],
        "properties": {
            "schema_version": {
                "const": 1,
                "description": "Grows when something is called otherwise or means something else.",
            },
            "name": {"type": "string", "description": "As in /report NAME."},
            "title": {"type": "string", "description": "For people."},
            "period": {"type": "object", "description": "Which days, and up to which moment."},
            "is_synthetic": {"type": "boolean", "description": "Invented, for the sandbox."},
            "notes": {
                "type": "array",
                "description": "Sentences that have to be read with the numbers.",
                "items": {"type": "string"},
            },
            "blocks": {
                "type": "array",
                "description": "Figures, tables and grids, each with a key that stays.",
                "items": {"type": "object"},
            },
            "charts": {
                "type": "array",
                "description": "The same numbers as series to draw.",
                "items": {"type": "object"},
            },
        },
    },
}


def api_routes(endpoints: Sequence[Endpoint], access: ApiAccess) -> list[web.RouteDef]:
    """Every endpoint, and the description of all of them."""
    document = description(endpoints, version("telegauge"))

    async def openapi(_: web.Request) -> web.Response:
        # Open to all, since it tells nothing about anybody.
        return json_answer(document)

    routes = [one.route(access, _taken(one.path, endpoints)) for one in endpoints]
    return [web.get("/api/openapi.json", openapi), *routes]


def _taken(path: str, endpoints: Iterable[Endpoint]) -> list[str]:
    """What the last part of *path* cannot be, since others of *endpoints* are called so."""
    folder, _, last = path.rpartition("/")
    if not last.startswith("{"):
        return []
    parts = {one.path.rpartition("/")[::2] for one in endpoints}
    return sorted(name for place, name in parts if place == folder and name[:1].isalpha())


def description(endpoints: Iterable[Endpoint], release: str) -> Json:
    """The whole document, as JSON types."""
    paths: dict[str, Json] = {}
    schemas = dict(SCHEMAS)
    for one in endpoints:
        paths.setdefault(one.full_path, {})[one.method.lower()] = _operation(one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Telegauge",
            "version": release,
            "description": ABOUT,
        },
        "tags": tags(),
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": schemas,
            "securitySchemes": KEYS,
        },
    }


def _operation(one: Endpoint, schemas: Json) -> Json:
    needs = "Needs a link's secret." if one.is_for_links else f"Needs a token for {one.scope}."
    found: Json = {
        "operationId": re.sub(r"\W+", "_", f"{one.method.lower()}_{one.path}").strip("_"),
        "tags": [topic_of(one.path)],
        "summary": one.summary,
        "description": f"{one.description} {needs}".strip(),
        "parameters": [*_parameters(one, schemas), *_headers(one)],
        "responses": _responses(one, schemas),
    }
    if one.is_for_links:
        found["security"] = [{"link": []}]
    if one.body:
        content = {"schema": _schema(one.body, schemas)}
        if one.example:
            content["example"] = dict(one.example)
        found["requestBody"] = {"required": True, "content": {"application/json": content}}
    return found


def _responses(one: Endpoint, schemas: Json) -> Json:
    answered: Json = {"description": "All went well."}
    if one.gives is not None:
        answered["content"] = _content(one.gives, schemas)
    refused = {
        status: {"description": text} | ({"content": PROBLEM} if status >= 400 else {})  # noqa: PLR2004  HTTP's border
        for status, text in sorted({**REFUSALS, **one.refusals}.items())
    }
    return {str(status): told for status, told in {one.status: answered, **refused}.items()}


def _content(gives: type[BaseModel] | Mapping[str, Any], schemas: Json) -> Mapping[str, Any]:
    if isinstance(gives, Mapping):
        return gives
    return {"application/json": {"schema": _schema(gives, schemas, "serialization")}}


def _schema(model: type[BaseModel], schemas: Json, mode: Any = "validation") -> Json:
    schemas[model.__name__] = _hoisted(model, schemas, mode)
    return {"$ref": REF.format(model=model.__name__)}


def _hoisted(model: type[BaseModel], schemas: Json, mode: Any = "validation") -> Json:
    """The schema of *model*, the models in it moved to *schemas*."""
    schema: Json = orjson.loads(_written(model, mode))
    schemas.update(schema.pop("$defs", {}))
    return schema


@cache  # most of the time that the whole description takes
def _written(model: type[BaseModel], mode: Any) -> bytes:
    return orjson.dumps(model.model_json_schema(ref_template=REF, mode=mode))


def _parameters(one: Endpoint, schemas: Json) -> list[Json]:
    schema = _hoisted(one.asks, schemas)
    in_path = set(re.findall(r"{(\w+)", one.path))
    needed = in_path.union(schema.get("required", ()))
    return [
        {
            "name": name,
            "in": "path" if name in in_path else "query",
            "required": name in needed,
            **_parameter(field),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _headers(one: Endpoint) -> list[Json]:
    return [
        {"name": name, "in": "header", **_parameter(dict(field))}
        for name, field in one.headers.items()
    ]


def _parameter(field: Json) -> Json:
    """A field of a model as a parameter, which is text: there is no null, only to leave it out."""
    told: Json = {"description": field.pop("description", "")}
    if examples := field.pop("examples", ()):
        told["example"] = examples[0]
    kinds = [kind for kind in field.pop("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) > 1:
        field["anyOf"] = kinds
    schema = {**field, **(kinds[0] if len(kinds) == 1 else {})}
    unsaid = {"title", *(["default"] if schema.get("default", "") is None else [])}
    told["description"] = told["description"] or schema.pop("description", "")
    return {**told, "schema": {key: said for key, said in schema.items() if key not in unsaid}}
