"""Use cases of the contract desk: what is frozen stays, what is typed wins, who may not is refused."""

import json
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from portal.audits.models import Answer
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.contracts import library, overview, queries, services
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractAct, ContractState, CopyReading
from portal.contracts.services import ContractSubject
from portal.core import process
from portal.core.documents.freezing import thaw
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Blank
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.vendors.models import SignedContract
from portal.vendors.rules.standing import ContractStanding
from tests.conftest import NOW
from tests.effort import at_most
from tests.factories.contracts import inlines
from tests.factories.desk import BRITAIN, INDIA, contract_of, drafted, in_english, matter
from tests.factories.signatures import copy_of
from tests.factories.signing import print_for

FR, EN = Language.FR, Language.EN
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]
COMPLETE = {"law__governing": "droit français", "law__courts": "tribunaux de Paris"}


@pytest.fixture
def subject(session):
    return matter(session)


@pytest.mark.parametrize("language", Language)
def test_complete_facts_cover_every_contractual_obligation(ctx, subject, language):
    _, version = drafted(ctx, subject, language)
    assert version.blanks == []
    assert version.covered == version.required == 32
    assert not [row["id"] for row in version.coverage if row["status"] != "covered" and row["class"] == "C"]
    assert not thaw(version.tree).draft


@pytest.mark.parametrize("language", Language)
def test_complete_facts_cover_them_with_transfers_of_both_kinds_too(ctx, session, subject, language):
    for answer in session.query(Answer).filter_by(question_key="transferts.lieux"):
        answer.value = {"v": [BRITAIN, INDIA]}
    session.flush()
    subject.service.locations = []
    _, version = drafted(ctx, subject, language, **COMPLETE)
    assert [clause["id"] for clause in version.clauses if clause["id"] in {"CL24", "CL25", "CL26"}] == ["CL25", "CL26"]
    assert version.covered == version.required
    assert version.blanks == []


@pytest.mark.parametrize("language", Language)
def test_each_missing_fact_is_a_blank_in_the_text_and_a_line_of_the_list(ctx, session, language):
    subject = matter(session, representative="", breach_contact="", legal_form="")
    contract = services.open_contract(ctx, subject, "Accord", language)
    version = services.draft_version(ctx, in_english(ctx, contract) if language is EN else contract, language)
    expected = {"vendor.representative", "vendor.breach_contact", "vendor.legal_form", "agreement.reference"}
    assert {blank["key"] for blank in version.blanks} == expected
    assert {one.key for one in inlines(thaw(version.tree)) if isinstance(one, Blank)} == expected
    assert version.covered < version.required
    incomplete = [row for row in version.coverage if row["status"] == "incomplete"]
    assert {missing["key"] for row in incomplete for missing in row["missing"]} == expected
    assert thaw(version.tree).draft


def test_a_version_never_changes_when_the_vendor_or_the_library_does(ctx, session, subject, tmp_path, monkeypatch):
    contract, version = drafted(ctx, subject, FR)
    kept = {name: getattr(version, name) for name in ("tree", "facts", "clauses", "coverage", "blanks", "sha256")}
    text = tree_text(thaw(version.tree))
    subject.vendor.legal_name, subject.service.name = "Autre raison sociale", "Autre service"
    folder = tmp_path / "library"
    shutil.copytree(library.FOLDER, folder)
    clause = folder / "clauses/CL18-violations.md"
    changed = clause.read_text("utf-8").replace('version = "1.2"', 'version = "1.3"')
    changed = changed.replace("au moins un (1) an", "au moins deux (2) ans")
    clause.write_text(changed.replace("at least one (1) year", "at least two (2) years"), "utf-8")
    session.commit()
    monkeypatch.setattr(process, "_settings", [replace(process.settings(), clauses_dir=folder)])
    second = services.draft_version(ctx, contract, FR)
    session.commit()
    session.expire_all()
    old = session.get_one(ContractVersion, version.id)
    assert {name: getattr(old, name) for name in kept} == kept
    assert tree_text(thaw(old.tree)) == text
    assert second.number == 2
    assert {c["id"]: c["version"] for c in second.clauses}["CL18"] == "1.3"
    assert "deux (2) ans" in tree_text(thaw(second.tree)).replace("\xa0", " ")
    assert second.sha256 != old.sha256


AFTERWARDS = ("facts", "draft", "dates", "terminate", "library", "unsign")


@given(acts=st.lists(st.sampled_from(AFTERWARDS), min_size=2, max_size=4))
@at_most(4)
def test_a_signed_version_never_changes_whatever_is_done_afterwards(database, acts):
    """Its words, its facts, its proof, its files and the copy that was signed."""
    with database.session(write=True) as session:
        ctx = Context(session, SYSTEM, NOW)
        contract, version = drafted(ctx, matter(session), FR)
        print_for(ctx, version)
        record = services.record_version_signed(ctx, contract, version.number, ctx.today, copy_of(ctx))
        before, signed = _frozen(session, version.id), (record.stored_file_id, record.stored_file.sha256)
        for act in acts:
            with suppress(Refused):
                _do(ctx, contract, act)
        session.flush()
        session.expire_all()
        assert _frozen(session, version.id) == before
        kept = session.get_one(SignedContract, record.id)
        assert (kept.stored_file_id, session.get_one(StoredFile, kept.stored_file_id).sha256) == signed
        session.rollback()


def _frozen(session, version_id):
    """Every column of a version but the record that it was signed, which is taken back with a reason."""
    version = session.get_one(ContractVersion, version_id)
    columns = (column.key for column in ContractVersion.__table__.columns)
    return json.dumps({key: getattr(version, key) for key in columns if key != "signature_id"}, default=str)


def _do(ctx, contract, act):
    match act:
        case "facts":
            services.type_facts(ctx, contract, {"agreement.reference": "autre contrat"})
        case "draft":
            services.draft_version(ctx, contract, FR, despite="essai")
        case "dates":
            services.change_dates(ctx, contract, services.ContractDates(ctx.today, 12, 12, "3"))
        case "terminate":
            services.do_act(ctx, contract, ContractAct.TERMINATE, why="Fin de la relation")
        case "library":
            services.take_library_of_today(ctx, contract)
        case "unsign":
            services.cancel_version_signed(ctx, contract, 1, "Mauvais exemplaire")


def test_the_digest_is_of_the_text_and_two_drafts_of_the_same_facts_say_the_same(ctx, subject):
    contract, first = drafted(ctx, subject, FR)
    second = services.draft_version(ctx, contract, FR)
    assert first.sha256 == second.sha256
    numbered = {"reference": "", "edition": ""}
    assert replace(thaw(first.tree), **numbered) == replace(thaw(second.tree), **numbered)
    last = thaw(second.tree)
    assert (last.reference, last.edition, last.sha256) == (f"{contract.key} · v2", "Version 2", second.sha256)


def test_a_draft_promises_its_printing_once_and_is_written_in_the_journal(ctx, session, subject):
    contract, version = drafted(ctx, subject, FR)
    session.commit()
    assert [job.payload for job in session.query(Job).filter_by(kind="contracts.print")] == [{"version_id": version.id}]
    entries = session.query(JournalEntry).filter(JournalEntry.action.startswith("contract.")).order_by(JournalEntry.id)
    assert [entry.action for entry in entries] == ["contract.opened", "contract.facts_typed", "contract.drafted"]
    assert {entry.vendor_id for entry in entries} == {subject.vendor.id}
    assert list(entries)[2].after["sha256"] == version.sha256
    assert list(entries)[1].after == {"agreement.reference": contract.typed["agreement.reference"]}


def test_contracts_with_one_vendor_have_keys_of_their_own(ctx, subject):
    keys = [services.open_contract(ctx, subject, "Accord").key for _ in range(3)]
    assert keys == [f"relation-atlantique-dpa-{n}" for n in (1, 2, 3)]


def test_no_two_versions_bear_one_number(ctx, session, subject):
    contract, version = drafted(ctx, subject, FR)
    twin = ContractVersion(
        contract_id=contract.id, number=1, language=FR, facts={}, clauses=[], tree={}, coverage=[], blanks=[],
        covered=0, required=0, sha256="0" * 64, created_at=ctx.now,
    )  # fmt: skip
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(twin)
    assert services.draft_version(ctx, contract, FR).number == version.number + 1


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.ADMIN, Role.VENDOR_ADMIN])
def test_whoever_may_not_draft_opens_types_and_drafts_nothing(acting, ctx, session, subject, role):
    contract = contract_of(ctx, subject)
    other = acting(role, vendor_ids=frozenset({subject.vendor.id}))
    for attempt in (
        lambda: services.open_contract(other, subject, "x"),
        lambda: services.type_facts(other, contract, {"vendor.name": "x"}),
        lambda: services.draft_version(other, contract, FR),
    ):
        with pytest.raises((Forbidden, NotFound)):
            attempt()
    assert session.query(ContractVersion).count() == 0
    assert session.query(Contract).count() == 1


def test_a_service_of_another_vendor_is_refused(ctx, session, subject):
    other = matter(session)
    with pytest.raises(Refused, match="autre sous-traitant"):
        services.open_contract(ctx, ContractSubject(subject.vendor, other.service, None, "dpa"), "x")


def test_a_contract_is_described_again_and_the_journal_says_how(ctx, session, subject):
    contract = contract_of(ctx, subject)
    other = matter(session)
    with pytest.raises(Refused, match="autre sous-traitant"):
        services.describe_contract(ctx, contract, "x", other.service, None)
    services.describe_contract(ctx, contract, contract.title, subject.service, subject.entity)
    services.describe_contract(ctx, contract, "Titre", None, other.entity)
    session.commit()
    (entry,) = session.query(JournalEntry).filter_by(action="contract.described")
    assert entry.before["service"] == "Centre de contacts clients"
    assert entry.after == {"title": "Titre", "service": None, "entity": "Maison Verdier SAS"}
    assert (contract.service_id, contract.legal_entity_id) == (None, other.entity.id)


def test_an_unknown_template_is_refused_with_those_that_exist(ctx, subject):
    wrong = ContractSubject(subject.vendor, subject.service, subject.entity, "nda")
    with pytest.raises(Refused, match="n’existe pas"):
        services.open_contract(ctx, wrong, "x")
    with pytest.raises(Refused, match=r"Modèles disponibles.*: dpa"):
        services.assemble_draft(ctx, wrong, {}, FR)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("vendor.nickname", "x", "ne se saisit pas"),
        ("measures", "x", "ne se saisit pas"),
        ("subprocessors.0.name", "x", "ne se saisit pas"),
        ("tier", "enorme", "n’est pas proposée"),
        ("tier", ["standard", "critique"], "Une seule valeur"),
        ("transfers.mechanism", ["none", "scc"], "ne va pas avec"),
        ("vendor.name", "x" * 10_001, "dépasse"),
        ("service.purpose", ["x" * 6_000, "y" * 6_000], "dépasse"),
    ],
)
def test_what_cannot_be_a_fact_is_refused_whole(ctx, subject, key, value, message):
    contract = contract_of(ctx, subject)
    with pytest.raises(Refused, match=message):
        services.type_facts(ctx, contract, {"vendor.address": "ailleurs", key: value})
    assert contract.typed.keys() == {"agreement.reference"}


@pytest.mark.parametrize(
    ("key", "raw", "kept"),
    [
        ("vendor.name", "  Brume \x00", "Brume"),
        ("service.purpose", "payer\n\n  prévoir ", ["payer", "prévoir"]),
        ("service.purpose", ["payer", " "], ["payer"]),
        ("tier", "critique", ["critique"]),
        ("transfers.mechanism", ["adequacy", "scc"], ["adequacy", "scc"]),
        ("vendor.name", " \u200b ", None),
        ("service.purpose", [], None),
    ],
)
def test_what_is_kept_is_clean_and_has_the_shape_of_its_fact(key, raw, kept):
    assert services.parse_typed_fact(key, raw) == kept


def test_an_emptied_fact_goes_back_to_the_register(ctx, subject):
    elsewhere = "12, rue du Port, 29200 Brest"
    contract = contract_of(ctx, subject, vendor__address=elsewhere)
    assert services.draft_version(ctx, contract, FR).facts["values"]["vendor.address"] == elsewhere
    assert contract.overrides["vendor.address"]["reason"]
    services.type_facts(ctx, contract, {"vendor.address": ""})
    assert contract.overrides == {}
    after = services.draft_version(ctx, contract, FR).facts
    assert after["values"]["vendor.address"].startswith("3, rue de la Sardinerie")
    assert after["sources"]["vendor.address"] == "Fiche du sous-traitant"


LILLE = {"name": "Nuage", "address": "1 rue Haute, Lille", "contact": "dpo@nuage.example", "service": "stockage",
         "country": "France"}  # fmt: skip


def test_a_table_typed_for_a_contract_wins_over_the_answers_and_can_be_taken_back(ctx, session, subject):
    contract = contract_of(ctx, subject)
    rows = [{**LILLE, "transfer": "  "}, {"name": "\u200b "}]
    with pytest.raises(services.MissingReason, match="sous-traitants ultérieurs"):
        services.type_table(ctx, contract, "subprocessors", rows)
    services.type_table(ctx, contract, "subprocessors", rows, reason="liste négociée le 3 novembre")
    assert contract.typed["subprocessors"] == [LILLE]
    facts = services.draft_version(ctx, contract, FR).facts
    assert (facts["values"]["subprocessors"], facts["sources"]["subprocessors"]) == ([LILLE], "Saisi pour ce contrat")
    services.type_table(ctx, contract, "subprocessors", [])
    assert services.draft_version(ctx, contract, FR).facts["values"]["subprocessors"] == []
    services.type_table(ctx, contract, "subprocessors", None)
    assert services.draft_version(ctx, contract, FR).facts["values"]["subprocessors"][0]["name"] == "Nuage Rhénan"
    session.commit()
    assert session.query(JournalEntry).filter_by(action="contract.facts_typed").count() == 4


def test_whoever_may_not_draft_types_no_table_and_gives_no_reason(acting, ctx, subject):
    contract = contract_of(ctx, subject, transfers__mechanism="none", service__start="bientôt")
    with pytest.raises(Forbidden):
        services.type_table(acting(Role.BUYER), contract, "subprocessors", [LILLE])
    with pytest.raises(Forbidden):
        services.draft_version(acting(Role.BUYER), contract, FR, despite="je veux")


def test_a_version_whose_checks_fail_is_not_drafted_without_a_reason_and_one_whose_checks_pass_keeps_none(
    ctx, session, subject
):
    contract = in_english(ctx, contract_of(ctx, subject, service__start="31 février 2027"))
    services.type_facts(ctx, contract, {"service.start": "soon"}, language=EN)
    for reason in ("", "  \n"):
        with pytest.raises(services.FailedChecks, match="n’est pas rédigée"):
            services.draft_version(ctx, contract, FR, despite=reason)
    assert session.query(ContractVersion).count() == 0
    version = services.draft_version(ctx, contract, EN, despite=" the date comes tomorrow ")
    assert version.facts["despite"] == "the date comes tomorrow"
    assert version.facts["problems"][0]["message"].startswith("“soon” is no date")
    services.type_facts(ctx, contract, {"service.start": "28 février 2027"})
    assert not {"problems", "despite"} & services.draft_version(ctx, contract, FR, despite="inutile").facts.keys()


def test_contradictions_are_frozen_with_the_version(ctx, session):
    contract = in_english(ctx, contract_of(ctx, matter(session, country="CH")))
    version = services.draft_version(ctx, contract, EN, despite="the regime is being chosen")
    assert [doubt["key"] for doubt in version.facts["doubts"]] == ["transfers.mechanism"]
    assert "Switzerland" in version.facts["doubts"][0]["why"]


def test_every_source_of_a_frozen_fact_is_kept(ctx, subject):
    _, version = drafted(ctx, subject, FR)
    assert version.facts["values"].keys() == version.facts["sources"].keys()
    assert all(version.facts["sources"].values())


def test_a_printing_that_was_not_given_up_is_not_started_again(ctx, subject):
    contract, version = drafted(ctx, subject, FR)
    assert services.print_again(ctx, contract, version) is False


def test_the_account_of_the_drafter_is_kept(acting, subject):
    legal = acting(Role.LEGAL)
    contract, version = drafted(legal, subject, FR)
    assert contract.created_by_id == version.created_by_id == legal.actor.id


def signed(ctx, contract, number=1, *, days_ago=0):
    return services.record_version_signed(ctx, contract, number, ctx.today - timedelta(days=days_ago), copy_of(ctx))


def test_a_draft_later_than_the_signed_version_takes_nothing_away(ctx, session, subject):
    contract, version = drafted(ctx, subject, FR)
    assert subject.vendor.signed_on is None
    record = signed(ctx, contract)
    assert (version.signature, subject.vendor.signed_on) == (record, ctx.today)
    subject.vendor.representative = ""
    later = services.draft_version(ctx, contract, FR)
    assert (later.signature, later.covered < later.required) == (None, True)
    assert subject.vendor.signed_on == ctx.today
    assert overview.count_incomplete_contracts(ctx) == 0
    [row] = queries.contracts(ctx).rows
    assert (row.latest.number, row.signed_on) == (2, ctx.today)


def test_a_signed_version_that_leaves_something_out_is_told_whatever_is_drafted_since(ctx, session):
    subject = matter(session, breach_contact="")
    contract, _ = drafted(ctx, subject, FR)
    assert overview.incomplete_contracts(ctx) == [], "a draft is no contract"
    record = signed(ctx, contract)
    assert overview.count_incomplete_contracts(ctx) == 0, "nor is one whose copy nobody has read"
    services.record_copy_reading(ctx, contract.id, record.id, CopyReading.READ)
    subject.vendor.breach_contact = "astreinte@relation.example"
    later = services.draft_version(ctx, contract, FR)
    assert later.covered == later.required
    assert [row.id for row in overview.incomplete_contracts(ctx)] == [contract.id]
    assert overview.count_incomplete_contracts(ctx) == 1


def test_a_version_is_signed_once_and_not_before_it_was_drafted(ctx, subject):
    contract, _ = drafted(ctx, subject, FR)
    with pytest.raises(Refused, match="rédigée le"):
        signed(ctx, contract, days_ago=1)
    signed(ctx, contract)
    with pytest.raises(Refused, match="déjà"):
        signed(ctx, contract)
    with pytest.raises(NotFound):
        signed(ctx, contract, number=9)


def test_a_signature_taken_back_leaves_a_version_that_may_be_signed_again(ctx, subject):
    contract, version = drafted(ctx, subject, FR)
    with pytest.raises(Refused, match="pas enregistrée"):
        services.cancel_version_signed(ctx, contract, 1, "Erreur")
    signed(ctx, contract)
    with pytest.raises(Refused, match="pourquoi"):
        services.cancel_version_signed(ctx, contract, 1, "")
    services.cancel_version_signed(ctx, contract, 1, "Mauvais exemplaire")
    assert (version.signature, subject.vendor.signed_on) == (None, None)
    signed(ctx, contract)
    assert subject.vendor.signed_on == ctx.today


def test_the_draft_as_it_was_printed_here_is_no_signed_copy(ctx, subject):
    """The cheapest lie but one: the very PDF that Vigie printed, handed back."""
    contract, version = drafted(ctx, subject, FR)
    version.pdf_file = copy_of(ctx)
    with pytest.raises(Refused, match="personne ne l’a signé"):
        signed(ctx, contract)
    assert contract.state is ContractState.DRAFT


def test_a_contract_whose_newest_signature_is_taken_back_rests_on_the_one_before(ctx, subject):
    contract, _ = drafted(ctx, subject, FR)
    first = signed(ctx, contract)
    services.draft_version(ctx, contract, FR)
    signed(ctx, contract, number=2)
    services.cancel_version_signed(ctx, contract, 2, "Mauvais exemplaire")
    assert (contract.signature_id, contract.state) == (first.id, ContractState.IN_FORCE)
    assert contract.copy_reading is CopyReading.WAITING, "its copy is read again"
    services.cancel_version_signed(ctx, contract, 1, "Mauvais exemplaire")
    assert (contract.signature_id, contract.state, contract.effective_on) == (None, ContractState.DRAFT, None)


def test_a_text_agreed_is_agreed_no_more_once_another_is_drafted(ctx, subject):
    contract, _ = drafted(ctx, subject, FR)
    for act in (ContractAct.SUBMIT, ContractAct.SEND, ContractAct.AGREE):
        services.do_act(ctx, contract, act)
    assert (contract.state, subject.vendor.standing) == (ContractState.AGREED, ContractStanding.NEGOTIATING)
    services.draft_version(ctx, contract, FR)
    assert (contract.state, subject.vendor.standing) == (ContractState.DRAFT, ContractStanding.DRAFTING)
    services.do_act(ctx, contract, ContractAct.DISCARD, why="Abandonné")
    assert (queries.contracts(ctx).rows, subject.vendor.standing) == ([], ContractStanding.NONE)
    with pytest.raises(NotFound):
        queries.get_contract(ctx, contract.id, to=Permission.CONTRACT_VIEW)
