"""The wall sees every way of asking: whatever the form of the statement, nothing owned without a scope."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import aliased, joinedload, selectinload

from app import tenancy
from app.extensions import db
from app.models import (
    AuditEntry,
    Document,
    Environment,
    Identifier,
    Membership,
    Organization,
)
from tests.support import statements

OTHER = aliased(Organization)
INNER = select(Organization.id).subquery()

QUESTIONS = {
    "rows": select(Organization),
    "a column": select(Organization.id),
    "a count of a column": select(func.count(Organization.id)),
    "a count": select(func.count()).select_from(Organization),
    "an alias": select(OTHER),
    "a column of an alias": select(OTHER.name),
    "a subquery": select(INNER.c.id),
    "exists": select(exists().where(Organization.id > 0)),
    "exists of an alias": select(literal(1)).where(exists(select(OTHER.id))),
    "in": select(Environment.id).where(Environment.id.in_(select(Organization.environment_id))),
    "the bare table": select(Organization.__table__),
    "an update": update(Organization).values(name="stolen"),
    "a deletion": delete(Organization),
    "an insertion": insert(Organization).values(name="x", environment_id=1),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_without_a_scope_nothing_owned_can_be_touched(context, question):
    with pytest.raises(tenancy.NoScope):
        db.session.execute(QUESTIONS[question])


@pytest.fixture
def piet(world):
    """A member of one organization in one environment; a stranger's stands beside it."""
    ours, theirs = world.environment("Ours"), world.environment("Theirs")
    piet = world.user(ours)
    world.organization(ours, "Piet Holding", administrator=piet)
    world.organization(theirs, "Stranger", administrator=world.user(theirs, "Other One"))
    return piet


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (select(Organization.name), ["Piet Holding"]),
        (select(OTHER.name), ["Piet Holding"]),
        (select(func.count(Organization.id)), [1]),
        (select(func.count()).select_from(Organization), [1]),
        (
            select(Environment.name).where(
                exists(select(Organization.id).where(Organization.name == "Stranger"))
            ),
            [],
        ),
        (select(Environment.name), ["Ours"]),
        (
            select(literal("seen")).where(exists(select(OTHER.id).where(OTHER.name == "Stranger"))),
            [],
        ),
        (select(literal("own")).where(exists(select(OTHER.id))), ["own"]),
    ],
)
def test_a_member_gets_answers_about_their_own_only(world, piet, question, answer):
    with world.acting(piet):
        assert list(db.session.scalars(question)) == answer


@pytest.mark.parametrize("load", [selectinload, joinedload])
def test_what_a_loader_brings_along_has_the_condition_too(world, piet, load):
    with world.acting(piet):
        rows = db.session.scalars(
            select(Membership).options(load(Membership.organization), load(Membership.user))
        ).all()

        assert [(row.organization.name, row.user.username) for row in rows] == [
            ("Piet Holding", "piet")
        ]


def test_a_second_application_in_this_process_does_not_build_the_wall_twice(world, piet):
    def conditions():
        with world.acting(piet), statements() as sent:
            db.session.scalars(select(Organization.name)).all()
        return [statement.count("WHERE") + statement.count(" AND ") for statement in sent]

    before = conditions()
    tenancy.guard(db.session)

    assert conditions() == before


def test_a_change_of_all_rows_changes_mine_only(world, piet):
    with world.acting(piet):
        changed = db.session.execute(update(Identifier).values(send=False))

    assert changed.rowcount == 1


@pytest.mark.parametrize("change", [update(Organization).values(city="Delft"), delete(AuditEntry)])
def test_rows_without_a_rule_for_it_are_not_changed_together(world, piet, change):
    with world.acting(piet), pytest.raises(tenancy.WallBreach):
        db.session.execute(change)


@pytest.mark.parametrize(
    "question",
    [
        select(Environment.name).where(exists().where(Organization.name == "Stranger")),
        select(Environment.name).where(Organization.environment_id == Environment.id),
        select(OTHER.name).where(Organization.name == "Stranger"),
        select(Environment.name).order_by(Organization.name),
        select(literal(1)).where(exists().where(OTHER.name == "Stranger")),
        update(Environment).values(name="x").where(Environment.id == Organization.environment_id),
    ],
)
def test_a_table_that_would_get_no_condition_is_refused(world, piet, question):
    with world.acting(piet), pytest.raises(tenancy.WallBreach):
        db.session.execute(question)


@pytest.mark.parametrize("question", ["the bare table", "an insertion"])
def test_past_the_models_nothing_owned_can_be_touched(world, piet, question):
    with world.acting(piet), pytest.raises(tenancy.WallBreach):
        db.session.execute(QUESTIONS[question])


def test_a_row_for_another_owner_is_not_stored(world, piet):
    with tenancy.every_environment("test"):
        stranger = db.session.scalars(
            select(Organization.id).where(Organization.name == "Stranger")
        ).one()

    with pytest.raises(tenancy.WallBreach), world.acting(piet):
        db.session.add(Document(organization_id=stranger, direction="out"))


def test_rows_do_not_outlive_their_scope(world, piet):
    with tenancy.every_environment("test"):
        stranger = db.session.scalars(
            select(Organization).where(Organization.name == "Stranger")
        ).one()

    with world.acting(piet):
        assert db.session.get(Organization, stranger.id) is None
