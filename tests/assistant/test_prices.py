"""Prices: the longest name and the newest day count, and what has no price is not free."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.prices import MILLION, Cost, Price, PriceTable, load_prices
from bot.assistant.tokens import TYPES, Tokens
from bot.errors import ConfigError

DAY = datetime(2026, 1, 1, tzinfo=UTC)
LATER = DAY + timedelta(days=90)


def price(model: str, at: datetime = DAY, **rates: float) -> Price:
    return Price(model=model, valid_from=at, **rates)


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as refused:
        load_prices(written(folder, text))
    assert refused.value.name == "ASSISTANT_PRICES_FILE"
    return str(refused.value).removeprefix("ASSISTANT_PRICES_FILE: ")


def test_the_longest_name_that_fits_counts() -> None:
    table = PriceTable([price("big-*"), price("big-model-*"), price("*")])

    found = [table.price(name, DAY) for name in ("big-model-7", "big-one", "other")]

    assert [one.model for one in found if one] == ["big-model-*", "big-*", "*"]


def test_a_whole_name_counts_before_a_beginning_as_long() -> None:
    table = PriceTable([price("big*", LATER), price("big")])

    found = table.price("big", LATER)

    assert found
    assert found.model == "big"


def test_a_name_without_a_star_is_no_beginning() -> None:
    assert PriceTable([price("big")]).price("bigger", DAY) is None


def test_a_price_counts_from_its_first_moment_on() -> None:
    table = PriceTable([price("a", input=1), price("a", LATER, input=2)])
    moments = (DAY - timedelta(seconds=1), DAY, LATER - timedelta(seconds=1), LATER)

    found = [table.price("a", at) for at in moments]

    assert [one and one.input for one in found] == [None, 1, 1, 2]


def test_a_longer_name_that_is_not_valid_yet_leaves_it_to_the_shorter() -> None:
    table = PriceTable([price("a*", input=1), price("ab", LATER, input=2)])

    found = table.price("ab", DAY)

    assert found
    assert found.input == 1


def test_a_cost_is_the_sum_over_the_types() -> None:
    table = PriceTable([price("a", input=2, cached_input=0.5, output=8, reasoning=4)])
    tokens = Tokens(input=1_000_000, cached_input=2_000_000, output=500_000, reasoning=250_000)

    assert table.cost("a", tokens, DAY) == Cost(2 + 1 + 4 + 1, 0)


def test_a_type_without_a_price_is_unpriced_and_the_rest_counts() -> None:
    table = PriceTable([price("a", input=2)])

    assert table.cost("a", Tokens(input=MILLION, output=7, reasoning=1), DAY) == Cost(2, 8)


def test_a_model_without_a_price_costs_nobody_knows_what() -> None:
    assert PriceTable([]).cost("a", Tokens(input=3, output=4), DAY) == Cost(None, 7)


def test_a_price_of_nothing_is_a_price() -> None:
    assert PriceTable([price("a", input=0)]).cost("a", Tokens(input=5), DAY) == Cost(0, 0)


COUNTS = st.integers(0, 10**9)
RATES = st.none() | st.floats(0, 1000)


@given(
    st.fixed_dictionaries(dict.fromkeys(TYPES, COUNTS)),
    st.fixed_dictionaries(dict.fromkeys(TYPES, RATES)),
)
def test_every_token_is_either_paid_for_or_counted_as_unpriced(
    counts: dict[str, int], rates: dict[str, float | None]
) -> None:
    table = PriceTable([Price(model="a", valid_from=DAY, **rates)])
    priced = {name: rate for name, rate in rates.items() if rate is not None}

    cost = table.cost("a", Tokens(is_estimated=False, **counts), DAY)

    assert cost.unpriced_tokens == sum(counts[name] for name in TYPES if name not in priced)
    wanted = math.fsum(counts[name] * rate / MILLION for name, rate in priced.items())
    assert math.isclose(cost.usd or 0, wanted, rel_tol=1e-9)
    assert (cost.usd is None) == (not any(counts[x] for x in priced) and cost.unpriced_tokens > 0)


NAMES = st.text("ab-", min_size=1, max_size=4)


@given(st.lists(st.tuples(NAMES, st.booleans(), st.integers(-5, 5)), max_size=12), NAMES)
def test_the_price_found_fits_and_no_other_that_fits_has_a_longer_name(
    entries: list[tuple[str, bool, int]], model: str
) -> None:
    prices = [
        price(name + "*" * is_start, DAY + timedelta(days=days))
        for name, is_start, days in entries
    ]
    fitting = [one for one in prices if one.fits(model, DAY)]

    found = PriceTable(prices).price(model, DAY)

    assert (found in fitting) if fitting else found is None
    assert not found or all(one.rank <= found.rank for one in fitting)


def test_the_file_that_comes_along_can_be_read() -> None:
    table = load_prices()

    assert table.cost("sandbox-script", Tokens(input=MILLION, output=MILLION), LATER) == Cost(5, 0)
    assert table.cost("local-any", Tokens(input=5), LATER) == Cost(0, 0)
    assert table.cost("example-small", Tokens(input=MILLION, reasoning=3), LATER) == Cost(0.1, 3)
    assert table.price("gpt-anything", LATER) is None


def test_a_day_begins_in_utc_and_a_time_is_taken_as_it_is(tmp_path: Path) -> None:
    text = """
        [[price]]
        model = "a"
        valid_from = 2026-01-01
        [[price]]
        model = "b"
        valid_from = 2026-01-01T02:00:00+02:00
    """

    table = load_prices(written(tmp_path, text))

    for name in ("a", "b"):
        found = table.price(name, DAY)
        assert found
        assert found.valid_from == DAY


ROW = '\n[[price]]\nmodel = "a"\nvalid_from = 2026-01-01\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            ROW + "input = -1",
            "mine.toml, price 1, line 2: input: Input should be greater than or equal",
        ),
        (
            ROW + ROW.replace("a", "b", 1) + 'output = "1"',
            "mine.toml, price 2, line 6: output: Input",
        ),
        (ROW + "inputs = 1", "mine.toml, price 1, line 2: inputs: Extra inputs are not permitted"),
        (
            ROW + "input = nan",
            "mine.toml, price 1, line 2: input: Input should be a finite number",
        ),
        (
            ROW.replace('"a"', '"a*b"'),
            "mine.toml, price 1, line 2: model: must be a name without blanks",
        ),
        (
            ROW.replace("2026-01-01", "2026"),
            "mine.toml, price 1, line 2: valid_from: is not a date like",
        ),
        ('[[price]]\nmodel = "a"', "mine.toml, price 1, line 1: valid_from: Field required"),
        (ROW + ROW, "mine.toml, price 2, line 6: model: a has two prices from the same day on"),
        ("[price]\nmodel = 1", "mine.toml: write [[price]] with two brackets"),
        ("[[prices]]", "mine.toml: prices is unknown; write [[price]]"),
        ("price = [1]", "mine.toml, price 1: price: Input should be a valid dictionary"),
        ("input = ", "mine.toml: Invalid value (at end of document)"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, text: str, problem: str) -> None:
    assert refusal(tmp_path, text).startswith(problem)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_prices(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match=r"mine\.toml: is not UTF-8 text"):
        load_prices(file)
