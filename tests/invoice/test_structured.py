"""The structured communication of Belgian payments."""

import pytest

from app.errors import Unreadable
from app.invoice.structured import checked, communication


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (909337554, "+++090/9337/55493+++"),
        (0, "+++000/0000/00097+++"),  # nothing is left over: 97 stands there
        (97, "+++000/0000/09797+++"),
        (10**10 + 1, "+++000/0000/00101+++"),
    ],
)
def test_two_digits_check_the_ten(number, written):
    assert communication(number) == written
    assert checked(written, "payment_reference") == written


@pytest.mark.parametrize(
    "typed", ["090/9337/55493", "***090/9337/55493***", "+++090 / 9337/55493+++"]
)
def test_however_it_is_typed_it_is_written_one_way(typed):
    assert checked(typed, "payment_reference") == "+++090/9337/55493+++"


@pytest.mark.parametrize("typed", ["F-2026-1", "RF18539007547034", "2026/11", "090933755493"])
def test_other_references_stay_as_they_are(typed):
    assert checked(typed, "payment_reference") == typed


@pytest.mark.parametrize("typed", ["+++090/9337/55492+++", "+++090/933/55493+++", "090/9337/5549"])
def test_what_is_meant_as_one_and_is_wrong_is_refused(typed):
    with pytest.raises(Unreadable):
        checked(typed, "payment_reference")
