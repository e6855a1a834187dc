import pytest

from portal.authz.context import Context
from tests.conftest import NOW
from tests.factories.spaces import Space, actor_of, space_of


@pytest.fixture
def space(session) -> Space:
    """A vendor with the small questionnaire to answer."""
    return space_of(session)


@pytest.fixture
def admin(session, space) -> Context:
    """The vendor's own administrator."""
    return Context(session, actor_of(space.admin, space.vendor), NOW)


@pytest.fixture
def colleague(session, space) -> Context:
    """Another person of the same vendor, who may answer and not send."""
    return Context(session, actor_of(space.respondent, space.vendor), NOW)


@pytest.fixture
def stranger(session) -> Context:
    """Somebody of another vendor."""
    other = space_of(session, name="Autre Maison SA")
    return Context(session, actor_of(other.admin, other.vendor), NOW)
