"""A list narrowed by its address: each filter, several at once, and what they cannot mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.models import Direction, Document, DocumentContent, DocumentShare, Readiness
from app.models.types import now
from app.services import document_walks, party_names
from tests.factories import sign_in
from tests.support import statements


@pytest.fixture
def keep(world, town):
    """Keep a document of Piet's that arrived, or another."""

    def keep(number, party="Bakker", *, organization=None, direction=Direction.IN, **columns):
        owner = organization or town.holding
        says = {"issue_date": columns.pop("issued", date(2026, 3, 1))}
        columns = {"readiness": Readiness.READY, "status": 10, **columns}
        document = world.keep(
            Document(organization_id=owner.id, direction=direction, number=number, **columns)
        )
        world.keep(
            DocumentContent(
                organization_id=owner.id,
                document_id=document.id,
                seller_name=party,
                buyer_name=party,
                party_key=party_names.key(direction, party, party),
                currency="EUR",
                payable=Decimal("12.50"),
                **says,
            )
        )
        return document

    return keep


def numbers(page):
    return re.findall(r'class="row-link"[^>]*>([^<]+)</a>', page)


def chips(page):
    return re.findall(r'class="filter-chip">(.*?) <a href="([^"]*)"', page)


@pytest.fixture
def shelf(keep):
    """One of everything that can be asked for."""
    january = datetime(2026, 1, 10, 12, tzinfo=UTC)
    keep("A", "Bakkerij Één", created_at=january, issued=date(2025, 12, 31))
    keep("B", "bakker twee", opened_at=now(), status=40, created_at=january.replace(month=2))
    keep("C", "Slager", kind="credit_note", created_at=january.replace(month=5))
    keep("D", "Slager", status=50, opened_at=now(), created_at=january.replace(month=6))
    keep("E", "Slager", status=70, opened_at=now(), created_at=january.replace(month=7))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("unread=1", ["C", "A"]),
        ("state=open", ["C", "A"]),
        ("state=approved", ["B"]),
        ("state=rejected", ["D"]),
        ("state=paid", ["E"]),
        ("kind=credit_note", ["C"]),
        ("kind=invoice", ["E", "D", "B", "A"]),
        ("number=D", ["D"]),
        ("number=d", []),
        ("party=bakker", ["A", "B"]),
        ("party=bakkerij+een", ["A"]),
        ("party=akker", []),
        ("arrived=2026-Q1", ["B", "A"]),
        ("arrived=2026-06", ["D"]),
        ("arrived=2026", ["E", "D", "C", "B", "A"]),
        ("arrived=2026-05-01..2026-06-10", ["D", "C"]),
        ("arrived=2026-06-11..", ["E"]),
        ("arrived=..2026-01-10", ["A"]),
        ("issued=2025", ["A"]),
        ("issued=2025-12-31..2026-01-01", ["A"]),
        ("unread=1&party=slager", ["C"]),
        ("state=rejected&arrived=2026-06&party=s", ["D"]),
        ("state=rejected&arrived=2026-07", []),
        ("number=A&kind=credit_note", []),
    ],
)
def test_the_inbox_is_narrowed(town, shelf, query, shown):
    answer = town.client.get(f"/inbox/?{query}")

    assert numbers(answer.text) == shown


def test_a_day_is_that_of_the_reader(town, keep):
    keep("NEW YEAR", created_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))  # in Amsterdam

    assert numbers(town.client.get("/inbox/?arrived=2026").text) == ["NEW YEAR"]
    assert numbers(town.client.get("/inbox/?arrived=2025").text) == []


def test_the_number_is_looked_for_in_the_list_that_is_open(town, keep):
    keep("SAME")
    keep("SAME", direction=Direction.OUT)
    keep("SAME", direction=Direction.OUT, readiness=Readiness.DRAFT)

    counted = [
        len(numbers(town.client.get(f"{path}?number=SAME").text))
        for path in ("/inbox/", "/outbox/", "/documents/drafts/", "/documents/list/")
    ]

    assert counted == [1, 1, 1, 3]


def test_each_filter_is_a_chip_that_can_be_taken_away(town, shelf):
    page = town.client.get("/inbox/?unread=1&party=slager&arrived=2026-Q2").text

    found = dict(chips(page))
    assert list(found) == [
        "Unread",
        "Name begins with “slager”",
        "Arrived: Q2 2026",
    ]
    assert found["Unread"] == "/inbox/?party=slager&amp;arrived=2026-Q2"


def test_the_form_leads_to_an_address_without_what_was_left_empty(town):
    typed = "narrow=1&state=&kind=&number=&party=+Piet+&day=issued&period=&from=2026-01-31&to="

    answer = town.client.get(f"/inbox/?{typed}")

    assert answer.status_code == 302
    assert answer.location == "/inbox/?party=Piet&issued=2026-01-31.."


@pytest.mark.parametrize(
    "query",
    [
        "state=attention",
        "kind=letter",
        "arrived=2026-13",
        "arrived=2026-02-30..",
        "issued=2026-03-01..2026-02-01",
        "arrived=2026&issued=2026",
        "narrow=1&from=soon",
        "view=1",
        "show='",
    ],
)
def test_what_cannot_be_meant_is_refused(town, query):
    assert town.client.get(f"/inbox/?{query}").status_code == 422


@pytest.mark.parametrize("query", ["party=b", "issued=2026", "arrived=2026", "kind=invoice"])
def test_every_order_leads_through_the_whole_list_and_back(town, keep, query):
    for each in range(60):
        keep(
            f"N{each:02}",
            "B" + "abc"[each % 3],
            issued=date(2026, 1, 1 + each % 7),
            created_at=datetime(2026, 5, 1 + each % 5, tzinfo=UTC),
        )
    pages, address = [], f"/inbox/?{query}"
    while address:
        page = town.client.get(address).text
        pages.append(numbers(page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    newer = re.search(r'rel="prev" href="([^"]+)"', page)[1].replace("&amp;", "&")

    assert [len(each) for each in pages] == [25, 25, 10]
    assert len({number for each in pages for number in each}) == 60
    assert numbers(town.client.get(newer).text) == pages[1]


def test_a_page_that_found_little_says_how_far_it_came(town, keep, monkeypatch):
    monkeypatch.setattr(document_walks, "LOOKED_AT", 30)
    keep("OLD", "Bakker", kind="credit_note", direction=Direction.OUT)
    for each in range(40):
        keep(f"N{each:02}", "Bakker", direction=Direction.OUT)

    first = town.client.get("/outbox/?party=bakker&kind=credit_note").text
    further = re.search(r'href="([^"]+)">Look further', first)[1].replace("&amp;", "&")
    second = town.client.get(further).text

    assert numbers(first) == []
    assert "We looked at 30 documents so far" in first
    assert numbers(second) == ["OLD"]
    assert "Look further" not in second


def test_what_others_share_is_narrowed_too(town, keep, app, world):
    shown = keep("SHOWN", "Bakker")
    guest, window = world.user(town.ours, "Gast Vrij"), app.test_client()
    world.keep(
        DocumentShare(organization_id=town.holding.id, document_id=shown.id, user_id=guest.id)
    )
    sign_in(window, guest)

    for filters, found in (
        ("party=bak", ["SHOWN"]),
        ("party=sla", []),
        ("issued=2026-03", ["SHOWN"]),
        ("number=SHOWN", ["SHOWN"]),
        ("kind=credit_note", []),
        ("arrived=2020", []),
    ):
        for path in ("/documents/list/", "/documents/shared/"):
            assert numbers(window.get(f"{path}?{filters}").text) == found, path + filters


@pytest.mark.parametrize(
    "address", ["/inbox/?party=b&kind=invoice", "/outbox/?arrived=2026&party=b"]
)
def test_a_narrowed_list_takes_few_statements(town, keep, address):
    counted = []
    for upto in (2, 40):
        for each in range(upto):
            keep(f"{upto}-{each}", "Bakker", direction=Direction.OUT)
            keep(f"{upto}-{each}-in", "Bakker")
        town.client.get(address)
        with statements() as sent:
            town.client.get(address)
        counted.append(len(sent))

    assert counted[0] <= counted[1] <= 12
