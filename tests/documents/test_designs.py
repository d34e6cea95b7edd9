"""Logo and colour: on the PDF of what an organization sends, readable, and made anew from pixels."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from app import tenancy
from app.errors import Unreadable
from app.rendering.design import Design, ink
from app.services import designs
from tests.support import statements, token

from .samples import xml
from .test_page import press, take_in


def picture(kind="PNG", size=(1200, 300), mode="RGB"):
    painted = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "hidden words"
    Image.new(mode, size, "teal").save(painted, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return painted.getvalue()


def choose(town, logo=b"", **fields):
    address = f"/organizations/pdf/{town.holding.public_id}"
    form = {"csrf_token": token(town.client.get(address).text), **fields}
    if logo:
        form["logo"] = (io.BytesIO(logo), "logo.png")
    return town.client.post(
        f"/organizations/design/{town.holding.public_id}",
        data=form,
        content_type="multipart/form-data",
    )


def pictures_in(content):
    """How wide the pictures are; the code to pay by is drawn in lines or as one too."""
    with pikepdf.open(io.BytesIO(content)) as found:
        return {int(each.Width) for page in found.pages for each in page.get_images().values()}


def test_the_logo_stands_on_what_is_sent(town):
    assert choose(town, picture()).status_code == 302
    public_id = take_in(town, xml("L-1"))

    found = town.client.get(f"/documents/{public_id}/pdf").data

    assert 900 in pictures_in(found)
    with pikepdf.open(io.BytesIO(found)) as opened, opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"


def test_it_stands_on_nothing_that_others_sent(town):
    choose(town, picture())
    public_id = take_in(town, xml("L-2"))
    press(town, public_id, "send", route="platform")
    town.deliver()
    theirs = town.receiver.get("/inbox/").text.split("/documents/show/")[1][:36]

    assert 900 not in pictures_in(town.receiver.get(f"/documents/{theirs}/pdf").data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_it_is_made_anew_from_its_pixels(kind):
    made = designs.logo_from(picture(kind))

    with Image.open(io.BytesIO(made)) as found:
        assert (found.format, found.mode, found.size) == ("PNG", "RGB", (900, 225))
    assert b"hidden words" not in made


def test_what_is_see_through_stands_on_white():
    clear = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(clear, "PNG")

    with Image.open(io.BytesIO(designs.logo_from(clear.getvalue()))) as found:
        assert found.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", picture()[:60]],
)
def test_what_is_no_picture_is_refused_with_a_sentence(town, content):
    with pytest.raises(Unreadable):
        designs.logo_from(content)

    answer = choose(town, content)

    assert answer.status_code >= 400
    assert "Choose a" in answer.text


def test_a_large_file_is_refused_before_it_is_opened():
    with pytest.raises(Unreadable, match="larger than 2 MB"):
        designs.logo_from(picture() + bytes(designs.MOST_BYTES))


def test_the_logo_can_be_taken_away(town):
    choose(town, picture())
    choose(town, without_logo="1")

    with tenancy.in_organization(town.holding.id):
        assert designs.of(town.holding.id).logo == b""


@pytest.mark.parametrize(
    "colour", ["#ffff00", "#ffffff", "#d95d1e", "#15324b", "#000000", "#00ff00"]
)
def test_letters_are_readable_in_every_colour(colour):
    found = ink(colour)

    light, dark = (_light(each) for each in ("#eef3f7", found))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _light(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_colour_is_kept_and_said_when_it_is_too_light(town):
    choose(town, own_colour="1", colour="#ffee00")

    page = town.client.get(f"/organizations/pdf/{town.holding.public_id}").text

    assert 'value="#ffee00"' in page
    assert "too light for letters" in page


def test_nothing_but_a_colour_gets_into_the_page(town):
    answer = choose(town, own_colour="1", colour="red}body{display:none")

    assert answer.status_code >= 400
    assert Design(colour="red}body{display:none").style == ""


def test_an_example_can_be_looked_at(town):
    choose(town, picture())
    address = f"/organizations/example/{town.holding.public_id}"

    with statements() as made:
        answer = town.client.get(address)

    assert 900 in pictures_in(answer.data)
    assert len(made) <= 12
    assert town.receiver.get(address).status_code == 404
