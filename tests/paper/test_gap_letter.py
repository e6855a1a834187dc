"""The letter to the vendor: each point with its article, what was read, what would answer; blanks stay visible."""

import pytest

from portal.contracts import library
from portal.contracts.rules.model import BilingualWords
from portal.core.documents.docx import render_docx
from portal.core.documents.text import fold, tree_text
from portal.core.documents.tree import Blank
from portal.core.language import Language
from portal.paper.gap_letter import LetterDetails, gap_letter
from portal.paper.rules.check_result import RequirementResult, RequirementStatus, Span
from portal.paper.rules.rulings import Ruling
from tests.docx_text import docx_text
from tests.factories.contracts import inlines
from tests.factories.printed import failures
from tests.printing_cache import render_pdf

OBLIGATIONS = library.cached().obligations
READ = Span("Le prestataire peut supprimer les données.", 0, 42, 7)
GAPS = (
    RequirementResult(
        "dpia_assistance", ("C45", "C46"), RequirementStatus.MISSING, BilingualWords("Rien.", "Nothing.")
    ),
    RequirementResult(
        "deletion_or_return",
        ("C50",),
        RequirementStatus.WEAK,
        BilingualWords("Sans choix du responsable.", "No choice."),
        (READ,),
    ),
    RequirementResult(
        "audits_inspections", ("C61",), RequirementStatus.CONTRADICTED, BilingualWords("Refus.", "Refusal."), (READ,)
    ),
    RequirementResult(
        "data_types", ("C14",), RequirementStatus.DEFERRED, BilingualWords("Voir l'annexe.", "See annex."), (READ,)
    ),
)
FULL = LetterDetails(
    "DPA Acme v3", "Mutuelle Horizon", "Acme SAS", "Claire Morvan, DPO", "24 nov. 2026", "15 déc. 2026"
)


def words_of(language, told=FULL, gaps=GAPS, rulings=None):
    tree = gap_letter(gaps, told, OBLIGATIONS, language, rulings)
    return tree_text(tree).replace("\u202f", " ").replace("\u00a0", " ")


def test_no_gap_no_letter():
    assert gap_letter((), FULL, OBLIGATIONS, Language.FR) is None


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            Language.FR,
            (
                "(a) Aide à l’analyse d’impact (RGPD, art. 28(3)(f), 35, 36). Nous n’avons trouvé aucune stipulation",
                "en partie seulement. Sans choix du responsable. Nous lisons : « Le prestataire peut supprimer les "
                "données »"
                " (p. 7).",
                "Le contrat paraît dire le contraire.",
                "un document que nous n’avons pas reçu",
                "Merci de nous adresser ce document",
                "au plus tard le 15 déc. 2026.",
            ),
        ),
        (
            Language.EN,
            (
                "(a) Assistance with impact assessments (GDPR, Art. 28(3)(f), 35, 36). We have found no provision",
                "only in part. No choice. We read: “Le prestataire peut supprimer les données” (p. 7).",
                "The contract appears to say the contrary.",
                "a document that we have not received",
                "reply by 15 déc. 2026.",
            ),
        ),
    ],
)
def test_each_point_says_its_article_what_was_read_and_what_would_answer(language, parts):
    text = words_of(language)
    for part in parts:
        assert part in text


def test_points_come_in_their_order_each_once():
    text = words_of(Language.FR)
    marks = [text.index(f"({letter_}) ") for letter_ in "abcd"]
    assert marks == sorted(marks)
    assert "(e) " not in text


def test_what_is_not_known_is_a_blank_and_the_letter_a_draft():
    tree = gap_letter(GAPS, LetterDetails("DPA"), OBLIGATIONS, Language.FR)
    blanks = {one.key for one in inlines(tree) if isinstance(one, Blank)}
    assert blanks == {"letter.sender", "letter.vendor", "letter.signatory", "letter.date", "letter.reply_by"}
    assert tree.draft
    complete = gap_letter(GAPS, FULL, OBLIGATIONS, Language.FR)
    assert not complete.draft
    assert not [one for one in inlines(complete) if isinstance(one, Blank)]


def test_the_draft_amendment_is_announced_only_when_it_goes_with_it():
    assert "avenant" not in words_of(Language.FR)
    assert "projet d’avenant" in words_of(Language.FR, LetterDetails("DPA", enclosed=True))


def test_the_lawyers_status_is_the_one_said():
    text = words_of(Language.FR, gaps=GAPS[1:2], rulings={"deletion_or_return": Ruling(RequirementStatus.MISSING)})
    assert "Nous n’avons trouvé aucune stipulation" in text
    assert "Nous lisons" not in text


@pytest.mark.parametrize("language", Language)
def test_both_files_say_the_same_and_anyone_can_read_them(language):
    tree = gap_letter(GAPS, LetterDetails("DPA"), OBLIGATIONS, language)
    assert fold(docx_text(render_docx(tree))) == fold(tree_text(tree))
    assert failures(render_pdf(tree)) == []
