"""A world with one phone: what every attack begins with."""

from __future__ import annotations

import pytest

from tests.world import World


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def phone(world):
    return world.phone()
