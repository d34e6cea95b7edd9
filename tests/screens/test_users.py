"""Roles, blocking and the last administrator, through the screens and the services."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound, Unreadable
from app.extensions import db
from app.models import EnvironmentRole, MemberRole, User, UserState
from app.services import scopes, users


def read(user):
    with tenancy.every_environment("test"):
        return db.session.scalars(select(User).where(User.id == user.id)).one()


def test_the_list_shows_people_of_my_environment_only(browser, customers, world):
    world.member(customers.holding, customers.mia)

    page = browser.sign_in(customers.piet).get("/users/list/").text

    assert "Jan Jansen" in page
    assert "Mia Maes" not in page


def test_a_role_change_works_at_once(browser, customers):
    address = f"/users/show/{customers.jan.public_id}"
    browser.sign_in(customers.piet).get(address)

    browser.post(f"/users/role/{customers.jan.public_id}", role="administrator")

    assert scopes.person(customers.jan.id).scope.environment_admin


def test_a_role_that_does_not_exist_is_refused(customers, world):
    with world.acting(customers.piet), pytest.raises(Unreadable):
        users.change_role(customers.jan.public_id, "king")


def test_the_last_administrator_cannot_be_demoted_and_the_page_says_who_could_take_over(
    browser, customers
):
    browser.sign_in(customers.piet).get(f"/users/show/{customers.piet.public_id}")

    answer = browser.post(f"/users/role/{customers.piet.public_id}", role="basic")

    assert answer.status_code == 409
    assert "Jan Jansen" in answer.text
    assert read(customers.piet).environment_role == EnvironmentRole.ADMINISTRATOR


def test_the_last_administrator_can_be_demoted_once_someone_took_over(customers, world):
    with world.acting(customers.piet):
        users.change_role(customers.jan.public_id, EnvironmentRole.ADMINISTRATOR)
        users.change_role(customers.piet.public_id, EnvironmentRole.BASIC)

    demoted = read(customers.piet)
    assert demoted.environment_role == EnvironmentRole.BASIC
    assert not demoted.relationship_manager


def test_a_blocked_administrator_does_not_count_as_one_who_stays(customers, world):
    with world.acting(customers.piet):
        users.change_role(customers.jan.public_id, EnvironmentRole.ADMINISTRATOR)
        users.block(customers.jan.public_id)
        with pytest.raises(Conflict, match="last administrator"):
            users.change_role(customers.piet.public_id, EnvironmentRole.BASIC)


def test_blocking_the_last_administrator_of_an_organization_names_who_could_take_over(
    customers, world
):
    own = world.organization(customers.ours, "Jan Holding", administrator=customers.jan)
    world.member(own, customers.piet)

    with world.acting(customers.piet), pytest.raises(Conflict) as refused:
        users.block(customers.jan.public_id)

    assert "Jan Holding" in str(refused.value)
    assert "Piet Post" in str(refused.value)


def test_a_partners_organization_is_not_named_when_blocking_is_refused(customers, world):
    world.organization(customers.theirs, "Secret Gent", administrator=customers.jan)

    with world.acting(customers.piet), pytest.raises(Conflict) as refused:
        users.block(customers.jan.public_id)

    assert "Secret Gent" not in str(refused.value)


def test_blocking_signs_out_at_once_and_unblocking_lets_in_again(client, browser, customers):
    browser.sign_in(customers.piet).get(f"/users/show/{customers.jan.public_id}")

    browser.post(f"/users/block/{customers.jan.public_id}")

    assert scopes.person(customers.jan.id) is None
    assert read(customers.jan).epoch == 1
    browser.post(f"/users/unblock/{customers.jan.public_id}")
    assert read(customers.jan).state == UserState.ACTIVE


def test_a_basic_user_changes_nobody(customers, world):
    with world.acting(customers.jan), pytest.raises(NotAllowed):
        users.block(customers.piet.public_id)


def test_people_elsewhere_cannot_be_changed_even_when_they_work_with_us(customers, world):
    world.member(customers.holding, customers.mia, MemberRole.MEMBER)

    with world.acting(customers.piet), pytest.raises(NotFound):
        users.block(customers.mia.public_id)


def test_a_basic_user_cannot_be_relationship_manager(customers, world):
    with world.acting(customers.piet):
        with pytest.raises(Unreadable):
            users.set_relationship_manager(customers.jan.public_id, on=True)
        users.change_role(customers.jan.public_id, EnvironmentRole.ADVANCED)
        users.set_relationship_manager(customers.jan.public_id, on=True)

    assert read(customers.jan).relationship_manager


def test_the_page_of_a_person_offers_the_roles(browser, customers):
    page = browser.sign_in(customers.piet).get(f"/users/show/{customers.jan.public_id}")

    assert page.status_code == 200
    assert 'value="advanced"' in page.text
