"""Changing the library takes two persons, passes every check, and moves neither contracts nor open drafts."""

import pytest
from sqlalchemy import select

from portal.authz.policy import Actor, Role
from portal.contracts import library, library_editions, services
from portal.contracts.library_models import ClauseProposal
from portal.contracts.models import ContractVersion
from portal.contracts.rules.clause_writing import paragraph_fields
from portal.contracts.rules.proposals import ProposalState
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.core.stale import StaleWrite
from portal.journal.models import JournalEntry
from tests.factories.desk import contract_of, drafted, matter

FR = Language.FR
CL18 = library.cached().clause["CL18"]
SOUND = {
    "text_fr": "Le Sous-traitant contient la violation sans délai et remet sous trente (30) jours un rapport final.",
    "text_en": "The Processor shall contain the breach without delay and supply a report within thirty (30) days.",
}
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


@pytest.fixture
def lawyer(acting):
    return acting(Role.LEGAL)


@pytest.fixture
def officer(acting):
    return acting(Role.DPO)


def propose(ctx, number=6, key="CL18", why="Plus court.", **changes):
    clause = library_editions.library_of(ctx).clause[key]
    return services.propose_paragraph(ctx, key, number, {**paragraph_fields(clause, number), **changes}, why)


def mark(ctx, row):
    return services.proposal_mark(row, services.candidate(ctx, row))


def approve(ctx, row, word=""):
    return services.approve_proposal(ctx, row.id, mark(ctx, row), word)


def failing(ctx, row):
    return " | ".join(map(str, services.candidate(ctx, row).defects))


def test_nothing_changes_before_a_second_person_approves_and_everything_new_follows_afterwards(lawyer, officer):
    row = propose(lawyer, **SOUND)
    assert failing(lawyer, row) == ""
    assert library_editions.library_of(lawyer).clause["CL18"].sha256 == CL18.sha256
    approve(officer, row, "Relu.")
    now = library_editions.library_of(lawyer).clause["CL18"]
    assert (now.version, row.state, row.edition) == ("1.3.1", ProposalState.APPROVED, 1)
    assert " ".join(paragraph_fields(now, 6)["text_fr"].split()) == SOUND["text_fr"]
    assert paragraph_fields(now, 5) == paragraph_fields(CL18, 5)
    assert (row.replaced_version, row.replaced_sha256) == ("1.3", CL18.sha256)


def test_nobody_approves_what_they_wrote_be_it_in_a_colleague_s_proposal_or_under_another_account(
    lawyer, officer, acting
):
    row = propose(lawyer, **SOUND)
    second = acting(Role.DPO)
    propose(second, 7, text_fr=paragraph_fields(CL18, 7)["text_fr"] + " Rien de plus.",
            text_en=paragraph_fields(CL18, 7)["text_en"] + " Nothing more.")  # fmt: skip
    for writer in (lawyer, second):
        with pytest.raises(Refused, match="seconde personne"):
            approve(writer, row)
    for name, email in ((lawyer.actor.name.upper(), "autre@exemple.test"), ("Tout autre", _tagged(lawyer))):
        twin = acting(Role.DPO)
        twin = type(twin)(twin.session, Actor(Role.DPO, twin.actor.id, name, email), twin.now)
        with pytest.raises(Refused, match="sous un autre"):
            approve(twin, row)
    approve(officer, row)


def _tagged(ctx):
    local, _, domain = ctx.actor.email.partition("@")
    return f"{local.upper()}+dpo@{domain}"


def test_only_those_with_the_permission_propose_or_decide(lawyer, acting):
    row = propose(lawyer, **SOUND)
    for role in (Role.BUYER, Role.EXPERT, Role.ADMIN, Role.VENDOR_ADMIN):
        other = acting(role)
        with pytest.raises(Forbidden):
            propose(other, **SOUND)
        with pytest.raises(Forbidden):
            services.approve_proposal(other, row.id, "")
        with pytest.raises(Forbidden):
            services.refuse_proposal(other, row.id, "non")
    with pytest.raises(Forbidden):
        propose(acting(Role.MANAGEMENT), **SOUND)


def test_whom_the_clause_names_is_among_the_two(lawyer, acting, officer):
    """CL18 gives way with the agreement of the DPO: two lawyers cannot move it between themselves."""
    row = propose(lawyer, **SOUND)
    with pytest.raises(Refused, match="accord du DPO"):
        approve(acting(Role.LEGAL), row)
    services.refuse_proposal(officer, row.id, "Non.")
    approve(acting(Role.LEGAL), propose(officer, **SOUND))


def test_making_the_agreement_easier_still_takes_whom_it_took(lawyer, acting):
    row = propose(lawyer, 1, approver="legal")
    with pytest.raises(Refused, match="accord du DPO"):
        approve(acting(Role.LEGAL), row)


def test_a_text_that_no_longer_covers_its_obligation_is_named_and_not_approved(lawyer, officer):
    english = paragraph_fields(CL18, 5)["text_en"].replace("in communicating the breach to the Data Subjects", "duly")
    row = propose(lawyer, 5, text_en=english)
    assert "C44 n’est plus couvert (preferred, en)" in failing(lawyer, row).replace("'", "’")
    with pytest.raises(Refused, match="C44"):
        approve(officer, row)
    assert library_editions.edition_of_today(lawyer) == 0


def test_a_mark_cannot_be_hung_on_a_single_word(lawyer):
    row = propose(lawyer, 5, operative="C44 | personnes | subjects")
    assert "trop court" in failing(lawyer, row)


def test_a_mark_cannot_be_hung_on_words_that_every_clause_says(lawyer, officer):
    row = propose(lawyer, 5, operative="C44 | le Sous-traitant | the Processor")
    assert "Le Sous-traitant" in failing(lawyer, row) or "le Sous-traitant" in failing(lawyer, row)
    with pytest.raises(Refused, match="citez la phrase"):
        approve(officer, row)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text_fr": "Rien."}, "il ne dit rien"),
        ({"text_fr": "[vendor.name]", "text_en": "[vendor.name]"}, "il ne dit rien"),
        ({"text_en": "Le Sous-traitant contient la violation sans délai."}, "n’est pas dans sa langue"),
        ({"text_fr": SOUND["text_fr"] + " Voir [CL29]."}, "renvois différents"),
        ({"text_fr": "Premier alinéa.\n\nSecond alinéa."}, "alinéas différents"),
        ({"text_fr": SOUND["text_fr"] + " [controller.dpo]"}, "variables différentes"),
    ],
)
def test_each_failure_is_said_by_name(lawyer, changes, said):
    row = propose(lawyer, **{**SOUND, **changes})
    assert said in failing(lawyer, row).replace("'", "’")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text_fr": "  "}, "vide"),
        ({"text_fr": "Selon {{ tier }}."}, "accolades"),
        ({"text_fr": "Selon [inconnu]."}, "inconnu"),
        ({"fallback_fr": "Le repli."}, "ensemble"),
        ({"operative": "C44"}, "parties"),
        ({"approver": "moi"}, "qui accorde"),
    ],
)
def test_what_would_empty_or_break_the_clause_is_refused_before_it_is_kept(lawyer, changes, said):
    with pytest.raises(Refused, match=said):
        propose(lawyer, **changes)
    assert lawyer.session.scalar(select(ClauseProposal)) is None


def test_a_proposal_without_a_reason_or_a_change_is_none(lawyer):
    with pytest.raises(Refused, match="pourquoi"):
        propose(lawyer, why=" ", **SOUND)
    assert propose(lawyer) is None
    row = propose(lawyer, **SOUND)
    assert propose(lawyer).changes == {}
    assert "ne change rien" in failing(lawyer, row)
    with pytest.raises(NotFound):
        services.propose_paragraph(lawyer, "CL06", 99, {}, "x")


def test_the_spaces_and_apostrophes_of_a_keyboard_are_no_change(lawyer):
    typed = {name: text.replace("\u00a0", " ").replace("’", "'") for name, text in paragraph_fields(CL18, 6).items()}
    assert typed != paragraph_fields(CL18, 6)
    assert services.propose_paragraph(lawyer, "CL18", 6, typed, "Rien.") is None


def test_what_was_approved_is_what_was_seen(lawyer, officer):
    row = propose(lawyer, **SOUND)
    seen = mark(officer, row)
    propose(lawyer, **{**SOUND, "text_fr": SOUND["text_fr"] + " Sans frais."})
    with pytest.raises(StaleWrite):
        services.approve_proposal(officer, row.id, seen)
    approve(officer, row)
    with pytest.raises(Refused, match="déjà décidée"):
        services.refuse_proposal(officer, row.id, "trop tard")


def test_a_refusal_says_why_and_leaves_the_library_as_it_was(lawyer, officer):
    row = propose(lawyer, **SOUND)
    with pytest.raises(Refused, match="pourquoi"):
        services.refuse_proposal(officer, row.id, " ")
    services.refuse_proposal(officer, row.id, "Trop court.")
    assert (row.state, row.decision) == (ProposalState.REFUSED, "Trop court.")
    assert library_editions.library_of(officer).clause["CL18"] is library_editions.library_of(officer, 0).clause["CL18"]
    again = propose(lawyer, **SOUND)
    with pytest.raises(Refused, match="Seul un auteur"):
        services.withdraw_proposal(officer, again.id)
    assert services.withdraw_proposal(lawyer, again.id).state is ProposalState.WITHDRAWN


def test_an_open_draft_keeps_its_edition_until_somebody_takes_the_newer_one(lawyer, officer, session):
    contract, version = drafted(lawyer, matter(session), FR)
    tree = dict(version.tree)
    approve(officer, propose(lawyer, **SOUND))
    assert services.newer_clauses(lawyer, contract) == [("CL18", "1.3", "1.3.1")]
    kept = services.draft_version(lawyer, contract, FR)
    assert _held(kept) == "1.3"
    fresh = contract_of(lawyer, matter(session))
    assert (fresh.library_edition, services.newer_clauses(lawyer, fresh)) == (1, ())
    assert _held(services.draft_version(lawyer, fresh, FR)) == "1.3.1"
    services.take_library_of_today(lawyer, contract)
    assert services.newer_clauses(lawyer, contract) == ()
    assert _held(services.draft_version(lawyer, contract, FR)) == "1.3.1"
    assert session.get_one(ContractVersion, version.id).tree == tree, "what was drafted stays"


def _held(version):
    return next(one["version"] for one in version.clauses if one["id"] == "CL18")


def test_a_clause_that_carries_an_obligation_alone_is_not_retired(lawyer, officer):
    row = services.propose_retirement(lawyer, "CL18", "Inutile.")
    said = failing(lawyer, row)
    assert "C42 n'aurait plus aucune clause" in said.replace("’", "'")
    assert "C43 n'aurait" not in said.replace("’", "'"), "another clause covers it"
    with pytest.raises(Refused, match="C42"):
        approve(officer, row)


def test_a_retired_clause_is_in_no_new_draft_and_stays_in_open_ones(lawyer, officer, session):
    contract, _version = drafted(lawyer, matter(session), FR)
    with pytest.raises(Refused, match="attend déjà"):
        services.propose_retirement(lawyer, "CL43", "x") and services.propose_retirement(lawyer, "CL43", "y")
    row = session.scalar(select(ClauseProposal))
    approve(officer, row, "D'accord.")
    books = library_editions.library_of(lawyer)
    assert "CL43" not in books.clause
    assert "CL43" not in books.template["dpa"].clause_keys
    assert services.newer_clauses(lawyer, contract) == [("CL43", library.cached().clause["CL43"].version, "")]
    assert "CL43" in {one["id"] for one in services.draft_version(lawyer, contract, FR).clauses}
    fresh = contract_of(lawyer, matter(session))
    assert "CL43" not in {one["id"] for one in services.draft_version(lawyer, fresh, FR).clauses}
    assert "CL43" in library_editions.before_retirement(lawyer, "CL43").clause


def test_two_changes_of_one_clause_follow_one_another(lawyer, officer):
    approve(officer, propose(lawyer, **SOUND))
    row = propose(lawyer, text_fr=SOUND["text_fr"] + " Sans frais.", text_en=SOUND["text_en"] + " Free of charge.")
    approve(officer, row)
    assert (row.version, row.replaced_version, row.edition) == ("1.3.2", "1.3.1", 2)
    then = library_editions.library_of(lawyer, 1).clause["CL18"]
    assert (then.version, then.sha256) == ("1.3.1", row.replaced_sha256)


def test_the_journal_says_who_wrote_who_decided_and_why(lawyer, officer, session):
    approve(officer, propose(lawyer, **SOUND), "Relu.")
    session.commit()
    entries = session.scalars(
        select(JournalEntry).where(JournalEntry.action.like("clause.%")).order_by(JournalEntry.id)
    )
    written, decided = entries
    assert (written.action, written.actor_name) == ("clause.written", lawyer.actor.name)
    assert " ".join(written.after["text_fr"].split()) == SOUND["text_fr"]
    assert (decided.action, decided.actor_name) == ("clause.approved", officer.actor.name)
    assert decided.after["written_by"] == [lawyer.actor.name]
    assert (decided.after["reason"], decided.after["decision"]) == ("Plus court.", "Relu.")
