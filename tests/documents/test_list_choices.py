"""Columns and views that people keep of a list: their own, and only theirs."""

from __future__ import annotations

import re

import pytest
from flask import g

from app.models import Direction, Document
from app.services import saved_views
from tests.documents.conftest import post
from tests.support import statements


@pytest.fixture
def row(world, town):
    return world.keep(
        Document(
            organization_id=town.holding.id, direction=Direction.IN, number="A1", readiness="ready"
        )
    )


def heads(page):
    return re.findall(r"<th scope=\"col\"[^>]*>([^<]+)</th>", page)


def tabs(page):
    return re.findall(r'class="view-tab"><a href="([^"]+)"[^>]*>([^<]+)</a>', page)


def choose(town, *columns, client=None, **fields):
    typed = {"box": "inbox", "query": "", "column": list(columns), **fields}
    return post(client or town.client, "/lists/columns", typed, at="/inbox/")


def keep_view(town, name, query="", *columns):
    typed = {"box": "inbox", "query": query, "name": name, "column": list(columns)}
    return post(town.client, "/lists/views", typed, at="/inbox/")


def test_a_list_shows_the_columns_that_its_reader_chose(town, row):
    usual = heads(town.client.get("/inbox/").text)

    answer = choose(town, "party", "issued", "nonsense", query="unread=1")

    assert answer.location == "/inbox/?unread=1"
    assert heads(town.client.get("/inbox/").text) == ["Sender", "Number", "Invoice date"]
    choose(town, usual="1")
    assert heads(town.client.get("/inbox/").text) == usual


def test_a_choice_is_of_one_list_and_one_person(town, row, world):
    choose(town, "amount")

    assert "Direction" in heads(town.client.get("/documents/list/").text)
    with world.acting(town.anna):
        assert g.person.user.list_columns is None


def test_a_view_keeps_filters_and_columns_under_a_name(town, row):
    kept = keep_view(town, " To  pay ", "state=open&unread=1", "party", "amount")

    assert kept.location.startswith("/inbox/?view=")
    page = town.client.get(kept.location).text
    ((address, name),) = tabs(page)
    assert name == "To pay"
    opened = town.client.get(address.replace("&amp;", "&")).text
    assert heads(opened) == ["Sender", "Number", "Amount"]
    assert 'class="filter-chip">Unread' in opened
    assert "Sender" in heads(town.client.get("/inbox/").text)


def test_the_same_name_is_the_same_view(town, row):
    keep_view(town, "Mine", "unread=1")
    keep_view(town, "Mine", "state=paid")

    ((address, _name),) = tabs(town.client.get("/inbox/").text)
    assert "state=paid" in address


def test_a_view_is_removed_by_its_cross(town, row):
    kept = keep_view(town, "Mine")
    view = kept.location.partition("view=")[2]

    answer = post(town.client, f"/lists/views/{view}/remove", at="/inbox/")

    assert answer.location == "/inbox/"
    assert tabs(town.client.get("/inbox/").text) == []


def test_nobody_sees_or_removes_the_views_of_another(town, row):
    view = keep_view(town, "Mine").location.partition("view=")[2]

    answer = post(town.receiver, f"/lists/views/{view}/remove", at="/inbox/")

    assert answer.status_code == 404
    assert tabs(town.receiver.get("/inbox/").text) == []
    assert len(tabs(town.client.get("/inbox/").text)) == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"box": "attic"}, 422), ({"query": "state=nope"}, 422), ({"name": " "}, 302)],
)
def test_what_cannot_be_kept_is_refused(town, row, fields, status):
    typed = {"box": "inbox", "name": "Mine", **fields}
    answer = post(town.client, "/lists/views", typed, at="/inbox/")

    assert answer.status_code == status
    assert tabs(town.client.get("/inbox/").text) == []


def test_a_list_keeps_so_many_views_and_no_more(town, row, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    for name in ("one", "two", "three"):
        keep_view(town, name)

    page = town.client.get("/inbox/").text
    assert [name for _address, name in tabs(page)] == ["one", "two"]


def test_views_cost_one_statement(town, row):
    town.client.get("/inbox/")
    with statements() as without:
        town.client.get("/inbox/")
    for name in ("one", "two", "three"):
        keep_view(town, name)
    town.client.get("/inbox/")
    with statements() as with_views:
        town.client.get("/inbox/")

    assert len(without) == len(with_views) <= 12
