"""What administrators read of rights and of what was done: words and names, never our codes and numbers."""

from __future__ import annotations

import re

from app.models import MemberRole
from app.roles import RIGHTS
from app.services import members
from app.views.right_words import RESOURCES, VERBS


def test_every_right_has_words():
    named = set().union(*RIGHTS.values())

    assert {resource for resource, _ in named} <= set(RESOURCES)
    assert {verb for _, verb in named} <= set(VERBS)


def test_the_page_of_rights_speaks_in_words(browser, customers):
    page = browser.sign_in(customers.piet).get("/roles/").text

    assert "My environment: Change" in page
    assert "MyEnvironment: edit" not in page


def test_the_audit_log_names_whom_it_is_about(browser, customers, world):
    with world.acting(customers.piet):
        members.add(customers.holding.public_id, customers.jan.email, MemberRole.ADMINISTRATOR)

    page = re.sub(r"<[^>]+>", "", browser.sign_in(customers.piet).get("/audit/").text)

    assert f"Person: {customers.jan.name}, Role: Administrator" in " ".join(page.split())
