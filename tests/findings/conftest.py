import pytest

from tests.factories.review import sent_case


@pytest.fixture
def sent(session, app):
    """A vendor that has sent good answers; the process is prepared and events have their tasks."""
    return sent_case(session)
