"""The service before the registers: only those that are named, each for itself, and not without end."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.errors import NotFound
from app.registers import NotConfigured
from app.services import attempts, company_registers
from tests.factories import World

from .servers import KEY, PROFILE, found_by_name, valid


@pytest.fixture
def named(app: Any) -> Iterator[Callable[..., None]]:
    """Name registers, as an operator does."""
    before = app.config["SETTINGS"]

    def name(**settings: str) -> None:
        app.config["SETTINGS"] = dataclasses.replace(before, **settings)

    yield name
    app.config["SETTINGS"] = before


@pytest.fixture
def person(world: World) -> Iterator[Any]:
    with world.acting(world.user(world.environment())) as scope:
        yield scope


def test_nobody_is_asked_when_none_is_named(person) -> None:
    assert not company_registers.any_configured()
    with pytest.raises(NotConfigured, match="by hand"):
        company_registers.search("Bakkerij")


def test_one_that_fails_does_not_stand_in_the_way_of_another(person, named, kvk, vies) -> None:
    named(kvk_url=kvk.url, kvk_key="wrong", vies_url=vies.url)
    vies.at("/ms/BE/vat/0123456749", valid("Bakkerij Gent", "Kade 1\n9000 Gent"))

    assert [each.register.code for each in company_registers.search("0123456749").found] == ["vies"]
    said = company_registers.search("Bakkerij")

    assert said.found == ()
    assert [type(each).__name__ for each in said.troubles] == ["NotLetIn"]


def test_both_may_know_it(person, named, kvk, vies) -> None:
    named(kvk_url=kvk.url, kvk_key=KEY, vies_url=vies.url)
    kvk.at("/v2/zoeken", found_by_name(("69599084", "Bakkerij Bolder", "rechtspersoon")))

    said = company_registers.search("Bakkerij")

    assert [each.company.name for each in said.found] == ["Bakkerij Bolder"]
    assert said.troubles == ()


def test_one_company_by_its_number(person, named, kvk) -> None:
    named(kvk_url=kvk.url, kvk_key=KEY)
    kvk.at("/v1/basisprofielen/69599084", PROFILE)

    assert company_registers.company("kvk", "69599084").postcode == "7241 AR"
    with pytest.raises(NotFound):
        company_registers.company("kvk", "12345678")
    with pytest.raises(NotConfigured):
        company_registers.company("vies", "BE0123456749")


def test_one_person_does_not_copy_a_register(person, named, kvk, monkeypatch) -> None:
    named(kvk_url=kvk.url, kvk_key=KEY)
    few = dataclasses.replace(company_registers.QUESTIONS, most=2)
    monkeypatch.setattr(company_registers, "QUESTIONS", few)
    for _ in range(2):
        company_registers.search("Bakkerij")

    with pytest.raises(attempts.TooOften):
        company_registers.search("Bakkerij")
    assert len(kvk.asked) == 2
