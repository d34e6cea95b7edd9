"""Members: who may add, remove and promote whom; the last administrator stays; partners accept first."""

from __future__ import annotations

import threading

import pytest

from app.errors import Conflict, NotAllowed, NotFound, Unreadable
from app.extensions import db
from app.models import (
    AuditEntry,
    MemberRole,
    Membership,
    MembershipState,
    Notification,
    OutgoingMail,
)
from app.services import members, scopes, takeover
from tests.organizations.conftest import membership, rows_of

ADMINISTRATOR = MemberRole.ADMINISTRATOR


def test_an_organization_administrator_adds_a_colleague(world, jan, anna, jans):
    with world.acting(jan):
        members.add(jans.public_id, "anna@example.nl")

    added = membership(jans, anna)
    assert (added.role, added.state) == (MemberRole.MEMBER, MembershipState.ACTIVE)


def test_a_new_member_sees_it_at_once_and_hears_it(world, jan, anna, jans):
    with world.acting(jan):
        members.add(jans.public_id, "ANNA@example.nl ")

    assert jans.id in scopes.person(anna.id).scope.organization_ids
    assert rows_of(Notification, Notification.user_id == anna.id)
    assert [mail.kind for mail in rows_of(OutgoingMail)] == ["membership"]


def test_adding_is_kept_in_the_audit_log(world, jan, anna, jans):
    with world.acting(jan):
        members.add(jans.public_id, "anna@example.nl", ADMINISTRATOR)

    entry = rows_of(AuditEntry, AuditEntry.action == "member.added")[0]
    assert (entry.person_id, entry.details) == (
        jan.id,
        {"person": anna.id, "role": "administrator"},
    )


def test_an_environment_administrator_adds_others_and_its_administrators_are_told(
    world, piet, jan, anna, jans
):
    with world.acting(piet):
        members.add(jans.public_id, "anna@example.nl")

    told = rows_of(Notification, Notification.user_id == jan.id)
    assert membership(jans, anna).state == MembershipState.ACTIVE
    assert [row.values["person"] for row in told] == ["Anna Bos"]


def test_an_environment_administrator_never_adds_themselves(world, piet, jan, jans):
    with world.acting(piet), pytest.raises(NotAllowed, match="Jan Smit"):
        members.add(jans.public_id, "piet@example.nl")

    assert membership(jans, piet) is None


def test_unless_no_administrator_is_left(world, ours, piet):
    orphan = world.organization(ours, "Orphan")

    with world.acting(piet):
        members.add(orphan.public_id, "piet@example.nl", ADMINISTRATOR)

    assert membership(orphan, piet).role == ADMINISTRATOR


def test_a_blocked_administrator_does_not_count_as_left(world, ours, piet):
    gone = world.user(ours, "Gone Away", state="blocked")
    orphan = world.organization(ours, "Orphan", administrator=gone)

    with world.acting(piet):
        members.add(orphan.public_id, "piet@example.nl", ADMINISTRATOR)

    assert membership(orphan, piet).role == ADMINISTRATOR


def test_an_environment_administrator_adds_only_to_active_organizations(world, ours, piet, jan):
    draft = world.organization(ours, administrator=jan, active=False)
    world.user(ours, "Anna Bos")

    with world.acting(piet), pytest.raises(Conflict, match="Activate"):
        members.add(draft.public_id, "anna@example.nl")


def test_an_environment_administrator_does_not_promote_themselves(world, piet, jan, jans):
    world.member(jans, piet)

    with world.acting(piet), pytest.raises(NotAllowed):
        members.change_role(membership(jans, piet).public_id, ADMINISTRATOR)


def test_members_add_nobody(world, anna, jans):
    world.member(jans, anna)

    with world.acting(anna), pytest.raises(NotAllowed):
        members.add(jans.public_id, "piet@example.nl")


def test_administrators_of_another_environment_do_not_even_find_it(world, anna, jans):
    eve = world.user(world.environment("Theirs"), "Eve Else", role="administrator")

    with world.acting(eve):
        with pytest.raises(NotFound):
            members.add(jans.public_id, "anna@example.nl")
        with pytest.raises(NotFound):
            members.remove(membership_of_admin(jans))


def membership_of_admin(organization):
    return rows_of(Membership, Membership.organization_id == organization.id)[0].public_id


@pytest.mark.parametrize("email", ["", "nobody@example.nl", "eve@example.nl", "sam@example.nl"])
def test_unknown_people_strangers_and_staff_look_the_same(world, jan, jans, email):
    world.user(world.environment("Theirs"), "Eve Else")
    world.user(None, "Sam Support", staff="support")

    with world.acting(jan), pytest.raises(Unreadable) as refused:
        members.add(jans.public_id, email)

    assert refused.value.field == "email"


def test_nobody_is_added_twice(world, jan, anna, jans):
    world.member(jans, anna)

    with world.acting(jan), pytest.raises(Conflict, match="member already"):
        members.add(jans.public_id, "anna@example.nl")


def test_who_was_removed_can_come_back_as_a_plain_member(world, jan, anna, jans):
    world.member(jans, anna, ADMINISTRATOR)

    with world.acting(jan):
        members.remove(membership(jans, anna).public_id)
        ended = membership(jans, anna).state
        members.add(jans.public_id, "anna@example.nl")

    assert ended == MembershipState.ENDED
    assert membership(jans, anna).role == MemberRole.MEMBER
    assert membership(jans, anna).state == MembershipState.ACTIVE


def test_who_is_removed_sees_it_no_more_at_once(world, jan, anna, jans):
    world.member(jans, anna)

    with world.acting(jan):
        members.remove(membership(jans, anna).public_id)

    assert jans.id not in scopes.person(anna.id).scope.organization_ids


def test_the_last_administrator_cannot_leave_and_reads_who_could_take_over(world, jan, anna, jans):
    world.member(jans, anna)
    mine = membership(jans, jan).public_id

    with world.acting(jan):
        with pytest.raises(Conflict, match="Anna Bos"):
            members.remove(mine)
        with pytest.raises(Conflict, match="Anna Bos"):
            members.change_role(mine, MemberRole.MEMBER)


def test_the_environment_administrator_cannot_remove_the_last_one_either(world, piet, jan, jans):
    with world.acting(piet), pytest.raises(Conflict, match="no other members"):
        members.remove(membership(jans, jan).public_id)


def test_with_a_second_administrator_the_first_may_step_down(world, jan, anna, jans):
    world.member(jans, anna, ADMINISTRATOR)

    with world.acting(jan):
        members.change_role(membership(jans, jan).public_id, MemberRole.MEMBER)

    assert membership(jans, jan).role == MemberRole.MEMBER


def test_two_administrators_that_demote_each_other_at_once_leave_one(
    context, world, jan, anna, jans
):
    world.member(jans, anna, ADMINISTRATOR)
    deeds = [
        (jan, membership(jans, anna).public_id),
        (anna, membership(jans, jan).public_id),
    ]
    together = threading.Barrier(2)
    refused = []

    def demote(person, public_id):
        with context.app_context():
            together.wait()
            try:
                with world.acting(person):
                    members.change_role(public_id, MemberRole.MEMBER)
            except (Conflict, NotAllowed) as error:
                refused.append(error)
            db.session.remove()

    threads = [threading.Thread(target=demote, args=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert sorted([membership(jans, jan).role, membership(jans, anna).role]) == [
        "administrator",
        "member",
    ]


def test_who_administers_an_organization_alone_cannot_be_blocked(world, jan, anna, jans):
    world.member(jans, anna)

    with world.acting(anna):
        with pytest.raises(Conflict, match="last administrator of Jan Holding"):
            takeover.need_others_everywhere(jan)
        takeover.need_others_everywhere(anna)


def test_piet_and_jan_of_the_worked_example_see_only_what_they_share(world, ours, piet):
    jan = world.user(ours, "Jan Smit", role="administrator")
    first = world.organization(ours, "Piet Holding", administrator=piet)
    second = world.organization(ours, "Jan Holding", administrator=jan)
    third = world.organization(ours, "Third", administrator=jan)

    with world.acting(jan):
        members.add(third.public_id, "piet@example.nl")

    assert scopes.person(piet.id).scope.organization_ids == {first.id, third.id}
    assert scopes.person(jan.id).scope.organization_ids == {second.id, third.id}
