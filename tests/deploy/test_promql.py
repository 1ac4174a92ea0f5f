"""Expressions over series that exist, and none over others."""

from __future__ import annotations

import pytest

from deploy.panels.promql import UnknownSeriesError, gauge, mean, or_zero, quantile, rate, share


def test_a_counter_becomes_a_rate_by_its_labels() -> None:
    assert rate("updates_total", by=["outcome"], kind="message") == (
        'sum by (outcome) (rate(bot_updates_total{instance=~"$instance",kind="message"}'
        "[$__rate_interval]))"
    )


def test_a_histogram_becomes_a_quantile_of_its_buckets() -> None:
    assert quantile(0.95, "store_flush_seconds") == (
        "histogram_quantile(0.95, sum by (le) "
        '(rate(bot_store_flush_seconds_bucket{instance=~"$instance"}[$__rate_interval])))'
    )


def test_our_label_job_has_the_name_that_prometheus_gives_it() -> None:
    assert "by (exported_job)" in mean("job_duration_seconds", by=["job"])


def test_a_variable_of_the_dashboard_is_matched_as_a_pattern() -> None:
    expression = rate("downloads_succeeded_total", format="$format")

    assert 'format=~"$format"' in expression


def test_everything_but_one_value_can_be_asked_for() -> None:
    assert 'method!="getUpdates"' in rate("api_requests_total", method="!getUpdates")


def test_everything_but_several_values_can_be_asked_for() -> None:
    expression = rate("payments_failed_total", reason="!already_on|renewal")

    assert 'reason!~"already_on|renewal"' in expression


def test_a_share_divides_by_what_there_is_only() -> None:
    assert or_zero(share("a", "b")) == "(a / (b > 0)) or vector(0)"


@pytest.mark.parametrize(
    ("ask", "problem"),
    [
        (lambda: rate("updates_totl"), "no series updates_totl; is it updates_total"),
        (lambda: rate("db_up"), "db_up is a gauge, no counter"),
        (lambda: gauge("updates_total"), "updates_total is a counter, no gauge"),
        (lambda: mean("db_up"), "db_up is a gauge, no histogram"),
        (lambda: rate("updates_total", by=["colour"]), "updates_total has no label colour"),
        (lambda: rate("updates_total", colour="red"), "updates_total has no label colour"),
    ],
)
def test_what_the_bot_does_not_have_is_refused(ask: object, problem: str) -> None:
    assert callable(ask)

    with pytest.raises(UnknownSeriesError, match=problem):
        ask()
