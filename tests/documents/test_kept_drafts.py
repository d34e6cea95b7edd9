"""Drafts that are kept while somebody types: soon, once, and never in the place of what somebody else typed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from lxml import html
from sqlalchemy import func, select

from app import tenancy
from app.extensions import db
from app.models import Document, HistoryEntry
from tests.documents.conftest import post
from tests.documents.test_attachments import attach
from tests.support import statements


def keep(town, fields, draft="", known="", mark="", **more):
    """What the script of the page sends; the mark of what it sent, and the answer."""
    mark = mark or str(uuid4())
    address = f"/documents/keep/{draft}" if draft else "/documents/keep"
    said = {**fields, "known": known, "mark": mark, **more}
    return mark, town.post(address, said, headers={"Accept": "application/json"})


def typed(town, draft):
    page = town.client.get(f"/documents/edit/{draft}").text
    return dict(html.fromstring(page).get_element_by_id("invoice-form").form_values())


def begun(town, fields):
    mark, answer = keep(town, fields, new_draft=str(uuid4()))
    assert answer.status_code == 200, answer.text
    return answer.json["draft"], mark


def counted(model):
    with tenancy.every_environment("look in a test"):
        found = db.session.scalar(select(func.count()).select_from(model))
        db.session.rollback()
        return found


def test_what_is_typed_is_a_draft_and_the_page_hears_when(town, fields):
    _mark, answer = keep(town, fields, new_draft="aaaaaaaa-0000-4000-8000-000000000001")

    assert answer.json["draft"] == "aaaaaaaa-0000-4000-8000-000000000001"
    assert answer.json["address"].endswith("/edit/aaaaaaaa-0000-4000-8000-000000000001")
    assert answer.json["text"].startswith("Saved at ")
    assert typed(town, answer.json["draft"])["lines-0-price"] == "95,50"


def test_kept_again_and_again_it_is_one_draft_with_one_line_of_history(town, fields):
    draft, mark = begun(town, fields)
    for note in ("a", "ab", "abc"):
        mark, answer = keep(town, fields | {"note": note}, draft, known=mark)
        assert answer.status_code == 200

    assert typed(town, draft)["note"] == "abc"
    assert (counted(Document), counted(HistoryEntry)) == (1, 1)


def test_what_is_sent_twice_under_the_id_of_a_page_is_one_draft(town, fields):
    new = str(uuid4())
    first, _answer = keep(town, fields, new_draft=new)
    _mark, answer = keep(town, fields | {"note": "more"}, new_draft=new, known=first)

    assert answer.json["draft"] == new
    assert counted(Document) == 1


def test_a_state_that_arrives_late_is_not_stored(town, fields):
    draft, mark = begun(town, fields)
    late = str(uuid4())
    keep(town, fields | {"note": "newer"}, draft, known=f"{mark} {late}")

    _mark, answer = keep(town, fields | {"note": "older"}, draft, known=mark, mark=late)

    assert answer.status_code == 409
    assert typed(town, draft)["note"] == "newer"


def test_an_answer_that_was_lost_is_no_conflict(town, fields):
    draft, mark = begun(town, fields)
    lost, _answer = keep(town, fields | {"note": "one"}, draft, known=mark)

    _mark, answer = keep(town, fields | {"note": "two"}, draft, known=f"{mark} {lost}")

    assert answer.status_code == 200


def test_whoever_comes_second_hears_who_was_first_and_chooses(town, fields):
    draft, mark = begun(town, fields)
    keep(town, fields | {"note": "first"}, draft, known=mark)

    _mark, answer = keep(town, fields | {"note": "second"}, draft, known=mark)
    assert answer.status_code == 409
    assert answer.json["error"].startswith("Piet Post changed this draft elsewhere, ")
    assert typed(town, draft)["note"] == "first"
    _mark, answer = keep(
        town, fields | {"note": "second"}, draft, known=f"{mark} {answer.json['mark']}"
    )
    assert answer.status_code == 200

    assert typed(town, draft)["note"] == "second"


def test_without_a_script_the_second_to_save_chooses_too(town, fields):
    draft, _mark = begun(town, fields)
    shown = typed(town, draft)
    address = f"/documents/edit/{draft}"
    town.post(address, {**shown, "note": "first", "do": "save"})

    page = town.post(address, {**shown, "note": "second", "do": "save"}).text
    assert "Piet Post changed this draft elsewhere" in page
    assert ">second</textarea>" in page
    assert typed(town, draft)["note"] == "first"
    tree = html.fromstring(page)
    again = dict(tree.get_element_by_id("invoice-form").form_values())
    mine = tree.xpath("//button[starts-with(@value, 'mine-')]/@value")[0]
    assert town.post(address, {**again, "do": mine}).status_code == 302

    assert typed(town, draft)["note"] == "second"


def test_the_same_said_by_two_is_no_conflict(town, fields):
    draft, mark = begun(town, fields)
    keep(town, fields | {"note": "the same"}, draft, known=mark)

    assert keep(town, fields | {"note": "the same"}, draft, known=mark)[1].status_code == 200


def test_files_stay_with_it(town, fields):
    address = attach(town, fields, ("offer.pdf", b"%PDF-1.7"))
    draft = address.rpartition("/")[2]

    keep(town, fields | {"note": "x"}, draft, known=typed(town, draft)["known"])

    assert "offer.pdf" in town.client.get(address).text


def test_a_draft_that_was_sent_or_thrown_away_meanwhile_stays_so(town, fields):
    gone, mark = begun(town, fields)
    town.post(f"/documents/{gone}/discard")
    sent, other = begun(town, fields | {"buyer_reference": "other"})
    assert town.post(f"/documents/{sent}/send", {"route": "platform"}).status_code == 302

    assert keep(town, fields, gone, known=mark)[1].status_code == 404
    _mark, answer = keep(town, fields, sent, known=other)
    assert answer.status_code == 409
    assert "has been sent" in answer.json["error"]
    assert "mark" not in answer.json


def test_who_signed_in_again_gets_a_token_and_a_stranger_none(town, app):
    answer = town.client.get("/documents/keep", headers={"Accept": "application/json"})

    assert answer.json["person"] == town.piet.public_id
    assert answer.json["token"]
    assert app.test_client().get("/documents/keep").status_code in (302, 401)


def test_nobody_else_keeps_something_here(town, fields):
    draft, mark = begun(town, fields)
    said = fields | {"known": mark, "mark": str(uuid4())}

    assert post(town.receiver, f"/documents/keep/{draft}", said, at="/").status_code == 404
    assert post(town.receiver, "/documents/keep", said, at="/").status_code == 404


@pytest.mark.parametrize("lines", [1, 40])
def test_it_takes_few_statements_however_long_the_invoice(town, fields, lines):
    draft, mark = begun(town, fields)
    line = {k.partition("-")[2].partition("-")[2]: v for k, v in fields.items() if "lines-" in k}
    many = {f"lines-{n}-{name}": value for n in range(lines) for name, value in line.items()}
    page = town.client.get("/documents/new").text
    token = html.fromstring(page).xpath("//input[@name='csrf_token']/@value")[0]
    said = {**fields, **many, "known": mark, "csrf_token": token}
    with statements() as sent:
        assert town.client.post(f"/documents/keep/{draft}", data=said).status_code == 200

    assert len(sent) <= 12
