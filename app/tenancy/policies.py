"""The second wall in words: who sees, changes and adds the rows of each table, for PostgreSQL itself.

Written a second time on purpose, not derived from the conditions beside the models: a mistake in one wall
must not be in the other. A test looks through both from every viewpoint and finds the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace


def _setting(name: str) -> str:
    # In a subselect of its own, so that the database reads it once for a statement, not for each row.
    return f"(SELECT nullif(current_setting('app.{name}', true), ''))"


def _number(name: str) -> str:
    return f"(SELECT nullif(current_setting('app.{name}', true), '')::bigint)"


def _numbers(name: str) -> str:
    return f"(SELECT nullif(current_setting('app.{name}', true), '')::bigint[])::bigint[]"


def _expected(condition: str) -> str:
    # Written so that PostgreSQL expects it of nearly every row. Otherwise it would expect few rows to be
    # left of a page, and read and sort all of an organization's instead of walking along an index.
    return f"(SELECT 1 WHERE {condition}) IS NOT NULL"


REACH = _setting("reach")
PERSON = _number("person")
ENVIRONMENT = _number("environment")
ADMINISTRATOR = f"{_setting('administrator')} = 'on'"
STAFF = _expected("current_setting('app.reach', true) = 'staff'")
NO_STAFF = _expected("false")
SOMEBODY = f"{REACH} IS NOT NULL"

EVERYBODY = "true"
NOBODY = "false"
OURS = f"environment_id = {ENVIRONMENT}"
MINE = f"organization_id = ANY ({_numbers('organizations')})"
OWN = f"user_id = {PERSON}"
# Colleagues' organizations can't be seen, so a function of the owner names those of an environment.
HERE = f"organization_id IN (SELECT organizations_of({ENVIRONMENT}))"
SHARED = f"SELECT document_id FROM document_share WHERE {OWN} AND ended_at IS NULL"
TOGETHER = f"SELECT user_id FROM membership WHERE {MINE}"


@dataclass(frozen=True, slots=True)
class Policy:
    """The conditions of one table for a scope; through the gate everything is seen and changed."""

    sees: str
    changes: str = NOBODY
    adds: str = NOBODY
    content: bool = False  # what customers wrote or received: hidden from staff


def _all(condition: str) -> Policy:
    return Policy(condition, condition, condition)


def _content(policy: Policy) -> Policy:
    return replace(policy, content=True)


def _of_document(key: str = "document_id") -> Policy:
    return Policy(f"{MINE} OR {key} IN ({SHARED})", MINE, MINE)


OF_ENVIRONMENT = _all(OURS)
OF_ORGANIZATION = _all(MINE)
OF_DOCUMENT = _of_document()
OF_PLATFORM = Policy(NOBODY)
OF_FRAMEWORK = Policy(EVERYBODY)

_ADMINISTERED = f"ANY ({_numbers('administered')})"
_ANY_SIDE = f"{ENVIRONMENT} IN (environment_id, partner_environment_id)"
_OF_PARTNERS = " OR ".join(
    f"id IN (SELECT {theirs} FROM partnership"
    f" WHERE {ours} = {ENVIRONMENT} AND state IN ('requested', 'active'))"
    for theirs, ours in (
        ("partner_environment_id", "environment_id"),
        ("environment_id", "partner_environment_id"),
    )
)
_RULES_ORGANIZATION = f"id = {_ADMINISTERED} OR ({ADMINISTRATOR} AND {OURS})"
_RULES_MEMBERS = f"organization_id = {_ADMINISTERED} OR ({ADMINISTRATOR} AND {HERE})"
_RULES_USER = f"id = {PERSON} OR ({ADMINISTRATOR} AND {OURS})"
_RULES_REQUEST = f"{OURS} AND ({OWN} OR {ADMINISTRATOR})"
_RULES_ENVIRONMENT = f"{ADMINISTRATOR} AND id = {ENVIRONMENT}"

POLICIES: dict[str, Policy] = {
    "environment": Policy(f"id = {ENVIRONMENT} OR {_OF_PARTNERS}", _RULES_ENVIRONMENT),
    "environment_domain": OF_ENVIRONMENT,
    "user_group": OF_ENVIRONMENT,
    "user_group_member": Policy(f"{OURS} OR {OWN}", OURS, OURS),
    "partnership": _all(_ANY_SIDE),
    "request": Policy(f"{OWN} OR ({ADMINISTRATOR} AND {OURS})", _RULES_REQUEST, _RULES_REQUEST),
    "audit_entry": Policy(f"{ADMINISTRATOR} AND {OURS}", NOBODY, SOMEBODY),
    "ab_user": Policy(
        f"id = {PERSON} OR {OURS} OR id IN ({TOGETHER})", _RULES_USER, f"{ADMINISTRATOR} AND {OURS}"
    ),
    "organization": Policy(
        f"id = ANY ({_numbers('organizations')}) OR ({ADMINISTRATOR} AND {OURS})",
        _RULES_ORGANIZATION,
        f"{ADMINISTRATOR} AND {OURS}",
    ),
    "membership": Policy(
        f"{MINE} OR {OWN} OR ({ADMINISTRATOR} AND {HERE})",
        f"{_RULES_MEMBERS} OR {OWN}",
        _RULES_MEMBERS,
    ),
    "identifier": OF_ORGANIZATION,
    "receive_agreement": OF_ORGANIZATION,
    "contact": _content(Policy(f"{MINE} OR (shared AND {HERE})", MINE, MINE)),
    "invoice_template": _content(OF_ORGANIZATION),
    "blob": OF_ORGANIZATION,
    "connection": OF_ORGANIZATION,
    "document": _of_document("id"),
    "document_version": OF_DOCUMENT,
    "document_content": _content(OF_DOCUMENT),
    "document_share": Policy(f"{MINE} OR {OWN}", MINE, MINE),
    "finding": _content(OF_DOCUMENT),
    "history_entry": OF_DOCUMENT,
    "private_link": _content(OF_DOCUMENT),
    "delivery": OF_DOCUMENT,
    "attempt": OF_DOCUMENT,
    "notification": _content(_all(OWN)),
    "tally": Policy(MINE),
    "platform_tally": OF_PLATFORM,
    "tally_slice": OF_PLATFORM,
    "saved_view": _content(_all(OWN)),
    "exchange": OF_PLATFORM,
    "user_identity": OF_PLATFORM,
    "one_time_link": OF_PLATFORM,
    "outgoing_mail": OF_PLATFORM,
    "setting": OF_PLATFORM,
    "network_registration": OF_PLATFORM,
    "ab_api_key": OF_PLATFORM,
    "ab_group": OF_PLATFORM,
    "ab_register_user": OF_PLATFORM,
    "ab_permission": OF_FRAMEWORK,
    "ab_view_menu": OF_FRAMEWORK,
    "ab_permission_view": OF_FRAMEWORK,
    "ab_permission_view_role": OF_FRAMEWORK,
    "ab_role": OF_FRAMEWORK,
    "ab_user_role": OF_FRAMEWORK,
    "ab_user_group": OF_FRAMEWORK,
    "ab_group_role": OF_FRAMEWORK,
}
# A row doesn't move to another owner, whoever may change it.
OWNERS = frozenset({"environment_id", "partner_environment_id", "organization_id", "document_id"})
NAMES = ("postiljon_see", "postiljon_add", "postiljon_change", "postiljon_remove")
OPEN = "postiljon_gate"


def clauses(policy: Policy) -> Iterator[str]:
    """What follows ``FOR`` in the four policies of a table, in the order of their names."""
    own = f"{REACH} = 'own' AND ({policy.sees})" if policy.content else policy.sees
    sees = f"{NO_STAFF if policy.content else STAFF} OR ({own})"
    yield f"SELECT USING ({sees})"
    yield f"INSERT WITH CHECK ({policy.adds})"
    # What is seen may be locked, for which PostgreSQL asks the first of the two.
    yield f"UPDATE USING ({sees}) WITH CHECK ({policy.changes})"
    yield f"DELETE USING ({policy.changes})"
