"""The form of an organization: what is typed is tidied, or explained at its field with nothing lost."""

from __future__ import annotations

import pytest

from app.models import (
    Identifier,
    Organization,
    OrganizationState,
)
from tests.factories import sign_in
from tests.organizations.conftest import rows_of, text

FORM = {"name": "Piet Holding", "country": "NL", "number_0106": "12345678"}


def test_an_organization_is_added_activated_and_then_the_question_comes(at_work, send):
    saved = send("/organizations/add", "/organizations/add", **FORM)
    page = saved.headers["Location"]
    before = text(at_work.get(page))

    send(page.replace("/show/", "/activate/"), page)
    after = text(at_work.get(page))

    assert "Not active yet" in before
    assert "receive-question" not in before
    assert "receive-question" in after
    assert rows_of(Organization)[0].state == OrganizationState.ACTIVE


def test_the_country_decides_which_numbers_the_form_asks_for(at_work, send):
    dutch = text(at_work.get("/organizations/add"))

    belgian = text(
        send("/organizations/add", "/organizations/add", country="BE", name="Kept", refresh="1")
    )

    assert 'name="number_0106"' in dutch
    assert 'name="number_0208"' not in dutch
    assert 'name="number_0208"' in belgian
    assert 'name="number_0106"' not in belgian
    assert 'value="Kept"' in belgian
    assert rows_of(Organization) == []


@pytest.mark.parametrize(
    ("scheme", "typed", "sentence"),
    [
        ("0106", "1234567", "8 digits expected, 7 found"),
        ("0106", "123456789", "8 digits expected, 9 found"),
        ("0106", "KVK 1234567X", "has only digits"),
        ("0190", "99", "20 digits expected, 2 found"),
        ("9944", "NL123456789B01", "check digits don&#39;t add up"),
        ("9944", "NL12345678B01", "11 digits expected, 10 found"),
        ("0088", "4012345000008", "check digits don&#39;t add up"),
        ("0106", "<script>alert(1)</script>", "has only digits"),
        ("0106", "'; DROP TABLE organization; --", "has only digits"),
    ],
)
def test_a_wrong_number_is_explained_at_its_field_and_what_was_typed_stays(
    at_work, send, scheme, typed, sentence
):
    form = {**FORM, "number_0106": "", f"number_{scheme}": typed}

    page = text(send("/organizations/add", "/organizations/add", **form))

    assert sentence in page
    assert f'id="number_{scheme}-errors"' in page
    assert "<script>alert(1)" not in page
    assert 'value="Piet Holding"' in page
    assert rows_of(Organization) == []


@pytest.mark.parametrize(
    "typed", [" 12.34.56 78", "'12345678", "0106:12345678", "１２３４５６７８"]
)
def test_what_people_paste_is_tidied(at_work, send, typed):
    send("/organizations/add", "/organizations/add", **{**FORM, "number_0106": typed})

    assert [str(row) for row in rows_of(Identifier)] == ["0106:12345678"]


def test_without_any_number_nothing_is_kept(at_work, send):
    page = text(send("/organizations/add", "/organizations/add", **{**FORM, "number_0106": " "}))

    assert "Enter at least one number." in page
    assert rows_of(Organization) == []


def test_html_in_a_name_is_only_text(at_work, send):
    saved = send("/organizations/add", "/organizations/add", **{**FORM, "name": "<b>Piet</b>"})

    assert "&lt;b&gt;Piet&lt;/b&gt;" in text(at_work.get(saved.headers["Location"]))


def test_people_without_the_right_have_no_round_button_and_no_form(client, world, ours):
    organization = world.organization(ours)
    jan = world.user(ours, "Jan Smit")
    world.member(organization, jan)
    sign_in(client, jan)

    assert "/organizations/add" not in text(client.get("/organizations/list/"))
    assert client.get("/organizations/add").status_code == 403


def test_a_wrong_extra_number_is_explained_at_its_field(at_work, send, world, ours, piet):
    organization = world.organization(ours, administrator=piet)
    page = f"/organizations/show/{organization.public_id}"

    answer = send(f"/identifiers/add/{organization.public_id}", page, scheme="0208", value="12 3")

    assert answer.status_code == 422
    assert "10 digits expected, 3 found" in text(answer)
    assert 'value="12 3"' in text(answer)
