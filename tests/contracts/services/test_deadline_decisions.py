"""What is decided of a contract whose period ends: what it changes, what it stops, and the cheapest lies."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.contracts import edit_queries, services
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractAct, ContractState, CopyReading
from portal.contracts.rules.paragraphs import ParagraphWording
from portal.contracts.services import ContractDates, NoticeGiven, ParagraphChange, RenewalSigned
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.vendors.rules.standing import ContractStanding
from tests.conftest import NOW
from tests.factories import desk
from tests.factories.signatures import contract_of, copy_of
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]
BEGUN = date(2026, 1, 1)
WHY = "Le service rend ce que nous en attendons."
READ = "J'ai lu l'avenant : les deux parties, la durée, leurs signatures."


@pytest.fixture
def legal(acting):
    return acting(Role.LEGAL)


def on(ctx, day):
    """The same person on another day."""
    return Context(ctx.session, ctx.actor, NOW + (day - NOW.date()))


def held(session, legal, renewal=12, **facts):
    """In force since 1 January 2026 for twelve months, notice of three."""
    return contract_of(
        legal, vendor_of(session, **facts), on=BEGUN, dates=ContractDates(BEGUN, 24, renewal, "3"), title="Accord"
    )


def notice(legal, letter_on, **facts):
    return NoticeGiven(letter_on, copy_of(legal, "dénonciation.pdf"), **facts)


def renewal(legal, months=12):
    return RenewalSigned("Renouvellement", legal.today, copy_of(legal, "renouvellement.pdf"), months)


def test_letting_it_run_is_somebodys_decision_and_the_next_period_is_awaited(session, legal):
    contract = held(session, legal)
    assert contract.awaited_on == date(2027, 9, 30)
    found = services.decide_to_let_run(legal, contract, WHY)
    assert (found.period_end, found.decided_by_id, found.decided_at) == (date(2027, 12, 31), legal.actor.id, legal.now)
    assert (contract.decided_until, contract.awaited_on) == (date(2027, 12, 31), date(2028, 9, 30))
    session.commit()
    [entry] = session.scalars(select(JournalEntry).where(JournalEntry.action == "contract.deadline_decided"))
    assert (entry.after["why"], entry.after["deadline_choice"]) == (WHY, "let_run")


@pytest.mark.parametrize("words", ["", "  ", "ok", "....................", "12345678901234567890"])
def test_a_decision_without_words_is_none(session, legal, words):
    contract = held(session, legal)
    with pytest.raises(Refused, match="pourquoi"):
        services.decide_to_let_run(legal, contract, words)
    assert contract.decided_until is None


def test_what_is_not_renewed_is_not_left_to_run_and_comes_to_its_term_by_a_decision(session, legal):
    contract = held(session, legal, renewal=0)
    with pytest.raises(Refused, match="ne se reconduit pas"):
        services.decide_to_let_run(legal, contract, WHY)
    found = services.decide_end(legal, contract, WHY)
    assert (found.last_day, contract.terminates_on, contract.awaited_on) == (date(2027, 12, 31),) * 2 + (None,)


def test_notice_in_time_ends_it_with_its_period_and_late_notice_with_the_next(session, legal):
    contract = held(session, legal)
    for letter, last in ((date(2027, 9, 30), date(2027, 12, 31)), (date(2027, 10, 1), date(2028, 12, 31))):
        then = on(legal, letter)
        found = services.decide_end(then, contract, WHY, notice(then, letter))
        assert (found.last_day, contract.terminates_on, contract.expires_on) == (last, last, last)
    assert (contract.state, contract.vendor.covered_until) == (ContractState.IN_FORCE, date(2028, 12, 31))
    services.follow_calendar(on(legal, date(2028, 12, 31)), 0)
    assert contract.state is ContractState.IN_FORCE
    services.follow_calendar(on(legal, date(2029, 1, 1)), 0)
    assert (contract.state, contract.ended_on) == (ContractState.TERMINATED, date(2028, 12, 31))
    assert contract.vendor.standing is ContractStanding.NONE


def test_the_cheapest_notices_are_refused_and_nothing_changes(session, legal):
    """No letter; a letter of tomorrow; of before the signature; a last day that is past, or after its own end."""
    contract = held(session, legal)
    with pytest.raises(Refused, match="preuve d’envoi"):
        services.decide_end(legal, contract, WHY)
    tomorrow = date(2026, 11, 25)
    for given in (
        notice(legal, tomorrow), notice(legal, date(2025, 12, 31)), notice(legal, legal.today, last_day=BEGUN),
    ):  # fmt: skip
        with pytest.raises(Refused):
            services.decide_end(legal, contract, WHY, given)
    assert (contract.terminates_on, contract.expires_on, contract.decided_until) == (None, None, None)
    ending = held(session, legal, renewal=0)
    with pytest.raises(Refused, match="finit de lui-même"):
        services.decide_end(legal, ending, WHY, notice(legal, legal.today, last_day=date(2030, 1, 1)))


def test_without_known_dates_the_contract_says_its_last_day(session, legal):
    contract = contract_of(legal, vendor_of(session))
    with pytest.raises(Refused, match="dernier jour"):
        services.decide_end(legal, contract, WHY, notice(legal, legal.today))
    last = date(2027, 6, 30)
    found = services.decide_end(legal, contract, WHY, notice(legal, legal.today, last_day=last))
    assert (found.last_day, contract.terminates_on) == (last, last)


def test_a_later_decision_takes_back_a_notice_and_gives_its_own_end_back(session, legal):
    contract = held(session, legal)
    services.decide_end(legal, contract, WHY, notice(legal, legal.today))
    services.change_dates(legal, contract, ContractDates(BEGUN, 24, 12, "2"))
    assert contract.expires_on == date(2027, 12, 31), "what was announced is not counted again"
    services.decide_to_let_run(legal, contract, WHY)
    assert (contract.terminates_on, contract.expires_on, contract.end_reason) == (None, None, "")


def test_a_written_renewal_counts_once_its_copy_is_read_and_falls_with_it(session, legal):
    """The cheapest lie: a blank page handed in as the signed renewal."""
    contract = held(session, legal, renewal=0)
    found = services.decide_to_renew(legal, contract, WHY, renewal(legal))
    amendment = session.get_one(Contract, found.amendment_id)
    assert (amendment.parent_id, contract.expires_on) == (contract.id, date(2027, 12, 31))
    services.record_copy_reading(legal, amendment.id, amendment.signature_id, CopyReading.UNREADABLE)
    assert (contract.expires_on, contract.awaited_on) == (date(2027, 12, 31),) * 2, "reminders go on"
    services.do_act(legal, amendment, ContractAct.VOUCH, why=READ)
    assert (contract.term_months, contract.expires_on) == (36, date(2028, 12, 31))
    assert contract.awaited_on == date(2028, 12, 31)
    assert found.applied_at == legal.now
    services.withdraw_registered(legal, amendment, "Entré par erreur")
    assert (contract.term_months, contract.expires_on, found.applied_at) == (24, date(2027, 12, 31), None)


def test_renegotiating_opens_one_draft_with_the_signed_text_and_its_changes(session, legal):
    contract, _ = desk.drafted(legal, desk.matter(session), Language.FR)
    special = ParagraphChange(
        ParagraphWording.SPECIAL, Language.FR, "Le prestataire ne sous-traite pas.", clause="CL10"
    )
    services.add_condition(legal, contract, special)
    version = services.draft_version(legal, contract, Language.FR)
    services.record_version_signed(legal, contract, version.number, date(2026, 11, 24), copy_of(legal))
    services.remove_edit(legal, contract, edit_queries.edit_rows(legal, contract)[0].id)
    found = services.decide_to_renegotiate(legal, contract, WHY)
    draft = services.open_amendment(legal, contract, found)
    assert services.open_amendment(legal, contract, found) is draft
    assert (draft.parent_id, draft.template_key, draft.state) == (
        contract.id, contract.template_key, ContractState.DRAFT,
    )  # fmt: skip
    [edit] = edit_queries.edit_rows(legal, draft)
    assert edit.texts["fr"] == "Le prestataire ne sous-traite pas.", "as it was signed, not as it is drafted today"
    with pytest.raises(Refused, match="avenant"):
        services.amend_contract(legal, draft)


def test_who_answers_for_the_vendor_decides_and_nobody_else_of_the_business(session, acting, legal):
    owner = acting(Role.BUYER)
    contract = held(session, legal, owner_id=owner.actor.id)
    session.query(Notice).delete()
    for role in (Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.VENDOR_ADMIN):
        with pytest.raises((Forbidden, NotFound)):
            services.decide_to_let_run(acting(role), contract, WHY)
    with pytest.raises(Forbidden):
        services.decide_to_renew(owner, contract, WHY, renewal(legal))
    services.decide_to_renegotiate(owner, contract, WHY)
    told = session.scalars(select(Notice)).all()
    assert {row.user_id for row in told} >= {legal.actor.id}
    assert owner.actor.id not in {row.user_id for row in told}
    assert {row.values["page"] for row in told} == {f"contracts.deadline?contract_id={contract.id}"}


def test_an_amendment_follows_its_contract_and_awaits_nothing(session, legal):
    contract = held(session, legal)
    amendment = contract_of(legal, contract.vendor, on=BEGUN, dates=ContractDates(BEGUN, 12, 12, "3"))
    services.assign_contract(legal, amendment, None, contract.id)
    assert amendment.awaited_on is None
    with pytest.raises(Refused, match="suit son contrat"):
        services.decide_to_let_run(legal, amendment, WHY)


def test_the_calendar_awaits_the_end_once_notice_is_too_late_then_the_next_period(session, legal):
    contract = held(session, legal)
    for day, awaited in ((date(2027, 10, 1), date(2027, 12, 31)), (date(2028, 1, 1), date(2028, 9, 30))):
        services.follow_calendar(on(legal, day), 0)
        assert contract.awaited_on == awaited
    contract.awaited_on = None
    services.follow_calendar(on(legal, date(2028, 1, 2)), 0)
    assert contract.awaited_on == date(2028, 9, 30), "one recorded before decisions were awaited"
