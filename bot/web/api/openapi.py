"""The API's description, OpenAPI 3.1, made from the endpoints and the models they check with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from bot.web.answers import json_answer
from bot.web.api.access import ApiAccess
from bot.web.api.endpoint import Endpoint

Json = dict[str, Any]

REF = "#/components/schemas/{model}"
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
REFUSALS = {
    400: "Something that was sent is wrong; errors names each field.",
    401: "No valid token was sent.",
    403: "The token is for something else.",
    429: "Too many requests; Retry-After says when to ask again.",
    503: "The database cannot be reached; Retry-After says when to ask again.",
}
SCHEMAS: Json = {
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
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
            "schema_version": {"const": 1},
            "name": {"type": "string"},
            "title": {"type": "string"},
            "period": {"type": "object"},
            "is_synthetic": {"type": "boolean"},
            "notes": {"type": "array", "items": {"type": "string"}},
            "blocks": {"type": "array", "items": {"type": "object"}},
            "charts": {"type": "array", "items": {"type": "object"}},
        },
    },
}


def api_routes(endpoints: Sequence[Endpoint], access: ApiAccess) -> list[web.RouteDef]:
    """Every endpoint, and the description of all of them."""
    document = description(endpoints, version("telegauge"))

    async def openapi(_: web.Request) -> web.Response:
        # Open to all, since it tells nothing about anybody.
        return json_answer(document)

    routes = [endpoint.route(access) for endpoint in endpoints]
    return [web.get("/api/openapi.json", openapi), *routes]


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
            "description": "The same reports as in the chat, for programs.",
        },
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Endpoint, schemas: Json) -> Json:
    needs = "Needs a link's secret." if one.is_for_links else f"Needs a token for {one.scope}."
    found: Json = {
        "operationId": re.sub(r"\W+", "_", f"{one.method.lower()}_{one.path}").strip("_"),
        "tags": [one.path.partition("/")[0]],
        "summary": one.summary,
        "description": f"{one.description} {needs}".strip(),
        "parameters": [*_parameters(one, schemas), *_headers(one)],
        "responses": _responses(one, schemas),
    }
    if one.body:
        content = {"application/json": {"schema": _schema(one.body, schemas)}}
        found["requestBody"] = {"required": True, "content": content}
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
    schema = model.model_json_schema(ref_template=REF, mode=mode)
    schemas.update(schema.pop("$defs", {}))
    return schema


def _parameters(one: Endpoint, schemas: Json) -> list[Json]:
    schema = _hoisted(one.asks, schemas)
    in_path = set(re.findall(r"{(\w+)", one.path))
    needed = in_path.union(schema.get("required", ()))
    return [
        {
            "name": name,
            "in": "path" if name in in_path else "query",
            "required": name in needed,
            "description": field.pop("description", ""),
            "schema": {key: value for key, value in field.items() if key != "title"},
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _headers(one: Endpoint) -> list[Json]:
    return [
        {"name": name, "in": "header", "description": text, "schema": {"type": "string"}}
        for name, text in one.headers.items()
    ]
