"""The law is read of its files once by a process, whatever is asked of it."""

import pytest

from portal.authz.policy import Role
from portal.consumer_law import legislation


@pytest.mark.parametrize("page", ["calculateur", "exceptions", "exposition", "guide"])
def test_a_page_of_the_law_opens_no_file_once_it_was_seen(page, as_, monkeypatch):
    reader = as_(Role.LEGAL)
    first = reader.get(f"/retractation/{page}").words

    def opened(name):
        raise AssertionError(f"{name} is read again")

    monkeypatch.setattr(legislation, "read", opened)
    assert reader.get(f"/retractation/{page}").words == first
