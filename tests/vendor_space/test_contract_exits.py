"""The end of a contract, from the vendor's side: what it is asked, what it hands in, what it never sees."""

from datetime import date
from io import BytesIO

import pytest

from portal.authz.policy import Role
from portal.contracts import exit_queries, services
from portal.contracts.rules.exits import CertificateReading
from portal.contracts.rules.life import ContractAct
from portal.contracts.services import ContractDates
from portal.vendors.models import Vendor
from portal.vendors.rules.status import VendorStatus
from tests.factories.files import pdf
from tests.factories.people import user_of
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of, vendor_user

FORM = "multipart/form-data"


@pytest.fixture
def ended(session, acting):
    """The end, today, of the contract of Brume SARL."""
    legal = acting(Role.LEGAL)
    vendor = vendor_of(session, name="Brume SARL", status=VendorStatus.OFFBOARDING)
    contract = contract_of(legal, vendor, dates=ContractDates(date(2026, 1, 1), 36, 0, "0"), title="Accord Brume")
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Motif interne : trop cher")
    session.commit()
    return exit_queries.get_exit(legal, contract)


def page_of(row):
    return f"/espace/fins-de-contrat/{row.id}"


def given(row, **changes):
    told = {"certified_on": "24/11/2026", "file": (BytesIO(pdf()), "certificat.pdf"), **changes}
    return {f"c{row.proofs[0].id}-{name}": value for name, value in told.items()}


def test_a_vendor_hands_in_its_certificate_and_sees_nothing_internal(session, as_, ended):
    client = as_(vendor_user(session, session.get_one(Vendor, ended.vendor_id)))
    assert "Accord Brume" in client.get("/espace/").words
    shown = client.get(page_of(ended))
    assert "Brume SARL" in shown.words
    assert "trop cher" not in shown.words
    url = f"{page_of(ended)}/{ended.proofs[0].id}"
    for lie in ({"certified_on": "25/11/2026"}, {"certified_on": "23/11/2026"}, {"file": (BytesIO(b""), "vide.pdf")},
                {"file": (BytesIO(b"MZ"), "virus.exe")}, {"certified_on": ""}):  # fmt: skip
        client.post(url, given(ended, **lie), status=422, content_type=FORM)
    client.post(url, given(ended), status=302, content_type=FORM)
    session.refresh(ended.proofs[0])
    assert ended.proofs[0].reading is CertificateReading.WAITING
    assert "certificat.pdf" in client.get(page_of(ended)).words


def test_the_home_says_there_is_something_to_do_until_every_certificate_is_here(session, as_, ended):
    client = as_(vendor_user(session, session.get_one(Vendor, ended.vendor_id)))
    nothing = "Vous n’avez rien à faire."
    home = client.get("/espace/").words
    assert nothing not in home
    assert "En retard" not in home
    ended.due_on = date(2026, 11, 23)
    session.commit()
    assert "En retard" in client.get("/espace/").words
    [proof] = ended.proofs
    for reading, waits in ((CertificateReading.WAITING, False), (CertificateReading.SILENT, True),
                           (CertificateReading.READ, False), (CertificateReading.OTHER_NAME, True)):  # fmt: skip
        proof.reading = reading
        session.commit()
        home = client.get("/espace/").words
        assert ("En retard" in home, nothing in home) == (waits, not waits), reading
        assert ("certificats reçus, en cours de lecture" in home) is not waits


def test_another_vendor_a_reader_and_a_guess_find_nothing(session, as_, ended):
    url = f"{page_of(ended)}/{ended.proofs[0].id}"
    other = as_(vendor_user(session, vendor_of(session)))
    other.get(page_of(ended), status=404)
    other.post(url, given(ended), status=404, content_type=FORM)
    assert "Accord Brume" not in other.get("/espace/").words
    reader = as_(vendor_user(session, session.get_one(Vendor, ended.vendor_id), role=Role.VENDOR_READER))
    reader.get(page_of(ended))
    reader.post(url, given(ended), status=403, content_type=FORM)
    mine = as_(vendor_user(session, session.get_one(Vendor, ended.vendor_id)))
    mine.post(f"{page_of(ended)}/{ended.proofs[0].id + 1}", given(ended), status=404, content_type=FORM)
    ended.closed_at = ended.opened_at
    session.commit()
    mine.get(page_of(ended), status=404)
    as_(user_of(session, Role.LEGAL)).get(page_of(ended), status=403)
