"""What leaves this process beside its talk with Telegram: bounded, signed, no secret in a log."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from http.server import HTTPServer
from typing import Any

import pytest
from aiohttp import ClientTimeout
from structlog.testing import capture_logs

from bot.analytics.bus import Bus
from bot.analytics.operations import HeartbeatSent
from bot.clock import utc_now
from bot.errors import NotifyError
from bot.outgoing import SIGNATURE, Heartbeat, Outgoing, Receiver
from tests.alerts.scene import NOON
from tests.fakes import Recorder
from tests.house import ROOT
from tests.receiver import receiving
from tests.waiting import until

SECRET = "a secret of some length"


@asynccontextmanager
async def calling(seconds: float = 10) -> AsyncIterator[Outgoing]:
    outgoing = Outgoing(ClientTimeout(total=seconds))
    try:
        yield outgoing
    finally:
        await outgoing.stop()


@asynccontextmanager
async def mute() -> AsyncIterator[str]:
    """A server that takes every connection and never says a word; its address."""
    lines: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, line: lines.append(line), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/s3cret-path"
    server.close()
    for line in lines:
        line.close()


async def test_a_post_is_json_and_signed_with_the_moment_and_the_body() -> None:
    async with receiving() as there, calling() as outgoing:
        number = await Receiver(outgoing, there.url, SECRET, lambda: NOON).send('{"é": 1}')

    call = there.calls[0]
    signed = f"{round(NOON.timestamp())}.".encode() + call.body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert call.headers[SIGNATURE] == f"t={round(NOON.timestamp())},v1={digest}"
    assert (number, call.headers["Content-Type"], call.json) == (0, "application/json", {"é": 1})


async def test_without_a_secret_nothing_is_signed() -> None:
    async with receiving() as there, calling() as outgoing:
        await Receiver(outgoing, there.url, None).send("{}")

    assert SIGNATURE not in there.calls[0].headers


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (200, None),
        (202, None),
        (204, None),
        (301, True),
        (307, True),
        (400, True),
        (401, True),
        (404, True),
        (408, False),
        (410, True),
        (429, False),
        (500, False),
        (503, False),
    ],
)
async def test_only_what_may_pass_is_tried_again(status: int, permanent: bool | None) -> None:  # noqa: FBT001  a table's column
    async with receiving() as there, calling() as outgoing:
        there.answers = [status]
        there.headers = {"Location": there.url}
        try:
            await outgoing.call("POST", there.url, b"{}")
            found = None
        except NotifyError as exc:
            found = exc.permanent

    assert found is permanent
    assert len(there.calls) == 1  # no redirect was followed


@pytest.mark.parametrize(
    ("said", "seconds"), [("17", 17), ("999999", 3600), ("tomorrow", 0), ("-1", 0)]
)
async def test_a_receiver_may_ask_for_time(said: str, seconds: float) -> None:
    async with receiving() as there, calling() as outgoing:
        there.answers, there.headers = [503], {"Retry-After": said}
        with pytest.raises(NotifyError) as caught:
            await outgoing.call("POST", there.url, b"{}")

    assert caught.value.retry_after == seconds


async def test_what_the_receiver_complains_of_is_kept_in_short() -> None:
    async with receiving() as there, calling() as outgoing:
        there.answers, there.said = [400], "no such\nteam " + "x" * 100_000
        with pytest.raises(NotifyError, match="400 no such team x") as caught:
            await outgoing.call("POST", there.url, b"{}")

    assert len(str(caught.value)) < 300


async def test_a_receiver_that_hangs_is_not_waited_for() -> None:
    async with mute() as address, calling(0.1) as outgoing:
        with pytest.raises(NotifyError, match="no answer in time") as caught:
            await outgoing.call("POST", address, b"{}")

    assert not caught.value.permanent


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/s3cret-path", "http://user:s3cret-path@127.0.0.1:1/"]
)
async def test_a_refused_connection_is_passing_and_names_the_host_only(address: str) -> None:
    async with calling() as outgoing:
        with pytest.raises(NotifyError, match=r"127\.0\.0\.1") as caught:
            await outgoing.call("POST", address, b"{}")

    assert not caught.value.permanent
    assert "s3cret" not in str(caught.value)


async def beaten(url: str, seen: Recorder, *, times: int = 1, seconds: float = 10) -> Heartbeat:
    """A heartbeat after so many beats, each heard or not."""
    async with calling(seconds) as outgoing:
        heart = Heartbeat(outgoing, url, Bus(seen))
        for _ in range(times):
            before = len(seen)
            heart.beat()
            await until(lambda: len(seen) > before)  # noqa: B023  asked within this turn
        await heart.stop()
    return heart


async def test_a_heartbeat_that_is_heard_counts_as_such() -> None:
    seen = Recorder()
    async with receiving() as there:
        heart = await beaten(there.url, seen)

    assert [(call.method, call.body) for call in there.calls] == [("GET", b"")]
    assert [fact.outcome for fact in seen if isinstance(fact, HeartbeatSent)] == ["ok"]
    assert (heart.failures, heart.error) == (0, "")


async def test_failures_in_a_row_are_counted_until_somebody_hears() -> None:
    seen = Recorder()
    async with receiving() as there:
        there.answers = [500, 404]
        missed = await beaten(there.url, seen, times=2)
        heard = await beaten(there.url, seen=Recorder())

    assert [fact.outcome for fact in seen if isinstance(fact, HeartbeatSent)] == ["error", "error"]
    assert (missed.failures, missed.error, heard.failures) == (2, "127.0.0.1: 404", 0)


async def test_after_its_end_a_heartbeat_asks_nobody() -> None:
    async with receiving() as there, calling() as outgoing:
        heart = Heartbeat(outgoing, there.url, Bus())
        await heart.stop()
        heart.beat()

        assert not [task for task in asyncio.all_tasks() if task.get_name() == "heartbeat"]


async def test_a_watcher_that_hangs_is_asked_once_and_holds_nobody_up() -> None:
    async with mute() as address, calling() as outgoing:
        heart = Heartbeat(outgoing, address, Bus())
        heart.beat()
        heart.beat()
        asking = [task for task in asyncio.all_tasks() if task.get_name() == "heartbeat"]
        await heart.stop()

    assert len(asking) == 1 and asking[0].cancelled()


@contextmanager
def receiver_of_the_guide() -> Iterator[str]:
    """The receiver in docs/alerts.md, with our secret and any port; its address."""
    guide = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    code = guide.partition("## Webhook")[2].partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(code.rpartition("HTTPServer(")[0], names)  # noqa: S102  what a reader would run
    names["SECRET"] = SECRET.encode()
    with HTTPServer(("127.0.0.1", 0), names["Receiver"]) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("secret", "age", "is_taken"),
    [(SECRET, 0, True), ("another secret!!", 0, False), (SECRET, 301, False)],
)
async def test_the_receiver_of_the_guide_takes_what_is_ours_and_fresh(
    secret: str,
    age: float,
    is_taken: bool,  # noqa: FBT001  a table's column
) -> None:
    body = '{"alerts": [{"status": "firing", "labels": {"alertname": "Trouble"}}]}'
    with receiver_of_the_guide() as address:
        async with calling() as outgoing:
            sender = Receiver(
                outgoing, address, secret, lambda: utc_now() - timedelta(seconds=age)
            )
            try:
                taken = await sender.send(body) == 0
            except NotifyError as exc:
                taken = "403" not in str(exc)

    assert taken is is_taken


async def test_no_secret_is_logged() -> None:
    with capture_logs() as lines:
        async with mute() as address:
            await beaten(address, Recorder(), seconds=0.1)

    assert lines and "s3cret" not in str(lines)
