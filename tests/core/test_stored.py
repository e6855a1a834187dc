import pytest

from portal.authz.policy import Role
from portal.core.files import Blob
from portal.core.stored import StoredFile, blob_of, keep, others_hold
from portal.vendors.models import SignedContract
from tests.conftest import NOW
from tests.factories.signatures import contract_of, copy_of
from tests.factories.world import vendor_of


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


@pytest.mark.usefixtures("app")
@pytest.mark.both_databases
def test_a_file_is_held_by_any_row_of_any_table_under_any_of_its_names(session, acting):
    legal = acting(Role.LEGAL)
    file = copy_of(legal)
    assert not others_hold(session, file.key)
    contract = contract_of(legal, vendor_of(session))
    record = session.get_one(SignedContract, contract.signature_id)
    key = session.get_one(type(file), record.stored_file_id).key
    assert others_hold(session, key)
    assert not others_hold(session, key, but={"signed_contract": [record.id]})
    contract_of(legal, vendor_of(session))
    assert others_hold(session, key, but={"signed_contract": [record.id]})
