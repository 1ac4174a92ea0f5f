"""Reports what happened elsewhere to a Telegauge; needs nothing but Python's own library.

    from track_client import Client

    client = Client("http://127.0.0.1:8080", token)
    client.send("message", [{"user_id": 1001, "at": "2026-05-04T12:00:00Z", "length": 12}])

As a program it sends lines of JSON, one fact a line:

    TELEGAUGE_TOKEN=… python track_client.py http://127.0.0.1:8080 message < facts.jsonl
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

AT_ONCE = 500  # of at most 1,000 facts, and 1 MiB
TRIES = 8
LONGEST_WAIT = 60.0
PASSING = {408, 429, 502, 503, 504}

Fact = dict[str, Any]


class RefusedError(Exception):
    """The facts were refused; sending them again would not help.  problem: what was answered"""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem


class Client:
    """Sends facts in batches, each until it is taken.

    url: of the side server; tries: of one batch; sleep: waits for so many seconds
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        tries: int = TRIES,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._tries = tries
        self._sleep = sleep

    def send(self, kind: str, facts: Iterable[Fact]) -> int:
        """Report *facts* (activity, message, conversation, api-usage); how many were taken.

        Raises RefusedError, or the network's error after many tries.
        """
        return sum(self._send_batch(kind, batch) for batch in _batches(facts))

    def _send_batch(self, kind: str, facts: Sequence[Fact]) -> int:
        body = json.dumps({"facts": facts}).encode()
        # One key for one batch, however often it is sent: so it is counted once.
        key = uuid.uuid4().hex
        wait = 1.0
        for left in range(self._tries, 0, -1):
            try:
                return self._post(kind, body, key)
            except urllib.error.HTTPError as exc:
                with exc:
                    problem = exc.read().decode("utf-8", "replace")
                if exc.code not in PASSING or left == 1:
                    raise RefusedError(exc.code, problem) from None
                again = float(exc.headers.get("Retry-After") or wait)
            except OSError:  # nobody is there, or the line broke: it may have been taken
                if left == 1:
                    raise
                again = wait
            self._sleep(min(again, LONGEST_WAIT))
            wait *= 2
        raise AssertionError("the last try returns or raises")

    def _post(self, kind: str, body: bytes, key: str) -> int:
        request = urllib.request.Request(  # noqa: S310  the operator's own address
            f"{self._url}/api/v1/track/{kind}",
            data=body,
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            },
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310  as above
            taken: int = json.load(response)["taken"]
            return taken


def _batches(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    left = iter(facts)
    while batch := list(islice(left, AT_ONCE)):
        yield batch


def main() -> None:
    """Send the lines of standard input."""
    url, kind = sys.argv[1:]
    client = Client(url, os.environ["TELEGAUGE_TOKEN"])
    try:
        taken = client.send(kind, (json.loads(line) for line in sys.stdin if line.strip()))
    except RefusedError as exc:
        sys.exit(f"refused, {exc}")
    sys.stdout.write(f"taken: {taken}\n")


if __name__ == "__main__":
    main()
