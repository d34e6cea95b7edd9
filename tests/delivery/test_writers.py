"""Several who write in one draft, or one who sends it meanwhile: nothing is lost and nothing sent unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.errors import Conflict
from app.extensions import db
from app.invoice.model import Invoice
from app.models import Document, DocumentContent, Organization, Readiness
from app.services import drafts
from app.services.writers import ChangedElsewhere, Writing
from tests.delivery.conftest import Walk, everything, one
from tests.delivery.test_drafts import form, save, send

Deed = Callable[[], object]


def content(public_id: str) -> DocumentContent:
    with everything():
        found = select(DocumentContent).join(Document).where(Document.public_id == public_id)
        return db.session.scalars(found).one()


def together(app: Flask, walk: Walk, *deeds: Deed) -> list[object]:
    """What each of these did, begun in the same moment."""
    ready, told = threading.Barrier(len(deeds)), list[object]()

    def do(deed: Deed) -> None:
        with app.app_context(), walk.world.acting(walk.sender):
            ready.wait()
            try:
                told.append(deed())
            except Conflict as error:
                told.append(error)

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return told


def test_of_two_writers_at_once_one_is_kept_and_the_other_hears_of_it(
    walk: Walk, context: Flask
) -> None:
    public_id = save(walk)
    known = frozenset({content(public_id).form_mark})

    def write(note: str) -> Deed:
        writing = Writing(str(uuid4()), known)
        return lambda: drafts.save(walk.ours.public_id, form(note=note), public_id, writing=writing)

    told = together(context, walk, write("one"), write("two"))

    refused = [each for each in told if isinstance(each, ChangedElsewhere)]
    assert len(refused) == 1
    assert refused[0].mark == content(public_id).form_mark
    assert refused[0].by


def test_sent_while_somebody_types_it_says_what_was_stored_or_isnt_sent(
    walk: Walk, context: Flask
) -> None:
    public_id = save(walk)
    known = frozenset({content(public_id).form_mark})
    writing = Writing(str(uuid4()), known)

    told = together(
        context,
        walk,
        lambda: drafts.send(public_id),
        lambda: drafts.save(
            walk.ours.public_id, form(buyer_name="Een ander"), public_id, writing=writing
        ),
    )

    kept, sent = content(public_id), any(isinstance(each, drafts.Sent) for each in told)
    assert (one(Document, public_id).readiness == Readiness.READY) is sent
    assert kept.form  # and what is on its way is what stands there
    assert kept.form["buyer_name"] == kept.buyer_name


def test_what_was_changed_between_looking_and_sending_is_not_sent(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = save(walk)
    look = drafts._findings

    def look_while_another_writes(invoice: Invoice, organization: Organization) -> Any:
        found = look(invoice, organization)
        drafts.save(walk.ours.public_id, form(note="changed"), public_id)
        return found

    monkeypatch.setattr(drafts, "_findings", look_while_another_writes)
    with pytest.raises(Conflict, match="this very moment"):
        send(walk, public_id)

    monkeypatch.undo()
    assert send(walk, public_id).number == "F0001"
