from __future__ import annotations

import pytest

from bot.downloads.trouble import DownloadError, Trouble


@pytest.mark.parametrize("trouble", Trouble)
def test_only_the_network_the_site_and_the_disk_may_get_better(trouble: Trouble) -> None:
    may_pass = trouble in {"network", "site", "disk"}

    assert DownloadError(trouble).is_passing == may_pass


def test_the_thrower_may_know_better() -> None:
    assert not DownloadError(Trouble.site, passing=False).is_passing


def test_the_limit_stands_in_the_error() -> None:
    assert str(DownloadError(Trouble.too_large, "50")) == "too_large 50"
