"""Writing in a draft: what is refused, what waits for an agreement, what a version freezes and gives back."""

import pytest

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.contracts import edit_queries, queries, services
from portal.contracts.rules.paragraphs import ParagraphWording
from portal.contracts.services import ParagraphChange, UnfinishedDraft
from portal.core.documents.freezing import thaw
from portal.core.documents.text import tree_text
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.core.stale import StaleWrite
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from tests.factories.desk import contract_of, matter

FR, EN = Language.FR, Language.EN
W = ParagraphWording
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def contract(ctx, session):
    return contract_of(ctx, matter(session))


def change(wording, text="", language=FR, **given):
    return ParagraphChange(wording, language, text, **given)


def state(ctx, contract):
    return services.edits_snapshot(edit_queries.edit_rows(ctx, contract))


def text(version):
    return tree_text(thaw(version.tree)).replace("\xa0", " ")


@pytest.mark.parametrize("anchor", ["CL07_1", "CL18_3", "CL39_2"])
@pytest.mark.parametrize("wanted", [change(W.FREE, "Autre chose."), change(W.STRUCK), change(W.LIBRARY, after="head")])
def test_locked_text_is_neither_rewritten_struck_nor_moved(ctx, contract, anchor, wanted):
    with pytest.raises(Refused, match="non négociable"):
        services.write_paragraph(ctx, contract, anchor, wanted)
    assert state(ctx, contract) == []


@pytest.mark.parametrize(
    ("anchor", "wanted", "error"),
    [
        ("CL18_99", change(W.STRUCK), NotFound),
        ("CL99_1", change(W.STRUCK), NotFound),
        ("special_ffff", change(W.SPECIAL, "Texte."), NotFound),
        ("CL18_6", change(W.FALLBACK), Refused),
        ("CL18_1", change(W.SPECIAL, "Texte."), Refused),
        ("CL18_1", change(W.FREE, "Selon [à compléter]."), Refused),
        ("CL18_1", change(W.STRUCK, after="CL21_1"), Refused),
        ("CL18_1", change(W.STRUCK, after="CL18_1"), Refused),
        ("CL18_1", change(W.FREE, "Il avertit dans les 96 heures."), Refused),
    ],
)
def test_what_no_contract_could_hold_is_refused(ctx, contract, anchor, wanted, error):
    with pytest.raises(error):
        services.write_paragraph(ctx, contract, anchor, wanted)
    assert state(ctx, contract) == []


def test_beyond_the_red_line_a_reason_is_asked_and_kept(acting, contract):
    lawyer = acting(Role.LEGAL)
    beyond = change(W.FREE, "Il avertit dans les 96 heures.", reason="Le prestataire n'a pas d'astreinte.")
    row = services.write_paragraph(lawyer, contract, "CL18_1", beyond)
    assert (row.reason, row.agreed_at) == ("Le prestataire n'a pas d'astreinte.", None)


@pytest.mark.both_databases
def test_a_position_waits_for_whoever_the_clause_names_and_no_version_before(acting, session, contract):
    lawyer, officer, management = acting(Role.LEGAL), acting(Role.DPO), acting(Role.MANAGEMENT)
    row = services.write_paragraph(lawyer, contract, "CL18_1", change(W.FALLBACK))
    assert row.agreed_at is None
    with pytest.raises(UnfinishedDraft, match=r"16\.1"):
        services.draft_version(lawyer, contract, FR)
    clause, number = services.books_of(officer, contract).paragraph("CL18_1")
    seen = services.agreement_mark(clause, number, row.as_edit())
    for other in (lawyer, management):
        with pytest.raises(Forbidden):
            services.agree_to_paragraph(other, contract, "CL18_1", seen)
    with pytest.raises(StaleWrite):
        services.agree_to_paragraph(officer, contract, "CL18_1", "autre chose")
    services.agree_to_paragraph(officer, contract, "CL18_1", seen)
    version = services.draft_version(lawyer, contract, FR)
    assert "quarante-huit (48) heures" in text(version)
    assert version.covered == version.required
    held = next(one for one in version.positions if one["anchor"] == "CL18_1")
    assert (held["wording"], held["figures"][0]["held"]) == ("fallback", ["48\xa0heures"])
    session.commit()
    entry = session.query(JournalEntry).filter_by(action="contract.position_agreed").one()
    assert (entry.actor_name, entry.after["approver"]) == (officer.actor.name, "dpo")


def test_who_may_agree_is_told_once_and_not_of_what_is_settled(acting, session, contract):
    lawyer, officer = acting(Role.LEGAL), acting(Role.DPO)
    acting(Role.MANAGEMENT)

    def told():
        return [(one.user_id, one.values["paragraph"]) for one in session.query(Notice).filter_by(told_at=None)]

    services.write_paragraph(lawyer, contract, "CL18_1", change(W.FALLBACK))
    row = services.write_paragraph(lawyer, contract, "CL18_1", change(W.FREE, "60 heures."))
    assert told() == [(officer.actor.id, "CL18.1")]
    assert "60 heures" not in str([one.values for one in session.query(Notice)])
    clause, number = services.books_of(officer, contract).paragraph("CL18_1")
    services.agree_to_paragraph(officer, contract, "CL18_1", services.agreement_mark(clause, number, row.as_edit()))
    assert told() == []


def test_an_agreement_falls_when_the_words_change(acting, contract):
    officer, lawyer = acting(Role.DPO), acting(Role.LEGAL)
    assert services.write_paragraph(officer, contract, "CL18_1", change(W.FALLBACK)).agreed_at is not None
    same = services.write_paragraph(lawyer, contract, "CL18_1", change(W.FALLBACK))
    assert same.agreed_at is not None
    assert services.write_paragraph(lawyer, contract, "CL18_1", change(W.FREE, "60 heures.")).agreed_at is None


def test_our_own_words_typed_again_are_the_librarys(ctx, contract):
    ours = "Le Sous-traitant notifie."
    assert services.write_paragraph(ctx, contract, "CL18_1", change(W.FREE, ours)) is not None
    row = edit_queries.edit_rows(ctx, contract)[0]
    again = services.write_paragraph(ctx, contract, "CL18_1", change(W.FREE, row.base["fr"]))
    assert again is None
    assert state(ctx, contract) == []


def test_giving_back_is_identity_and_the_journal_keeps_what_was_written(ctx, session, contract):
    before = services.draft_version(ctx, contract, FR)
    services.write_paragraph(ctx, contract, "CL18_6", change(W.FREE, "Un autre texte."))
    services.write_paragraph(ctx, contract, "CL18_6", change(W.LIBRARY))
    after = services.draft_version(ctx, contract, FR)
    assert after.sha256 == before.sha256
    session.commit()
    entry = session.query(JournalEntry).filter_by(action="contract.paragraph_given_back").one()
    assert entry.before["texts"] == {"fr": "Un autre texte."}


def test_a_text_missing_in_the_language_keeps_the_version_from_being_drafted(ctx, contract):
    services.write_paragraph(ctx, contract, "CL18_6", change(W.FREE, "Un autre texte."))
    assert "Un autre texte." in text(services.draft_version(ctx, contract, FR))
    with pytest.raises(UnfinishedDraft, match="langue"):
        services.draft_version(ctx, contract, EN)
    services.write_paragraph(ctx, contract, "CL18_6", change(W.FREE, "Another text.", EN))
    english = services.assemble_contract_draft(ctx, contract, EN).assembly
    assert english.unwritten == ()
    assert "Another text." in tree_text(english.document)
    assert "Un autre texte." not in tree_text(english.document)


@pytest.mark.both_databases
def test_restoring_a_version_is_identity_and_what_it_replaces_is_in_the_journal(ctx, session, contract):
    services.write_paragraph(ctx, contract, "CL18_1", change(W.FALLBACK))
    services.add_condition(ctx, contract, change(W.SPECIAL, "Un essai par an.", clause="CL18", after="CL18_2"))
    first = services.draft_version(ctx, contract, FR)
    services.write_paragraph(ctx, contract, "CL18_1", change(W.LIBRARY))
    services.write_paragraph(ctx, contract, "CL21_6", change(W.STRUCK))
    special = next(row for row in edit_queries.edit_rows(ctx, contract) if row.wording is W.SPECIAL)
    services.remove_edit(ctx, contract, special.id)
    second = services.draft_version(ctx, contract, FR)
    lost = state(ctx, contract)
    services.restore_version(ctx, contract, queries.get_version(ctx, contract, first.number))
    assert state(ctx, contract) == first.edits
    again = services.draft_version(ctx, contract, FR)
    assert again.sha256 == first.sha256 != second.sha256
    assert (again.edits, again.positions, again.coverage) == (first.edits, first.positions, first.coverage)
    services.restore_version(ctx, contract, queries.get_version(ctx, contract, again.number))
    session.commit()
    (entry,) = session.query(JournalEntry).filter_by(action="contract.version_restored")
    assert entry.before["edits"] == lost


def test_a_condition_whose_article_left_the_contract_stops_the_version(ctx, contract):
    services.add_condition(ctx, contract, change(W.SPECIAL, "Une règle sur l'IA.", clause="CL33"))
    with pytest.raises(UnfinishedDraft, match="CL33"):
        services.draft_version(ctx, contract, FR)


def test_management_and_buyers_write_nothing(acting, contract):
    for role in (Role.MANAGEMENT, Role.BUYER, Role.EXPERT, Role.VENDOR_ADMIN):
        other: Context = acting(role)
        with pytest.raises((Forbidden, NotFound)):
            services.write_paragraph(other, contract, "CL18_6", change(W.STRUCK))
        with pytest.raises((Forbidden, NotFound)):
            services.comment_paragraph(other, contract, "CL18_6", "Remarque")
