"""The end of a contract: what it leaves to be proved, the cheapest lies, the vendor that is not closed meanwhile."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.contracts import exit_queries, services
from portal.contracts.exit_models import ContractExit, ExitProof
from portal.contracts.rules.exits import CertificateReading, ExitChoice, lacks
from portal.contracts.rules.life import ContractAct, ContractState
from portal.contracts.services import ContractDates, DataCheck
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.vendors import services as vendors
from portal.vendors.models import SubProcessor
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories import desk
from tests.factories.signatures import contract_of, copy_of
from tests.factories.world import vendor_of, vendor_user

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]
SEEN = "Les comptes et les trois bases de production du prestataire."
HOW = "Connexion refusée avec nos anciens accès, export vide demandé devant nous."
READ = "Brume SARL certifie le 24 novembre avoir effacé toutes les données et leurs copies."


@pytest.fixture
def legal(acting):
    return acting(Role.LEGAL)


def ended(session, legal, **facts):
    """The end, today, of a contract that was not drafted here."""
    facts = {"name": "Brume SARL", "status": VendorStatus.OFFBOARDING, **facts}
    contract = contract_of(legal, vendor_of(session, **facts), dates=ContractDates(date(2026, 1, 1), 36, 0, "0"))
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin de la relation")
    return opened(legal, contract)


def opened(ctx, contract):
    found = exit_queries.get_exit(ctx, contract)
    assert found is not None
    return found


def check(legal, **changes):
    return DataCheck(
        **{"what": SEEN, "how": HOW, "by": "Ana", "on": legal.today, "evidence": copy_of(legal), **changes}
    )


def prove(legal, row):
    """Everything, as it should be."""
    services.choose_end_of_data(legal, row, ExitChoice.DELETE, row.due_on)
    for proof in row.proofs:
        services.receive_certificate(legal, proof, legal.today, copy_of(legal))
        services.record_certificate_reading(legal, proof.id, proof.stored_file_id, CertificateReading.READ)
    if not any(not one.is_processor for one in row.proofs):
        services.say_no_subprocessor(legal, row, "Son questionnaire de 2026 répond qu'il n'a aucun sous-traitant.")
    services.record_check(legal, row, check(legal))


def test_the_processor_and_each_sub_processor_of_the_annex_prove_and_the_vendor_is_told(session, legal):
    subject = desk.matter(session)
    who = vendor_user(session, subject.vendor)
    contract, version = desk.drafted(legal, subject, Language.FR)
    services.record_version_signed(legal, contract, version.number, legal.today, copy_of(legal))
    session.query(Notice).delete()
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin de la relation")
    row = opened(legal, contract)
    assert [(one.holder, one.is_processor) for one in row.proofs] == [
        ("Relation Atlantique SARL", True), ("Nuage Rhénan", False),
    ]  # fmt: skip
    assert (row.due_on, subject.vendor.open_exits) == (legal.today + timedelta(days=30), 1)
    told = session.scalars(select(Notice).where(Notice.user_id == who.id)).all()
    assert [one.values["page"] for one in told] == [f"vendor_space.contract_exit?exit_id={row.id}"]


def test_a_sub_processor_engaged_since_the_signature_proves_too(session, legal):
    """What the annex does not name held the data all the same (RGPD art. 28(4)): the one replaced, and the newer."""
    vendor = vendor_of(session, name="Brume SARL")
    for name, since, until in HELD:
        session.add(SubProcessor(vendor_id=vendor.id, name=name, valid_from=since, valid_until=until))
    contract = contract_of(legal, vendor, dates=ContractDates(date(2026, 1, 1), 36, 0, "0"))
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin de la relation")
    assert [one.holder for one in opened(legal, contract).proofs] == ["Brume SARL", "Remplacé SA", "Nouveau SAS"]


def test_which_contract_a_sub_processor_served_is_not_guessed(session, legal):
    vendor = vendor_of(session, name="Brume SARL")
    session.add(SubProcessor(vendor_id=vendor.id, name="Nouveau SAS", valid_from=date(2026, 2, 1)))
    contract, _other = (
        contract_of(legal, vendor, dates=ContractDates(date(2026, 1, 1), 36, 0, "0")) for _number in range(2)
    )
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin de la relation")
    assert [one.holder for one in opened(legal, contract).proofs] == ["Brume SARL"]


HELD = (
    ("Parti avant SA", date(2025, 1, 1), date(2026, 1, 1)), ("Remplacé SA", date(2025, 1, 1), date(2026, 3, 1)),
    ("Nouveau SAS", date(2026, 3, 1), None),
)  # fmt: skip


def test_a_vendor_is_not_closed_while_its_data_are_not_proved_gone(session, legal):
    row = ended(session, legal)
    with pytest.raises(Refused, match="fin de contrat"):
        vendors.change_status(legal, row.vendor, VendorStatus.OFFBOARDED)
    prove(legal, row)
    services.close_exit(legal, row)
    assert row.vendor.open_exits == 0
    vendors.change_status(legal, row.vendor, VendorStatus.OFFBOARDED)
    assert row.vendor.status is VendorStatus.OFFBOARDED
    with pytest.raises(Refused, match="plus ouverte"):
        services.record_check(legal, row, check(legal))
    session.commit()
    assert session.scalars(select(JournalEntry).where(JournalEntry.action == "contract.exit_closed")).one()


def test_a_vendor_is_not_closed_by_forgetting_to_end_its_contract(session, legal):
    """The cheapest lie of all: no contract ends, so nothing is ever asked."""
    contract = contract_of(legal, vendor_of(session, status=VendorStatus.OFFBOARDING))
    with pytest.raises(Refused, match="en vigueur"):
        vendors.change_status(legal, contract.vendor, VendorStatus.OFFBOARDED)


def test_nothing_of_what_must_be_proved_can_be_left_out(session, legal):
    row = ended(session, legal)
    steps = [
        lambda: services.choose_end_of_data(legal, row, ExitChoice.RETURN, row.due_on),
        lambda: services.receive_certificate(legal, row.proofs[0], legal.today, copy_of(legal)),
        lambda: services.record_certificate_reading(
            legal, row.proofs[0].id, row.proofs[0].stored_file_id, CertificateReading.READ
        ),
        lambda: services.say_no_subprocessor(legal, row, "Son questionnaire répond qu'il n'a aucun sous-traitant."),
        lambda: services.record_check(legal, row, check(legal)),
    ]
    for step in steps:
        with pytest.raises(Refused):
            services.close_exit(legal, row)
        step()
    assert not list(lacks(row.state))
    services.close_exit(legal, row)


@pytest.mark.parametrize(
    "changes",
    [{"what": "fait"}, {"how": "." * 60}, {"by": "  "}, {"on": date(2026, 11, 25)}, {"on": date(2026, 11, 23)}],
)
def test_a_tick_without_words_or_a_day_that_cannot_be_is_no_check(session, legal, changes):
    row = ended(session, legal)
    with pytest.raises(Refused):
        services.record_check(legal, row, check(legal, **changes))
    assert row.checked_on is None


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2026, 11, 23)])
def test_a_certificate_is_neither_of_tomorrow_nor_of_before_the_end(session, legal, day):
    row = ended(session, legal)
    with pytest.raises(Refused):
        services.receive_certificate(legal, row.proofs[0], day, copy_of(legal))
    assert row.proofs[0].reading is CertificateReading.AWAITED


def test_one_certificate_for_all_proves_for_those_it_names_alone(session, legal):
    row = ended(session, legal)
    mine, other = row.proofs[0], services.add_holder(legal, row, "Nuage Clair SAS")
    with pytest.raises(Refused, match="déjà attendu"):
        services.add_holder(legal, row, "NUAGE-CLAIR")
    file = copy_of(legal)
    for proof, reading in ((mine, CertificateReading.UNREADABLE), (other, CertificateReading.OTHER_NAME)):
        services.receive_certificate(legal, proof, legal.today, file)
        services.record_certificate_reading(legal, proof.id, file.id, reading)
    services.vouch_for_certificate(legal, mine, READ)
    for words in ("lu", READ):
        with pytest.raises(Refused):
            services.vouch_for_certificate(legal, other, words)
    assert (mine.reading, other.reading) == (CertificateReading.VOUCHED, CertificateReading.OTHER_NAME)
    assert [str(one) for one in lacks(row.state) if "Nuage" in str(one)]


def test_a_reading_of_another_file_or_after_a_person_changes_nothing(session, legal):
    row = ended(session, legal)
    proof, first = row.proofs[0], copy_of(legal)
    services.receive_certificate(legal, proof, legal.today, first)
    services.receive_certificate(legal, proof, legal.today, copy_of(legal))
    assert not services.record_certificate_reading(legal, proof.id, first.id, CertificateReading.READ)
    assert proof.reading is CertificateReading.WAITING


def test_what_the_law_keeps_has_its_text_and_its_end(session, legal):
    row = ended(session, legal)
    basis = "Code de commerce, art. L123-22 : pièces comptables gardées dix ans."
    for what, text, until in (("x", basis, date(2036, 1, 1)), ("Factures", "loi", date(2036, 1, 1)),
                              ("Factures", basis, legal.today)):  # fmt: skip
        with pytest.raises(Refused):
            services.add_exemption(legal, row, what, text, until)
    services.add_exemption(legal, row, "Factures, chez Brume", basis, date(2036, 12, 31))
    assert [one.until for one in opened(legal, row.contract).exemptions] == [date(2036, 12, 31)]


def test_data_stay_only_under_another_contract_that_counts(session, legal):
    row = ended(session, legal)
    unread = contract_of(legal, row.vendor, reading=None)
    for other in (row.contract, unread, contract_of(legal, vendor_of(session))):
        with pytest.raises(Refused):
            services.close_as_kept(legal, row, other, "La même base sert au nouveau contrat.")
    services.close_as_kept(legal, row, contract_of(legal, row.vendor), "La même base sert au nouveau contrat.")
    assert (row.is_open, row.vendor.open_exits) == (False, 0)


def test_replacing_needs_a_contract_that_replaces(session, legal):
    """The cheapest way round: a contract « replaced » by nothing leaves nothing to prove."""
    contract = contract_of(legal, vendor_of(session))
    with pytest.raises(Refused, match="autre contrat"):
        services.do_act(legal, contract, ContractAct.REPLACE, why="Remplacé")
    contract_of(legal, contract.vendor)
    services.do_act(legal, contract, ContractAct.REPLACE, why="Remplacé")
    assert exit_queries.get_exit(legal, contract) is None


def test_an_end_that_was_none_falls_and_a_later_end_takes_no_older_proof(session, legal):
    begun = date(2025, 1, 1)
    vendor = vendor_of(session, name="Brume SARL")
    contract = contract_of(legal, vendor, on=begun, dates=ContractDates(begun, 12, 0, "0"))
    assert contract.state is ContractState.EXPIRED
    row = opened(legal, contract)
    prove(legal, row)
    services.change_dates(legal, contract, ContractDates(begun, 24, 0, "0"))
    assert (exit_queries.get_exit(legal, contract), vendor.open_exits) == (None, 0)
    later = Context(session, legal.actor, NOW + timedelta(days=60))
    services.follow_calendar(later, 0)
    again = opened(later, contract)
    assert (again.id, again.ended_on, vendor.open_exits) == (row.id, date(2026, 12, 31), 1)
    assert len(list(lacks(again.state))) == 2, "the certificate and the check date from before this end"


def test_who_may_do_what(session, acting, legal):
    owner = acting(Role.BUYER)
    row = ended(session, legal, owner_id=owner.actor.id)
    other = ended(session, legal, name="Autre")
    theirs = acting(Role.VENDOR_RESPONDENT, vendor_ids=frozenset({row.vendor_id}))
    services.record_check(owner, row, check(legal))
    services.receive_certificate(theirs, row.proofs[0], legal.today, copy_of(legal))
    for act in (
        lambda: services.close_exit(owner, row),
        lambda: services.record_check(theirs, row, check(legal)),
        lambda: services.vouch_for_certificate(theirs, row.proofs[0], READ),
        lambda: services.receive_certificate(theirs, other.proofs[0], legal.today, copy_of(legal)),
        lambda: services.record_check(acting(Role.BUYER), row, check(legal)),
    ):
        with pytest.raises((Forbidden, NotFound)):
            act()
    services.record_certificate_reading(legal, row.proofs[0].id, row.proofs[0].stored_file_id, CertificateReading.READ)
    with pytest.raises(Refused, match="déjà"):
        services.receive_certificate(theirs, row.proofs[0], legal.today, copy_of(legal))
    assert session.scalar(select(ContractExit.id).where(ContractExit.id == row.id))


def test_an_ended_contract_is_not_taken_out_of_the_register_before_its_end_is_proved(session, legal):
    """The cheapest way out of a checklist: say that the contract was entered by mistake."""
    row = ended(session, legal)
    contract = row.contract
    with pytest.raises(Refused, match="sort des données"):
        services.withdraw_registered(legal, contract, "Erreur de saisie")
    assert (contract.state, row.is_open) == (ContractState.TERMINATED, True)
    assert contract.signature_id is not None
    prove(legal, row)
    services.close_exit(legal, row)
    services.withdraw_registered(legal, contract, "Erreur de saisie")
    assert contract.state is ContractState.DISCARDED
    assert exit_queries.get_exit(legal, contract).closed_at is not None


def test_a_signature_is_not_annulled_once_its_contract_ended_and_before_its_end_is_proved(session, legal):
    """The same way out for what was drafted here: a draft again, nothing to prove."""
    contract, version = desk.drafted(legal, desk.matter(session), Language.FR)
    services.record_version_signed(legal, contract, version.number, legal.today, copy_of(legal))
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin de la relation")
    row = opened(legal, contract)
    with pytest.raises(Refused, match="sort des données"):
        services.cancel_version_signed(legal, contract, version.number, "Mauvais exemplaire")
    assert (contract.state, row.is_open, row.vendor.open_exits) == (ContractState.TERMINATED, True, 1)
    assert contract.signature_id == version.signature_id is not None
    prove(legal, row)
    services.close_exit(legal, row)
    services.cancel_version_signed(legal, contract, version.number, "Mauvais exemplaire")
    assert contract.state is ContractState.DRAFT


def test_a_contract_that_ended_before_there_were_checklists_gets_one_and_once(session, legal):
    row = ended(session, legal)
    contract, vendor = row.contract, row.contract.vendor
    session.execute(delete(ExitProof).where(ExitProof.exit_id == row.id))
    session.execute(delete(ContractExit).where(ContractExit.id == row.id))
    session.expunge(row)
    services.follow_calendar(legal, 0)
    again = opened(legal, contract)
    assert (again.ended_on, again.is_open) == (contract.ended_on, True)
    assert vendor.open_exits == 1
    services.follow_calendar(legal, 1)
    assert session.scalars(select(ContractExit.id).where(ContractExit.contract_id == contract.id)).all() == [again.id]
