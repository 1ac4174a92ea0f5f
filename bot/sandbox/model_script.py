"""The script that answers in the place of a model: a few topics, and what it was told."""

from __future__ import annotations

import re

from bot.sandbox.model_request import Question

ECHO_LENGTH = 60
COUNT_LIMIT = 500
OPENING = "I am a script of the sandbox and no language model, so do not expect me to think."
# The first topic with one of its words in the question is answered.
TOPICS = (
    (
        ("who", "model", "script", "ai", "real"),
        (
            "I match a few words of your message against a list and send what is written "
            "beside them. A real model answers when ASSISTANT_BASE_URL names one."
        ),
    ),
    (
        ("download", "downloads", "mp3", "mp4", "video", "song", "film", "subtitles"),
        (
            "Send me a link and the bot shows what can be had from it, as audio, film or "
            "subtitles. The sandbox has a media site of its own at /media/ with a song and a "
            "film to try it on."
        ),
    ),
    (
        ("plan", "plans", "premium", "vip", "stars", "pay", "price", "buy", "subscription"),
        (
            "The command /plan shows the plans and what they cost in Telegram Stars. In the "
            "sandbox the Stars are play money, so buy as many as you like; a better plan "
            "moves your downloads up in the queue."
        ),
    ),
    (
        ("quiz", "quizzes", "game"),
        (
            "The command /quiz starts one, alone or together in a group. Every question has "
            "its time, and in the end everybody sees who was best."
        ),
    ),
    (
        ("metrics", "analytics", "statistics", "prometheus", "dashboard", "report"),
        (
            "The bot measures itself: /analytics shows an administrator the figures, and "
            "/metrics has the same for Prometheus. What you see move there is what happens "
            "here."
        ),
    ),
    (
        ("alert", "alerts", "error", "errors", "broken"),
        (
            "When something is wrong the bot tells its administrators once, and once more "
            "when it is mended. You can order trouble through the sandbox's faults and watch "
            "it notice."
        ),
    ),
    (
        ("privacy", "data", "delete", "forget"),
        (
            "What the bot keeps of a person is listed in docs/privacy.md, and a person can "
            "have it deleted. I keep nothing: I know only the messages that come with a "
            "question."
        ),
    ),
    (
        ("sandbox", "telegram", "bot"),
        (
            "The sandbox plays Telegram on this machine: people, groups, payments and "
            "trouble, with no way out to the internet. Whatever you see in it is synthetic, "
            "and so am I."
        ),
    ),
    (
        ("hello", "hi", "hey", "morning", "evening"),
        "Good to hear from you. Ask me about downloads, plans, the quiz or the sandbox.",
    ),
    (
        ("thanks", "thank"),
        "You are welcome, as far as a script can say so.",
    ),
    (
        ("story", "long"),
        "Once there was a bot that counted everything. "
        + "It counted a message, wrote it down, and waited for the next one. " * 30
        + "Then its owner looked at the chart, and it was a good line.",
    ),
)
OTHERWISE = (
    "I have nothing on that. I know a little about downloads, plans, the quiz, metrics, alerts, "
    "privacy and the sandbox, I can count to a number, and I can tell how many messages you sent."
)


def answer_to(question: Question) -> str:
    """The script's reply, in a few plain sentences."""
    asked = question.by_person
    if not asked:
        return f"{OPENING} Nobody has asked me anything yet."
    found = _remembered(asked) or _counted(asked[-1]) or _known(asked[-1])
    opening = OPENING if len(asked) == 1 else "Still the script."
    return f"{opening} You wrote “{_shortened(asked[-1])}”. {found}"


def looked_at(question: Question) -> int:
    """How many words the script compared with its list, which is all the reasoning it does."""
    return min(len(_words(question.by_person[-1])), 64) if question.by_person else 0


def _remembered(asked: list[str]) -> str:
    """An answer about the conversation itself."""
    text = asked[-1].lower()
    if "how many messages" in text:
        count = len(asked)
        return f"You sent me {count} {'message' if count == 1 else 'messages'}, this one included."
    if "first" in text and ("say" in text or "said" in text or "write" in text or "wrote" in text):
        return f"Your first message was “{_shortened(asked[0])}”."
    return ""


def _counted(text: str) -> str:
    match = re.search(r"count to (\d{1,6})", text.lower())
    if match is None:
        return ""
    return " ".join(str(n) for n in range(1, min(int(match[1]), COUNT_LIMIT) + 1))


def _known(text: str) -> str:
    words = _words(text)
    return next((said for keys, said in TOPICS if words & set(keys)), OTHERWISE)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= ECHO_LENGTH else f"{line[: ECHO_LENGTH - 1].rstrip()}…"
