"""The Bot API's door: tokens, methods, forms, files."""

from __future__ import annotations

from aiohttp import FormData

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.plain import Api


async def test_a_wrong_token_is_unauthorized(api: Api, sandbox: Sandbox) -> None:
    async with api.session.get(f"{sandbox.url}/bot1:x/getMe") as response:
        envelope = await response.json()

    assert envelope == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_unknown_method_is_not_found(api: Api) -> None:
    envelope = await api("sendTelegram")

    assert envelope == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_method_names_know_no_case(api: Api, driver: Driver) -> None:
    await api.result("GETME")

    assert [call["method"] for call in await driver.calls()] == ["getMe"]


async def test_a_call_can_be_a_get_with_a_query(api: Api, ann: int) -> None:
    address = f"{api.base}/sendMessage?chat_id={ann}&text=hello"

    async with api.session.get(address) as response:
        envelope = await response.json()

    assert envelope["result"]["text"] == "hello"


async def test_a_call_can_be_a_form(api: Api, ann: int) -> None:
    form = {"chat_id": str(ann), "text": "hello"}

    async with api.session.post(f"{api.base}/sendMessage", data=form) as response:
        envelope = await response.json()

    assert envelope["result"]["text"] == "hello"


async def test_an_uploaded_file_can_be_downloaded(api: Api, sandbox: Sandbox, ann: int) -> None:
    form = FormData({"chat_id": str(ann)})
    form.add_field("document", b"a,b\n1,2\n", filename="week.csv", content_type="text/csv")
    async with api.session.post(f"{api.base}/sendDocument", data=form) as response:
        file_id = (await response.json())["result"]["document"]["file_id"]

    path = (await api.result("getFile", file_id=file_id))["file_path"]
    async with api.session.get(f"{sandbox.url}/file/bot{sandbox.token}/{path}") as response:
        assert await response.read() == b"a,b\n1,2\n"


async def test_a_file_nobody_sent_is_not_found(api: Api, sandbox: Sandbox) -> None:
    async with api.session.get(f"{sandbox.url}/file/bot{sandbox.token}/../etc/x") as response:
        assert response.status == 404


async def test_a_file_needs_the_token(api: Api, sandbox: Sandbox) -> None:
    async with api.session.get(f"{sandbox.url}/file/bot1:x/documents/file_0.csv") as response:
        assert response.status == 401


async def test_a_body_that_is_no_json_is_a_bad_request(api: Api) -> None:
    kind = {"Content-Type": "application/json"}

    async with api.session.post(f"{api.base}/getMe", data=b"{", headers=kind) as response:
        envelope = await response.json()

    assert envelope["description"] == "Bad Request: can't parse JSON object"


async def test_a_broken_multipart_form_is_a_bad_request(api: Api) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}

    async with api.session.post(f"{api.base}/getMe", data=b"nonsense", headers=kind) as response:
        envelope = await response.json()

    assert envelope["description"] == "Bad Request: can't parse multipart form"


async def test_every_call_is_written_down_with_files_as_sizes(
    api: Api, driver: Driver, ann: int
) -> None:
    form = FormData({"chat_id": str(ann)})
    form.add_field("document", b"12345", filename="five.txt", content_type="text/plain")

    async with api.session.post(f"{api.base}/sendDocument", data=form):
        (call,) = await driver.calls("sendDocument")

    shown = {"name": "five.txt", "type": "text/plain", "size": 5}
    assert call["params"] == {"chat_id": str(ann), "document": shown}
    assert (call["n"], call["status"], call["ok"]) == (1, 200, True)


async def test_a_refused_call_is_written_down_with_its_reason(api: Api, driver: Driver) -> None:
    await api("sendMessage", chat_id=1, text="x")

    (call,) = await driver.calls("sendMessage")

    assert (call["status"], call["description"]) == (400, "Bad Request: chat not found")


async def test_the_page_and_its_scripts_are_served(api: Api, sandbox: Sandbox) -> None:
    for path in ("/", "/static/chat.js"):
        async with api.session.get(sandbox.url + path) as response:
            assert response.status == 200


async def test_a_stopped_sandbox_goes_on_where_it_was(
    api: Api, sandbox: Sandbox, driver: Driver
) -> None:
    person = await driver.person("Ann")
    await sandbox.stop()

    await sandbox.start()

    assert [one["id"] for one in (await driver.state())["people"]] == [person]
