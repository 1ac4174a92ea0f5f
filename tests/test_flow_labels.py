"""Whatever people send, no label comes from them: the series stay those that the code names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiogram.types import Update
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.config import Settings
from bot.feature_settings import FEATURES
from tests.databases import sqlite_address
from tests.fakes import Post
from tests.updates import ALICE, GROUP, ROOT, told
from tests.updates import presses as press
from tests.updates import says as say

# In everything that people write, so that it can be found where it must not be.
MARK = "ζ"
EXAMPLES, UPDATES = 100, 100
# Values of labels in /metrics, buckets included, after every handler was reached.
LABEL_LIMIT = 6_000

marked = st.text(max_size=20).map(lambda text: MARK + text)
words = st.one_of(
    marked,
    st.builds(
        "/{} {}".format,
        st.one_of(marked, st.sampled_from(["start", "quiz", "plan", "ask", "queue", "download"])),
        marked,
    ),
    marked.map(lambda text: f"http://{text}.example/{text}"),
)
data = st.builds(
    "{}:{}".format,
    st.sampled_from(["quiz", "plan", "download", "assistant", "refund", "privacy", MARK]),
    marked,
)
people = st.sampled_from([ALICE, ROOT])
places = st.sampled_from([None, GROUP])
votes = st.builds(
    lambda poll, option: told(
        poll_answer={
            "poll_id": poll,
            "option_ids": [option],
            "option_persistent_ids": [str(option)],
            "user": {"id": 1, "is_bot": False, "first_name": "Alice"},
        }
    ),
    marked,
    st.integers(0, 9),
)
checkouts = st.builds(
    lambda payload, stars: told(
        pre_checkout_query={
            "id": "1",
            "currency": "XTR",
            "total_amount": stars,
            "invoice_payload": payload,
            "from": {"id": 1, "is_bot": False, "first_name": "Alice"},
        }
    ),
    marked,
    st.integers(1, 500),
)
updates = st.one_of(
    st.builds(say, people, words, places),
    st.builds(press, people, data, places),
    votes,
    checkouts,
)


def ten_thousand() -> list[Update]:
    """Random updates, as hypothesis thinks them out."""
    found: list[Update] = []

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(updates, min_size=UPDATES, max_size=UPDATES))
    def gather(some: list[Update]) -> None:
        found.extend(some)

    gather()
    return found


def labels(app: App) -> Iterator[str]:
    """Every label's value in /metrics."""
    for family in app.core.metrics.registry.collect():
        for sample in family.samples:
            yield from sample.labels.values()


async def feed(folder: Path, some: list[Update]) -> App:
    """An app of which the updates are all it has ever seen."""
    known: dict[str, Any] = {"features": FEATURES, "throttle_burst": 10_000, "throttle_rate": 1000}
    talking: dict[str, Any] = {
        "assistant_base_url": "http://127.0.0.1:9/v1",
        "assistant_model": "none",
    }
    settings_ = Settings(
        _env_file=None,
        database_url=sqlite_address(folder),
        admin_ids=(ROOT.id,),
        **known,
        **talking,
    )
    app = App(settings_, "42:TEST")
    await app.bot.session.close()
    app.bot.session = Post()
    await app.core.start()
    for update in some:
        await app.dispatcher.feed_update(app.bot, update)
    await app.stop()
    return app


async def test_ten_thousand_random_updates_leave_no_word_in_a_label(tmp_path: Path) -> None:
    some = ten_thousand()

    app = await feed(tmp_path, some)

    values = list(labels(app))
    assert len(some) >= EXAMPLES * UPDATES
    assert not [value for value in values if MARK in value]
    assert len(values) < LABEL_LIMIT
