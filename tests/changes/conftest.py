"""What tests of announced changes rest on."""

import pytest

from portal.authz.policy import Role


@pytest.fixture
def dpo(app, acting):
    return acting(Role.DPO)
