from portal.core.files import Blob
from portal.core.stored import StoredFile, blob_of, keep
from tests.conftest import NOW


def test_a_file_is_found_again_as_it_was_kept(session):
    blob = Blob("ab/cd/" + "e" * 60, "0" * 64, 3_000_000_000, "application/pdf", "Attestation d'hébergement.pdf")
    row = keep(session, blob, at=NOW)
    session.expire_all()
    found = session.get_one(StoredFile, row.id)
    assert blob_of(found) == blob
    assert found.created_at == NOW


def test_a_name_too_long_for_the_row_is_cut(session):
    row = keep(session, Blob("k", "0" * 64, 1, "text/plain", "é" * 300), at=NOW)
    assert row.filename == "é" * 255
