"""Writes the dashboards: python -m deploy.panels"""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.panels.boards import BOARDS
from deploy.panels.grafana import text

FOLDER = Path(__file__).parents[1] / "grafana" / "dashboards"


def main() -> None:
    """One file for each."""
    FOLDER.mkdir(exist_ok=True)
    for board in BOARDS:
        file = FOLDER / f"{board.uid}.json"
        file.write_text(text(board), encoding="utf-8")
        sys.stdout.write(f"{file.name}: {len(board.panels)} panels\n")


if __name__ == "__main__":
    main()
