"""View model of the page of a review: the contract, and one line per requirement with its passages and ruling."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from portal.contracts.rules.model import Obligation, ObligationClass
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.documents_in.document import SourceDocument
from portal.paper import library_lookup, snapshot
from portal.paper.contract_sheet import TERM_RANK
from portal.paper.models import PaperReview, PaperRuling
from portal.paper.queries import to_ruling
from portal.paper.rules.check_result import Check, ContractTerm, RequirementResult, RequirementStatus
from portal.paper.rules.naming import (
    JUDGEMENTS,
    REQUIREMENTS,
    RULED,
    SPECIFIC,
    STATUSES,
    requirement_title,
    term_quantity,
    term_title,
)
from portal.paper.rules.rulings import final_statuses
from portal.paper.wording import (
    GROUPS,
    JUDGEMENT_LOOKS,
    STATUS_LOOKS,
    TERM_OF,
    StatusLook,
    requirement_group,
)


@dataclass(frozen=True)
class TermLine:
    """A delay, an amount or a cost rule, judged."""

    rank: int
    """Rank of its passage among those of its requirement."""
    title: str
    value: str
    judgement: str
    look: StatusLook
    reason: str


@dataclass(frozen=True)
class RequirementLine:
    """One requirement as the page shows it."""

    id: str
    title: str
    basis: str
    group: str
    kind: ObligationClass
    """Whether art. 28 wants it in the contract, the law imposes it anyway, or good practice suggests it."""
    checked: RequirementStatus
    status: RequirementStatus
    """The one that counts."""
    word: str
    look: StatusLook
    reason: str
    specific: str
    """« Précis », « Reprend le règlement », or nothing when it is not satisfied."""
    is_specific: bool
    quotes: Sequence[tuple[int, str, int | None]]
    """Rank, passage, page."""
    terms: Sequence[TermLine]
    ruling: PaperRuling | None

    @property
    def is_asked(self) -> bool:
        """Whether the other side is asked for it: a main point, or one that art. 28 wants in the contract."""
        return is_asked_for(self.id, self.kind)

    @property
    def is_overruled(self) -> bool:
        """Whether the lawyer says otherwise than the check."""
        return self.ruling is not None and self.ruling.status is not self.checked


@dataclass(frozen=True)
class StatusCount:
    """How many lines have a status, and the first of them."""

    status: RequirementStatus
    look: StatusLook
    number: int
    first: str


@dataclass(frozen=True)
class ReviewPage:
    """Everything the page of a review shows."""

    document: SourceDocument
    check: Check
    lines: Sequence[RequirementLine]
    statuses: Mapping[str, RequirementStatus]

    @cached_property
    def groups(self) -> list[tuple[str, list[RequirementLine]]]:
        """The lines by part of art. 28, in order; empty parts are left out."""
        found = {name: [line for line in self.lines if line.group == name] for name in GROUPS}
        return [(name, lines) for name, lines in found.items() if lines]

    @cached_property
    def counts(self) -> list[tuple[bool, list[StatusCount]]]:
        """How many lines have each status, those that are asked of the contract first, the others after."""
        found = []
        for asked in (True, False):
            lines = [line for line in self.lines if line.is_asked is asked]
            counted = [
                StatusCount(status, STATUS_LOOKS[status], len(same), same[0].id)
                for status in RequirementStatus
                if (same := [line for line in lines if line.status is status])
            ]
            if counted:
                found.append((asked, counted))
        return found

    def line(self, requirement: str) -> RequirementLine | None:
        """The line of a requirement."""
        return next((line for line in self.lines if line.id == requirement), None)


def build_review_page(review: PaperReview, rulings: Mapping[str, PaperRuling], language: Language) -> ReviewPage:
    """The page of a review already checked, whole, in the reader's language."""
    check = snapshot.thaw_check(review.findings)
    known = library_lookup.obligations_by_id()
    statuses = final_statuses(check, {name: to_ruling(row) for name, row in rulings.items()})
    terms = _terms(check.terms, language)
    lines = [
        _line(result, statuses[result.id], known, rulings.get(result.id), terms.get(result.id, []), language)
        for result in sorted(check.requirements, key=_is_finer)
    ]
    return ReviewPage(snapshot.thaw_document(review.document), check, lines, statuses)


def is_asked_for(requirement: str, kind: ObligationClass) -> bool:
    """Whether the other side is asked for a requirement; the law imposes the rest anyway, or it is good practice."""
    return requirement in REQUIREMENTS or kind is ObligationClass.CONTRACT


def _calmer(look: StatusLook) -> StatusLook:
    """A neutral tone, with the same icon, for a requirement that is not asked of the contract."""
    return look if look.tone == "ok" else StatusLook("neutral", look.icon)


def _is_finer(result: RequirementResult) -> bool:
    """The twenty main requirements come first, in their order."""
    return result.id not in REQUIREMENTS


def _line(
    result: RequirementResult,
    status: RequirementStatus,
    known: Mapping[str, Obligation],
    ruling: PaperRuling | None,
    terms: Sequence[TermLine],
    language: Language,
) -> RequirementLine:
    named = [known[key] for key in result.obligations if key in known]
    articles = dict.fromkeys(article for one in named for article in one.basis.split(", "))
    kind = min((one.kind for one in named), key=list(ObligationClass).index, default=ObligationClass.PRACTICE)
    specific = SPECIFIC[result.specific].said_in(language) if result.specific is not None else ""
    return RequirementLine(
        result.id,
        requirement_title(result, named).said_in(language),
        ", ".join(articles),
        requirement_group(result),
        kind,
        result.status,
        status,
        (STATUSES if ruling is None else RULED)[status].said_in(language),
        STATUS_LOOKS[status] if is_asked_for(result.id, kind) else _calmer(STATUS_LOOKS[status]),
        result.reason.said_in(language),
        specific if status is RequirementStatus.SATISFIED else "",
        bool(result.specific),
        [(number, span.quote, span.page) for number, span in enumerate(result.spans)],
        terms,
        ruling,
    )


def _terms(terms: Sequence[ContractTerm], language: Language) -> dict[str, list[TermLine]]:
    found: dict[str, list[TermLine]] = {}
    for rank, term in enumerate(terms, start=TERM_RANK):
        shown = TermLine(
            rank,
            term_title(term).said_in(language),
            term_quantity(term, language),
            JUDGEMENTS[term.judgement].said_in(language),
            JUDGEMENT_LOOKS[term.judgement],
            term.reason.said_in(language),
        )
        found.setdefault(TERM_OF.get(term.id, ""), []).append(shown)
    return found
