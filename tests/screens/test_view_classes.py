"""The screens of the five nouns are the framework's own kind of view."""

from __future__ import annotations

import flask_appbuilder
import pytest

from app.views.contacts import ContactView

NOUNS = {
    "/environments/list/": "EnvironmentView",
    "/users/list/": "UserView",
    "/organizations/list/": "OrganizationView",
    "/partners/list/": "PartnerView",
    "/documents/list/": "DocumentView",
}


@pytest.mark.parametrize(("address", "name"), NOUNS.items())
def test_the_screen_of_a_noun_is_a_model_view(context, address, name):
    adapter = context.url_map.bind("localhost")
    endpoint, _arguments = adapter.match(address)
    views = {type(view).__name__: type(view) for view in context.appbuilder.baseviews}

    assert endpoint == f"{name}.list"
    assert issubclass(views[name], flask_appbuilder.ModelView)


def test_contacts_are_one_too():
    assert issubclass(ContactView, flask_appbuilder.ModelView)
