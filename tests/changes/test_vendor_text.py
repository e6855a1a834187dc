"""What a vendor sent is read apart, whatever its format; a message gives its subject and its body."""

import pytest

from portal.changes.vendor_text import ACCEPTED, MOST_BYTES, read_text, refuse_unread, text_apart
from portal.core.errors import Refused
from portal.documents_in.errors import UnreadableDocument

MESSAGE = (
    b"From: conformite@acme.example\r\nSubject: =?utf-8?q?Nouveau_sous-traitant?=\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nNous ajoutons Twine Ltd (Irlande).\r\n"
)
PAGE = b"Subject: Notice\r\nContent-Type: text/html\r\n\r\n<html><body><p>We add Twine Ltd.</p></body></html>\r\n"


def test_a_message_gives_its_subject_and_its_words():
    assert read_text(MESSAGE, "avis.EML") == "Nouveau sous-traitant\n\nNous ajoutons Twine Ltd (Irlande).\r\n"


def test_a_message_that_is_a_page_is_read_as_one():
    assert "We add Twine Ltd." in read_text(PAGE, "avis.eml")


@pytest.mark.parametrize("data", [b"", b"Subject: x\r\n\r\n", b"Content-Type: image/png\r\n\r\nabc", b"\xff" * 99])
def test_a_message_without_words_is_refused_with_a_sentence(data):
    with pytest.raises(UnreadableDocument):
        read_text(data if data[:1] != b"\xff" else b"Content-Type: application/pdf\r\n\r\n" + data, "avis.eml")


@pytest.mark.parametrize(("name", "size"), [("avis.exe", 1), ("avis", 1), ("avis.pdf", MOST_BYTES + 1)])
def test_what_is_not_read_here_is_refused_before_it_is_opened(name, size):
    with pytest.raises(Refused):
        refuse_unread(name, size)


def test_what_is_offered_is_what_is_read():
    for kind in ACCEPTED:
        refuse_unread(f"avis.{kind}", 1)


def test_a_file_is_read_in_another_process():
    assert "Twine" in text_apart(b"Nous ajoutons Twine Ltd.\n", "avis.txt")
