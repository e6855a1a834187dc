"""What a paragraph would say, prove and hold if it were saved as it is being typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from portal.authz.context import Context
from portal.contracts import services
from portal.contracts.models import Contract
from portal.contracts.rules.assembly import coverage_report
from portal.contracts.rules.positions import positions_json
from portal.contracts.services import ParagraphChange
from portal.contracts.writing_page import LostCover, newly_lost, shown_paragraph
from portal.core.dataclass import dataclass
from portal.core.language import Language


@dataclass(frozen=True)
class TrialPage:
    """One paragraph, and what the whole draft would cover with it."""

    language: Language
    shown: Markup
    covered: int
    required: int
    lost: Sequence[LostCover]
    """What the draft as it is stored covers, and would cover no more."""
    positions: Sequence[Mapping[str, Any]]
    """What it holds, where it is a point under negotiation."""


def trial_page(ctx: Context, contract: Contract, anchor: str, change: ParagraphChange, reader: Language) -> TrialPage:
    """The draft with one paragraph changed, beside the draft as it is; raises as `services.try_paragraph`."""
    stored = services.assemble_contract_draft(ctx, contract, change.language).assembly
    edits = services.try_paragraph(ctx, contract, anchor, change)
    subject = services.subject_of(contract)
    tried = services.assemble_draft(ctx, subject, contract.typed, change.language, edits).assembly
    report = coverage_report(tried)
    return TrialPage(
        change.language,
        shown_paragraph(tried, anchor),
        report["covered"],
        report["required"],
        newly_lost(stored, tried, services.books_of(ctx, contract), reader),
        positions_json(tuple(one for one in tried.positions if one.anchor == anchor), reader),
    )
