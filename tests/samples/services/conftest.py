import pytest

from portal.authz.context import Context
from portal.authz.policy import Role
from tests.conftest import NOW
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user


@pytest.fixture
def dpo(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def vendor(session):
    return vendor_of(session, name="Callisto")


@pytest.fixture
def sender(session, vendor):
    """The vendor's respondent, as use cases see them."""
    return Context(session, actor_of(vendor_user(session, vendor, Role.VENDOR_RESPONDENT), vendor), NOW)
