"""Document trees made from a review: its report, the letter that asks for what is missing, the amendment."""

from collections.abc import Callable, Mapping
from datetime import datetime

from portal.contracts import library
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import ClauseLibrary
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.documents.tree import Document as Tree
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.paper import amendments, check_report, gap_letter, snapshot
from portal.paper.models import PaperReview, PrintKind
from portal.paper.rules.amendment import AmendedContract, find_gaps
from portal.paper.rules.rulings import Ruling


@dataclass(frozen=True)
class DocumentInputs:
    """What a document may say beside the review itself."""

    rulings: Mapping[str, Ruling]
    facts: ContractFacts
    """What the register knows of the vendor; nothing when the review has none."""
    author: str
    at: datetime
    books: ClauseLibrary | None = None
    """The clause library as it is used; without it, its files."""


def build_document_tree(review: PaperReview, kind: PrintKind, inputs: DocumentInputs, language: Language) -> Tree:
    """The tree of a document; raises Refused when the review leaves nothing to say in it."""
    made = _BUILDERS[kind](review, inputs, language)
    if made is None:
        raise Refused(N_("Rien n'est à demander : ce document serait vide."))
    return made


def document_kinds() -> tuple[PrintKind, ...]:
    """The kinds of document that can be made."""
    return tuple(_BUILDERS)


def remaining_gaps(review: PaperReview, tree: Tree, rulings: Mapping[str, Ruling]) -> list[str]:
    """Requirements still to be asked for once an amendment is read together with the contract it amends."""
    both = amendments.check_amended_contract(snapshot.thaw_document(review.document), tree)
    return [result.id for result in find_gaps(both, _books(), rulings)]


def _report(review: PaperReview, inputs: DocumentInputs, language: Language) -> Tree:
    checked = check_report.ReportedContract(
        review.file_name,
        _digest(review),
        snapshot.thaw_document(review.document),
        snapshot.thaw_check(review.findings),
        review.rulebook_sha256,
        inputs.rulings,
        _vendor(review),
        inputs.at.replace(microsecond=0),
        review.checked_at.replace(microsecond=0) if review.checked_at else None,
    )
    return check_report.build_report(checked, _books().obligations, language)


def _letter(review: PaperReview, inputs: DocumentInputs, language: Language) -> Tree | None:
    books = _books()
    missing = find_gaps(snapshot.thaw_check(review.findings), books, inputs.rulings)
    correspondence = gap_letter.LetterDetails(
        review.title, sender=process.settings().signing_name, vendor=_vendor(review), signatory=inputs.author
    )
    created = inputs.at.replace(microsecond=0).isoformat()
    return gap_letter.gap_letter(missing, correspondence, books.obligations, language, inputs.rulings, created)


def _amendment(review: PaperReview, inputs: DocumentInputs, language: Language) -> Tree | None:
    amended = AmendedContract(review.title, _digest(review))
    check = snapshot.thaw_check(review.findings)
    made = amendments.draft_amendment(check, language, amended, inputs.facts, inputs.rulings, books=inputs.books)
    return None if made is None else made.document


_BUILDERS: Mapping[PrintKind, Callable[[PaperReview, DocumentInputs, Language], Tree | None]] = {
    PrintKind.REPORT: _report,
    PrintKind.LETTER: _letter,
    PrintKind.AMENDMENT: _amendment,
}


def _books() -> ClauseLibrary:
    return library.cached(process.settings().clauses_dir)


def _digest(review: PaperReview) -> str:
    return review.stored_file.sha256 if review.stored_file else ""


def _vendor(review: PaperReview) -> str:
    return review.vendor.name if review.vendor else ""
