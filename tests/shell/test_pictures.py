"""Pictures: what comes in is not what we keep, and only who may see someone sees their picture."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from app.errors import NotFound, Unreadable
from app.services import pictures, profiles
from tests.factories import sign_in
from tests.support import post

ME = {
    "first_name": "Piet",
    "last_name": "Post",
    "phone": "",
    "language": "en",
    "time_zone": "Europe/Amsterdam",
    "alert_feed": "daily",
    "alert_document": "at_once",
    "alert_request": "at_once",
    "alert_group": "at_once",
}


def send(client, content: bytes, name: str = "me.png"):
    return post(client, "/profile/", {**ME, "picture": (BytesIO(content), name)})


def png_that_claims(width: int, height: int) -> bytes:
    """A file of some bytes that says it unfolds into very many pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_small_square(drawn, kind):
    kept = Image.open(BytesIO(pictures.square(drawn(kind))))

    assert (kept.format, kept.size) == ("WEBP", (256, 256))


@pytest.mark.parametrize("mode", ["P", "L", "RGBA", "LA", "1", "I;16"])
def test_every_kind_of_pixel_is_read(drawn, mode):
    assert pictures.square(drawn("PNG", mode=mode, colour=0))


def test_where_a_photo_was_taken_is_not_kept(drawn):
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    photo = drawn("JPEG", exif=exif, comment=b"SecretComment")
    assert b"SecretCamera" in photo

    kept = pictures.square(photo)

    assert b"Secret" not in kept
    assert not dict(Image.open(BytesIO(kept)).getexif())


def test_a_photo_that_lies_on_its_side_is_put_upright():
    lying = Image.new("RGB", (200, 100), "white")
    lying.paste("black", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right to see it upright
    made = BytesIO()
    lying.save(made, "JPEG", exif=exif, quality=95)

    kept = Image.open(BytesIO(pictures.square(made.getvalue()))).convert("L")

    assert kept.getpixel((128, 20)) < 60 < 200 < kept.getpixel((128, 236))


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"",
        b"\x89PNG\r\n\x1a\n",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"GIF89a" + b"\0" * 100,
    ],
    ids=["html", "empty", "only the beginning", "svg", "gif"],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(Unreadable, match="PNG, JPEG or WebP"):
        pictures.square(content)


def test_half_a_picture_is_refused(drawn):
    whole = drawn("JPEG", size=(900, 900))

    with pytest.raises(Unreadable):
        pictures.square(whole[: len(whole) // 2])


@pytest.mark.parametrize("side", [6_000, 12_000, 60_000])
def test_a_small_file_with_a_huge_picture_is_refused_unopened(side):
    with pytest.raises(Unreadable):
        pictures.square(png_that_claims(side, side))


def test_more_than_5_mb_is_refused(drawn):
    with pytest.raises(Unreadable, match="5 MB"):
        pictures.square(drawn() + b"\0" * pictures.MOST_BYTES)


def test_a_refused_picture_is_said_at_its_field_and_nothing_is_kept(client, piet, world):
    sign_in(client, piet)

    answer = send(client, b"<html>", "me.png")

    assert 'id="picture-errors"' in answer.text
    assert "isn&#39;t a picture" in answer.text
    with world.acting(piet), pytest.raises(NotFound):
        pictures.find(piet.public_id)


def test_a_colleague_sees_my_picture_and_a_stranger_finds_none(client, piet, jan, stranger, drawn):
    sign_in(client, piet)
    assert send(client, drawn()).status_code == 302
    address = f"/profile/picture/{piet.public_id}"

    seen = {}
    for person in (piet, jan, stranger):
        sign_in(client, person)
        seen[person.username] = client.get(address)

    assert [seen[name].status_code for name in ("piet", "jan", "eva")] == [200, 200, 404]
    assert seen["jan"].mimetype == "image/webp"
    assert seen["jan"].headers["X-Content-Type-Options"] == "nosniff"
    assert seen["jan"].headers["Cache-Control"].startswith("private")


def test_without_signing_in_there_are_no_pictures(app, client, piet, drawn):
    sign_in(client, piet)
    send(client, drawn())

    answer = app.test_client().get(f"/profile/picture/{piet.public_id}")

    assert answer.status_code != 200


def test_a_new_picture_replaces_the_old_file_and_removing_leaves_none(
    client, piet, drawn, data_dir
):
    sign_in(client, piet)
    send(client, drawn())
    kept = data_dir / "pictures" / piet.public_id
    first = {file for file in kept.rglob("*") if file.is_file()}

    send(client, drawn(colour="red"))
    second = {file for file in kept.rglob("*") if file.is_file()}
    post(client, "/profile/picture/remove")

    assert len(first) == len(second) == 1
    assert first != second
    assert not [file for file in kept.rglob("*") if file.is_file()]
    assert client.get(f"/profile/picture/{piet.public_id}").status_code == 404


def test_a_picture_of_a_profile_that_is_refused_is_not_kept(world, piet, drawn):
    with world.acting(piet), pytest.raises(Unreadable):
        profiles.change(profiles.Profile(**{**ME, "ask_receive": True, "language": "xx"}), drawn())

    with world.acting(piet), pytest.raises(NotFound):
        pictures.find(piet.public_id)
