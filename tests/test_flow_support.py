"""A question about a payment goes to an admin and an answer comes back, past the assistant."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.assistant.endpoint import Endpoint
from tests.driver import Driver, Json, message_text
from tests.living import ADMIN, living

ARRIVED = "Your answer has arrived."


async def question(driver: Driver, person: int, chat: int = ADMIN) -> Json:
    """What the admins see of a person's question."""
    await driver.say(person, "/paysupport Where is my plan?", "The admins have your question.")
    return await driver.wait_for(chat, "Where is my plan?")


async def test_an_answer_comes_back_and_the_assistant_hears_nothing(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    await driver.person("Root", id=ADMIN, is_admin=True)
    changed = {"assistant_base_url": model.url, "assistant_model": "m"}
    async with living(sandbox, tmp_path, features=("billing", "assistant"), **changed):
        await driver.say(ADMIN, "/start")
        asked = await question(driver, ann)
        hint = await driver.press(ADMIN, asked, "Answer")
        await driver.say(ADMIN, "It is <here>.", ARRIVED, reply_to=asked["message_id"])
        answer = await driver.wait_for(ann, "Answer about your payment:")

    assert hint and hint["text"].startswith("Reply to this message")
    assert "It is <here>." in message_text(answer)
    assert model.asked == []


async def test_an_admin_hears_that_the_person_cannot_be_reached(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann, root = await driver.person("Ann"), await driver.person("Root", id=ADMIN, is_admin=True)
    async with living(sandbox, tmp_path, features=("billing",)):
        await driver.say(root, "/start")
        asked = await question(driver, ann)
        await driver.block(ann)

        await driver.say(root, "Here.", "did not arrive", reply_to=asked["message_id"])


async def test_the_alert_chat_gets_the_question_and_its_admin_answers(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann, root = await driver.person("Ann"), await driver.person("Root", id=ADMIN, is_admin=True)
    chat = await driver.group(root)
    async with living(sandbox, tmp_path, features=("billing",), alert_chat_id=chat):
        asked = await question(driver, ann, chat)
        where = {"chat": chat, "reply_to": asked["message_id"]}
        await driver.say(root, "Here.", ARRIVED, **where)

        await driver.wait_for(ann, "Answer about your payment:")
