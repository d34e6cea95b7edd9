"""Pictures of people: whatever comes in, a small square without its history is kept."""

from __future__ import annotations

import logging
from io import BytesIO

from PIL import Image, ImageOps
from sqlalchemy import select

from app.errors import NotFound, Unreadable
from app.extensions import db
from app.invoice.wording import N_
from app.models import User
from app.services import keeping, leftovers
from app.storage import Unreachable

log = logging.getLogger(__name__)

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 25_000_000  # a small file can unfold into gigabytes
SIDE = 256
FORMATS = ("PNG", "JPEG", "WEBP")
NOT_A_PICTURE = N_("This file isn't a picture that we can read. Choose a PNG, JPEG or WebP file.")
TOO_MANY_PIXELS = N_(
    "This picture has too many pixels. Make it smaller first; 1000 by 1000 is plenty."
)


def square(content: bytes) -> bytes:
    """The picture as we keep it: upright, cropped, 256 pixels, made anew from its pixels alone."""
    if len(content) > MOST_BYTES:
        raise Unreadable("This picture is larger than 5 MB. Choose a smaller one.", field="picture")
    cropped = ImageOps.fit(opened(content, "picture"), (SIDE, SIDE))
    # A new image: location, camera and hidden text of the old one stay behind.
    kept = Image.new("RGB", (SIDE, SIDE), "white")
    kept.paste(cropped, mask=cropped.getchannel("A"))
    made = BytesIO()
    kept.save(made, "WEBP", quality=86, method=4)
    return made.getvalue()


def opened(content: bytes, field: str) -> Image.Image:
    """The pixels of a file, upright; what is no picture, or unfolds into too much, is refused."""
    try:
        _verify(content)
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            return ImageOps.exif_transpose(image).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable(TOO_MANY_PIXELS, field=field) from error
    except Unreadable as error:
        raise Unreadable(error.text, field=field) from error
    # Broken files surface in the library as any of these.
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable(NOT_A_PICTURE, field=field) from error


def _verify(content: bytes) -> None:
    with Image.open(BytesIO(content), formats=FORMATS) as image:
        _refuse_bomb(image)
        image.verify()


def _refuse_bomb(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise Unreadable(TOO_MANY_PIXELS, field="picture")


def keep(person: str, content: bytes) -> str:
    """Keep a made picture, whole or not at all; the answer is its digest."""
    return keeping.pictures().keep(person, content)


def forget(person: str, except_digest: str | None = None) -> None:
    """Remove a person's pictures, but for the one in use."""
    if leftovers.paused():
        return  # a backup copies what rows of a moment ago name; a sweep comes by later
    try:
        store = keeping.pictures()
        for kept in list(store.kept(person)):
            if kept.digest != except_digest:
                store.remove(person, kept.digest)
    except Unreachable:
        log.warning("pictures of person %s are left for a sweep", person)


def find(person: str) -> bytes:
    """The picture of someone whom the person at work may see: the wall decides."""
    found = select(User.picture_digest).where(User.public_id == person)
    digest = db.session.scalars(found).one_or_none()
    if digest is None:
        raise NotFound("There is no such picture.")
    try:
        return keeping.pictures().fetch(person, digest)
    except NotFound as error:
        raise NotFound("There is no such picture.") from error
