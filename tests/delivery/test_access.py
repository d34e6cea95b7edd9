"""Others who may look: by a private link, by a share, by a key. Each ends at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db
from app.models import (
    Connection,
    Document,
    OrganizationState,
    Partnership,
    PartnershipState,
    PrivateLink,
)
from app.models.types import now
from app.services import connections, deliveries, documents, private_links, shares
from tests.delivery.conftest import Walk, delivery, everything, one, story
from tests.delivery.mail_servers import Desk, serving


class TestPrivateLinks:
    @pytest.fixture
    def mailed(self, walk: Walk, mail_by: Callable[[str], None]) -> tuple[str, str]:
        """The delivery and the token of a document that went by mail."""
        public_id = walk.queued(email="x@klant.example")
        with serving(Desk()) as desk:
            mail_by(desk.url)
            deliveries.deliver_due()
        body = desk.taken[0].get_body(("plain",))
        assert body is not None
        return public_id, body.get_content().partition("/private/")[2].split()[0]

    def test_it_shows_the_document_to_whoever_has_it(
        self, walk: Walk, mailed: tuple[str, str]
    ) -> None:
        shown = private_links.show(mailed[1])

        assert (shown.number, shown.sender) == ("2026-1", "Afzender BV")
        assert b"Bakkerij Klant" in shown.found.xml

    def test_looking_twice_is_written_down_once_and_changes_no_state(
        self, mailed: tuple[str, str]
    ) -> None:
        before = delivery(mailed[0]).state
        private_links.show(mailed[1])
        private_links.show(mailed[1])

        assert story(mailed[0]).count("Looked at through the link in the mail") == 1
        assert delivery(mailed[0]).state == before

    def test_after_ninety_days_it_has_ended(self, mailed: tuple[str, str]) -> None:
        with everything():
            link = db.session.scalars(select(PrivateLink)).one()
            assert timedelta(days=89) < link.expires_at - now() < timedelta(days=91)
            link.expires_at = now() - timedelta(seconds=1)

        with pytest.raises(private_links.Gone):
            private_links.show(mailed[1])

    def test_a_wrong_one_shows_nothing(self, mailed: tuple[str, str]) -> None:
        for wrong in ("", "x", mailed[1][:-1], mailed[1] + "A"):
            with pytest.raises(NotFound):
                private_links.show(wrong)

    def test_the_token_itself_is_not_kept(self, mailed: tuple[str, str]) -> None:
        with everything():
            assert db.session.scalars(select(PrivateLink)).one().token_hash != mailed[1]


class TestShares:
    def test_a_colleague_sees_a_shared_document_until_the_share_ends(self, walk: Walk) -> None:
        public_id = walk.taken()
        colleague = walk.world.user(walk.here, "Coen Collega")
        with walk.world.acting(colleague), pytest.raises(NotFound):
            documents.get(public_id)
        with walk.world.acting(walk.sender):
            share = shares.share(public_id, colleague.public_id)
        with walk.world.acting(colleague):
            assert documents.xml_of(public_id) == walk.xml()

        with walk.world.acting(walk.sender):
            shares.end(share)

        with walk.world.acting(colleague), pytest.raises(NotFound):
            documents.get(public_id)

    def test_a_stranger_is_not_shared_with_a_partner_is(self, walk: Walk) -> None:
        public_id = walk.taken()
        with walk.world.acting(walk.sender), pytest.raises(NotFound, match="partner"):
            shares.share(public_id, walk.receiver.public_id)
        walk.world.keep(
            Partnership(
                environment_id=walk.theirs.environment_id,
                partner_environment_id=walk.ours.environment_id,
                state=PartnershipState.ACTIVE,
            )
        )

        with walk.world.acting(walk.sender):
            shares.share(public_id, walk.receiver.public_id)
        with walk.world.acting(walk.receiver):
            assert documents.get(public_id).number == "2026-1"

    def test_only_who_has_the_full_right_shares_on(self, walk: Walk) -> None:
        public_id = walk.taken()
        reader = walk.world.user(walk.here, "Rita Lezer")
        other = walk.world.user(walk.here, "Otto Ander")
        for right, refused in (("read", True), ("edit", True), ("full", False)):
            with walk.world.acting(walk.sender):
                shares.share(public_id, reader.public_id, right)
            with walk.world.acting(reader):
                if refused:
                    with pytest.raises(NotAllowed):
                        shares.share(public_id, other.public_id)
                else:
                    assert shares.share(public_id, other.public_id)

    def test_whoever_it_was_shared_with_may_end_it_and_another_may_not(self, walk: Walk) -> None:
        public_id = walk.taken()
        reader = walk.world.user(walk.here, "Rita Lezer")
        with walk.world.acting(walk.sender):
            share = shares.share(public_id, reader.public_id)
        with walk.world.acting(walk.receiver), pytest.raises(NotFound):
            shares.end(share)

        with walk.world.acting(reader):
            shares.end(share)

        with walk.world.acting(reader), pytest.raises(NotFound):
            documents.get(public_id)

    def test_a_right_that_does_not_exist_is_refused(self, walk: Walk) -> None:
        with walk.world.acting(walk.sender), pytest.raises(Conflict):
            shares.share(walk.taken(), walk.sender.public_id, "own")


class TestConnections:
    @pytest.fixture
    def issued(self, walk: Walk) -> connections.Issued:
        with walk.world.acting(walk.sender):
            return connections.issue(walk.ours.public_id, "Boekhouding")

    def test_a_key_opens_its_own_organization_and_no_other(
        self, walk: Walk, issued: connections.Issued
    ) -> None:
        public_id = walk.taken()
        walk.queued("2026-2")
        deliveries.deliver_due()
        (arrived,) = walk.inbox()

        with tenancy.scope(connections.authenticate(issued.app_key, issued.secret)):
            assert documents.get(public_id).number == "2026-1"
            with pytest.raises(NotFound):
                documents.get(arrived.public_id)

    def test_wrong_unknown_and_revoked_get_the_same_no(
        self, walk: Walk, issued: connections.Issued
    ) -> None:
        with walk.world.acting(walk.sender):
            connections.revoke(issued.public_id)
        said = set()
        for key, secret in (
            (issued.app_key, issued.secret),
            (issued.app_key, "wrong"),
            ("pk_unknown", issued.secret),
            ("", ""),
        ):
            with pytest.raises(NotAllowed) as refusal:
                connections.authenticate(key, secret)
            said.add(str(refusal.value))

        assert len(said) == 1

    def test_only_the_hash_of_the_secret_is_kept(self, issued: connections.Issued) -> None:
        row = one(Connection, issued.public_id)
        assert issued.secret not in (row.secret_hash, row.app_key)
        assert issued.secret not in repr(issued)

    def test_its_last_use_is_noted(self, issued: connections.Issued) -> None:
        connections.authenticate(issued.app_key, issued.secret)

        assert one(Connection, issued.public_id).last_used_at is not None

    def test_of_an_organization_that_closed_it_opens_nothing(
        self, walk: Walk, issued: connections.Issued
    ) -> None:
        with everything():
            db.session.merge(walk.ours).state = OrganizationState.CLOSED

        with pytest.raises(NotAllowed):
            connections.authenticate(issued.app_key, issued.secret)

    def test_members_and_strangers_neither_issue_nor_revoke(
        self, walk: Walk, issued: connections.Issued
    ) -> None:
        member = walk.world.user(walk.here, "Mia Lid")
        walk.world.member(walk.ours, member)
        with walk.world.acting(member):
            with pytest.raises(NotAllowed):
                connections.issue(walk.ours.public_id, "x")
            with pytest.raises(NotAllowed):
                connections.revoke(issued.public_id)
        with walk.world.acting(walk.receiver):
            with pytest.raises(NotFound):
                connections.issue(walk.ours.public_id, "x")
            with pytest.raises(NotFound):
                connections.revoke(issued.public_id)

        assert connections.authenticate(issued.app_key, issued.secret)


def test_support_staff_see_that_a_document_is_there_and_not_what_it_says(walk: Walk) -> None:
    public_id = walk.taken()
    helper = walk.world.user(None, "Stef Steun", staff="support")

    with walk.world.acting(helper):
        assert documents.get(public_id).number == "2026-1"
        assert documents.get(public_id).content is None
        with pytest.raises(NotFound):
            documents.xml_of(public_id)
    assert one(Document, public_id).number == "2026-1"
