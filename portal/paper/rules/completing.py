"""A contract with its amendment: two texts read as one, the later prevailing where it speaks."""

from collections.abc import Iterable
from dataclasses import replace

from portal.contracts.rules.model import Obligation, ObligationClass
from portal.paper.rules.document import Document
from portal.paper.rules.findings import Check, Finding
from portal.paper.rules.ruling import Ruling
from portal.paper.rules.ruling import verdict as settled_verdict


def joined(first: Document, second: Document) -> Document:
    """Both texts as one, the second after the first; its pages are unknown, for they are another file's."""
    shift = len(first.text) + 1
    return Document(
        f"{first.text}\n{second.text}",
        first.paragraphs + tuple(replace(one, start=one.start + shift, page=None) for one in second.paragraphs),
        first.language,
        first.annexes + tuple(replace(one, start=one.start + shift) for one in second.annexes),
        first.remarks + second.remarks,
        first.pages,
    )


def complete(before: Check, together: Check, amendment: Check, shift: int, obligations: Iterable[Obligation]) -> Check:
    """Findings of both texts; a gap the amendment closes is judged on it alone, since it replaces what was said.

    `shift` is where the amendment begins in the joined text: its passages are placed there.
    """
    open_before = {one.id for one in before.requirements if not one.status.holds}
    closing = {one.id: one for one in amendment.requirements if one.status.holds and one.id in open_before}
    findings = tuple(_shifted(closing[one.id], shift) if one.id in closing else one for one in together.requirements)
    contract = {one.key for one in obligations if one.kind is ObligationClass.CONTRACT}
    verdict = settled_verdict(together, {one.id: Ruling(one.status) for one in findings}, contract)
    return replace(together, requirements=findings, verdict=verdict)


def _shifted(finding: Finding, shift: int) -> Finding:
    spans = tuple(replace(one, start=one.start + shift, end=one.end + shift, page=None) for one in finding.spans)
    return replace(finding, spans=spans)
