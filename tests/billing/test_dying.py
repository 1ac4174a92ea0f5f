"""kill -9 at every single wait of a purchase, from the checkout's question to the thanks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.billing.dying import LIVES

ROOT = Path(__file__).parents[2]
NOTHING, ONE_MONTH = (0, 0), (1, 1)  # payments, and the months they gave


def test_whoever_is_charged_gets_one_month_wherever_the_bot_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.billing.dying", str(tmp_path)]

    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603  our own words

    lives = json.loads((tmp_path / LIVES).read_text(encoding="utf-8"))
    ways = {(charged, tuple(before), tuple(after)) for charged, before, after in lives}
    assert ways == {
        (False, NOTHING, NOTHING),
        (True, NOTHING, ONE_MONTH),  # by the search
        (True, ONE_MONTH, ONE_MONTH),
    }
