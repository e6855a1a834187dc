"""A letter takes its file from the store as it leaves; a file that cannot be had costs the attachment alone."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from io import BytesIO

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import mail as post
from portal.core import process
from portal.core.files import Unavailable
from portal.core.language import say
from portal.core.stored import StoredFile, keep
from portal.jobs import attachments
from portal.jobs.attachments import ASKED_AGAIN, PATIENCE, Attachment
from portal.jobs.mail import promise_again
from portal.jobs.models import Mail, MailState
from portal.seed.plain_pdf import plain_pdf
from tests.conftest import NOW
from tests.jobs.test_mail import drain, envelope, promise, states

NAME = "accusé-reçu.pdf"
PDF = plain_pdf("Accusé", ["Reçu."])


@pytest.fixture
def files(lasting, mailing, monkeypatch):
    """What the letters of a test carry, once it is made: `files["a"] = row`."""
    made = {}

    def find(session, arguments):
        number = made.get(arguments["name"])
        return session.get(StoredFile, number) if number else None

    monkeypatch.setitem(attachments.FINDERS, "test", find)
    return made


@pytest.fixture
def store_file(lasting, files):
    """Put the file in the store."""

    def put(name="a"):
        blob = process.store().put(BytesIO(PDF), filename=NAME, allowed={"pdf"}, made_here=True)
        with lasting.transaction() as session:
            files[name] = keep(session, blob, at=NOW).id
        return blob

    return put


def received(n=0):
    values = {
        "name": "Awa", "organisation": "Lannec", "title": "Socle", "round": 1, "by": "Ana", "at": NOW.isoformat(),
        "answers": 3, "files": 1, "sha256": "0" * 64, "vendor": "Acme",
    }  # fmt: skip
    return envelope(n, template="audits/emails/received", values=values, attachment=Attachment("test", {"name": "a"}))


def words(letter):
    return " ".join(letter.get_body().get_content().split())


def test_the_file_is_read_from_the_store_as_the_letter_leaves_and_is_kept_nowhere_else(
    lasting, mailing, sink, store_file
):
    promise(lasting, received())
    store_file()
    drain(lasting)
    (letter,) = sink.letters
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (NAME, "application/pdf", PDF)
    assert "est joint à ce message" in words(letter)
    with lasting.reading() as session:
        assert "%PDF" not in str(session.scalars(select(Mail.payload)).all())
        assert len(session.scalars(select(StoredFile.id)).all()) == 1


def test_a_letter_waits_for_a_file_that_is_being_made_and_then_leaves_without_it(lasting, mailing, sink, files):
    promise(lasting, received())
    assert drain(lasting) == 1
    assert sink.letters == []
    assert states(lasting)["contact0"] == (MailState.PROMISED, 0, ""), "to wait for a file is no try"
    drain(lasting, NOW + PATIENCE - ASKED_AGAIN)
    assert sink.letters == []
    drain(lasting, NOW + PATIENCE)
    (letter,) = sink.letters
    assert not list(letter.iter_attachments())
    assert "n’a pas pu être joint" in words(letter)
    assert states(lasting)["contact0"][0] is MailState.SENT


def test_workers_stopped_for_a_day_are_no_reason_to_leave_without_the_file(lasting, mailing, sink, files, store_file):
    """What prints the file and what sends the letter start again together: the letter waits as on any other day."""
    promise(lasting, received())
    late = NOW + timedelta(days=1)
    drain(lasting, late)
    drain(lasting, late + PATIENCE - ASKED_AGAIN)
    assert sink.letters == []
    store_file()
    drain(lasting, late + PATIENCE)
    (letter,) = sink.letters
    assert [file.get_filename() for file in letter.iter_attachments()] == [NAME]


def test_a_letter_promised_again_has_all_its_patience_again(lasting, mailing, sink, files):
    promise(lasting, received())
    drain(lasting)
    late = NOW + timedelta(days=2)
    with lasting.transaction() as session:
        promise_again(Context(session, SYSTEM, late), session.scalars(select(Mail)).one())
    drain(lasting, late)
    assert sink.letters == []
    drain(lasting, late + PATIENCE)
    assert len(sink.letters) == 1


def lose(blob, _monkeypatch):
    assert process.store().destroy(blob.key)


def alter(blob, monkeypatch):
    monkeypatch.setattr(attachments, "blob_of", lambda _row: replace(blob, sha256="0" * 64))


def swell(_blob, monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST", len(PDF) - 1)


@pytest.mark.parametrize("spoil", [lose, alter, swell])
def test_a_file_lost_altered_or_too_large_costs_the_attachment_and_never_the_letter(
    lasting, mailing, sink, store_file, monkeypatch, spoil
):
    spoil(store_file(), monkeypatch)
    promise(lasting, received())
    drain(lasting)
    (letter,) = sink.letters
    assert not list(letter.iter_attachments())
    assert "n’a pas pu être joint" in words(letter)


def test_a_store_that_does_not_answer_is_asked_again_for_a_while(lasting, mailing, sink, store_file, monkeypatch):
    store_file()
    promise(lasting, received())

    def away(_blob) -> None:
        raise Unavailable(say("Le coffre des fichiers ne répond pas."))

    with monkeypatch.context() as patch:
        patch.setattr(process.store(), "open", away)
        drain(lasting)
    assert sink.letters == []
    drain(lasting, NOW + timedelta(minutes=1))
    assert len(list(sink.letters[0].iter_attachments())) == 1


def test_a_finder_that_is_no_more_delays_nothing(lasting, mailing, sink, files):
    promise(lasting, replace(received(), attachment=Attachment("gone", {})))
    drain(lasting)
    assert len(sink.letters) == 1


def test_a_message_written_to_the_folder_holds_its_file_and_is_the_same_each_time(tmp_path):
    def message():
        return post.compose(
            post.Letter("Reçu", "Bonjour.\n"), sender="vigie@exemple.test", recipient="ana@exemple.test",
            message_id="abc@exemple.test", at=NOW, name="Lannec",
            attached=post.AttachedFile(NAME, "application/pdf", PDF),
        )  # fmt: skip

    folder = post.MailFolder(tmp_path)
    folder.send(message())
    (path,) = tmp_path.glob("*.eml")
    assert message().as_bytes() == path.read_bytes()
    (file,) = message_from_bytes(path.read_bytes(), policy=default).iter_attachments()
    assert (file.get_filename(), file.get_content()) == (NAME, PDF)
