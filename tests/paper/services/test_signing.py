"""A contract received recorded as signed: with the file received when it is a PDF, else with the copy handed in."""

from io import BytesIO

import pytest

from portal.authz.policy import Role
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractOrigin, ContractState
from portal.core import process
from portal.core.errors import Refused
from portal.paper import services
from portal.paper.contract_check import read_and_check
from portal.paper.uploads import ReceivedFile
from portal.vendors.rules.standing import ContractStanding
from tests.factories.files import pdf
from tests.factories.received import GOOD, review_of
from tests.factories.signatures import copy_of
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


@pytest.fixture
def legal(acting):
    return acting(Role.LEGAL)


def scan_of(ctx, vendor):
    blob = process.store().put(BytesIO(pdf()), filename="dpa-signe.pdf", allowed={"pdf"})
    return services.receive_contract(ctx, ReceivedFile("dpa-signe.pdf", blob), vendor)


def test_a_pdf_received_is_its_own_signed_copy(session, legal):
    vendor = vendor_of(session)
    review = scan_of(legal, vendor)
    assert vendor.signed_on is None
    record = services.record_review_signed(legal, review, legal.today, None)
    assert (record.stored_file_id, vendor.signed_on) == (review.stored_file_id, legal.today)
    with pytest.raises(Refused, match="déjà"):
        services.record_review_signed(legal, review, legal.today, None)


def test_a_text_received_is_no_signed_copy(session, legal):
    vendor = vendor_of(session)
    review = review_of(legal, vendor=vendor)
    with pytest.raises(Refused, match="exemplaire signé"):
        services.record_review_signed(legal, review, legal.today, None)
    assert vendor.signed_on is None
    assert services.record_review_signed(legal, review, legal.today, copy_of(legal)).title == review.title
    assert vendor.signed_on == legal.today


def test_a_contract_of_nobody_is_not_recorded_as_signed(legal):
    with pytest.raises(Refused, match="de quel sous-traitant"):
        services.record_review_signed(legal, review_of(legal), legal.today, copy_of(legal))


def test_taking_it_back_needs_a_reason_and_a_signature(session, legal):
    vendor = vendor_of(session)
    review = scan_of(legal, vendor)
    with pytest.raises(Refused, match="est pas enregistré"):
        services.cancel_review_signed(legal, review, "Erreur")
    services.record_review_signed(legal, review, legal.today, None)
    with pytest.raises(Refused, match="pourquoi"):
        services.cancel_review_signed(legal, review, "")
    services.cancel_review_signed(legal, review, "Ce n'était qu'un projet")
    assert (review.signature_id, vendor.signed_on) == (None, None)


def test_a_signed_contract_takes_its_signature_to_the_vendor_it_is_of(session, legal):
    first, second = vendor_of(session), vendor_of(session)
    review = scan_of(legal, first)
    services.record_review_signed(legal, review, legal.today, None)
    services.update_review(legal, review, "DPA", second)
    assert (first.signed_on, second.signed_on) == (None, legal.today)
    with pytest.raises(Refused, match="annulez d"):
        services.update_review(legal, review, "DPA", None)


def test_a_text_that_binds_no_processor_is_no_contract_whatever_copy_is_handed_in(session, legal):
    """The cheapest lie: a privacy policy, filed as received and recorded as signed."""
    vendor = vendor_of(session)
    policy = "Politique de confidentialité\n\nNous utilisons des cookies pour mesurer l'audience de notre site.\n"
    review = review_of(legal, policy, vendor)
    with pytest.raises(Refused, match="engage un sous-traitant"):
        services.record_review_signed(legal, review, legal.today, copy_of(legal))
    assert (vendor.signed_on, review.signature_id) == (None, None)


def test_a_contract_received_enters_the_register_and_counts_when_what_was_read_names_the_vendor(session, legal):
    named, other = vendor_of(session, name="Brume SAS"), vendor_of(session, name="Nuage")
    text = GOOD.replace("Le prestataire héberge", "La société Brume, prestataire, héberge")
    for vendor, standing in ((named, ContractStanding.IN_FORCE), (other, ContractStanding.UNREAD)):
        review = scan_of(legal, vendor)
        services.record_check(legal, review, read_and_check(text.encode(), "dpa.txt"))
        services.record_review_signed(legal, review, legal.today, None)
        contract = session.get(Contract, review.contract_id)
        assert (contract.origin, contract.state) == (ContractOrigin.RECEIVED, ContractState.IN_FORCE)
        assert vendor.standing is standing
    services.update_review(legal, review, "DPA", named)
    assert (contract.vendor_id, other.standing) == (named.id, ContractStanding.NONE)
    services.cancel_review_signed(legal, review, "Erreur")
    assert (contract.state, review.contract_id) == (ContractState.DISCARDED, None)
