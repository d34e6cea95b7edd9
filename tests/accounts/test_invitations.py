"""Inviting colleagues, and accepting."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db
from app.models import EnvironmentRole, MemberRole, Membership, MembershipState, UserState
from app.services import invitations
from app.services.invitations import Guest
from tests.accounts.visitor import ACCOUNT, kinds_to, link_for, mails_to, person
from tests.factories import sign_in

ADMINISTRATOR = EnvironmentRole.ADMINISTRATOR


@pytest.fixture
def home(world):
    return world.environment("Piet BV")


@pytest.fixture
def piet(world, home):
    return world.user(home, "Piet Post", role=ADMINISTRATOR, email="piet@bakkerij.nl")


@pytest.fixture
def administrator(visitor, piet):
    sign_in(visitor.client, piet)
    return visitor


def _invite(visitor, email="anna@elsewhere.nl", **fields):
    return visitor.fill("/users/invite", {"email": email, "role": "advanced", **fields})


def test_an_invitation_makes_a_colleague_whatever_the_domain(administrator, visitor, piet):
    assert _invite(administrator).location == "/users/"
    mail = mails_to("anna@elsewhere.nl")[0]
    link = link_for("anna@elsewhere.nl", "invitation")

    shown = visitor.open(link).text
    done = visitor.fill(link, {**ACCOUNT, "username": "anna"}, follow_redirects=True).text

    assert mail.subject == "Piet Post invites you to Piet BV"
    assert "Piet Post invites you to the environment Piet BV" in shown
    assert "You work in the environment Piet BV" in done
    anna = person("anna@elsewhere.nl")
    assert (anna.environment_id, anna.environment_role) == (piet.environment_id, "advanced")
    assert (anna.state, anna.active) == (UserState.ACTIVE, True)
    assert visitor.sign_in("anna").location == "/"


def test_an_invitation_wins_over_the_domain(administrator, visitor, piet):
    visitor.fill("/logout/", {})
    visitor.register("boss@elsewhere.nl", username="boss")
    sign_in(visitor.client, piet)
    _invite(administrator, "anna@elsewhere.nl")
    visitor.fill("/logout/", {})

    # She doesn't find the mail and signs up with her address: the invitation comes again.
    visitor.sign_up("anna@elsewhere.nl")
    visitor.fill(link_for("anna@elsewhere.nl", "invitation"), {**ACCOUNT, "username": "anna"})

    assert kinds_to("anna@elsewhere.nl")[:2] == ["invitation", "invitation"]
    assert "Piet Post" in mails_to("anna@elsewhere.nl")[1].subject
    assert person("anna@elsewhere.nl").environment.name == "Piet BV"


def test_who_was_invited_cannot_sign_in_before_accepting(administrator, visitor):
    _invite(administrator)
    visitor.fill("/logout/", {})

    assert visitor.sign_in("anna@elsewhere.nl", "").status_code == 401
    assert person("anna@elsewhere.nl").password is None


def test_memberships_that_came_along_work_from_the_moment_of_accepting(
    administrator, visitor, world, home, piet
):
    organization = world.organization(home, administrator=piet)
    with world.acting(piet):
        invitations.invite(
            Guest("anna@elsewhere.nl", memberships=[(organization.public_id, MemberRole.MEMBER)])
        )
    before = _memberships()

    visitor.fill(link_for("anna@elsewhere.nl", "invitation"), {**ACCOUNT, "username": "anna"})

    anna = person("anna@elsewhere.nl")
    assert (anna.id, MembershipState.INVITED) in before
    assert (anna.id, MembershipState.ACTIVE) in _memberships()


def _memberships():
    with tenancy.every_environment("test"):
        rows = db.session.execute(select(Membership.user_id, Membership.state)).all()
    db.session.commit()
    return [tuple(row) for row in rows]


def test_membership_of_a_foreign_organization_is_refused_and_nobody_is_invited(world, piet):
    foreign = world.organization(world.environment("Other"), "Foreign BV")

    with world.acting(piet), pytest.raises(NotFound):
        invitations.invite(Guest("anna@elsewhere.nl", memberships=[(foreign.public_id, "member")]))

    assert person("anna@elsewhere.nl") is None
    assert mails_to("anna@elsewhere.nl") == []


def test_an_address_that_is_in_use_elsewhere_is_refused_without_saying_where(administrator, world):
    world.user(world.environment("Secret Lab"), "Anna Arts", email="anna@elsewhere.nl")

    page = _invite(administrator)

    assert page.status_code == 409
    assert "cannot be invited, because it is in use already" in page.text
    assert "Secret Lab" not in page.text
    assert mails_to("anna@elsewhere.nl") == []


def test_a_colleague_and_an_open_invitation_are_told_apart(administrator, world, home, piet):
    world.user(home, "Jan Jansen", email="jan@bakkerij.nl")
    _invite(administrator)

    colleague = _invite(administrator, "jan@bakkerij.nl")
    twice = _invite(administrator)

    assert "in your environment already" in colleague.text
    assert "Use “Send again”" in twice.text


def test_send_again_ends_the_link_before_it(administrator, visitor):
    _invite(administrator)
    first, anna = link_for("anna@elsewhere.nl", "invitation"), person("anna@elsewhere.nl")

    administrator.fill("/users/invite", {}, at=f"/users/{anna.public_id}/invite-again")

    second = link_for("anna@elsewhere.nl", "invitation")
    assert visitor.open(first).status_code == 409
    assert visitor.open(second).status_code == 200


def test_a_withdrawn_invitation_leaves_nothing(administrator, visitor):
    _invite(administrator)
    link, anna = link_for("anna@elsewhere.nl", "invitation"), person("anna@elsewhere.nl")

    administrator.fill("/users/invite", {}, at=f"/users/{anna.public_id}/withdraw")

    assert visitor.open(link).status_code == 404
    assert person("anna@elsewhere.nl") is None


def test_an_accepted_invitation_cannot_be_withdrawn(administrator, visitor, world, home, piet):
    jan = world.user(home, "Jan Jansen")

    with world.acting(piet), pytest.raises(Conflict):
        invitations.withdraw(jan.public_id)


def test_looking_at_the_link_accepts_nothing(administrator, visitor):
    _invite(administrator)
    link = link_for("anna@elsewhere.nl", "invitation")

    for method in ("GET", "HEAD"):
        assert visitor.client.open(link, method=method).status_code == 200

    assert person("anna@elsewhere.nl").state == UserState.INVITED


def test_only_administrators_invite_withdraw_and_send_again(visitor, world, home, piet):
    jan = world.user(home, "Jan Jansen")
    with world.acting(piet):
        invited = invitations.invite(Guest("anna@elsewhere.nl"))
    sign_in(visitor.client, jan)

    assert visitor.open("/users/invite").status_code == 403
    with world.acting(jan):
        for refused in (
            lambda: invitations.invite(Guest("bob@elsewhere.nl")),
            lambda: invitations.withdraw(invited),
            lambda: invitations.send_again(invited),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_an_invitation_of_another_environment_is_not_there(world, piet):
    stranger = world.user(world.environment("Other"), "Bea Boss", role=ADMINISTRATOR)
    with world.acting(piet):
        invited = invitations.invite(Guest("anna@elsewhere.nl"))

    with world.acting(stranger):
        for refused in (invitations.withdraw, invitations.send_again):
            with pytest.raises(NotFound):
                refused(invited)

    assert person("anna@elsewhere.nl").state == UserState.INVITED


@pytest.mark.parametrize("role", ["owner", "technical_support", ""])
def test_a_role_that_does_not_exist_is_refused(world, piet, role):
    with world.acting(piet), pytest.raises(Exception, match="Choose one of the roles"):
        invitations.invite(Guest("anna@elsewhere.nl", role=role))
