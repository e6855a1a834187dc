"""The report: verdict in careful words, every requirement with its passage and page, the lawyer's word, the limits."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.contracts import library
from portal.contracts.rules.model import BilingualWords
from portal.core.documents.docx import render_docx
from portal.core.documents.text import fold, tree_text
from portal.core.documents.tree import Section, Table
from portal.core.language import Language, say
from portal.documents_in.document import Annex, SourceDocument, SourceParagraph
from portal.paper.check_report import ReportedContract, build_report
from portal.paper.rules.check_result import (
    Check,
    ContractTerm,
    ContractVerdict,
    RequirementResult,
    RequirementStatus,
    Span,
    TermJudgement,
)
from portal.paper.rules.rulings import Ruling
from tests.docx_text import docx_text
from tests.factories.printed import failures
from tests.printing_cache import render_pdf

OBLIGATIONS = library.cached().obligations
QUOTE = "Le prestataire notifie toute violation sous 72 heures."
TEXT = f"Objet\n{QUOTE}"
SPAN = Span(QUOTE, 6, len(TEXT), 3)
DOCUMENT = SourceDocument(
    TEXT,
    (SourceParagraph("Objet", 0, page=1), SourceParagraph(QUOTE, 6, page=3)),
    Language.FR,
    (Annex("Annexe 1", 0, True), Annex("Annexe 2", 4, False)),
    (say("Les modifications suivies sont lues comme acceptées."),),
    4,
)
WHY = BilingualWords("La violation est notifiée.", "The breach is notified.")
CHECK = Check(
    Language.FR,
    ContractVerdict.INCOMPLETE,
    BilingualWords("", ""),
    (
        RequirementResult("breach_notification", ("C42",), RequirementStatus.SATISFIED, WHY, (SPAN,), True),
        RequirementResult(
            "dpia_assistance",
            ("C45", "C46"),
            RequirementStatus.MISSING,
            BilingualWords("Rien n'en est dit.", "Nothing is said."),
        ),
        RequirementResult(
            "audits_inspections",
            ("C61",),
            RequirementStatus.CONTRADICTED,
            BilingualWords("Refus.", "Refusal."),
            (SPAN,),
        ),
        RequirementResult("C72", ("C72",), RequirementStatus.WEAK, BilingualWords("En partie.", "In part."), (SPAN,)),
    ),
    (ContractTerm("breach_notice", 72.0, "hours", TermJudgement.BAD, BilingualWords("Trop long.", "Too long."), SPAN),),
)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CHECKED = ReportedContract(
    "contrat.pdf",
    "ab" * 32,
    DOCUMENT,
    CHECK,
    "cd" * 32,
    {
        "dpia_assistance": Ruling(
            RequirementStatus.SATISFIED, "Voir l'annexe 4.", "Claire Morvan", datetime(2026, 11, 24, tzinfo=UTC)
        )
    },
    "Acme SAS",
    NOW,
)


def words_of(language, checked=CHECKED):
    return tree_text(build_report(checked, OBLIGATIONS, language)).replace("\u202f", " ").replace("\u00a0", " ")


def test_every_requirement_stands_with_its_status_reason_article_passage_and_page():
    text = words_of(Language.FR)
    for part in (
        "Notification des violations\nart. 33(2), 28(3)(f)",
        "La violation est notifiée.\n« Le prestataire notifie toute violation sous 72 heures » (p. 3)",
        "Satisfait\nprécis",
        "Aide à l’analyse d’impact",
        "Audits et inspections",
        "Contredit",
        "Coopération avec l’autorité de contrôle",
    ):
        assert part in text


def test_the_lawyers_word_counts_and_the_automatic_reading_stays_visible():
    text = words_of(Language.FR)
    assert "Satisfait\nlecture automatique : non trouvé" in text
    assert "Claire Morvan, 24 nov. 2026" in text
    assert "Voir l’annexe 4." in text
    confirmed = replace(CHECKED, rulings={"dpia_assistance": Ruling(RequirementStatus.MISSING)})
    assert "Absent\nconfirmé par le juriste" in words_of(Language.FR, confirmed)


def test_what_a_reading_does_not_find_is_called_absent_by_a_person_alone():
    french, english = (words_of(language, replace(CHECKED, rulings={})) for language in Language)
    assert "Non trouvé" in french
    assert "Not found" in english
    assert not re.search(r"\bAbsent\b", french)
    assert not re.search(r"\bMissing\b", english)


def test_the_verdict_is_careful_and_follows_the_lawyer():
    assert "paraît incomplet" in words_of(Language.FR)
    every = {one.id: Ruling(RequirementStatus.SATISFIED) for one in CHECK.requirements}
    assert "Tous les points que l’article 28" in words_of(Language.FR, replace(CHECKED, rulings=every))
    for language in Language:
        assert "non conforme" not in words_of(language).lower()
        assert "non-compliant" not in words_of(language).lower()


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            Language.FR,
            ("lecture automatique, à confirmer par un juriste", "72 heures", "Défavorable", "citée, non fournie"),
        ),
        (Language.EN, ("automatic reading, to be confirmed by a lawyer", "72 hours", "Unfavourable", "not supplied")),
    ],
)
def test_terms_annexes_method_and_digests_are_there_in_both_languages(language, parts):
    text = words_of(language)
    assert all(part in text for part in parts)
    assert "abababab abababab" in text
    assert "cdcdcdcd cdcdcdcd" in text


def test_what_the_contract_must_say_is_listed_apart_from_the_rest():
    text = words_of(Language.FR)
    due, besides = text.index("car le contrat doit les contenir"), text.index("relèvent de la bonne pratique")
    assert due < text.index("– Audits et inspections – contredit") < besides
    assert besides < text.index("– Coopération avec l’autorité de contrôle – à revoir")


def test_remarks_on_the_reading_are_said():
    assert "modifications suivies" in words_of(Language.FR)


def test_parts_without_content_are_left_out():
    bare = ReportedContract(
        "a.txt", "ab" * 32, replace(DOCUMENT, annexes=(), remarks=()), replace(CHECK, terms=()), "cd" * 32
    )
    titles = [
        block.title for block in build_report(bare, OBLIGATIONS, Language.FR).blocks if isinstance(block, Section)
    ]
    assert titles == ["Avis", "Ce que l’article\u00a028 impose", "Points plus fins", "Méthode et limites"]


def test_a_long_passage_is_cut_visibly():
    long = Span("mot " * 400, 0, 1600, None)
    check = replace(CHECK, requirements=(replace(CHECK.requirements[0], spans=(long, long, long)),))
    [table] = [
        block
        for section in build_report(replace(CHECKED, check=check), OBLIGATIONS, Language.FR).blocks
        if isinstance(section, Section) and section.title.startswith("Ce que")
        for block in section.blocks
        if isinstance(block, Table)
    ]
    proof = "".join(inline.text for inline in table.rows[0][2])
    assert proof.count("[…]") == 2
    assert len(proof) < 1000


@pytest.mark.parametrize("language", Language)
def test_both_files_say_the_same_and_anyone_can_read_them(language):
    tree = build_report(CHECKED, OBLIGATIONS, language)
    assert fold(docx_text(render_docx(tree))) == fold(tree_text(tree))
    assert failures(render_pdf(tree)) == []


def test_the_same_check_gives_the_same_tree():
    assert build_report(CHECKED, OBLIGATIONS, Language.FR) == build_report(CHECKED, OBLIGATIONS, Language.FR)


def test_the_report_says_when_the_contract_was_read_and_not_when_it_was_printed():
    read = replace(CHECKED, document=replace(DOCUMENT, pages=1), read_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    cover = dict(build_report(read, OBLIGATIONS, Language.FR).cover)
    assert "2 mars 2026" in cover["Contrôlé le"]
    assert cover["Langue et pages"].endswith(", 1 page")
    assert "24 novembre 2026" in dict(build_report(CHECKED, OBLIGATIONS, Language.FR).cover)["Contrôlé le"]
