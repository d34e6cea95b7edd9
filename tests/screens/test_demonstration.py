"""The demonstration: two customers with everything in it, on an empty loopback platform only."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import tenancy
from app.errors import Conflict, NotFound
from app.extensions import db
from app.models import (
    BusinessStatus,
    Delivery,
    DeliveryState,
    Document,
    Environment,
    EnvironmentKind,
    Organization,
    OrganizationState,
    Partnership,
    PartnershipState,
    Readiness,
    Tally,
    User,
)
from app.models.types import now
from app.services import accounts, demonstration, documents
from app.validation import Severity, check


@pytest.fixture
def shown(context):
    return demonstration.fill(past=False)


def values(column):
    with tenancy.every_environment("test"):
        return set(db.session.scalars(select(column)))


def test_there_is_something_in_every_state(shown):
    assert values(Delivery.state) == set(DeliveryState) - {DeliveryState.SENDING}
    assert values(Document.readiness) == {Readiness.DRAFT, Readiness.INVALID, Readiness.READY}
    assert values(Document.status) >= {
        BusinessStatus.RECEIVED,
        BusinessStatus.OPENED,
        BusinessStatus.APPROVED,
        BusinessStatus.REJECTED,
    }
    assert values(Organization.state) == {
        OrganizationState.DRAFT,
        OrganizationState.UNDER_REVIEW,
        OrganizationState.ACTIVE,
    }
    assert values(Partnership.state) == {PartnershipState.ACTIVE}


def test_every_sign_in_that_is_shown_works(shown):
    for one in shown:
        assert accounts.sign_in(one.username, one.password, "127.0.0.1") is not None
    assert len(shown) == 9


def test_a_year_before_today_is_there_whole_in_order_and_counted(context):
    demonstration.fill()

    with tenancy.every_environment("test"):
        found = db.session.scalars(select(Document).order_by(Document.id)).all()
        months = db.session.scalars(select(Tally.month).distinct()).all()
        anna = db.session.scalars(select(User.id).where(User.username == "anna")).one()
    past = [each for each in found if each.created_at < now() - timedelta(hours=1)]
    assert past[0].created_at < now() - timedelta(days=330)
    assert [each.created_at for each in past] == sorted(each.created_at for each in past)
    assert len(months) >= 12
    with demonstration.acting(anna):
        sent = [each for each in past if each.organization_id in tenancy.current().organization_ids]
        report = check(documents.xml_of(sent[0].public_id))
    assert not [each for each in report.findings if each.severity is Severity.FATAL]


def test_a_platform_in_use_is_refused(context, world):
    world.environment("A customer")

    with pytest.raises(Conflict):
        demonstration.fill()


def test_a_platform_that_others_can_reach_has_no_such_page(context, monkeypatch):
    monkeypatch.setitem(context.config, "DEMONSTRATION_OFF", True)

    with pytest.raises(NotFound):
        demonstration.fill()


def test_the_button_fills_and_shows_the_sign_ins(browser):
    assert "/demonstration/" in browser.get("/login/").text

    page = browser.post("/demonstration/")

    assert page.status_code == 200
    assert len(re.findall(r"<tr>", page.text)) == 10
    assert "/demonstration/" not in browser.get("/login/").text


def test_looking_changes_nothing(browser, context):
    assert browser.get("/demonstration/").status_code == 405
    with tenancy.every_environment("test"):
        customers = select(func.count(Environment.id)).where(
            Environment.kind == EnvironmentKind.CUSTOMER
        )
        assert db.session.scalar(customers) == 0
