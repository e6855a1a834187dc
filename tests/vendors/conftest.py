"""What tests of the register share: settings in force, and someone of each role."""

import pytest

from portal.authz.policy import Role
from portal.core import process
from portal.vendors import tasks

assert tasks, "registers the jobs of the domain"


@pytest.fixture(autouse=True)
def _prepared(portal_settings):
    process.prepare(portal_settings)


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


@pytest.fixture
def buyer(acting):
    return acting(Role.BUYER)
