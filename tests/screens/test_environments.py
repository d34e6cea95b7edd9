"""Who runs an environment sees it at a glance and changes it; staff see that each exists."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import AuditEntry, Direction, Document, Environment, EnvironmentDomain
from app.services import my_environment, tallying


@pytest.fixture
def domain(world, customers):
    return world.keep(EnvironmentDomain(environment_id=customers.ours.id, domain="piet.example"))


def received(world, organization, count):
    for number in range(count):
        world.keep(
            Document(organization_id=organization.id, direction=Direction.IN, number=str(number))
        )
    tallying.count_on()


def test_an_administrator_sees_their_own_environment_only(browser, customers, domain):
    page = browser.sign_in(customers.piet).get("/environment/").text

    assert 'value="Piet BV"' in page
    assert "piet.example" in page
    assert "Piet Holding" in page
    assert "Winkel" not in page
    assert "Mia" not in page


@pytest.mark.parametrize("who", ["jan", "staff"])
def test_nobody_else_has_such_a_page(browser, customers, world, who):
    someone = customers.jan if who == "jan" else world.user(None, "Sofie Steun", staff="support")

    assert browser.sign_in(someone).get("/environment/").status_code == 403


def test_staff_see_every_environment(browser, customers, world):
    page = browser.sign_in(world.user(None, "Sofie Steun", staff="support")).get(
        "/environments/list/"
    )

    assert "Piet BV" in page.text
    assert "Mia Winkels" in page.text


def test_an_administrator_has_no_list_of_environments(browser, customers):
    assert browser.sign_in(customers.piet).get("/environments/list/").status_code == 403


def test_receiving_and_its_cost_are_shown_of_organizations_of_others_too(browser, customers, world):
    theirs = world.organization(
        customers.ours, "Jans zaak", administrator=customers.jan, receive=True
    )
    received(world, theirs, 3)

    with world.acting(customers.piet):
        shown = {row.organization.name: row for row in my_environment.overview().rows}
    page = browser.sign_in(customers.piet).get("/environment/").text

    assert shown["Jans zaak"].received == 3
    assert shown["Jans zaak"].line.receiving
    assert shown["Jans zaak"].cost == 3 * shown["Jans zaak"].line.plan.receive_price
    assert shown["Piet Holding"].received == 0
    assert "3 documents received this month" in page


def test_another_environments_documents_cost_us_nothing(customers, world):
    received(world, customers.winkel, 2)

    with world.acting(customers.piet):
        assert my_environment.overview().received == 0


def test_many_organizations_are_paged_by_name(customers, world):
    for number in range(60):
        world.organization(customers.ours, f"Zaak {number:02}")
    with world.acting(customers.piet):
        first = my_environment.overview()
        second = my_environment.overview(after=first.older)
        third = my_environment.overview(after=second.older)
        back = my_environment.overview(before=third.newer)

    names = [[row.organization.name for row in page.rows] for page in (first, second, third)]
    assert [len(page) for page in names] == [25, 25, 11]
    assert names[0] + names[1] + names[2] == sorted(names[0] + names[1] + names[2])
    assert (first.newer, third.older) == ("", "")
    assert [row.organization.name for row in back.rows] == names[1]


def test_a_new_name_is_kept_and_audited(browser, customers):
    browser.sign_in(customers.piet).get("/environment/")
    answer = browser.post("/environment/", name="  Piet   Groep ", language="en")

    assert answer.status_code == 302
    with tenancy.every_environment("test"):
        kept = db.session.get(Environment, customers.ours.id)
        assert (kept.name, kept.language) == ("Piet Groep", "en")
        assert "environment changed" in db.session.scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("   ", "nl", "Give your environment a name."),
        ("x" * 121, "nl", "A name has at most 120 characters; this one has 121."),
        ("Piet", "xx", "Choose one of the languages in the list."),
    ],
)
def test_bad_input_comes_back_with_a_sentence(browser, customers, name, language, said):
    browser.sign_in(customers.piet).get("/environment/")
    answer = browser.post("/environment/", name=name, language=language)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{name}"' in answer.text


def test_who_may_join_is_decided_per_domain(browser, customers, domain):
    browser.sign_in(customers.piet).get("/environment/")

    good = browser.post("/environment/domain", domain="piet.example", policy="invitation")
    bad = browser.post("/environment/domain", domain="piet.example", policy="whoever")

    assert good.status_code == 302
    assert bad.status_code == 422
    assert "Choose one of the ways in the list." in bad.text
    with tenancy.every_environment("test"):
        assert db.session.get(EnvironmentDomain, domain.id).policy == "invitation"


def test_nobody_decides_about_a_domain_of_others(browser, customers, domain):
    browser.sign_in(customers.mia).get("/environment/")

    answer = browser.post("/environment/domain", domain="piet.example", policy="invitation")

    assert answer.status_code == 404
