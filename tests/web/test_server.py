"""The side server's manners: errors, headers, limits, ports."""

from __future__ import annotations

import asyncio
import gc
import io
import socket
import weakref

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.errors import ConfigError
from bot.web.server import BODY_LIMIT, SideServer
from tests.waiting import until
from tests.web.conftest import Running, Serve


async def echo(request: web.Request) -> web.Response:
    return web.Response(body=await request.read())


async def crash(_: web.Request) -> web.Response:
    raise ValueError("the password is hunter2")


async def raw(running: Running, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.server.port)
    writer.write(request)
    answer = await reader.readuntil(b"\r\n")
    writer.close()
    await writer.wait_closed()
    return answer.split(maxsplit=1)[1].strip()


HOOK = [web.post("/hook/{bot}", echo)]


async def test_port_0_becomes_a_real_port(serve: Serve) -> None:
    running = await serve()

    assert running.server.port > 0
    assert (await running.call("/livez")).status == 200


async def test_a_port_in_use_is_told_by_the_settings_name(serve: Serve) -> None:
    running = await serve()
    second = SideServer(web.Application(), host="127.0.0.1", port=running.server.port)

    with pytest.raises(ConfigError, match=r"METRICS_PORT: \d+ .* is in use; .* choose another"):
        await second.start()


async def test_a_port_can_be_taken_before_anybody_is_let_in() -> None:
    server = SideServer(web.Application(), host="127.0.0.1", port=0)
    await server.bind()

    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)
    port = server.port
    await server.start()
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.close()
    await server.stop()

    assert server.port == port


async def test_a_port_that_was_taken_and_never_opened_is_given_back() -> None:
    server = SideServer(web.Application(), host="127.0.0.1", port=0)
    await server.bind()

    await server.stop()

    with socket.create_server(("127.0.0.1", server.port)) as again:
        assert again.getsockname()[1] == server.port


async def test_an_address_that_is_not_ours_is_told_by_the_settings_name() -> None:
    server = SideServer(web.Application(), host="192.0.2.1", port=0)

    with pytest.raises(ConfigError, match=r"METRICS_HOST: cannot listen on '192\.0\.2\.1'"):
        await server.start()


async def test_a_stopped_server_gives_its_port_back(serve: Serve) -> None:
    running = await serve()
    port = running.server.port

    await running.server.stop()

    with socket.create_server(("127.0.0.1", port)) as again:
        assert again.getsockname()[1] == port


async def test_a_stop_lets_a_running_request_end(serve: Serve) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        begun.set()
        await gate.wait()
        return web.Response(text="done")

    running = await serve(routes=[web.get("/slow", slow)])
    request = asyncio.create_task(running.call("/slow"))
    await begun.wait()

    stopping = asyncio.create_task(running.server.stop())
    gate.set()
    answer = await request
    await stopping

    assert answer.text == "done"


async def test_an_ipv6_address_makes_a_url_in_brackets() -> None:
    server = SideServer(web.Application(), host="::1", port=8080)

    assert server.url == "http://[::1]:8080"


async def test_more_routes_can_be_passed_in(serve: Serve) -> None:
    running = await serve(routes=HOOK)

    answer = await running.call("/hook/7", "POST", data=b"hello")

    assert answer.body == b"hello"


async def test_a_request_is_counted_by_its_pattern(serve: Serve) -> None:
    running = await serve(routes=HOOK)

    await running.call("/hook/7", "POST", data=b"hello")

    fact = running.requests[0]
    assert (fact.route, fact.method, fact.status) == ("/hook/{bot}", "POST", 200)
    assert fact.seconds >= 0


async def test_a_request_is_gone_with_its_connection_without_a_collector(
    serve: Serve,
) -> None:
    seen: list[weakref.ref[web.Request]] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(weakref.ref(request))
        return web.Response()

    running = await serve(routes=[web.get("/seen", handle)])
    gc.disable()
    try:
        assert (await running.call("/seen", headers={"Connection": "close"})).status == 200
        await until(lambda: seen[0]() is None)
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("path", "method", "counted"),
    [
        ("/nowhere", "GET", ("unknown", "GET", 404)),
        ("/metrics", "DELETE", ("unknown", "DELETE", 405)),
        ("/metrics", "PROPFIND", ("unknown", "other", 405)),
        ("/livez", "HEAD", ("/livez", "HEAD", 200)),
    ],
)
async def test_what_callers_make_up_never_becomes_a_label(
    serve: Serve, path: str, method: str, counted: tuple[str, str, int]
) -> None:
    running = await serve()

    await running.call(path, method)

    fact = running.requests[0]
    assert (fact.route, fact.method, fact.status) == counted


async def test_a_redirect_stays_a_redirect(serve: Serve) -> None:
    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("/health")

    running = await serve(routes=[web.get("/old", elsewhere)])

    answer = await running.call("/old", allow_redirects=False)

    assert (answer.status, running.requests[0].status) == (302, 302)


async def test_a_wrong_path_is_a_problem_with_a_hint(serve: Serve) -> None:
    running = await serve()

    answer = await running.call("/nowhere")

    assert answer.response.content_type == "application/problem+json"
    assert "GET / lists" in (await answer.json())["detail"]


async def test_a_wrong_method_tells_the_right_ones(serve: Serve) -> None:
    running = await serve()

    answer = await running.call("/health", "POST")

    assert answer.headers["Allow"] == "GET,HEAD"
    assert (await answer.json())["detail"] == "This path takes GET, HEAD."


async def test_a_crash_is_logged_and_tells_the_caller_nothing(serve: Serve) -> None:
    running = await serve(routes=[web.get("/crash", crash)])

    with capture_logs() as lines:
        answer = await running.call("/crash")

    assert (answer.status, lines[0]["event"]) == (500, "request failed")
    assert answer.response.content_type == "application/problem+json"
    assert "hunter2" not in answer.text


async def test_a_crash_is_counted_as_500(serve: Serve) -> None:
    running = await serve(routes=[web.get("/crash", crash)])

    with capture_logs():
        await running.call("/crash")

    assert (running.requests[0].route, running.requests[0].status) == ("/crash", 500)


async def test_a_body_may_fill_the_limit(serve: Serve) -> None:
    running = await serve(routes=HOOK)

    answer = await running.call("/hook/7", "POST", data=io.BytesIO(bytes(BODY_LIMIT)))

    assert answer.status == 200


async def test_a_body_over_the_limit_is_refused(serve: Serve) -> None:
    running = await serve(routes=HOOK)

    answer = await running.call("/hook/7", "POST", data=io.BytesIO(bytes(BODY_LIMIT + 1)))

    assert answer.status == 413
    assert str(BODY_LIMIT) in (await answer.json())["detail"]


async def test_a_body_that_never_ends_is_given_up(serve: Serve) -> None:
    running = await serve(routes=HOOK, body_seconds=0.1)

    head = b"POST /hook/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab"

    assert await raw(running, head) == b"408 Request Timeout"


async def test_a_broken_body_is_the_callers_fault(serve: Serve) -> None:
    running = await serve(routes=HOOK)

    head = b"POST /hook/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"

    answer = await raw(running, head + b"Content-Encoding: gzip\r\n\r\nabc")

    assert answer == b"400 Bad Request"


async def test_an_endless_header_is_refused(serve: Serve) -> None:
    running = await serve()

    head = b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 10_000 + b"\r\n\r\n"

    assert await raw(running, head) == b"400 Bad Request"


async def test_what_is_no_http_gets_a_problem_without_its_own_bytes(serve: Serve) -> None:
    running = await serve()
    reader, writer = await asyncio.open_connection("127.0.0.1", running.server.port)

    with capture_logs() as lines:
        writer.write(b"GET /\x01<script> HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await reader.read()

    writer.close()
    await writer.wait_closed()
    assert b"application/problem+json" in answer
    assert b"Server: telegauge" in answer
    assert b"<script>" not in answer
    assert lines == [
        {"event": "request refused", "reason": "InvalidURLError", "log_level": "info"}
    ]


@pytest.mark.parametrize("path", ["/", "/health", "/metrics", "/nowhere"])
async def test_every_answer_carries_the_safety_headers(serve: Serve, path: str) -> None:
    running = await serve()

    headers = (await running.call(path)).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/nowhere"])
async def test_no_answer_tells_versions_of_the_server(serve: Serve, path: str) -> None:
    running = await serve()

    assert (await running.call(path)).headers["Server"] == "telegauge"
