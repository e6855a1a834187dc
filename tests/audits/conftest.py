import pytest

from tests.factories.review import sent_case
from tests.factories.two_at_once import database_of_its_own


@pytest.fixture
def sent(session, app):
    """A vendor that has sent good answers; the process is prepared and events have their tasks."""
    return sent_case(session)


@pytest.fixture
def sending(session, app):
    """`sending(a_contrat="non")` gives a vendor that has sent these answers."""
    return lambda **changes: sent_case(session, **changes)


@pytest.fixture
def committed(lasting_url, app):
    """A database of its own, where threads really meet."""
    yield from database_of_its_own(lasting_url)
