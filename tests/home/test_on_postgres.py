"""Counting once more on PostgreSQL, whose SQL for hours and durations differs."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.home.test_tallying import (
    test_a_count_that_was_overtaken_is_not_written,
    test_a_late_end_moves_a_delivery_from_one_figure_to_another,
    test_a_month_begins_at_midnight_where_people_are,
    test_a_year_holds_twelve_months_of_the_readers_organizations,
    test_documents_are_counted_by_organization_and_month,
    test_how_long_it_took_is_counted_by_steps,
    test_what_was_killed_in_the_middle_is_counted_once,
)
from tests.postgres import empty, postgres_session_app, postgres_url

__all__ = [
    "postgres_session_app",
    "postgres_url",
    "test_a_count_that_was_overtaken_is_not_written",
    "test_a_late_end_moves_a_delivery_from_one_figure_to_another",
    "test_a_month_begins_at_midnight_where_people_are",
    "test_a_year_holds_twelve_months_of_the_readers_organizations",
    "test_documents_are_counted_by_organization_and_month",
    "test_how_long_it_took_is_counted_by_steps",
    "test_what_was_killed_in_the_middle_is_counted_once",
]
pytestmark = pytest.mark.postgres


@pytest.fixture
def app(postgres_session_app: Flask) -> Flask:
    """The application on PostgreSQL, empty, instead of the embedded default."""
    empty(postgres_session_app)
    return postgres_session_app
