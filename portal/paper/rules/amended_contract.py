"""A contract with its amendment: two texts read as one, the later prevailing where it speaks."""

from collections.abc import Iterable
from dataclasses import replace

from portal.contracts.rules.model import Obligation, ObligationClass
from portal.documents_in.document import SourceDocument
from portal.paper.rules.check_result import Check, RequirementResult, RequirementStatus
from portal.paper.rules.rulings import Ruling
from portal.paper.rules.rulings import final_verdict as settled_verdict


def join_documents(first: SourceDocument, second: SourceDocument) -> SourceDocument:
    """Both texts as one, the second after the first; its pages are unknown, for they are another file's."""
    shift = len(first.text) + 1
    return SourceDocument(
        f"{first.text}\n{second.text}",
        first.paragraphs + tuple(replace(one, start=one.start + shift, page=None) for one in second.paragraphs),
        first.language,
        first.annexes + tuple(replace(one, start=one.start + shift) for one in second.annexes),
        first.remarks + second.remarks,
        first.pages,
    )


def merge_checks(
    before: Check, together: Check, amendment: Check, shift: int, obligations: Iterable[Obligation]
) -> Check:
    """Findings of both texts; where the amendment satisfies a requirement that was open, it alone is judged.

    It replaces what the contract said on the point; what was satisfied stays so unless the amendment says the contrary.
    `shift` is where the amendment begins in the joined text: its passages are placed there.
    """
    results = tuple(
        _result_once_amended(one, before.result_of(one.id), amendment.result_of(one.id), shift)
        for one in together.requirements
    )
    contract = {one.key for one in obligations if one.kind is ObligationClass.CONTRACT}
    verdict = settled_verdict(together, {one.id: Ruling(one.status) for one in results}, contract)
    return replace(together, requirements=results, verdict=verdict)


def _result_once_amended(
    together: RequirementResult, before: RequirementResult, amendment: RequirementResult, shift: int
) -> RequirementResult:
    if before.status.holds:
        return together if amendment.status is RequirementStatus.CONTRADICTED else before
    return _shift_spans(amendment, shift) if amendment.status.holds else together


def _shift_spans(result: RequirementResult, shift: int) -> RequirementResult:
    spans = tuple(replace(one, start=one.start + shift, end=one.end + shift, page=None) for one in result.spans)
    return replace(result, spans=spans)
