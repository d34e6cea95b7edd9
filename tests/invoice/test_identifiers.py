"""Numbers: what people paste becomes the one written form, and what is wrong is said in words."""

import pytest

from app.errors import Unreadable
from app.invoice.identifiers import (
    ParticipantId,
    grouped,
    normalise,
    read,
    scheme_for,
    schemes_for_country,
)
from app.invoice.schemes import SCHEMES


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.code)
def test_every_example_is_a_valid_number_and_is_shown_as_it_was_written(scheme):
    participant = normalise(scheme.code, scheme.example)

    assert scheme.pattern.fullmatch(participant.value)
    assert grouped(participant) == scheme.example


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.code)
def test_a_tidy_number_stays_as_it_is(scheme):
    once = normalise(scheme.code, scheme.example)

    assert normalise(scheme.code, once.value) == once


@pytest.mark.parametrize(
    ("scheme", "typed", "value"),
    [
        ("0106", " 12.34.56.78 ", "12345678"),
        ("0106", "'12345678", "12345678"),
        ("0106", "kvk 1234\u00a05678", "12345678"),
        ("0106", "0106:12345678", "12345678"),
        ("0106", "１２３４５６７８", "12345678"),
        ("0190", "1823288444000", "00000001823288444000"),
        ("0190", "'0000 0001 8232 8844 4000", "00000001823288444000"),
        ("9944", "nl 1234.56.782.b.01", "NL123456782B01"),
        ("9944", "123456782B01", "NL123456782B01"),
        ("9944", "NL123456789B13", "NL123456789B13"),  # the newer kind, modulus 97
        ("0208", "123.456.749", "0123456749"),
        ("0208", "BE 0123.456.749", "0123456749"),
        ("9925", "0123456749", "BE0123456749"),
        ("9925", "be123456749", "BE0123456749"),
        ("0088", "4012345 00000 9", "4012345000009"),
        ("9930", "136 695 976", "DE136695976"),
        ("0204", "991 – 33333test – 33", "991-33333TEST-33"),
        ("0009", "732 829 320 00074", "73282932000074"),
        ("9957", "fr 40 303 265 045", "FR40303265045"),
        ("0184", "DK 13 58 56 28", "13585628"),
        ("0211", "00743110157", "IT00743110157"),
    ],
)
def test_what_people_paste_is_tidied(scheme, typed, value):
    assert normalise(scheme, typed) == ParticipantId(scheme, value)


@pytest.mark.parametrize(
    ("scheme", "typed", "said"),
    [
        ("0106", "", "Enter a number"),
        ("0106", " .-' ", "Enter a number"),
        ("0106", "1234567", "8 digits expected, 7 found"),
        ("0106", "123456789", "8 digits expected, 9 found"),
        ("0106", "1234567X", "only digits"),
        ("0190", "18232884440", "20 digits expected, 11 found"),
        ("0190", "12345678901234567890", "right form"),
        ("9944", "NL12345678B01", "11 digits expected, 10 found"),
        ("9944", "NL123456789B01", "check digits"),
        ("9944", "NL12345678201", "right form"),
        ("0208", "12345678", "10 digits expected, 8 found"),
        ("0208", "0123456748", "check digits"),
        ("0208", "2123456749", "right form"),
        ("9925", "BE0123456748", "check digits"),
        ("0088", "4012345000008", "check digits"),
        ("9930", "DE136695970", "check digits"),
        ("0204", "991-33333TEST-34", "check digits"),
        ("0204", "Leitweg", "right form"),
        ("0002", "552008444", "check digits"),
        ("0009", "73282932000075", "check digits"),
        ("9957", "FR41303265045", "check digits"),
        ("0007", "1234567898", "check digits"),
        ("0192", "988077918", "check digits"),
        ("0184", "13585629", "check digits"),
        ("0211", "IT00743110158", "check digits"),
        ("0199", "213800KUD8LAJWSQ9D16", "check digits"),
        ("0060", "15048378", "9 digits expected, 8 found"),
        ("9999", "1", "identifier scheme 9999"),
    ],
)
def test_what_is_wrong_is_said_with_the_number_of_digits(scheme, typed, said):
    with pytest.raises(Unreadable, match=said) as refusal:
        normalise(scheme, typed)

    assert refusal.value.field == ("scheme" if scheme == "9999" else "value")


def test_an_address_is_read_and_written_as_scheme_and_number():
    assert str(ParticipantId.parse(" 0106:12345678 ")) == "0106:12345678"


@pytest.mark.parametrize("text", ["", "12345678", "0106:", ":12345678", "KVK:12345678", "0106"])
def test_what_is_not_an_address_is_refused(text):
    with pytest.raises(Unreadable, match="scheme:number"):
        ParticipantId.parse(text)


def test_a_country_gets_its_own_schemes_first_and_then_those_used_everywhere():
    dutch = [scheme.code for scheme in schemes_for_country("nl")]

    assert dutch == ["0106", "0190", "9944", "0088", "0199", "0060"]
    assert scheme_for("0208").countries == ("BE",)


def test_a_number_under_a_scheme_we_do_not_group_is_shown_as_it_is():
    assert grouped(ParticipantId("0208", "12")) == "12"
    assert grouped(ParticipantId("1234", "12")) == "12"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("0106:12345678", ["0106:12345678"]),
        ("53087412", ["0106:53087412"]),
        ("KvK 5308 7412", ["0106:53087412"]),
        ("0123.456.749", ["0208:0123456749", "9925:BE0123456749"]),
        ("123456749", ["0208:0123456749", "9925:BE0123456749"]),
        ("be0123456749", ["0208:0123456749", "9925:BE0123456749"]),
        ("NL123456782B01", ["9944:NL123456782B01"]),
        ("00000001823288444000", ["0190:00000001823288444000"]),
        ("4012345000009", ["0088:4012345000009"]),
        ("DE 136695976", ["9930:DE136695976"]),
        ("136695976", []),  # without its letters it could be anything
        ("552 008 443", ["0002:552008443"]),
        ("1234567", []),
        ("Bakkerij", []),
        ("24 Uur Service", []),
        ("", []),
        (":", []),
    ],
)
def test_what_somebody_types_is_read_as_every_identifier_that_it_can_be(typed, found):
    assert [str(each) for each in read(typed)] == found


@pytest.mark.parametrize("typed", ["0123456748", "NL123456783B01", "4012345000008", "0106:1"])
def test_the_right_form_with_wrong_digits_is_refused(typed):
    with pytest.raises(Unreadable, match="digits"):
        read(typed)
