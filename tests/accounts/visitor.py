"""Someone at a browser without JavaScript, who can also read their mailbox."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import tenancy
from app.extensions import db
from app.models import OutgoingMail, User

PASSWORD = "vijf paarden op het dak"
ACCOUNT = {
    "username": "jan",
    "first_name": "Jan",
    "last_name": "Jansen",
    "password": PASSWORD,
    "again": PASSWORD,
    "terms": "y",
}


class Visitor:
    """Opens pages, fills in forms with their hidden fields, follows links in mails."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str, **options: Any) -> TestResponse:
        """Look at a page."""
        return self.client.get(path, **options)

    def fill(
        self, path: str, fields: dict[str, str], *, at: str = "", **options: Any
    ) -> TestResponse:
        """Open the page with the form, fill it in, press its button."""
        page = self.client.get(path, follow_redirects=True).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None, page[-2000:]
        return self.client.post(
            at or path, data={"csrf_token": token.group(1), **fields}, **options
        )

    def sign_up(self, email: str) -> TestResponse:
        """The first page of signing up."""
        return self.fill("/sign-up/", {"email": email}, follow_redirects=True)

    def register(self, email: str, **changes: str) -> TestResponse:
        """All of signing up."""
        self.sign_up(email)
        path = f"{link_for(email, 'activate')}/account"
        return self.fill(path, {**ACCOUNT, "username": email, **changes}, follow_redirects=True)

    def sign_in(self, name: str, password: str = PASSWORD, next_page: str = "") -> TestResponse:
        """The sign-in page."""
        path = f"/login/?next={next_page}" if next_page else "/login/"
        return self.fill(path, {"name": name, "password": password})


def mails_to(email: str) -> list[OutgoingMail]:
    """The mails that were promised to this address, oldest first."""
    with tenancy.every_environment("test"):
        wanted = select(OutgoingMail).where(OutgoingMail.recipient == email)
        found = list(db.session.scalars(wanted.order_by(OutgoingMail.id)))
    db.session.commit()
    return found


def kinds_to(email: str) -> list[str]:
    """The kinds of those mails."""
    return [mail.kind for mail in mails_to(email)]


def link_for(email: str, kind: str) -> str:
    """The path of the link in the newest mail of this kind."""
    mail = [mail for mail in mails_to(email) if mail.kind == kind][-1]
    found = re.search(r"http://localhost(/\S+)", mail.text)
    assert found is not None, mail.text
    return found.group(1)


def person(email: str) -> Any:
    """Someone's row, with their environment."""
    with tenancy.every_environment("test"):
        found = db.session.scalars(select(User).where(User.email == email)).one_or_none()
        if found is not None:
            _ = found.environment and found.environment.name
    db.session.commit()
    return found
