"""People and pictures for the pages that everybody has."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image


@pytest.fixture
def ours(world):
    return world.environment("Piet BV")


@pytest.fixture
def piet(world, ours):
    return world.user(ours, "Piet Post", role="administrator")


@pytest.fixture
def jan(world, ours):
    return world.user(ours, "Jan Jansen")


@pytest.fixture
def stranger(world):
    return world.user(world.environment("Elders BV"), "Eva Elders")


@pytest.fixture
def drawn():
    """Bytes of a picture in a format, with a size and whatever else the format takes."""

    def draw(kind: str = "PNG", size: tuple[int, int] = (640, 400), mode: str = "RGB", **options):
        made = BytesIO()
        Image.new(mode, size, options.pop("colour", "teal")).save(made, kind, **options)
        return made.getvalue()

    return draw
