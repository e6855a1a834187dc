import io
import zipfile
from dataclasses import dataclass, field

import pytest

from portal.core.errors import Refused
from portal.core.stored import keep
from portal.paper import uploads


@dataclass
class File:
    filename: str
    data: bytes
    stream: io.BytesIO = field(init=False)

    def __post_init__(self):
        self.stream = io.BytesIO(self.data)


def archive(members=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data)
    return out.getvalue()


pytestmark = pytest.mark.usefixtures("app")


def test_a_text_is_sealed_and_stays_at_hand_when_short():
    [received_file] = uploads.seal_files([File("accord.txt", b"Objet du contrat")])
    assert received_file.blob.filename == "accord.txt"
    assert received_file.content == b"Objet du contrat"
    assert received_file.refusal is None


def test_a_web_page_is_kept_as_text_and_given_to_the_reader_as_it_came(session, ctx):
    page = b"<!doctype html><p>Objet</p><script>alert(1)</script>"
    [received_file] = uploads.seal_files([File("dpa.html", page)])
    assert received_file.blob.media_type == "text/plain"
    stored = keep(session, received_file.blob, at=ctx.now)
    assert uploads.stored_content(stored, received_file.name) == page


def test_an_archive_gives_its_files_with_their_folders_and_tells_the_refused_apart():
    data = archive(
        [("Acme/accord.txt", "Objet"), ("Acme/plan.exe", b"MZ"), ("__MACOSX/._x", b"\0"), ("Beta/vide.txt", "")]
    )
    found = {received_file.name: received_file for received_file in uploads.seal_files([File("lot.zip", data)])}
    assert set(found) == {"Acme/accord.txt", "Acme/plan.exe", "Beta/vide.txt"}
    assert found["Acme/accord.txt"].blob
    assert "n’est pas lu" in str(found["Acme/plan.exe"].refusal)
    assert "est vide" in str(found["Beta/vide.txt"].refusal)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("lot.zip", b"PK\x03\x04 broken", "endommagé"),
        ("lot.zip", archive(), "ne contient aucun fichier"),
        ("vieux.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "n’est pas lu"),
        ("faux.pdf", b"Objet du contrat", "PDF lisible"),
        ("sans-extension", b"Objet", "n’est pas lu"),
    ],
)
def test_a_file_nobody_reads_is_refused_with_a_sentence(name, data, why):
    [received_file] = uploads.seal_files([File(name, data)])
    assert received_file.blob is None
    assert why in str(received_file.refusal)


def test_a_file_above_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1024 * 1024)
    [received_file] = uploads.seal_files([File("long.txt", b"a" * (1024 * 1024 + 1))])
    assert "1 Mo" in str(received_file.refusal).replace("\u202f", " ").replace("\xa0", " ")
    [received_file] = uploads.seal_files([File("long.zip", b"a" * (1024 * 1024 + 1))])
    assert "dépasse 1 Mo" in str(received_file.refusal)


def test_too_many_files_at_once_are_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    with pytest.raises(Refused, match="Pas plus de 2"):
        uploads.seal_files([File(f"{n}.txt", b"Objet") for n in range(3)])


def test_a_hostile_name_is_never_a_path():
    [received_file] = uploads.seal_files([File("../../etc/passwd.txt", b"Objet")])
    assert ".." not in received_file.name
