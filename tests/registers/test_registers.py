"""Company registers, asked over HTTP: what they find, and what becomes of a bad day."""

from __future__ import annotations

import logging
import time

import pytest

from app.invoice.identifiers import ParticipantId
from app.registers import (
    Away,
    Company,
    KvkRegister,
    NotLetIn,
    ViesRegister,
    configured,
    line,
)

from .servers import KEY, PROFILE, Register, found_by_name, valid

SEARCH = "/v2/zoeken"
BOLDER = ParticipantId("0106", "69599084")


def test_without_settings_nobody_is_asked() -> None:
    assert configured(kvk=("https://api.kvk.nl/api", "", ""), vies_url="") == ()


def test_with_settings_each_is_asked(kvk: Register, vies: Register) -> None:
    found = configured(kvk=(kvk.url, KEY, ""), vies_url=vies.url)

    assert [each.code for each in found] == ["kvk", "vies"]


def test_a_name_finds_each_dutch_company_once_and_without_branches(kvk: Register) -> None:
    kvk.at(
        SEARCH,
        found_by_name(
            ("69599084", "Bakkerij Bolder B.V.", "rechtspersoon"),
            ("69599084", "Bakkerij Bolder", "hoofdvestiging"),
            ("69599084", "Bakkerij Bolder Zuid", "nevenvestiging"),
            ("12345678", "Bakker Bas", "rechtspersoon"),
        ),
    )

    found = KvkRegister(kvk.url, KEY).search("  bakkerij   bolder ")

    assert found == [
        Company("Bakkerij Bolder", "Oosterwal", "", "Lochem", "NL", BOLDER),
        Company("Bakker Bas", "Oosterwal", "", "Lochem", "NL", ParticipantId("0106", "12345678")),
    ]
    assert kvk.asked == [(SEARCH, {"naam": "bakkerij bolder", "resultatenPerPagina": "25"})]


@pytest.mark.parametrize("text", ["69599084", "6959 9084", "0106:69599084", "KvK 69599084"])
def test_a_kvk_number_is_asked_for_as_a_number(kvk: Register, text: str) -> None:
    kvk.at(SEARCH, found_by_name(("69599084", "Bakkerij Bolder", "hoofdvestiging")))

    assert [each.number for each in KvkRegister(kvk.url, KEY).search(text)] == ["69599084"]
    assert kvk.asked[0][1]["kvkNummer"] == "69599084"


@pytest.mark.parametrize("text", ["", "ab", "0123456749", "NL859837445B01", "0190:00000001", "!!!"])
def test_what_the_dutch_register_cannot_look_for_is_not_sent(kvk: Register, text: str) -> None:
    assert KvkRegister(kvk.url, KEY).search(text) == []
    assert kvk.asked == []


def test_the_dutch_register_is_not_asked_for_a_belgian_company(kvk: Register) -> None:
    assert KvkRegister(kvk.url, KEY).search("Bakkerij", country="BE") == []
    assert kvk.asked == []


def test_the_one_that_is_chosen_comes_with_its_whole_address(kvk: Register) -> None:
    kvk.at("/v1/basisprofielen/69599084", PROFILE)

    found = KvkRegister(kvk.url, KEY).company("69599084")

    assert found == Company(
        "Bakkerij Bolder B.V.", "Oosterwal 7a-2", "7241 AR", "Lochem", "NL", BOLDER
    )


def test_what_a_register_does_not_know_is_nothing_and_no_error(kvk: Register) -> None:
    asked = KvkRegister(kvk.url, KEY)

    assert asked.search("Nobody at all") == []
    assert asked.company("69599084") is None


def test_a_company_that_ended_is_not_offered(kvk: Register) -> None:
    said = found_by_name(("69599084", "Bakkerij Bolder", "hoofdvestiging"))
    said["resultaten"][0]["actief"] = "Nee"
    kvk.at(SEARCH, said)

    assert KvkRegister(kvk.url, KEY).search("Bakkerij") == []


def test_a_wrong_key_is_told_apart_and_never_logged(
    kvk: Register, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(NotLetIn) as refused:
        KvkRegister(kvk.url, "wrong-key-of-ours").search("Bakkerij")

    assert "KvK doesn't let this platform in" in str(refused.value)
    assert "wrong-key" not in caplog.text
    assert "Bakkerij" not in caplog.messages[-1]


@pytest.mark.parametrize(
    "how",
    [
        {"status": 500},
        {"status": 503},
        {"status": 429},
        {"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}},
        {"said": b'{"resultaten": [{'},
        {"said": b"\xff\xfe"},
        {"said": ["no", "object"]},
        {"said": b'{"a": "' + b"x" * (line.MOST_BYTES + 10) + b'"}'},
        {"said": b"[" * 100_000},
    ],
    ids=["500", "503", "429", "redirect", "broken", "bytes", "list", "giant", "deep"],
)
def test_an_answer_that_cannot_be_used_is_no_answer(kvk: Register, how: dict) -> None:
    kvk.at(SEARCH, **how)

    with pytest.raises(Away) as away:
        KvkRegister(kvk.url, KEY).search("Bakkerij")

    assert "Fill in the fields by hand" in str(away.value)
    assert len(kvk.asked) == 1


def test_a_slow_register_is_not_waited_for_and_then_left_alone_for_a_while(
    kvk: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "READ_SECONDS", 0.2)
    kvk.at(SEARCH, found_by_name(), seconds=1)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(Away):
            KvkRegister(kvk.url, KEY).search("Bakkerij")

    assert time.monotonic() - began < 0.9
    assert len(kvk.asked) == 1


def test_a_trickle_ends_when_our_patience_does(
    kvk: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "WHOLE_SECONDS", 0.3)
    kvk.at(SEARCH, b" " * 1000, trickle=0.01)
    began = time.monotonic()
    with pytest.raises(Away):
        KvkRegister(kvk.url, KEY).search("Bakkerij")

    assert time.monotonic() - began < 2


def test_nobody_at_the_address_is_no_answer() -> None:
    with pytest.raises(Away):
        KvkRegister("http://127.0.0.1:9", KEY).search("Bakkerij")


def test_what_stands_in_an_answer_is_tidied(kvk: Register) -> None:
    said = found_by_name(
        ("69599084", "  Bakkerij\n<b>Bolder</b>\u0000 " + "x" * 500, "rechtspersoon")
    )
    said["resultaten"] += ["no row", {"kvkNummer": 7}, {"kvkNummer": "1234567"}]
    said["resultaten"][0]["adres"] = ["no address"]
    kvk.at(SEARCH, said)

    (found,) = KvkRegister(kvk.url, KEY).search("Bakkerij")

    assert found.name.startswith("Bakkerij <b>Bolder</b> xxx")
    assert len(found.name) == 200
    assert found.street == found.city == ""


@pytest.mark.parametrize(
    "text", ["BE0123.456.749", "0123456749", "0208:0123456749", "be 0123456749"]
)
def test_a_belgian_number_is_looked_up_by_its_vat_number(vies: Register, text: str) -> None:
    vies.at("/ms/BE/vat/0123456749", valid("Bakkerij Gent BV", "Kade 1\n9000 Gent"))

    found = ViesRegister(vies.url).search(text)

    assert found == [
        Company(
            "Bakkerij Gent BV",
            "Kade 1",
            "9000",
            "Gent",
            "BE",
            ParticipantId("0208", "0123456749"),
            "BE0123456749",
        )
    ]


def test_a_dutch_vat_number_has_no_number_of_the_register(vies: Register) -> None:
    vies.at("/ms/NL/vat/859837445B01", valid("BOLDER B.V.", "\nOOSTERWAL 00007 A\n7241AR LOCHEM\n"))

    (found,) = ViesRegister(vies.url).search("NL8598.37.445.B01")

    assert found.legal_id is None
    assert found.number == found.vat_number == "NL859837445B01"
    assert (found.street, found.postcode, found.city) == ("OOSTERWAL 7 A", "7241 AR", "LOCHEM")


def test_a_country_that_gives_no_name_still_confirms_the_number(vies: Register) -> None:
    vies.at("/ms/DE/vat/136695976", valid("---", "---"))

    (found,) = ViesRegister(vies.url).search("DE136695976")

    assert found == Company("DE136695976", country="DE", vat_number="DE136695976")


def test_greece_has_letters_of_its_own(vies: Register) -> None:
    vies.at("/ms/EL/vat/094259216", valid("ΕΤΑΙΡΕΙΑ", "ΟΔΟΣ 1\n10431 - ΑΘΗΝΑ"))

    (found,) = ViesRegister(vies.url).search("GR094259216")

    assert found.country == "GR"


def test_a_number_that_is_not_valid_finds_nothing(vies: Register) -> None:
    vies.at("/ms/BE/vat/0123456749", {"isValid": False, "userError": "INVALID"})

    assert ViesRegister(vies.url).search("BE0123456749") == []


@pytest.mark.parametrize("error", ["MS_UNAVAILABLE", "MS_MAX_CONCURRENT_REQ", "TIMEOUT", "ODD"])
def test_trouble_of_a_country_is_never_an_invalid_number(vies: Register, error: str) -> None:
    vies.at("/ms/BE/vat/0123456749", {"isValid": False, "userError": error})

    with pytest.raises(Away):
        ViesRegister(vies.url).search("BE0123456749")


def test_trouble_may_come_wrapped(vies: Register) -> None:
    vies.at("/ms/BE/vat/0123456749", {"actionSucceed": False, "errorWrappers": [{"error": "X"}]})

    with pytest.raises(Away):
        ViesRegister(vies.url).search("BE0123456749")


@pytest.mark.parametrize(
    "text", ["Bakkerij", "53087412", "IT Services 24", "US123456789", "BE../x"]
)
def test_what_is_no_vat_number_is_not_sent(vies: Register, text: str) -> None:
    assert ViesRegister(vies.url).search(text) == []
    assert vies.asked == []
