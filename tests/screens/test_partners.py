"""Partnerships: find by name, ask, answer, end; the other side hears of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound, Unreadable
from app.extensions import db
from app.models import (
    Direction,
    Document,
    DocumentShare,
    EnvironmentKind,
    Notification,
    Partnership,
    PartnershipState,
)
from app.services import partners


def told():
    with tenancy.every_environment("test"):
        rows = db.session.scalars(select(Notification).order_by(Notification.id)).all()
        return [(row.user_id, row.text % row.values) for row in rows]


def state(public_id):
    with tenancy.every_environment("test"):
        return db.session.scalars(
            select(Partnership.state).where(Partnership.public_id == public_id)
        ).one()


@pytest.fixture
def asked(customers, world):
    with world.acting(customers.piet):
        return partners.request(customers.theirs.public_id, "Shall we?")


def test_an_environment_is_found_by_a_part_of_its_name(customers, world):
    with world.acting(customers.piet):
        assert partners.find("mia") == [partners.Found(customers.theirs.public_id, "Mia Winkels")]


def test_an_environment_is_found_by_the_number_of_an_organization(customers, world):
    world.organization(customers.theirs, "Filiaal", value="87654321")

    with world.acting(customers.piet):
        assert [one.name for one in partners.find("8765 4321")] == ["Mia Winkels"]


def test_short_texts_wildcards_and_the_operators_own_environment_find_nothing(customers, world):
    operator = world.environment("Mia of the operator")
    with tenancy.every_environment("test"):
        db.session.merge(operator).kind = EnvironmentKind.OPERATOR
        db.session.commit()

    with world.acting(customers.piet):
        with pytest.raises(Unreadable):
            partners.find("mi")
        assert partners.find("%%%") == []
        assert [one.name for one in partners.find("mia")] == ["Mia Winkels"]
        with pytest.raises(NotFound):
            partners.request(operator.public_id)


def test_at_most_ten_are_found(customers, world):
    for number in range(12):
        world.environment(f"Keten {number}")

    with world.acting(customers.piet):
        assert len(partners.find("keten")) == 10


def test_who_is_no_relationship_manager_cannot_look_around(customers, world):
    with world.acting(customers.jan), pytest.raises(NotAllowed):
        partners.find("mia")


def test_a_request_tells_the_relationship_managers_of_the_other_side(customers, asked):
    assert told() == [(customers.mia.id, "Piet Post of Piet BV would like to become partners.")]


def test_asking_twice_from_either_side_is_refused(customers, world, asked):
    with world.acting(customers.piet), pytest.raises(Conflict, match="asked Mia Winkels already"):
        partners.request(customers.theirs.public_id)
    with world.acting(customers.mia), pytest.raises(Conflict, match="asked you already"):
        partners.request(customers.ours.public_id)


def test_only_the_other_side_accepts(customers, world, asked):
    with world.acting(customers.piet), pytest.raises(Conflict):
        partners.accept(asked)
    with world.acting(customers.mia):
        partners.accept(asked)

    assert state(asked) == PartnershipState.ACTIVE
    assert told()[-1] == (customers.piet.id, "Mia Winkels accepted your relationship request.")


def test_a_refused_request_can_be_made_again(customers, world, asked):
    with world.acting(customers.mia):
        partners.refuse(asked)
    with world.acting(customers.piet):
        again = partners.request(customers.theirs.public_id)

    assert (state(asked), state(again)) == (PartnershipState.REFUSED, PartnershipState.REQUESTED)


def test_shares_end_with_the_partnership(customers, world, asked):
    document = world.keep(Document(organization_id=customers.holding.id, direction=Direction.OUT))
    share = world.keep(
        DocumentShare(
            organization_id=customers.holding.id, document_id=document.id, user_id=customers.mia.id
        )
    )
    with world.acting(customers.mia):
        partners.accept(asked)
        assert len(db.session.scalars(select(Document)).all()) == 1
        partners.end(asked)
        assert db.session.scalars(select(Document)).all() == []

    with tenancy.every_environment("test"):
        assert db.session.get(DocumentShare, share.id).ended_at is not None
    assert state(asked) == PartnershipState.ENDED


def test_the_screens_walk_from_finding_to_accepting(browser, client, customers, world):
    page = browser.sign_in(customers.piet).get("/partners/find?q=winkel")
    assert "Mia Winkels" in page.text
    assert browser.post(f"/partners/request/{customers.theirs.public_id}").status_code == 302
    with tenancy.every_environment("test"):
        public_id = db.session.scalars(select(Partnership.public_id)).one()

    browser.sign_in(customers.mia)
    assert "Piet BV" in browser.get("/partners/list/").text
    assert "Accept" in browser.get(f"/partners/show/{public_id}").text
    browser.post(f"/partners/accept/{public_id}")

    assert state(public_id) == PartnershipState.ACTIVE


def test_a_search_that_is_too_short_is_explained_on_the_page(browser, customers):
    page = browser.sign_in(customers.piet).get("/partners/find?q=m")

    assert "at least 3" in page.text
