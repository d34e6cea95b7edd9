"""The button *Fix*: shown first, done once, never to what was sent, and all of it told."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select, update

from app import tenancy
from app.extensions import db
from app.models import Document, DocumentVersion, Finding, HistoryEntry
from app.services import documents
from app.transactions import transaction
from tests.support import statements

from .samples import xml
from .test_page import look, press, take_in

WRONG = xml("F-1").replace(b">121.00</cbc:PayableAmount>", b">112.00</cbc:PayableAmount>")
FIX = ">Fix</a>"


@pytest.fixture
def wrong(town):
    """A document with a wrong total, by its public id."""
    return take_in(town, WRONG)


def page_of(town, public_id):
    return town.client.get(f"/documents/{public_id}/fix")


def seal_in(page):
    return page.split('name="seal" value="')[1].split('"')[0]


def row(public_id):
    with tenancy.every_environment("look in a test"):
        return db.session.scalars(
            select(Document)
            .where(Document.public_id == public_id)
            .execution_options(populate_existing=True)
        ).one()


def rows(model, public_id):
    with tenancy.every_environment("look in a test"):
        theirs = select(model).where(model.document_id == row(public_id).id).order_by(model.id)
        return list(db.session.scalars(theirs))


def put(public_id, **columns):
    with transaction(), tenancy.every_environment("arrange a test"):
        db.session.execute(
            update(Document).where(Document.public_id == public_id).values(**columns)
        )


def test_a_wrong_total_is_offered_to_be_fixed_and_shown_first(town, wrong):
    assert FIX in look(town, wrong)

    page = page_of(town, wrong).text

    assert "The amount to pay" in page
    assert ">112.00</bdi>" in page
    assert ">121.00</bdi>" in page
    assert "The amount to pay changes." in page
    assert row(wrong).version == 1


def test_after_the_button_it_can_be_sent(town, wrong):
    answer = press(town, wrong, "fix", seal=seal_in(page_of(town, wrong).text))

    page = town.client.get(answer.location).text
    assert "Fixed, and checked again." in page
    assert ">Send</button>" in page
    assert FIX not in page
    assert row(wrong).readiness == "ready"
    assert row(wrong).version == 2


def test_the_file_that_was_uploaded_is_kept_and_the_history_says_who_fixed_what(town, wrong):
    press(town, wrong, "fix", seal=seal_in(page_of(town, wrong).text))

    with tenancy.in_organization(town.holding.id):
        first, second = (documents.xml_of(wrong, version) for version in (1, 2))
    assert first == WRONG
    assert second == WRONG.replace(b">112.00</cbc:P", b">121.00</cbc:P")
    noted = [each for each in rows(HistoryEntry, wrong) if each.text.startswith("Fixed")]
    assert [(each.person_name, each.values) for each in noted] == [
        ("Piet Post", {"codes": "BR-CO-16", "version": "2"})
    ]
    assert "Fixed: BR-CO-16; version 2" in look(town, wrong)


def test_pressed_twice_it_is_done_once(town, wrong):
    seal = seal_in(page_of(town, wrong).text)
    press(town, wrong, "fix", seal=seal)

    again = press(town, wrong, "fix", seal=seal)

    assert again.status_code == 302
    assert len(rows(DocumentVersion, wrong)) == 2


def test_what_was_not_shown_is_not_done(town, wrong):
    page = press(town, wrong, "fix", seal="0" * 64)

    assert "This document changed since you looked." in town.client.get(page.location).text
    assert row(wrong).version == 1


def test_what_was_sent_is_never_touched(town):
    public_id = take_in(town, WRONG.replace(b">112.00<", b">121.00<"))
    press(town, public_id, "send", route="platform")
    with transaction(), tenancy.every_environment("arrange a test"):
        document = row(public_id)
        db.session.add(
            Finding(
                organization_id=document.organization_id, document_id=document.id,
                code="BR-CO-16", severity="warning", fixable=True,
            )
        )  # fmt: skip

    assert FIX not in look(town, public_id)
    assert page_of(town, public_id).status_code == 302
    press(town, public_id, "fix", seal="0" * 64)
    assert row(public_id).version == 1


def test_what_was_received_is_never_touched(town, wrong):
    seal = seal_in(page_of(town, wrong).text)
    put(wrong, direction="in")

    assert FIX not in look(town, wrong)
    press(town, wrong, "fix", seal=seal)
    assert row(wrong).version == 1


def test_what_is_not_certain_has_no_button(town):
    wrong_date = take_in(town, xml("F-3").replace(b"<cbc:IssueDate>2026", b"<cbc:IssueDate>20-26"))
    assert FIX not in look(town, wrong_date)
    assert (
        "nothing here that can be fixed for certain"
        in town.client.get(page_of(town, wrong_date).location).text
    )


def test_what_is_left_is_said(town):
    also = WRONG.replace(b"<cbc:IssueDate>2026-11-20", b"<cbc:IssueDate>20-11-2026")
    public_id = take_in(town, also)

    assert "Part of this follows from the rest" in look(town, public_id)
    assert "What is left for you" in page_of(town, public_id).text


def test_the_result_of_an_upload_leads_to_it(town):
    fields = {"organization": town.holding.public_id, "files": [(io.BytesIO(WRONG), "a.xml")]}
    page = town.post("/documents/upload", fields, content_type="multipart/form-data").text

    assert "/fix" in page
    assert "You see first what changes." in page


def test_the_pages_ask_few_questions(app, town, wrong):
    with statements() as made:
        look(town, wrong)
    assert len(made) <= 12, made
    with statements() as made:
        page_of(town, wrong)
    assert len(made) <= 12, made
