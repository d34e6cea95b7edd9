"""The operator's own people: by command, and by the set-up page that works once."""

from __future__ import annotations

import pytest
from flask_appbuilder.security.sqla.models import PermissionView
from sqlalchemy import select

from app.extensions import db
from app.roles import Role, rights_of
from app.services import attempts, permissions
from app.services.installation import setup_token
from app.tenancy import StaffRole
from tests.accounts.visitor import ACCOUNT, PASSWORD, person

FORM = {**ACCOUNT, "username": "otto", "email": "otto@operator.nl"}


@pytest.fixture
def flask_command(context):
    runner = context.test_cli_runner()
    return lambda *words, **options: runner.invoke(args=words, **options)


def _create(flask_command, *more, email="otto@operator.nl", password=PASSWORD):
    return flask_command(
        *("operator", "create", "--email", email, "--name", "Otto Operator"),
        *("--password", password, *more),
    )


def test_a_command_makes_a_staff_account_that_can_sign_in(flask_command, visitor):
    answer = _create(flask_command)

    assert answer.exit_code == 0, answer.output
    otto = person("otto@operator.nl")
    assert (otto.staff_role, otto.environment_id) == (StaffRole.TECHNICAL, None)
    assert visitor.sign_in("otto@operator.nl").status_code == 302


def test_the_command_asks_for_what_is_not_given(flask_command):
    typed = f"otto@operator.nl\nOtto Operator\n{PASSWORD}\n{PASSWORD}\n"

    answer = flask_command("operator", "create", input=typed)

    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "otto"}, "is not an e-mail address"),
        ({"password": "short"}, "this one has 5"),
    ],
)
def test_the_command_refuses_with_the_same_sentences(flask_command, changes, sentence):
    answer = _create(flask_command, **changes)

    assert answer.exit_code == 1
    assert sentence in answer.output
    assert person("otto@operator.nl") is None


@pytest.mark.parametrize("words", [("operator", "list"), ("permissions", "sync")])
def test_on_a_database_without_tables_the_command_says_what_to_do(flask_command, words):
    db.drop_all()

    answer = flask_command(*words)

    assert answer.exit_code == 1
    assert "platform prepare" in answer.output
    assert "Traceback" not in answer.output


def test_the_list_names_everyone(flask_command):
    _create(flask_command)
    _create(flask_command, "--role", "support", email="sara@operator.nl")

    lines = flask_command("operator", "list").output.splitlines()

    assert [line.split()[0] for line in lines] == ["otto@operator.nl", "sara@operator.nl"]
    assert lines[1].endswith("support")


def test_permissions_say_what_the_roles_say_and_twice_changes_nothing(flask_command):
    first = flask_command("permissions", "sync")
    second = flask_command("permissions", "sync")

    rows = db.session.scalars(select(PermissionView)).unique().all()
    kept = {(row.view_menu.name, row.permission.name.removeprefix("can_")) for row in rows}
    assert kept == set(rights_of(Role))
    assert first.exit_code == 0
    assert second.output == "0 permissions added, 0 removed.\n"


def test_a_permission_that_no_role_gives_is_taken_away(context):
    permissions.synchronise()
    db.session.add(permissions._permission(("Secrets", "can_read")))
    db.session.commit()

    assert permissions.synchronise() == permissions.Changes(added=0, removed=1)


def test_demonstration_data_come_with_every_sign_in(flask_command, visitor):
    answer = flask_command("demo", "fill")

    assert answer.exit_code == 0, answer.output
    words = answer.output.splitlines()[0].split()
    assert visitor.sign_in(words[0], words[1]).status_code == 302


def test_a_platform_in_use_is_not_filled(flask_command, world):
    world.user(world.environment(), "Piet Post")

    answer = flask_command("demo", "fill")

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")


def test_preparing_twice_is_harmless(flask_command):
    assert flask_command("platform", "prepare").exit_code == 0
    assert flask_command("platform", "prepare").exit_code == 0


def test_the_set_up_page_makes_the_first_account_and_is_gone(visitor):
    page = f"/setup/{setup_token()}"

    done = visitor.fill(page, FORM, follow_redirects=True)

    assert "Your staff account is ready" in done.text
    assert person("otto@operator.nl").staff_role == StaffRole.TECHNICAL
    assert visitor.sign_in("otto").status_code == 302
    assert setup_token() is None
    assert visitor.open(page).status_code == 404


def test_looking_at_the_set_up_page_uses_nothing_up(visitor):
    page = f"/setup/{setup_token()}"

    answers = [visitor.client.open(page, method=method).status_code for method in ("GET", "HEAD")]

    assert answers == [200, 200]
    assert setup_token() is not None


@pytest.mark.parametrize("token", ["wrong", "x" * 500, "é", "None"])
def test_a_wrong_token_finds_no_page(visitor, token):
    setup_token()

    assert visitor.open(f"/setup/{token}").status_code == 404


def test_once_there_is_staff_no_token_opens_the_page(visitor, flask_command):
    token = setup_token()
    _create(flask_command)

    assert visitor.open(f"/setup/{token}").status_code == 404
    assert visitor.open("/setup/None").status_code == 404


def test_guessing_the_token_has_to_wait(visitor):
    answers = [visitor.open("/setup/guess").status_code for _ in range(attempts.SET_UP.most + 1)]

    assert answers == [404] * attempts.SET_UP.most + [429]


def test_what_is_wrong_on_the_set_up_page_is_said_at_its_field(visitor):
    token = setup_token()

    page = visitor.fill(f"/setup/{token}", {**FORM, "email": "otto", "password": "short"})

    assert page.status_code == 422
    assert 'id="email-errors"' in page.text
    assert setup_token() == token
