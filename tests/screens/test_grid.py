"""Many memberships at once: everything or nothing, never oneself, never a stranger's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, NotAllowed
from app.extensions import db
from app.models import MemberRole, Membership, MembershipState, OutgoingMail, User
from app.services import user_grid


def memberships():
    with tenancy.every_environment("test"):
        rows = db.session.execute(
            select(User.username, Membership.organization_id, Membership.role)
            .join(User, User.id == Membership.user_id)
            .where(Membership.state == MembershipState.ACTIVE)
        )
        return {(name, organization): role for name, organization, role in rows}


def test_several_memberships_change_in_one_go(customers, world):
    shop = world.organization(customers.ours, "Shop", administrator=customers.piet)
    place = customers.jan.public_id

    with world.acting(customers.piet):
        count = user_grid.change(
            {
                (place, customers.holding.public_id): MemberRole.ADMINISTRATOR,
                (place, shop.public_id): MemberRole.MEMBER,
            },
            {},
        )

    assert count == 2
    assert memberships()["jan", customers.holding.id] == MemberRole.ADMINISTRATOR
    assert memberships()["jan", shop.id] == MemberRole.MEMBER


def test_one_refusal_undoes_all(customers, world):
    before = memberships()
    piet, jan = customers.piet.public_id, customers.jan.public_id
    holding = customers.holding.public_id

    with world.acting(customers.piet), pytest.raises(Conflict, match="last administrator"):
        user_grid.change(
            {(jan, holding): MemberRole.MEMBER, (piet, holding): user_grid.NONE},
            {(piet, holding): MemberRole.ADMINISTRATOR},
        )

    assert memberships() == before


def test_taking_over_and_leaving_may_be_saved_together(customers, world):
    piet, jan = customers.piet.public_id, customers.jan.public_id
    holding = customers.holding.public_id

    with world.acting(customers.piet):
        user_grid.change(
            {(jan, holding): MemberRole.ADMINISTRATOR, (piet, holding): user_grid.NONE},
            {(piet, holding): MemberRole.ADMINISTRATOR},
        )

    assert memberships()["jan", customers.holding.id] == MemberRole.ADMINISTRATOR
    assert ("piet", customers.holding.id) not in memberships()


def test_a_grid_that_changed_meanwhile_is_not_overwritten(customers, world):
    world.member(customers.holding, customers.jan)

    with world.acting(customers.piet), pytest.raises(Conflict, match="meanwhile"):
        user_grid.change(
            {(customers.jan.public_id, customers.holding.public_id): MemberRole.ADMINISTRATOR}, {}
        )


def test_nobody_adds_themselves(customers, world):
    jans = world.organization(customers.ours, "Jan Holding", administrator=customers.jan)

    with world.acting(customers.piet), pytest.raises(NotAllowed):
        user_grid.change({(customers.piet.public_id, jans.public_id): MemberRole.MEMBER}, {})


@pytest.mark.parametrize("stranger", ["user", "organization"])
def test_strangers_have_no_place_in_it(customers, world, stranger):
    user = customers.mia if stranger == "user" else customers.jan
    organization = customers.winkel if stranger == "organization" else customers.holding

    with world.acting(customers.piet), pytest.raises(Conflict):
        user_grid.change({(user.public_id, organization.public_id): MemberRole.MEMBER}, {})


def test_the_page_saves_what_was_chosen(browser, customers):
    page = browser.sign_in(customers.piet).get("/users/grid")
    place = f"{customers.jan.public_id}:{customers.holding.public_id}"
    assert f"place:{place}" in page.text

    answer = browser.post("/users/grid", **{f"place:{place}": "member", f"seen:{place}": ""})

    assert answer.status_code == 302
    assert memberships()["jan", customers.holding.id] == MemberRole.MEMBER


def test_a_new_user_gets_a_mail_and_joins_the_organizations_when_they_accept(browser, customers):
    browser.sign_in(customers.piet).get("/users/add")

    answer = browser.post(
        "/users/add",
        email="new@example.nl",
        first_name="Nel",
        last_name="Nieuw",
        role="basic",
        memberships=customers.holding.public_id,
    )

    assert answer.status_code == 302, answer.text
    with tenancy.every_environment("test"):
        assert db.session.scalars(select(OutgoingMail.recipient)).all() == ["new@example.nl"]
        invited = db.session.scalars(
            select(Membership).where(Membership.state == MembershipState.INVITED)
        ).one()
        assert invited.organization_id == customers.holding.id


def test_an_address_in_use_is_refused_at_its_field(browser, customers):
    browser.sign_in(customers.piet).get("/users/add")

    answer = browser.post(
        "/users/add", email=customers.mia.email, first_name="M", last_name="M", role="basic"
    )

    assert answer.status_code == 200
    assert "in use already" in answer.text
    assert 'value="M"' in answer.text
