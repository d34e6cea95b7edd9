"""The question after sign-in whether to receive: who sees it, when it comes back, and what Enable does."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from app.extensions import db
from app.models import Identifier, ReceiveAgreement, RegistrationState, User
from tests.factories import sign_in
from tests.organizations.conftest import afresh, ask_network, number_of, rows_of

DIALOG = 'id="receive-question"'


def signs_in(client, user):
    """As the sign-in page does: the session of this person, with the question to ask."""
    sign_in(client, user)
    with client.session_transaction() as session:
        if afresh(user).ask_receive:
            session["ask_receive"] = True


def page(client, address="/organizations/list/") -> str:
    return client.get(address).get_data(as_text=True)


def post(client, address, form_page="/receive/", headers=None, **form):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page(client, form_page))
    assert token is not None, f"{form_page} holds no form"
    return client.post(address, data={"csrf_token": token[1], **form}, headers=headers or {})


@pytest.fixture
def three(world, ours, piet):
    """Three organizations of one person."""
    return [world.organization(ours, name, administrator=piet) for name in ("Een", "Twee", "Drie")]


def test_it_lists_every_organization_with_its_own_button_and_the_price(client, piet, three):
    signs_in(client, piet)

    shown = page(client)

    assert DIALOG in shown
    assert all(f"/receive/enable/{row.public_id}" in shown for row in three)
    assert "€0.25" in shown


def test_of_three_organizations_only_the_enabled_one_receives(client, piet, three):
    signs_in(client, piet)
    page(client)

    post(client, f"/receive/enable/{three[1].public_id}", agreed="1")
    ask_network()

    states = [(number_of(row).receive, number_of(row).registration) for row in three]
    assert states == [(False, "off"), (True, "active"), (False, "off")]
    assert [row.organization_id for row in rows_of(ReceiveAgreement)] == [three[1].id]


def test_without_agreeing_to_the_price_nothing_changes(client, piet, three):
    signs_in(client, piet)

    post(client, f"/receive/enable/{three[0].public_id}")

    assert rows_of(Identifier, Identifier.receive.is_(True)) == []
    assert "Receiving costs EUR 0.25" in page(client, "/receive/")


def test_the_row_shows_how_far_it_is_live(client, piet, three):
    signs_in(client, piet)
    page(client)
    part = {"X-Fragment": "1"}

    busy = post(client, f"/receive/enable/{three[0].public_id}", headers=part, agreed="1").get_data(
        as_text=True
    )
    ask_network()
    later = client.get("/receive/rows", headers=part).get_data(as_text=True)

    assert "Registering" in busy
    assert "data-busy" in busy
    assert "Receiving" in later
    assert "data-busy" not in later


def test_the_part_keeps_to_the_rows_that_were_asked_about(client, piet, three):
    signs_in(client, piet)

    rows = client.get(f"/receive/rows?of={three[0].public_id}", headers={"X-Fragment": "1"})

    assert "Een" in rows.get_data(as_text=True)
    assert "Twee" not in rows.get_data(as_text=True)


def test_registered_elsewhere_is_explained(client, piet, three, behave):
    behave("elsewhere", note="Other Provider")
    signs_in(client, piet)
    post(client, f"/receive/enable/{three[0].public_id}", agreed="1")
    ask_network()

    shown = page(client, "/receive/")
    details = page(client, f"/organizations/show/{three[0].public_id}")

    for text in (shown, details):
        assert "is registered at another provider: Other Provider" in text
        assert "migration key" in text
    assert "Try again" in shown
    assert number_of(three[0]).registration == RegistrationState.ELSEWHERE


def test_closed_without_a_choice_it_comes_back_at_the_next_sign_in_and_not_before(
    client, piet, three
):
    signs_in(client, piet)
    seen = [DIALOG in page(client) for _ in range(3)]

    signs_in(client, piet)
    seen.append(DIALOG in page(client))

    assert seen == [True, False, False, True]


def test_a_page_that_only_redirects_does_not_use_up_the_question(client, piet, three):
    signs_in(client, piet)
    client.get("/organizations/")

    assert DIALOG in page(client)


def test_the_switch_survives_signing_out(client, piet, three):
    signs_in(client, piet)
    page(client)

    post(client, "/receive/ask", on="0")
    client.get("/logout/")
    signs_in(client, piet)

    assert not afresh(piet).ask_receive
    assert DIALOG not in page(client)


def test_the_switch_can_be_turned_on_again(client, piet, three):
    signs_in(client, piet)
    post(client, "/receive/ask", on="0")
    post(client, "/receive/ask", on="1")
    signs_in(client, piet)

    assert DIALOG in page(client)


def test_a_switch_that_was_turned_off_counts_even_when_the_session_still_asks(
    client, world, ours, three
):
    quiet = world.user(ours, "Quiet Boss", role="administrator", ask_receive=False)
    world.member(three[0], quiet, "administrator")
    sign_in(client, quiet)
    with client.session_transaction() as session:
        session["ask_receive"] = True

    assert DIALOG not in page(client)


def test_a_guest_sees_no_question_and_may_ask_for_access(client, world, ours, three):
    guest = world.user(ours, "Gast Vrij")
    signs_in(client, guest)

    home = page(client, "/")
    receive = page(client, "/receive/")

    assert DIALOG not in home
    assert 'href="/requests/ask"' in receive
    assert "/receive/enable/" not in receive


def test_a_plain_member_sees_no_question(client, world, ours, three):
    member = world.user(ours, "Mia Mee")
    world.member(three[0], member)
    signs_in(client, member)

    assert DIALOG not in page(client)
    assert client.post(f"/receive/enable/{three[0].public_id}").status_code in (400, 403)
    assert not number_of(three[0]).receive


def test_a_basic_user_who_administers_an_organization_is_asked(client, world, ours):
    boss = world.user(ours, "Bas Baas")
    world.organization(ours, "Van Bas", administrator=boss)
    world.organization(ours, "Van niemand")
    signs_in(client, boss)

    shown = page(client)

    assert DIALOG in shown
    assert "Van Bas" in shown
    assert "Van niemand" not in shown


def test_without_any_organization_it_leads_to_adding_one(client, piet):
    signs_in(client, piet)

    shown = page(client, "/")

    assert DIALOG in shown
    assert 'class="btn btn-primary" href="/organizations/add"' in shown


def test_one_that_is_not_active_says_activate_first(client, world, ours, piet):
    draft = world.organization(ours, administrator=piet, active=False)
    signs_in(client, piet)

    shown = page(client)

    assert "Activate first" in shown
    assert f'href="/organizations/show/{draft.public_id}"' in shown
    assert f"/receive/enable/{draft.public_id}" not in shown


def test_when_all_receive_there_is_nothing_to_ask(client, world, ours, piet):
    world.organization(ours, administrator=piet, receive=True)
    signs_in(client, piet)

    assert DIALOG not in page(client)


def test_staff_are_not_asked(client, world):
    staff = world.user(None, "Sam Support", staff="support")
    signs_in(client, staff)

    assert DIALOG not in page(client, "/")


def test_it_is_a_real_dialog_that_works_without_scripts_too(client, piet, three):
    signs_in(client, piet)

    shown = page(client)

    assert re.search(r"<dialog [^>]*open[^>]*aria-labelledby", shown)
    assert '<form method="dialog">' in shown
    assert 'role="switch"' in shown
    assert re.search(r'<script type="module" src="[^"]*js/receive[.0-9a-f]*\.js', shown)


def test_ones_own_switch_leaves_that_of_others_alone(client, world, ours, piet, three):
    jan = world.user(ours, "Jan Smit")
    signs_in(client, piet)

    post(client, "/receive/ask", on="0")

    asks = {row.username: row.ask_receive for row in rows_of(User)}
    assert asks == {"piet": False, jan.username: True}


@pytest.mark.parametrize(
    "address", ["/organizations/list/", "/receive/", "/organizations/show/{}", "/members/{}/"]
)
def test_a_page_takes_few_statements_however_many_rows(client, world, ours, piet, address):
    def many(count):
        for number in range(count):
            row = world.organization(ours, f"Number {number}", administrator=piet)
        for number in range(count):
            person = world.user(ours, f"P{count}x{number} Person")
            world.member(row, person)
            world.keep(
                Identifier(organization_id=row.id, scheme="0106", value=f"{count}{number:07}")
            )
        return row

    row = many(2)
    few = statements(client, piet, address.format(row.public_id))
    row = many(8)
    lots = statements(client, piet, address.format(row.public_id))

    assert lots == few
    assert lots <= 12


def statements(client, person, address) -> int:
    signs_in(client, person)
    db.session.commit()
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in seen if not one.startswith(("PRAGMA", "BEGIN"))])
