import pytest

from portal.contracts.rules.model import BilingualWords, ObligationClass
from portal.core.language import Language
from portal.documents_in.document import ParagraphKind, SourceDocument, assemble_paragraphs
from portal.paper import review_page, snapshot
from portal.paper.models import PaperReview, PaperRuling
from portal.paper.rules.check_result import (
    Check,
    ContractTerm,
    ContractVerdict,
    RequirementResult,
    RequirementStatus,
    Span,
    TermJudgement,
)
from portal.paper.wording import GROUPS

pytestmark = pytest.mark.usefixtures("app")
NONE = BilingualWords("", "")


def finding(name, obligations, status=RequirementStatus.SATISFIED, specific=None):
    return RequirementResult(
        name, obligations, status, BilingualWords("parce que", "because"), (Span("Objet", 0, 5, 2),), specific
    )


def shown(findings, terms=(), rulings=None, language=Language.FR):
    text, paragraphs = assemble_paragraphs([("Objet du contrat", ParagraphKind.TEXT, 0, "", 2)])
    check = Check(Language.FR, ContractVerdict.TO_REVIEW, NONE, tuple(findings), tuple(terms))
    review = PaperReview(
        document=snapshot.freeze_document(SourceDocument(text, paragraphs, Language.FR)),
        findings=snapshot.freeze_check(check),
    )
    return review_page.build_review_page(review, rulings or {}, language)


def test_lines_stand_under_the_parts_of_article_28_main_ones_first():
    page = shown([finding("C22", ("C22",)), finding("documented_instructions", ("C20",)), finding("C75", ("C75",))])
    assert [(name, [line.id for line in lines]) for name, lines in page.groups] == [
        ("Instructions", ["documented_instructions", "C22"]), ("Points liés", ["C75"]),
    ]  # fmt: skip


def test_every_line_has_a_part():
    page = shown([finding(f"C{n:02}", (f"C{n:02}",)) for n in range(1, 80)])
    assert {line.group for line in page.lines} <= set(GROUPS)
    assert sum(len(lines) for _, lines in page.groups) == 79


def test_the_lawyers_word_is_the_status_that_counts():
    ruling = PaperRuling(status=RequirementStatus.MISSING, checked=RequirementStatus.SATISFIED)
    page = shown([finding("data_types", ("C14",), specific=True)], rulings={"data_types": ruling})
    line = page.line("data_types")
    assert (line.checked, line.status, line.is_overruled) == (
        RequirementStatus.SATISFIED,
        RequirementStatus.MISSING,
        True,
    )
    assert line.specific == "", "what is missing cannot be precise"
    [(asked, [count])] = page.counts
    assert (asked, count.status, count.number, count.first) == (True, RequirementStatus.MISSING, 1, "data_types")


def test_a_delay_is_shown_with_its_obligation_and_judged():
    term = ContractTerm(
        "breach_notice", 48.0, "hours", TermJudgement.GOOD, BilingualWords("court", "short"), Span("48 h", 0, 4)
    )
    page = shown([finding("breach_notification", ("C42",))], [term])
    [said] = page.line("breach_notification").terms
    assert (said.value, said.judgement, said.look.tone) == ("48\u202fheures", "Favorable", "ok")


def test_what_the_contract_must_say_is_told_from_what_the_law_imposes_anyway():
    page = shown([finding("dpia_assistance", ("C45", "C46")), finding("breach_notification", ("C42",))])
    kinds = [line.kind for line in page.lines]
    assert kinds == [ObligationClass.CONTRACT, ObligationClass.STATUTE]
    assert page.line("dpia_assistance").basis == "28(3)(f), 35, 36"


def test_the_page_speaks_the_readers_language_whatever_the_contracts():
    line = shown([finding("data_types", ("C14",))], language=Language.EN).line("data_types")
    assert (line.title, line.word, line.reason) == ("Types of personal data", "Satisfied", "because")


def test_what_nobody_asks_of_a_contract_is_counted_apart_and_alarms_nobody():
    page = shown(
        [finding("C14x", ("C14",), RequirementStatus.MISSING), finding("C75", ("C75",), RequirementStatus.MISSING)]
    )
    assert [(asked, [one.number for one in counted]) for asked, counted in page.counts] == [(True, [1]), (False, [1])]
    assert [line.look.tone for line in page.lines] == ["danger", "neutral"]
