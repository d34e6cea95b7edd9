"""What the frame around every page asks for: the menu, the bell, the reader's language, where we are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from flask import Flask, current_app, g, request
from flask_appbuilder.menu import MenuItem
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.services import home, silence, waiting
from app.views import choices, formats, organization_choices

MOST_ORGANIZATIONS = 30  # in the switch at the top
DEMONSTRATION = "DemonstrationView.fill"
# The order of the menu is that of the work; what it doesn't name follows, groups come last.
TASKS = ("Inbox", "Outbox", "Documents", "Requests", "Contacts", "Partners", "Reports")
# For menu items that name no sign of their own.
ICONS: Mapping[str, str] = {
    "Contacts": "address-book",
    "Partners": "heart-handshake",
    "Organizations": "building",
    "Users": "users",
    "MyEnvironment": "world",
    "PdfSettings": "file-text",
    "Environments": "hierarchy",
    "Roles": "key",
    "Audit": "list-details",
    "Reviews": "checklist",
    "Queues": "list-check",
    "Network": "network",
    "Platform": "server",
}
# Pages with an address of their own that belong to a line of the menu.
INSIDE: Mapping[str, tuple[str, ...]] = {"/organizations/": ("/members/",)}
# What the button *New* offers: the resource, the address, the words, the sign.
THINGS = (
    ("Documents", "/documents/new", _l("New invoice"), "file-invoice"),
    ("Documents", "/documents/upload", _l("Upload invoices"), "upload"),
    ("Contacts", "/contacts/add", _l("Add contact"), "address-book"),
    ("Organizations", "/organizations/add", _l("Add organization"), "building"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; with lines under it, it is a heading."""

    name: str
    label: Any
    url: str
    icon: str
    inside: tuple[Entry, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the page being read belongs to this line."""
        if self.url == "/":
            return request.path == "/"
        base = self.url.partition("?")[0].removesuffix("list/")
        return bool(base) and request.path.startswith((base, *INSIDE.get(base, ())))


@dataclass(frozen=True, slots=True)
class Mine:
    """The organizations of the reader by public id, and the one that the lists are narrowed to."""

    rows: tuple[tuple[str, str], ...] = ()
    chosen: str = ""
    name: str = ""
    more: bool = False


def register(app: Flask) -> None:
    """Give the templates what the frame needs."""
    formats.register(app)
    app.jinja_env.globals.update(
        menu_entries=menu_entries,
        menu_counts=waiting.counts,
        menu_url=menu_url,
        first_of=first_of,
        my_organizations=my_organizations,
        first_organizations=organization_choices.first_of,
        country_name=formats.country_name,
        new_things=new_things,
        reader_theme=choices.reader_theme,
        reader_language=formats.reader_language,
        languages=_languages,
        this_page=this_page,
        initials=initials,
        demonstration_offered=_demonstration_offered,
        sending_held=_sending_held,
    )


def menu_entries(organization: str = "") -> list[Entry]:
    """The menu of the person at work: what their roles let them read, by task; lists for one organization."""
    builder = current_app.appbuilder  # type: ignore[attr-defined]  # set by the framework
    menu = builder.menu
    allowed = builder.sm.get_user_menu_access(menu.get_flat_name_list())
    entries = [
        _entry(item, allowed, organization) for item in menu.get_list() if item.name in allowed
    ]
    shown = [entry for entry in entries if entry.url != "/" and (entry.url or entry.inside)]
    return [Entry("Home", gettext("Home"), "/", "home"), *sorted(shown, key=_place)]


def _place(entry: Entry) -> tuple[bool, int]:
    return bool(entry.inside), TASKS.index(entry.name) if entry.name in TASKS else len(TASKS)


def first_of(entries: Sequence[Entry], most: int) -> list[Entry]:
    """The first lines of the menu, those of its groups included."""
    lines = chain.from_iterable(entry.inside or (entry,) for entry in entries)
    return list(islice(lines, most))


def new_things() -> list[dict[str, Any]]:
    """What the person at work may add."""
    rights = g.person.rights
    return [
        {"url": url, "label": label, "icon": icon}
        for resource, url, label, icon in THINGS
        if (resource, "create") in rights
    ]


def my_organizations() -> Mine:
    """Those that the switch at the top offers; for who has only one there is no switch."""
    mine: Mapping[str, str] = g.person.organizations
    if len(mine) < 2:
        return Mine()
    chosen = choices.chosen_organization()
    shown = tuple(islice(mine.items(), MOST_ORGANIZATIONS))
    return Mine(shown, chosen, mine.get(chosen, ""), len(mine) > len(shown))


def menu_url(name: str) -> str:
    """The address of a menu item, or nothing when the person at work has no such item."""
    builder = current_app.appbuilder  # type: ignore[attr-defined]  # set by the framework
    item = builder.menu.find(name)
    allowed = item is not None and name in builder.sm.get_user_menu_access([name])
    return str(item.get_url()) if allowed else ""


def _entry(item: MenuItem, allowed: set[str], organization: str) -> Entry:
    inside = tuple(
        _entry(child, allowed, organization) for child in item.childs if child.name in allowed
    )
    url = "" if item.childs else choices.narrowed(item.get_url(), organization)
    return Entry(item.name, item.label, url, item.icon or ICONS.get(item.name, "file"), inside)


def this_page() -> str:
    """The address to come back to after choosing a language; a form that was sent has none."""
    if request.method != "GET":
        return request.path
    return request.full_path.removesuffix("?")


def initials(name: str) -> str:
    """For those without a picture: the first letters of the first and the last name."""
    words = name.split()
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


def _languages() -> Mapping[str, str]:
    known: Mapping[str, Mapping[str, str]] = current_app.config["LANGUAGES"]
    return {code: language["name"] for code, language in known.items()}


def _sending_held() -> silence.Hold | None:
    """Why nothing leaves this platform; of a person it was read with their rights."""
    person = g.get("person")
    return silence.hold_in(person.installation) if person else silence.hold_of()


def _demonstration_offered() -> bool:
    return DEMONSTRATION in current_app.view_functions and home.demonstration_offered()
