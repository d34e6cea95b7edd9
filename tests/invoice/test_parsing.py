"""Safe parsing: what is harmless gets through, and limits are the caller's."""

import time

import pytest

from app.invoice.parsing import Refused, parse


def test_a_harmless_document_is_parsed():
    assert parse(b"<?xml version='1.0'?><a><b>text</b></a>")[0].text == "text"


def test_the_limit_of_size_is_the_callers():
    with pytest.raises(Refused, match="at most 1 MB") as refusal:
        parse(b"<a>" + b" " * 2_000_000 + b"</a>", max_bytes=1_048_576)

    assert refusal.value.code == "PST-TOO-LARGE"
    assert refusal.value.field == "file"


def test_a_hundred_levels_are_allowed_and_one_more_is_not():
    assert parse(b"<a>" * 100 + b"</a>" * 100) is not None
    with pytest.raises(Refused, match="nested too deeply"):
        parse(b"<a>" * 101 + b"</a>" * 101)


def test_a_large_attachment_is_no_problem():
    assert len(parse(b"<a>" + b"QUJD" * 4_000_000 + b"</a>").text) == 16_000_000


def test_a_processing_instruction_is_not_followed():
    styled = b'<?xml-stylesheet href="file:///etc/passwd"?><a/>'

    assert parse(styled).tag == "a"


def test_a_refusal_knows_the_line():
    with pytest.raises(Refused, match="line 3") as refusal:
        parse(b"<a>\n<b>\n</c>\n</a>")

    assert refusal.value.line == 3


def test_a_bomb_is_refused_before_it_goes_off():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "ha">{levels}]><a>&e9;</a>'
    started = time.monotonic()

    with pytest.raises(Refused, match="DOCTYPE"):
        parse(bomb.encode())

    assert time.monotonic() - started < 1


def test_a_doctype_in_another_encoding_is_refused_too():
    with pytest.raises(Refused, match="DOCTYPE"):
        parse('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"))


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x1b", "&#1;", "&#x0;"])
def test_a_control_character_is_named_with_its_line(character):
    with pytest.raises(Refused, match="control character at line 2") as refusal:
        parse(f"<a>\n<b>{character}</b></a>".encode())

    assert refusal.value.code == "PST-CONTROL"


def test_what_is_only_written_wrongly_is_no_control_character():
    with pytest.raises(Refused, match="isn't well-formed"):
        parse(b"<a>\n<b>&</b></a>")


def test_two_hundred_thousand_attributes_are_refused_at_once():
    many = "".join(f' a{number}="1"' for number in range(200_000))
    started = time.process_time()

    with pytest.raises(Refused, match="too many attributes"):
        parse(f"<a{many}/>".encode())

    assert time.process_time() - started < 2


def test_ten_thousand_levels_are_refused_at_once():
    with pytest.raises(Refused, match="nested too deeply"):
        parse(b"<a>" * 10_000 + b"</a>" * 10_000)


def test_a_million_elements_are_too_many():
    with pytest.raises(Refused, match="too many elements"):
        parse(b"<a>" + b"<b/>" * 1_000_000 + b"</a>")


def test_a_hundred_megabytes_are_refused_without_reading_them():
    with pytest.raises(Refused, match="at most 20 MB"):
        parse(b"<a>" + b" " * 100_000_000)


@pytest.mark.parametrize(
    "wrong",
    [
        b'<?xml version="1.0" encoding="utf-8"?><a>\xe9</a>',
        b'<?xml version="1.0" encoding="utf-16"?><a/>',
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b"<a>\xff\xfe</a>",
    ],
)
def test_another_encoding_than_it_says_is_named(wrong):
    with pytest.raises(Refused) as refusal:
        parse(wrong)

    assert refusal.value.code == "PST-ENCODING"
