import pytest

from tests.factories.review import sent_case


@pytest.fixture
def sent(session, app):
    """A vendor that has sent good answers: contract 5, encryption 3 with a proof, role 1, measures 2."""
    return sent_case(session)
