"""Campaigns know their process: what it is called, and where its questionnaires are."""

import pytest

from portal.core import process
from portal.core.config import Settings


@pytest.fixture(autouse=True)
def _prepared(portal_settings: Settings) -> None:
    process.prepare(portal_settings)
