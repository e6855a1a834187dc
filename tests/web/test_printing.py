import json
from types import SimpleNamespace

import pytest
from flask import get_flashed_messages

from portal.core.errors import NotFound
from portal.web.printing import file_of, printing_again, progress


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context("/"):
        yield


def made(docx=None, pdf=None):
    return SimpleNamespace(docx_file=docx, pdf_file=pdf, is_printed=None not in (docx, pdf))


@pytest.mark.parametrize(
    ("row", "given_up", "told"),
    [
        (made(), False, (0, None)),
        (made(docx=1), False, (1, None)),
        (made(docx=1, pdf=2), False, (2, "/la")),
        (made(), True, (0, "/la")),
    ],
)
def test_a_page_waits_until_both_are_there_or_none_will_be(row, given_up, told):
    answer = json.loads(progress(row, "/la", given_up=given_up).get_data())
    assert (answer["done"], answer["next"]) == told
    assert answer["total"] == 2


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_file_that_is_not_there_is_not_found_in_words(kind):
    with pytest.raises(NotFound) as refusal:
        file_of(made(), kind, "Pas encore.")
    assert "Pas encore." in str(refusal.value)


@pytest.mark.parametrize("started", [True, False])
def test_only_a_printing_that_was_started_again_is_said(started):
    answer = printing_again("/la", started=started)
    assert answer.location == "/la"
    assert bool(get_flashed_messages()) is started
