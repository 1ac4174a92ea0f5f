"""What Docker's HEALTHCHECK asks.  Standard library only, because it starts every few seconds."""

from __future__ import annotations

import http.client
import json
import sys

# Where the server listens is not always where one can call it.
CALLABLE = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - calls, binds nothing
BODY_LIMIT = 65_536


def check(host: str, port: int, timeout: float = 5.0) -> int:
    """Ask /health and print one line; the exit code: 0 for pass and warn, 1 for anything else.

    host: what the server was told to listen on
    timeout: seconds to wait for each piece of the answer
    """
    place = CALLABLE.get(host, host)
    url = f"http://{f'[{place}]' if ':' in place else place}:{port}/health"
    connection = http.client.HTTPConnection(place, port, timeout=timeout)
    try:
        connection.request("GET", "/health")
        response = connection.getresponse()
        code, body = response.status, response.read(BODY_LIMIT)
    except (OSError, http.client.HTTPException) as exc:
        return _say(f"unreachable: {url}: {type(exc).__name__}: {exc}", 1)
    finally:
        connection.close()
    return _say(_summary(body, code, url), 0 if code == http.client.OK else 1)


def _summary(body: bytes, code: int, url: str) -> str:
    try:
        health = json.loads(body)
        status, checks = str(health["status"]), health.get("checks", {})
        bad = [name for name, found in checks.items() if found[0]["status"] != "pass"]
    except (ValueError, LookupError, TypeError, AttributeError):
        return f"not a health answer: {url} (HTTP {code}); is METRICS_PORT right?"
    return f"{status}: {', '.join(bad)}" if bad else status


def _say(line: str, code: int) -> int:
    sys.stdout.write(f"{line}\n")
    return code
