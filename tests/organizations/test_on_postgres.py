"""The same races on PostgreSQL, where writers do not stand in line by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.extensions import db, remember_application
from tests.organizations.test_activation import (
    draft,
    test_a_number_of_another_customer_goes_to_review_and_names_nobody,
    test_closing_frees_the_number_when_the_network_has_let_go,
    test_staff_approve_and_the_administrators_hear_it,
    test_two_customers_that_claim_one_number_at_once_leave_one_owner,
)
from tests.organizations.test_adding import test_the_plan_holds_so_many_organizations
from tests.organizations.test_members import (
    test_two_administrators_that_demote_each_other_at_once_leave_one,
)
from tests.organizations.test_receiving import test_off_stops_at_once_and_the_network_follows
from tests.organizations.test_registrations import (
    test_a_worker_that_died_is_replaced_when_its_lease_ends,
    test_an_entry_of_another_provider_is_found_and_left_alone,
    test_of_many_workers_one_asks,
    test_switching_off_while_the_network_is_being_asked_ends_off,
    watch,
)
from tests.postgres import empty, postgres_session_app, postgres_url

pytestmark = pytest.mark.postgres

__all__ = [
    "draft",
    "postgres_session_app",
    "postgres_url",
    "test_a_number_of_another_customer_goes_to_review_and_names_nobody",
    "test_a_worker_that_died_is_replaced_when_its_lease_ends",
    "test_an_entry_of_another_provider_is_found_and_left_alone",
    "test_closing_frees_the_number_when_the_network_has_let_go",
    "test_of_many_workers_one_asks",
    "test_off_stops_at_once_and_the_network_follows",
    "test_staff_approve_and_the_administrators_hear_it",
    "test_switching_off_while_the_network_is_being_asked_ends_off",
    "test_the_plan_holds_so_many_organizations",
    "test_two_administrators_that_demote_each_other_at_once_leave_one",
    "test_two_customers_that_claim_one_number_at_once_leave_one_owner",
    "watch",
]


@pytest.fixture
def app(session_app: Flask, postgres_session_app: Flask) -> Iterator[Flask]:
    """The application on PostgreSQL, empty, in the place of the one on SQLite."""
    remember_application(postgres_session_app)
    empty(postgres_session_app)
    yield postgres_session_app
    with postgres_session_app.app_context():
        db.session.remove()
    remember_application(session_app)
