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
