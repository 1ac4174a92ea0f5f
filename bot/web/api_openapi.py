"""The API's description, OpenAPI 3.1, made from the models that check each request."""

from __future__ import annotations

from typing import Any

from bot.analytics.shelf import SHELF
from bot.web.api_reports import REPORTS, TYPES, Asked

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
REFUSALS = {
    "400": "A parameter is wrong; errors names each field.",
    "401": "No valid token was sent.",
    "403": "The token is for something else.",
    "429": "Too many requests; Retry-After says when to ask again.",
}
SCHEMAS: dict[str, Any] = {
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
    "Rules": {
        "type": "object",
        "required": ["rules", "faults"],
        "properties": {
            "rules": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "origin", "severity", "labels", "first_aid"],
                    "properties": {
                        "name": {"type": "string"},
                        "origin": {"enum": ["built-in", "file", "stored"]},
                        "severity": {"enum": ["critical", "warning"]},
                        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                        "first_aid": {"type": "string"},
                    },
                },
            },
            "faults": {"type": "array", "items": {"type": "string"}},
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


def description(version: str) -> dict[str, Any]:
    """The whole document, as JSON types."""
    paths = {f"/api/v1/{asked.path}": {"get": _report(asked)} for asked in REPORTS}
    paths["/api/v1/export/{report}"] = {"get": _export()}
    paths["/api/v1/rules"] = {"get": _rules("rules", "The rules of alerts.")}
    paths["/api/v1/rules/reload"] = {"post": _reload()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Telegauge",
            "version": version,
            "description": "The same reports as in the chat, for programs.",
        },
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _report(asked: Asked) -> dict[str, Any]:
    return {
        "operationId": asked.path.replace("/", "_").replace("-", "_"),
        "summary": f"The report {asked.report}.",
        "parameters": _parameters(asked.params.model_json_schema()),
        "responses": {
            "200": {
                "description": "The report.",
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": _json("Report"),
            },
            "304": {"description": "It is as it was: If-None-Match named its ETag."},
            **_refusals(),
        },
    }


def _rules(name: str, summary: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {
                "description": "Every rule that the next check will ask.",
                "content": _json("Rules"),
            },
            **_refusals(),
        },
    }


def _reload() -> dict[str, Any]:
    found = _rules("reload_rules", "Read ALERT_RULES_FILE again, as SIGHUP does.")
    found["description"] = "Needs a token with the scope admin."
    refused = "Rules were refused; faults says why."
    found["responses"]["409"] = {"description": refused, "content": PROBLEM}
    return found


def _export() -> dict[str, Any]:
    files = {media: {"schema": {"type": "string"}} for media in TYPES.values()} | _json("Report")
    names = [f"{report}.{ending}" for report in SHELF for ending in TYPES]
    return {
        "operationId": "export",
        "summary": "A report as a file: revenue.pdf, audience.csv.",
        "parameters": [
            {
                "name": "report",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": names},
            },
            {
                "name": "days",
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "maximum": 365},
            },
        ],
        "responses": {
            "200": {"description": "The file.", "content": files},
            "404": {
                "description": "There is no such report, or no chart of it.",
                "content": PROBLEM,
            },
            "501": {"description": "The extra charts is not installed.", "content": PROBLEM},
            **_refusals(),
        },
    }


def _parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "description": field.pop("description", ""),
            "schema": {key: value for key, value in field.items() if key != "title"},
        }
        for name, field in schema["properties"].items()
    ]


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _refusals() -> dict[str, Any]:
    return {status: {"description": text, "content": PROBLEM} for status, text in REFUSALS.items()}
