"""What tokens cost: a table the operator writes, and a price that was frozen stays as it was."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic import ValidationError as Problems

from bot.assistant.tokens import Tokens
from bot.errors import ConfigError

SHIPPED = Path(__file__).with_name("prices.toml")
SETTING = "ASSISTANT_PRICES_FILE"
MILLION = 1_000_000
ANY = "*"
MODEL = re.compile(r"(?=.{1,100}\Z)[^*\s]*\*?")


def _moment(value: object) -> object:
    """A day stands for its beginning in UTC, and so does a time without an offset."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    raise ValueError("is not a date like 2026-01-31")


def _model(value: str) -> str:
    if not MODEL.fullmatch(value):
        raise ValueError(
            "must be a name without blanks, of 1 to 100 characters, * only at its end"
        )
    return value


Moment = Annotated[datetime, BeforeValidator(_moment)]
Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Model = Annotated[str, AfterValidator(_model)]


class Price(BaseModel):
    """US dollars for a million tokens of each type; None: nobody said what that costs.

    model: a model's name, or the beginning of names with a * behind it
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    model: Model
    valid_from: Moment
    input: Dollars | None = None
    cached_input: Dollars | None = None
    output: Dollars | None = None
    reasoning: Dollars | None = None

    def fits(self, model: str, at: datetime) -> bool:
        """Whether this is a price of *model*, and was one at that moment."""
        start = self.model.removesuffix(ANY)
        is_meant = model.startswith(start) if start != self.model else model == start
        return is_meant and self.valid_from <= at

    @property
    def rank(self) -> tuple[int, bool, datetime]:
        """Of the prices that fit, the highest rank counts: longest name, whole name, newest."""
        start = self.model.removesuffix(ANY)
        return len(start), start == self.model, self.valid_from


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer cost.

    usd: for the tokens that have a price; None when none of them has
    unpriced_tokens: those nobody knows the price of; they are not part of usd
    """

    usd: float | None
    unpriced_tokens: int


class PriceTable:
    """Every price, of every time."""

    def __init__(self, prices: Sequence[Price]) -> None:
        self._prices = tuple(prices)

    def __len__(self) -> int:
        """How many prices there are."""
        return len(self._prices)

    def price(self, model: str, at: datetime) -> Price | None:
        """What *model* cost at that moment: of all that fit the one with the longest name."""
        fitting = [price for price in self._prices if price.fits(model, at)]
        return max(fitting, key=lambda price: price.rank, default=None)

    def cost(self, model: str, tokens: Tokens, at: datetime) -> Cost:
        """What *tokens* cost: the sum over the types that have a price; the rest is counted."""
        price = self.price(model, at)
        dollars: list[float] = []
        unpriced = 0
        for name, count in tokens.by_type().items():
            rate: float | None = getattr(price, name) if price else None
            if rate is None:
                unpriced += count
            elif count:
                dollars.append(count * rate / MILLION)
        is_known = bool(dollars) or not unpriced
        return Cost(math.fsum(dollars) if is_known else None, unpriced)


def load_prices(path: Path | None = None) -> PriceTable:
    """The prices of *path*, or the example that comes with the bot.

    Raises ConfigError about ASSISTANT_PRICES_FILE that names the file, the line and the field.
    """
    file = path or SHIPPED
    text = _text(file)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:  # says the line itself
        raise ConfigError(SETTING, f"{file.name}: {exc}") from None
    if unknown := sorted(found.keys() - {"price"}):
        raise ConfigError(SETTING, f"{file.name}: {unknown[0]} is unknown; write [[price]]")
    rows = found.get("price", [])
    if not isinstance(rows, list):
        raise ConfigError(SETTING, f"{file.name}: write [[price]] with two brackets")
    table = [_row(file, text, number, row) for number, row in enumerate(rows)]
    _refuse_twins(file, text, table)
    return PriceTable(table)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as exc:
        raise ConfigError(SETTING, f"cannot be read: {exc.strerror or exc}") from None
    except UnicodeDecodeError:
        raise ConfigError(SETTING, f"{file.name}: is not UTF-8 text") from None


def _row(file: Path, text: str, number: int, row: Any) -> Price:
    try:
        return Price.model_validate(row)
    except Problems as exc:
        first = exc.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "price"
        message = first["msg"].removeprefix("Value error, ")
        place = _place(file, text, number)
        raise ConfigError(SETTING, f"{place}: {field}: {message}") from None


def _refuse_twins(file: Path, text: str, table: Sequence[Price]) -> None:
    """Refuse two prices for the same: nobody could say which of them counts."""
    seen: set[tuple[str, datetime]] = set()
    for number, price in enumerate(table):
        key = (price.model, price.valid_from)
        if key in seen:
            place = _place(file, text, number)
            problem = f"{place}: model: {price.model} has two prices from the same day on"
            raise ConfigError(SETTING, problem)
        seen.add(key)


def _place(file: Path, text: str, number: int) -> str:
    """Which price it is, both as a number and as the line where it begins, as people count."""
    starts = [
        line
        for line, content in enumerate(text.splitlines(), 1)
        if content.replace(" ", "").startswith("[[price]]")
    ]
    line = f", line {starts[number]}" if number < len(starts) else ""
    return f"{file.name}, price {number + 1}{line}"
