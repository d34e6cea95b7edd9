"""Registers on loopback, for every test of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .servers import KEY, Register, register


@pytest.fixture
def kvk() -> Iterator[Register]:
    with register(KEY) as at:
        yield at


@pytest.fixture
def vies() -> Iterator[Register]:
    with register() as at:
        yield at
