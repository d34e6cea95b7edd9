"""The pages of organizations, as a browser without scripts sees them."""

from __future__ import annotations

import pytest

from app.models import (
    Identifier,
    Membership,
    Organization,
    OrganizationState,
    Partnership,
    PartnershipState,
)
from tests.factories import sign_in
from tests.organizations.conftest import afresh, ask_network, number_of, rows_of, text


def test_an_administrator_who_is_no_member_sees_name_state_and_members_only(
    at_work, world, ours, piet
):
    jan = world.user(ours, "Jan Smit")
    organization = world.organization(ours, "Jan Holding", administrator=jan, value="87654321")

    page = text(at_work.get(f"/organizations/show/{organization.public_id}"))
    members = text(at_work.get(f"/members/{organization.public_id}/"))

    assert "Jan Holding" in page
    assert "Active" in page
    assert "87654321" not in page
    assert "Only members see these" in page
    assert "Jan Smit" in members


@pytest.mark.parametrize(
    "address",
    [
        "/organizations/show/{}",
        "/organizations/edit/{}",
        "/organizations/history/{}",
        "/organizations/numbers/{}",
        "/members/{}/",
    ],
)
def test_an_organization_of_another_environment_is_not_here(client, world, ours, address):
    theirs = world.organization(world.environment("Theirs"), "Secret Holding")
    mine = world.organization(ours, administrator=(piet := world.user(ours, "Piet Post")))
    sign_in(client, piet)
    headers = {"X-Fragment": "1"}

    refused = client.get(address.format(theirs.public_id), headers=headers)

    assert refused.status_code == 404
    assert "Secret" not in text(refused)
    assert client.get(address.format(mine.public_id), headers=headers).status_code == 200


@pytest.mark.parametrize("deed", ["activate", "close", "receive"])
def test_deeds_on_an_organization_of_another_environment_are_refused(
    at_work, send, world, piet, deed
):
    theirs = world.organization(world.environment("Theirs"), active=deed != "activate")
    before = afresh(theirs).state

    assert send(f"/organizations/{deed}/{theirs.public_id}", on="1").status_code in (403, 404)
    assert afresh(theirs).state == before


@pytest.mark.parametrize("deed", ["verify", "send", "receive", "remove"])
def test_deeds_on_a_number_of_another_environment_are_refused(client, send, world, ours, deed):
    theirs = world.organization(world.environment("Theirs"))
    world.organization(ours, administrator=(piet := world.user(ours, "Piet Post")))
    sign_in(client, piet)

    answer = send(f"/identifiers/{deed}/{number_of(theirs).public_id}", on="0")

    assert answer.status_code == 404
    assert number_of(theirs).send


@pytest.mark.parametrize(
    "address",
    [
        "/organizations/activate/{}",
        "/organizations/close/{}",
        "/organizations/receive/{}",
        "/receive/enable/{}",
        "/receive/ask",
        "/members/add/{}",
    ],
)
def test_nothing_changes_by_following_a_link(at_work, world, ours, piet, address):
    organization = world.organization(ours, administrator=piet)

    answer = at_work.get(address.format(organization.public_id))

    assert answer.status_code in (404, 405)
    assert afresh(organization).state == OrganizationState.ACTIVE


def test_the_switches_of_a_number_work_without_scripts(at_work, send, world, ours, piet):
    organization = world.organization(ours, administrator=piet)
    page = f"/organizations/show/{organization.public_id}"
    number = number_of(organization)

    send(f"/identifiers/send/{number.public_id}", page, on="0")
    send(f"/identifiers/receive/{number.public_id}", page, on="1", agreed="1")

    changed = number_of(organization)
    assert (changed.send, changed.receive, changed.registration) == (False, True, "registering")


def test_a_script_gets_the_part_alone_while_the_network_works(at_work, send, world, ours, piet):
    organization = world.organization(ours, administrator=piet)
    to = f"/organizations/receive/{organization.public_id}"

    busy = send(to, headers={"X-Fragment": "1"}, on="1", agreed="1")
    ask_network()
    later = at_work.get(
        f"/organizations/numbers/{organization.public_id}", headers={"X-Fragment": "1"}
    )

    assert "<html" not in text(busy)
    assert "data-busy" in text(busy)
    assert "data-busy" not in text(later)
    assert "Receiving" in text(later)


def test_a_rejected_organization_shows_why(at_work, world, ours, piet):
    organization = world.organization(ours, administrator=piet, active=False)
    rejected = world.keep(
        Organization(
            environment_id=ours.id, name="No", state=OrganizationState.REJECTED, reason="Odd name."
        )
    )

    assert "Odd name." in text(at_work.get(f"/organizations/show/{rejected.public_id}"))
    assert "Odd name." not in text(at_work.get(f"/organizations/show/{organization.public_id}"))


def test_a_member_is_added_and_removed_on_the_page(at_work, send, world, ours, piet):
    jan = world.user(ours, "Jan Smit")
    organization = world.organization(ours, administrator=piet)
    page = f"/members/{organization.public_id}/"

    send(f"/members/add/{organization.public_id}", page, email=" JAN@example.nl", role="member")
    row = rows_of(Membership, Membership.user_id == jan.id)[0]
    shown = text(at_work.get(page))
    send(f"/members/remove/{row.public_id}", page)

    assert "Jan Smit" in shown
    assert rows_of(Membership, Membership.user_id == jan.id)[0].state == "ended"


def test_an_unknown_person_is_refused_at_the_field(at_work, send, world, ours, piet):
    organization = world.organization(ours, administrator=piet)

    answer = send(f"/members/add/{organization.public_id}", email="x@example.com", role="member")

    assert answer.status_code == 422
    assert 'id="email-errors"' in text(answer)
    assert 'value="x@example.com"' in text(answer)


def test_technical_support_sets_how_the_network_behaves(client, send, world):
    sign_in(client, world.user(None, "Tess Tech", staff="technical_support"))

    odd = send("/network/", "/network/", kind="dance")
    send("/network/", "/network/", kind="refuse", note="Not today.", participant="0106:12345678")

    page = text(client.get("/network/"))
    assert "Choose what the network does" in text(odd)
    assert "0106:12345678" in page
    assert "Not today." in page


def test_other_people_do_not_see_the_network(at_work):
    assert at_work.get("/network/").status_code == 403


def test_the_short_address_leads_to_the_list_and_from_there_to_an_organization(
    at_work, world, ours, piet
):
    organization = world.organization(ours, administrator=piet)

    page = text(at_work.get("/organizations/", follow_redirects=True))

    assert f"/organizations/show/{organization.public_id}" in page
    assert "/organizations/add" in page


def test_staff_review_on_their_page(client, send, world, ours, piet, under_review):
    organization = world.organization(ours, administrator=piet, active=False, value="12345678")
    sign_in(client, piet)
    page = f"/organizations/show/{organization.public_id}"
    send(f"/organizations/activate/{organization.public_id}", page)
    waiting = text(client.get(page))
    sign_in(client, world.user(None, "Sam Support", staff="support"))

    shown = text(client.get("/reviews/"))
    send(f"/reviews/reject/{organization.public_id}", "/reviews/", reason=" ")
    unchanged = afresh(organization).state
    send(f"/reviews/approve/{organization.public_id}", "/reviews/")

    assert "Under review" in waiting
    assert "12345678" in shown
    assert unchanged == OrganizationState.UNDER_REVIEW
    assert afresh(organization).state == OrganizationState.ACTIVE


def test_customers_do_not_see_the_queue(at_work):
    assert at_work.get("/reviews/").status_code == 403


def test_who_leaves_comes_back_to_the_first_page(client, send, world, ours, piet):
    mia = world.user(ours, "Mia Mee")
    organization = world.organization(ours, administrator=piet)
    row = world.member(organization, mia)
    sign_in(client, mia)

    left = send(f"/members/remove/{row.public_id}", f"/members/{organization.public_id}/")

    assert left.headers["Location"] == "/"
    assert client.get(f"/organizations/show/{organization.public_id}").status_code == 403


def test_a_number_of_another_customer_says_received_elsewhere(at_work, send, world, ours, piet):
    world.organization(world.environment("Theirs"), "Secret Holding", value="77777777")
    organization = world.organization(ours, administrator=piet)
    page = f"/organizations/show/{organization.public_id}"
    send(f"/identifiers/add/{organization.public_id}", page, scheme="0106", value="77777777")
    extra = rows_of(Identifier, Identifier.organization_id == organization.id)[-1]

    send(f"/identifiers/verify/{extra.public_id}", page)

    shown = text(at_work.get(page))
    assert "received elsewhere" in shown
    assert "Secret" not in shown


def test_staff_see_numbers_and_history_but_no_switches(client, world, ours, piet):
    organization = world.organization(ours, administrator=piet, value="12345678")
    sign_in(client, world.user(None, "Sam Support", staff="support"))

    page = text(client.get(f"/organizations/show/{organization.public_id}"))
    history = client.get(f"/organizations/history/{organization.public_id}")

    assert "12345678" in page
    assert 'role="switch"' not in page
    assert "/members/" not in page
    assert history.status_code == 200


def test_an_invitation_of_a_partner_has_a_page_with_two_buttons(client, send, world, ours, piet):
    carla = world.user(world.environment("Accountant"), "Carla Count")
    world.keep(
        Partnership(
            environment_id=ours.id,
            partner_environment_id=carla.environment_id,
            state=PartnershipState.ACTIVE,
        )
    )
    organization = world.organization(ours, administrator=piet)
    row = world.keep(Membership(organization_id=organization.id, user_id=carla.id, state="invited"))
    sign_in(client, carla)
    page = f"/members/invitation/{row.public_id}"

    inbox = client.get("/requests/list/").text
    shown = text(client.get(page))
    before = client.get(f"/organizations/show/{organization.public_id}").status_code
    send(page, page, answer="accept")

    assert f'href="{page}"' in inbox
    assert "Work in Piet Holding?" in shown
    assert before == 403
    assert client.get(f"/organizations/show/{organization.public_id}").status_code == 200
