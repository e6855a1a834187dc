"""What the register holds is proposed and not asked; what a vendor corrects goes back once it is accepted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits import queries, services
from portal.audits.register_facts import (
    ASKED,
    CERTIFICATES,
    CHAIN,
    ESTABLISHED,
    OFFICER,
    OFFICER_NAMED,
    PLACES,
    keep_register_facts,
    register_facts,
    with_register_facts,
)
from portal.audits.rules import AskedAgain, AuditState, CarriedAs, carried_value
from portal.audits.services import (
    PostedAnswer,
    confirm_section,
    open_answers_to_write,
    open_audit,
    proposed_mark,
    save_posted_answer,
)
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission
from portal.core.language import Language
from portal.evidence.rules import EvidenceVerdict
from portal.journal.models import JournalEntry
from portal.questionnaires.definition import GivenAnswer
from portal.questionnaires.queries import questionnaire_of
from portal.vendors.models import SubProcessor
from tests.conftest import NOW
from tests.factories.review import SIGNATORY, accepted, case_of
from tests.factories.spaces import actor_of, proof_of
from tests.factories.world import vendor_of, vendor_user, version_of

HOST = {"nom": "Hôte & Cie", "service": "Hébergement", "pays": "DE", "adresse": "1 Weg", "contact": "dpo@hote.example"}
HELP = {"nom": "Aide SAS", "service": "Assistance", "pays": "FR", "adresse": "2 rue", "contact": "aide@exemple.test"}
PLACE = {"organisme": "Hôte & Cie", "pays": "DE", "usage": "hebergement", "mecanisme": "eee"}


@pytest.fixture
def ctx(session, app):
    return Context(session, SYSTEM, NOW)


def answers(*rows):
    return {CHAIN: GivenAnswer(rows)}


def certificate(session, vendor, kind="iso27001", **facts):
    sent = {"sent_at": NOW, "issued_on": NOW.date() - timedelta(days=90), **facts}
    return proof_of(session, vendor, f"{kind}.pdf", kind=kind, **sent)


def later(ctx, days):
    return Context(ctx.session, ctx.actor, ctx.now + timedelta(days=days))


@pytest.mark.both_databases
def test_what_was_accepted_of_the_chain_is_what_is_proposed_next(ctx, backend):
    vendor = vendor_of(ctx.session)
    keep_register_facts(ctx, vendor, {**answers(HOST, HELP), PLACES: GivenAnswer((PLACE,))})
    facts = register_facts(ctx, [vendor.id], ASKED)[vendor.id]
    assert (facts[CHAIN].value, facts[PLACES].value) == ((HOST, HELP), (PLACE,))


@pytest.mark.both_databases
def test_those_of_whom_something_is_held_are_those_of_whom_it_would_be_shown(ctx, backend):
    session = ctx.session
    silent, french, german, swiss, represented, officer, chained, placed, certified, lapsed = (
        vendor_of(session, name=f"V{n}", country=country)
        for n, country in enumerate(["", "FR", "DE", "CH", "CH", "", "", "", "", ""])
    )
    represented.eu_representative = "Rep GmbH"
    officer.dpo_contact = "Anne Roy, dpo@acme.example"
    session.flush()
    keep_register_facts(ctx, chained, answers(HOST))
    keep_register_facts(ctx, placed, {PLACES: GivenAnswer((PLACE,))})
    certificate(session, certified)
    certificate(session, lapsed, expires_on=NOW.date() - timedelta(days=1))
    every = [silent, french, german, swiss, represented, officer, chained, placed, certified, lapsed]
    ids = [vendor.id for vendor in every]
    found = {}
    for keys in (ASKED, {ESTABLISHED}, {OFFICER}, {OFFICER_NAMED}, {CHAIN}, {PLACES}, {CERTIFICATES}, set()):
        found[frozenset(keys)] = with_register_facts(ctx, ids, keys)
        assert found[frozenset(keys)] == register_facts(ctx, ids, keys).keys()
    assert found[frozenset(ASKED)] == {
        one.id for one in (french, german, represented, officer, chained, placed, certified)
    }
    assert with_register_facts(ctx, [], ASKED) == set()


def test_a_company_that_is_said_no_more_ends_and_the_others_stay_as_they_were(ctx):
    vendor = vendor_of(ctx.session)
    keep_register_facts(ctx, vendor, answers(HOST, HELP))
    keep_register_facts(later(ctx, 30), vendor, answers(HOST))
    keep_register_facts(later(ctx, 60), vendor, answers(HOST))  # nothing more to say of it
    ctx.session.commit()
    rows = {row.name: row for row in ctx.session.scalars(select(SubProcessor))}
    assert rows["Hôte & Cie"].valid_from == ctx.today
    assert rows["Hôte & Cie"].valid_until is None
    assert rows["Aide SAS"].valid_until == ctx.today + timedelta(days=30)
    assert len(ctx.session.scalars(select(JournalEntry).filter_by(action="vendor.sub_processors")).all()) == 2


def test_what_is_not_acceptable_or_not_said_leaves_the_register_as_it_is(ctx):
    vendor = vendor_of(ctx.session)
    keep_register_facts(ctx, vendor, answers(HOST))
    keep_register_facts(later(ctx, 30), vendor, {})
    keep_register_facts(later(ctx, 30), vendor, {CHAIN: GivenAnswer(None)})
    assert register_facts(later(ctx, 30), [vendor.id], ASKED)[vendor.id][CHAIN].value == (HOST,)


@pytest.mark.parametrize(
    ("country", "representative", "expected"),
    [("FR", "", "france"), ("DE", "", "eee"), ("US", "Représentant SARL", "hors-eee-representant"), ("US", "", None),
     ("", "Représentant SARL", None)],
)  # fmt: skip
def test_where_a_company_is_established_is_said_only_when_the_register_knows(ctx, country, representative, expected):
    vendor = vendor_of(ctx.session, country=country, eu_representative=representative)
    held = register_facts(ctx, [vendor.id], [ESTABLISHED]).get(vendor.id, {}).get(ESTABLISHED)
    assert (held.value if held else None) == expected


def test_a_first_audit_proposes_the_facts_held_and_takes_them_as_the_questions_do(ctx):
    vendor = vendor_of(ctx.session, country="FR", dpo_contact="Claire Martin, dpo@hote.example")
    certificate(ctx.session, vendor)
    keep_register_facts(ctx, vendor, {**answers(HOST), PLACES: GivenAnswer((PLACE,))})
    version = version_of(ctx.session)
    audit = open_audit(ctx, vendor, version, due_on=ctx.today + timedelta(days=30))
    sheet = queries.open_sheet(ctx, audit.id, to=Permission.AUDIT_VIEW)
    assert audit.carries
    assert sheet.proposed.keys() == ASKED
    assert not sheet.answers
    asked = questionnaire_of(ctx.session, version)
    for key, held in sheet.held.items():
        assert carried_value(asked.question(key), held) is not None


def test_a_vendor_of_whom_nothing_is_held_opens_a_first_audit_as_before(ctx):
    vendor = vendor_of(ctx.session, country="", dpo_contact="")
    assert not open_audit(ctx, vendor, version_of(ctx.session), due_on=ctx.today).carries


def test_a_fact_confirmed_then_changed_is_edited(ctx):
    vendor = vendor_of(ctx.session, country="FR")
    audit = open_audit(ctx, vendor, version_of(ctx.session), due_on=ctx.today + timedelta(days=30))
    at_vendor = Context(ctx.session, actor_of(vendor_user(ctx.session, vendor), vendor), NOW)
    sheet = open_answers_to_write(at_vendor, audit.id)
    mark = proposed_mark(sheet, ESTABLISHED)
    sheet = confirm_section(at_vendor, sheet, "gouvernance", {ESTABLISHED: mark})
    assert sheet.carried[ESTABLISHED].outcome is CarriedAs.CONFIRMED
    changed = PostedAnswer(ESTABLISHED, "eee", None, 1)
    sheet = save_posted_answer(at_vendor, open_answers_to_write(at_vendor, audit.id), changed).sheet
    assert sheet.carried[ESTABLISHED].outcome is CarriedAs.EDITED


CLAIRE = {"nom": "Claire Martin", "email": "claire@hote.example", "telephone": "+33 4 00 00 00 00"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Claire Martin, claire@hote.example, +33 4 00 00 00 00", CLAIRE), ("dpo@hote.example", None), ("à nommer", None)],
)
def test_the_officer_of_the_register_is_proposed_when_it_names_somebody_and_an_address(ctx, line, expected):
    vendor = vendor_of(ctx.session, dpo_contact=line)
    facts = register_facts(ctx, [vendor.id], ASKED).get(vendor.id, {})
    assert (facts[OFFICER].value if OFFICER in facts else None) == ((expected,) if expected else None)
    assert (OFFICER_NAMED in facts) is bool(expected)


def test_an_officer_corrected_goes_back_to_the_register_once_acceptable_and_is_proposed_next(ctx):
    vendor = vendor_of(ctx.session, dpo_contact="Ancien DPO, ancien@hote.example")
    keep_register_facts(ctx, vendor, {OFFICER_NAMED: GivenAnswer("oui")})
    assert vendor.dpo_contact.startswith("Ancien")
    keep_register_facts(ctx, vendor, {OFFICER: GivenAnswer((CLAIRE,))})
    keep_register_facts(later(ctx, 9), vendor, {OFFICER: GivenAnswer((CLAIRE,))})
    ctx.session.commit()
    assert register_facts(ctx, [vendor.id], [OFFICER])[vendor.id][OFFICER].value == (CLAIRE,)
    entries = ctx.session.scalars(select(JournalEntry).filter_by(action="vendor.described")).all()
    assert [entry.before["dpo_contact"] for entry in entries] == ["Ancien DPO, ancien@hote.example"]


@pytest.mark.both_databases
def test_certificates_that_hold_are_proposed_and_no_other(ctx, backend):
    vendor, other = vendor_of(ctx.session), vendor_of(ctx.session)
    for kind in ("soc2", "iso27001"):
        certificate(ctx.session, vendor, kind)
    certificate(ctx.session, vendor, "hds", expires_on=NOW.date() - timedelta(days=1))
    certificate(ctx.session, vendor, "iso27701", verdict=EvidenceVerdict.REJECTED)
    certificate(ctx.session, vendor, "secnumcloud", sent_at=None)
    certificate(ctx.session, vendor, "insurance")
    certificate(ctx.session, other, "gdpr_certification")
    facts = register_facts(ctx, [vendor.id, other.id], [CERTIFICATES])
    assert facts[vendor.id][CERTIFICATES].value == ("iso-27001", "soc2")
    assert facts[other.id][CERTIFICATES].value == ("art42",)


def test_a_certificate_held_is_shown_and_asks_for_its_proof_like_any_other(ctx):
    """It is not for us to attach a file to an answer: the vendor does, in one click."""
    vendor = vendor_of(ctx.session, country="")
    certificate(ctx.session, vendor)
    audit = open_audit(ctx, vendor, version_of(ctx.session), due_on=ctx.today + timedelta(days=30))
    sheet = queries.open_sheet(ctx, audit.id, to=Permission.AUDIT_VIEW)
    assert queries.asked_in(ctx, sheet) == {CERTIFICATES: AskedAgain.PROOF}


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("held", "said", "kept"),
    [
        ("1 rue Vieille, Lyon", "2 rue Neuve,\r\n 69001 Lyon", "2 rue Neuve,\n69001 Lyon"),
        ("", "2 rue Neuve, Lyon", "2 rue Neuve, Lyon"),
        ("1 rue Vieille,\r\nLyon", "1 rue  Vieille,\nLyon", "1 rue Vieille,\r\nLyon"),
        ("1 rue Vieille, Lyon", "", "1 rue Vieille, Lyon"),
    ],
)
def test_an_address_is_corrected_in_the_register_once_the_audit_is_accepted(session, app, backend, held, said, kept):
    case = case_of(session)
    case.vendor.address = held
    case.answer()
    services.submit_answers(
        case.answering, case.audit, language=Language.FR, signatory=SIGNATORY, address=said
    )  # fmt: skip
    session.commit()
    assert case.vendor.address == held, "nobody has read it yet"
    accepted(case)
    assert case.vendor.address == kept


def test_an_address_is_left_aside_alone_while_the_answers_are_accepted(session, app, as_):
    case = case_of(session)
    case.vendor.address = "1 rue Vieille, Lyon"
    case.answer()
    services.submit_answers(
        case.answering, case.audit, language=Language.FR, signatory=SIGNATORY, address="2 rue Fausse, Lyon"
    )
    case.judge_all()
    session.commit()
    page, url = as_(case.reviewer), f"/audits/{case.audit.id}/acceptation"
    shown = page.get(url)
    assert "2 rue Fausse, Lyon" in shown.text
    assert shown.one("#takes_address").get("checked") is not None, (
        "what the vendor corrected is taken unless somebody says no"
    )
    page.post(url, {"until": ""})
    session.expire_all()
    assert (case.audit.state, case.vendor.address) == (AuditState.ACCEPTED, "1 rue Vieille, Lyon")
    [entry] = session.scalars(select(JournalEntry).where(JournalEntry.action == "audit.accepted"))
    assert entry.after["address_left_aside"] == "2 rue Fausse, Lyon"


def test_an_address_only_confirmed_overwrites_nothing_that_we_corrected_meanwhile(session, app):
    case = case_of(session)
    case.vendor.address = "1 rue Vieille, Lyon"
    case.answer()
    services.submit_answers(
        case.answering, case.audit, language=Language.FR, signatory=SIGNATORY, address="1 rue Vieille, Lyon"
    )
    case.vendor.address = "3 rue Juste, Lyon"
    accepted(case)
    assert case.vendor.address == "3 rue Juste, Lyon"
