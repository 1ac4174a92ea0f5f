"""Who did something about alerts: an admin, or a program that sent a token."""

from __future__ import annotations

# An admin's Telegram id, or the name of the token.
By = int | str


def written(what: str, by: By | None) -> dict[str, By | None]:
    """The values of the two columns WHAT_by and WHAT_token, which keep *by*."""
    is_name = isinstance(by, str)
    return {f"{what}_by": None if is_name else by, f"{what}_token": by if is_name else None}
