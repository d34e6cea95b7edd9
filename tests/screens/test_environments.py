"""Administrators see and name their own environment; staff see all, metadata only."""

from __future__ import annotations

from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import AuditEntry, Environment


def test_an_administrator_sees_their_own_environment_only(browser, customers):
    page = browser.sign_in(customers.piet).get("/environments/list/").text

    assert "Piet BV" in page
    assert "Mia Winkels" not in page


def test_a_basic_user_has_no_such_page(browser, customers):
    assert browser.sign_in(customers.jan).get("/environments/list/").status_code == 403


def test_staff_see_every_environment(browser, customers, world):
    page = browser.sign_in(world.user(None, "Sofie Steun", staff="support")).get(
        "/environments/list/"
    )

    assert "Piet BV" in page.text
    assert "Mia Winkels" in page.text


def test_a_new_name_is_kept_and_audited(browser, customers):
    browser.sign_in(customers.piet).get(f"/environments/edit/{customers.ours.public_id}")
    answer = browser.post(
        f"/environments/edit/{customers.ours.public_id}", name="  Piet   Groep ", language="en"
    )

    assert answer.status_code == 302
    with tenancy.every_environment("test"):
        kept = db.session.get(Environment, customers.ours.id)
        assert (kept.name, kept.language) == ("Piet Groep", "en")
        assert "environment changed" in db.session.scalars(select(AuditEntry.action)).all()


def test_an_empty_name_is_refused_at_its_field(browser, customers):
    browser.sign_in(customers.piet).get(f"/environments/edit/{customers.ours.public_id}")
    answer = browser.post(
        f"/environments/edit/{customers.ours.public_id}", name="   ", language="xx"
    )

    assert answer.status_code == 200
    assert "has-error" in answer.text


def test_another_environment_cannot_be_opened_or_changed(browser, customers):
    browser.sign_in(customers.piet).get("/environments/list/")
    address = f"/environments/edit/{customers.theirs.public_id}"

    assert browser.get(address).status_code == 404
    assert browser.post(address, name="Stolen", language="nl").status_code in (400, 404)
