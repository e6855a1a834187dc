import pytest

from tests.factories.review import sent_case


@pytest.fixture
def sent(session, app):
    """A vendor that has sent good answers; the process is prepared and events have their tasks."""
    return sent_case(session)


@pytest.fixture
def sending(session, app):
    """`sending(a_contrat="non")` gives a vendor that has sent these answers."""
    return lambda **changes: sent_case(session, **changes)
