"""A screen that sets nothing but columns, as a newcomer would write it; prints its pages as JSON.

Run in a process of its own: screens are registered when the application is made.
"""

from __future__ import annotations

import json
import re
import sys
from types import ModuleType
from typing import ClassVar

from flask_appbuilder.actions import action

from app import application
from app.extensions import db
from app.models import Contact
from app.services import installation
from app.views.base import BaseView, Table
from config import Settings
from tests.factories import World, sign_in


class PlainView(BaseView):
    datamodel = Table(Contact)
    class_permission_name = "Contacts"
    route_base = "/plain"
    base_permissions: ClassVar = ["can_read", "can_create", "can_edit", "can_remove"]
    list_columns: ClassVar = ["name", "city", "shared", "created_at"]
    show_columns: ClassVar = ["name", "city", "created_at"]
    add_columns: ClassVar = ["name", "city"]
    edit_columns: ClassVar = ["name", "city"]
    search_columns: ClassVar = ["name"]
    order_columns: ClassVar = ["name"]
    page_size = 2

    @action("read", "Poke", "Poke these?")
    def poke(self, rows):
        return ", ".join(row.name for row in rows)


class UnsearchedView(PlainView):
    route_base = "/unsearched"
    search_columns: ClassVar = ["public_id"]


def screen() -> ModuleType:
    made = ModuleType("plain")
    made.register = lambda builder: [
        builder.add_view_no_menu(view) for view in (PlainView, UnsearchedView)
    ]
    return made


def pages(folder: str) -> dict[str, tuple[int, str]]:
    application.SCREENS = (*application.SCREENS, screen())
    app = application.create_app(
        Settings.load(
            {"DATABASE_URL": f"sqlite:///{folder}/plain.db", "DATA_DIR": folder, "PORT": "8080"}
        )
    )
    with app.app_context():
        installation.prepare()
        db.session.remove()
        world = World()
        ours = world.environment()
        piet = world.user(ours, time_zone="Asia/Tokyo")
        organization = world.organization(ours, administrator=piet)
        rows = [
            world.keep(Contact(organization_id=organization.id, name=f"<b>{number}", city="Ede"))
            for number in range(3)
        ]
        row = rows[0].public_id
        db.session.remove()
    client = app.test_client()
    sign_in(client, piet)
    addresses = {
        "list": "/plain/list/",
        "found": "/plain/list/?_flt_2_name=2",
        "nothing found": "/plain/list/?_flt_2_name=nobody",
        "unsearched": "/unsearched/list/",
        "show": f"/plain/show/{row}",
        "add": "/plain/add",
        "edit": f"/plain/edit/{row}",
    }
    answers = {name: client.get(address) for name, address in addresses.items()}
    for page, link, next_page in (
        ("list", "next", "second page"),
        ("second page", "prev", "back again"),
    ):
        address = re.search(rf'rel="{link}" href="([^"]+)"', answers[page].text)[1]
        answers[next_page] = client.get("/plain/list/" + address.replace("&amp;", "&"))
    answers["refused"] = client.post("/plain/add", data={"name": ""})
    return {name: (answer.status_code, answer.text) for name, answer in answers.items()}


if __name__ == "__main__":
    json.dump(pages(sys.argv[1]), sys.stdout)
