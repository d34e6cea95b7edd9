"""What the frame around every page asks for: the menu, the bell, the reader's language, where we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from flask_appbuilder.menu import MenuItem

from app.services import home, notifications, silence
from app.views import formats, states

DEMONSTRATION = "DemonstrationView.fill"
# For menu items that name no sign of their own.
ICONS: Mapping[str, str] = {
    "Contacts": "fa-address-book",
    "Partners": "fa-handshake",
    "Organizations": "fa-building",
    "Users": "fa-users",
    "Environments": "fa-sitemap",
    "Roles": "fa-key",
    "Audit": "fa-list-alt",
    "Reviews": "fa-check-square",
    "Queues": "fa-tasks",
    "Network": "fa-share-alt",
    "Platform": "fa-server",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; with lines under it, it is a heading."""

    label: Any
    url: str
    icon: str
    inside: tuple[Entry, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the page being read belongs to this line."""
        base = self.url.removesuffix("list/")
        return bool(base) and request.path.startswith(base) and base != "/"


def register(app: Flask) -> None:
    """Give the templates what the frame needs."""
    formats.register(app)
    app.jinja_env.globals.update(
        menu_entries=menu_entries,
        menu_url=menu_url,
        unread_notifications=notifications.unread_count,
        reader_language=formats.reader_language,
        languages=_languages,
        this_page=this_page,
        initials=initials,
        state_word=states.word,
        state_colour=states.colour,
        demonstration_offered=_demonstration_offered,
        sending_held=_sending_held,
    )


def menu_entries() -> list[Entry]:
    """The menu of the person at work: what their roles let them read."""
    builder = current_app.appbuilder  # type: ignore[attr-defined]  # set by the framework
    menu = builder.menu
    allowed = builder.sm.get_user_menu_access(menu.get_flat_name_list())
    entries = [_entry(item, allowed) for item in menu.get_list() if item.name in allowed]
    return [entry for entry in entries if entry.url or entry.inside]


def menu_url(name: str) -> str:
    """The address of a menu item, or nothing when the person at work has no such item."""
    builder = current_app.appbuilder  # type: ignore[attr-defined]  # set by the framework
    item = builder.menu.find(name)
    allowed = item is not None and name in builder.sm.get_user_menu_access([name])
    return str(item.get_url()) if allowed else ""


def _entry(item: MenuItem, allowed: set[str]) -> Entry:
    inside = tuple(_entry(child, allowed) for child in item.childs if child.name in allowed)
    return Entry(
        item.label,
        "" if item.childs else item.get_url(),
        item.icon or ICONS.get(item.name, "fa-file"),
        inside,
    )


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
