"""Every table, from every viewpoint: nothing of ours gets through, and its owner is not locked out."""

from __future__ import annotations

import dataclasses

import pytest
from flask_appbuilder import Model
from sqlalchemy import select, true

from app import tenancy
from app.errors import NotAllowed
from app.extensions import db
from app.models import Document, Identifier
from app.services import connections
from app.tenancy import Owner, registry
from app.tenancy.registry import model_of
from tests.wall.checker import flushed, problems
from tests.wall.expectations import expected
from tests.wall.scene import ROWS, Eye

MODELS = [model for model, rule in registry.items() if rule.owner is not Owner.FRAMEWORK]
OWNED = [model for model in MODELS if registry[model].owner is not Owner.PLATFORM]

# Tables without a model of their own: they join names of the framework, and we never write them.
ASSOCIATIONS = {
    "ab_permission_view_role": "which role holds which permission; the same for everybody",
    "ab_user_role": "roles come from code, see app/roles.py; stays empty",
    "ab_user_group": "the framework's groups aren't used; stays empty",
    "ab_group_role": "the framework's groups aren't used; stays empty",
}


def name(model):
    return f"{model.__module__.rpartition('.')[2]}.{model.__name__}"


def test_every_table_stands_in_the_registry():
    missing = {table.name for table in Model.metadata.tables.values() if model_of(table) is None}

    assert missing == set(ASSOCIATIONS)


def test_every_table_has_a_row_in_the_scene():
    assert set(ROWS) == set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_the_wall_stands_from_every_viewpoint(scene, model):
    found = {eye.value: problems(scene, model, eye) for eye in Eye}

    assert {eye: wrong for eye, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_someone_sees_it(model):
    assert expected(model).sees


@pytest.mark.parametrize("model", OWNED, ids=name)
def test_without_its_condition_the_check_is_red(first_wall_alone, model, monkeypatch):
    open_to_all = dataclasses.replace(registry[model], visible=lambda _scope: true())
    monkeypatch.setitem(registry, model, open_to_all)

    assert "seen by select" in problems(first_wall_alone, model, Eye.STRANGER)


@pytest.mark.parametrize("model", [model for model in MODELS if registry[model].content], ids=name)
def test_a_content_table_without_its_mark_is_red_for_staff(first_wall_alone, model, monkeypatch):
    monkeypatch.setitem(registry, model, dataclasses.replace(registry[model], content=False))

    assert "seen by select" in problems(first_wall_alone, model, Eye.STAFF)


@pytest.mark.parametrize(
    "model", [model for model in OWNED if Eye.STRANGER not in expected(model).adds], ids=name
)
def test_without_its_rule_of_writing_the_check_is_red(first_wall_alone, model, monkeypatch):
    anyone = dataclasses.replace(registry[model], writable=lambda _scope, _row: True)
    monkeypatch.setitem(registry, model, anyone)

    assert "was added" in problems(first_wall_alone, model, Eye.STRANGER)


@pytest.mark.parametrize(
    "model", [model for model in MODELS if registry[model].owner is Owner.DOCUMENT], ids=name
)
def test_without_its_rule_of_changing_together_the_check_is_red(
    first_wall_alone, model, monkeypatch
):
    any_seen = dataclasses.replace(registry[model], changeable=lambda _scope: true())
    monkeypatch.setitem(registry, model, any_seen)

    assert "was changed with others" in problems(first_wall_alone, model, Eye.SHARED)


@pytest.mark.parametrize("model", [Identifier, Document], ids=name)
def test_a_row_does_not_move_to_another_owner(scene, model):
    with scene.looking(Eye.STRANGER):
        own = model(organization_id=scene.far.id, **_least(model))
        db.session.add(own)
        db.session.flush()

        assert not flushed(lambda: setattr(own, "organization_id", scene.organization.id))


def _least(model):
    return {"direction": "out"} if model is Document else {"scheme": "0106", "value": "1"}


def test_a_key_opens_its_own_organization_only_until_it_is_revoked(scene):
    with scene.looking(Eye.OWNER):
        issued = connections.issue(scene.organization.public_id, "Software")
    opened = connections.authenticate(issued.app_key, issued.secret)
    with tenancy.scope(opened):
        assert db.session.scalars(select(Document)).all()
        assert opened.organization_ids == {scene.organization.id}

    with scene.looking(Eye.OWNER):
        connections.revoke(issued.public_id)

    with pytest.raises(NotAllowed):
        connections.authenticate(issued.app_key, issued.secret)
