"""Charts say what their tables say, in the colours of the theme; without scripts the tables are enough."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from app.models import Delivery, DeliveryState, Direction, Document, Readiness
from app.models.types import new_public_id, now
from app.services import tallying
from tests.factories import World

DRAWN = """() => {
  const chart = Chart.getChart(document.querySelector("canvas[data-of=year]"));
  return {
    labels: chart.data.labels,
    series: chart.data.datasets.map((one) => ({ label: one.label, data: one.data, colour: one.backgroundColor })),
    animation: chart.options.animation,
  };
}"""

HAS_CHART = "!!globalThis.Chart?.getChart(document.querySelector('canvas'))"


def wait_until(page: Page, expression: str) -> None:
    """Ask from outside: the page's own policy forbids it to make code of texts."""
    deadline = time.monotonic() + 15
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


@pytest.fixture
def piet(world: World) -> Any:
    """Someone whose organization sent two invoices and received one."""
    ours = world.environment("Piet BV")
    piet = world.user(ours, "Piet Post", role="administrator", ask_receive=False)
    holding = world.organization(ours, administrator=piet)
    for days in (0, 40):
        at = now() - timedelta(days=days)
        sent = world.keep(
            Document(
                organization_id=holding.id,
                direction=Direction.OUT,
                readiness=Readiness.READY,
                created_at=at,
                queued_at=at,
            )
        )
        world.keep(
            Delivery(
                organization_id=holding.id,
                document_id=sent.id,
                route="platform",
                recipient="0106:1",
                message_key=new_public_id(),
                state=DeliveryState.DELIVERED,
                created_at=at,
                ended_at=at,
            )
        )
    world.keep(
        Document(organization_id=holding.id, direction=Direction.IN, readiness=Readiness.READY)
    )
    tallying.count_on()
    return piet


def test_a_chart_says_what_its_table_says(window, piet):
    page = window(piet)
    page.goto("/")
    wait_until(page, HAS_CHART)

    drawn = page.evaluate(DRAWN)
    rows = page.locator("#year tbody tr")

    assert [one["label"] for one in drawn["series"]] == ["Sent", "Received"]
    assert drawn["labels"] == rows.locator("th").all_inner_texts()[::-1]
    assert sum(drawn["series"][0]["data"]) == 2
    assert drawn["series"][1]["data"][-1] == 1
    assert "Sent and received per month" in str(
        page.locator("canvas").first.get_attribute("aria-label")
    )


def test_a_chart_follows_the_theme(window, piet):
    page = window(piet, color_scheme="light")
    page.goto("/")
    wait_until(page, HAS_CHART)
    light = page.evaluate(DRAWN)["series"][0]["colour"]
    page.evaluate("document.documentElement.style.colorScheme = 'light dark'")

    page.emulate_media(color_scheme="dark")
    wait_until(page, f"({DRAWN})().series[0].colour !== {light!r}")

    assert page.evaluate(DRAWN)["series"][0]["colour"] == page.evaluate(
        "getComputedStyle(document.querySelector('#year .swatch-1')).backgroundColor"
    )


def test_nothing_moves_for_who_asked_for_that(window, piet):
    page = window(piet, reduced_motion="reduce")
    page.goto("/")
    wait_until(page, HAS_CHART)

    assert page.evaluate(DRAWN)["animation"] is False


def test_without_scripts_the_table_is_the_chart(window, piet):
    page = window(piet, java_script_enabled=False)
    page.goto("/")

    assert page.locator("#year").is_visible()
    assert not page.locator(".figure-chart").is_visible()
