"""What depends on how a database locks, once more on PostgreSQL: the same tests, another platform."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.delivery.test_beats import (
    test_a_busy_organization_does_not_keep_another_waiting,
    test_a_late_answer_settles_what_was_called_unknown,
    test_a_lease_lost_at_the_last_moment_stops_the_hand_over,
    test_killed_after_the_claim_it_is_sent_again_once_the_lease_ended,
    test_killed_in_the_middle_of_a_hand_over_nothing_of_it_happened,
    test_of_two_workers_one_claims,
)
from tests.delivery.test_documents import (
    test_read_twice_or_by_two_at_once_it_is_judged_once,
    test_the_same_bytes_handed_in_four_times_at_once_are_one_document,
    test_the_same_bytes_that_were_there_already_stay_one_document,
    test_the_same_number_with_other_content_is_refused_naming_the_first,
)
from tests.delivery.test_drafts import (
    test_a_draft_thrown_away_is_gone,
    test_sent_by_four_at_once_numbers_have_no_gaps_and_no_twins,
    test_sent_it_gets_the_next_number_and_arrives,
)
from tests.delivery.test_people import (
    test_somebody_says_that_it_arrived,
    test_the_address_corrected_while_waiting_the_old_one_gets_nothing,
)
from tests.delivery.test_walk import (
    test_a_document_for_another_customer_is_in_its_inbox_with_its_own_bytes,
    test_pressed_twice_it_is_sent_once_also_after_it_arrived,
    test_the_route_is_shown_before_sending,
)
from tests.delivery.test_writers import (
    test_of_two_writers_at_once_one_is_kept_and_the_other_hears_of_it,
    test_sent_while_somebody_types_it_says_what_was_stored_or_isnt_sent,
)
from tests.postgres import empty, postgres_session_app, postgres_url

__all__ = [
    "postgres_session_app",
    "postgres_url",
    "test_a_busy_organization_does_not_keep_another_waiting",
    "test_a_document_for_another_customer_is_in_its_inbox_with_its_own_bytes",
    "test_a_draft_thrown_away_is_gone",
    "test_a_late_answer_settles_what_was_called_unknown",
    "test_a_lease_lost_at_the_last_moment_stops_the_hand_over",
    "test_killed_after_the_claim_it_is_sent_again_once_the_lease_ended",
    "test_killed_in_the_middle_of_a_hand_over_nothing_of_it_happened",
    "test_of_two_workers_one_claims",
    "test_of_two_writers_at_once_one_is_kept_and_the_other_hears_of_it",
    "test_pressed_twice_it_is_sent_once_also_after_it_arrived",
    "test_read_twice_or_by_two_at_once_it_is_judged_once",
    "test_sent_by_four_at_once_numbers_have_no_gaps_and_no_twins",
    "test_sent_it_gets_the_next_number_and_arrives",
    "test_sent_while_somebody_types_it_says_what_was_stored_or_isnt_sent",
    "test_somebody_says_that_it_arrived",
    "test_the_address_corrected_while_waiting_the_old_one_gets_nothing",
    "test_the_route_is_shown_before_sending",
    "test_the_same_bytes_handed_in_four_times_at_once_are_one_document",
    "test_the_same_bytes_that_were_there_already_stay_one_document",
    "test_the_same_number_with_other_content_is_refused_naming_the_first",
]
pytestmark = pytest.mark.postgres


@pytest.fixture
def app(postgres_session_app: Flask) -> Flask:
    """The application on PostgreSQL, empty, instead of the embedded default."""
    empty(postgres_session_app)
    return postgres_session_app
