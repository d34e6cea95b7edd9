"""A backup made while the platform takes in and sends: whole, consistent, silent, and it goes on."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from app import tenancy
from app.backup import making, restoring
from app.extensions import db
from app.mail import message_id
from app.models import (
    Delivery,
    Direction,
    Document,
    DocumentVersion,
    Exchange,
    Organization,
)
from app.services import deliveries, mails, registrations, silence, test_receiver
from app.transactions import transaction
from tests.backup.places import CHANGED, differences
from tests.backup.running import Hands, at_work, until
from tests.delivery.mail_servers import Desk, serving

ROUNDS = 20
UNDER_WAY = {"queued", "sending", "retrying"}
OUT = (Delivery.message_key, Delivery.route)


def asked(*columns, where=()):
    with transaction(), tenancy.every_environment("test"):
        return db.session.execute(select(*columns).where(*where)).all()


def states():
    return Counter(row.state for row in asked(Delivery.state))


def arrived():
    return asked(func.count(Document.id), where=[Document.direction == Direction.IN])[0][0]


def everything_that_leaves():
    deliveries.deliver_due()
    deliveries.sweep()
    mails.send_due()
    registrations.work_due()
    test_receiver.answer_due()


def named_files(place):
    """What the rows name, as the files of a place are called."""
    with place.open():
        rows = asked(
            Organization.public_id,
            DocumentVersion.digest,
            where=[Organization.id == DocumentVersion.organization_id],
        )
    return {f"files/{row[0]}/{row[1]}" for row in rows}


def mails_of(rows):
    """The Message-IDs of these deliveries, as far as they travel by mail."""
    return [
        message_id(row.message_key, "postiljon.example") for row in rows if row.route == "email"
    ]


def worked_while(here):
    """One backup amid the work, and one when everything is quiet."""
    hands = Hands(here)
    with at_work(here), here.open():
        with hands.working():
            until(lambda: states()["delivered"] >= 3 and states()["sent"] >= 1)
            amid = making.make(here.folder)
            behind = hands.handed_in
            until(lambda: hands.handed_in > behind + 3)
        until(lambda: not states().keys() & UNDER_WAY)
    with here.open():
        return amid, making.make(here.folder)


def goes_on():
    silence.confirm()

    def done():
        everything_that_leaves()
        return not states().keys() & UNDER_WAY

    until(done)


def test_a_backup_of_a_platform_at_work_is_whole_and_silent_and_goes_on(place):
    with serving(Desk()) as desk:
        here, there = place("here", MAIL_URL=desk.url), place("there", MAIL_URL=desk.url)
        amid, quiet = worked_while(here.prepare())
        assert amid.end.missing == []
        with there.open():
            restoring.restore(amid.path)
        assert named_files(there) <= there.bytes().keys()  # each was read whole

        with there.open():
            facts = desk.ids[:], states(), arrived()
            for _ in range(ROUNDS):
                everything_that_leaves()
            assert (desk.ids, states(), arrived()) == facts

            settled = asked(*OUT, where=[Delivery.state.in_(("sent", "delivered"))])
            goes_on()
            assert arrived() == len(asked(Exchange.id)) == states()["delivered"]
        assert {desk.ids.count(each) for each in mails_of(settled)} == {1}

        elsewhere = place("elsewhere")
        with elsewhere.open():
            restoring.restore(quiet.path)
        assert set(differences(here.rows(), elsewhere.rows())) <= set(CHANGED)
        assert differences(here.bytes(), elsewhere.bytes()) == []
