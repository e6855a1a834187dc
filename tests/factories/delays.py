"""Contracts in force that write delays: drafted here, or received and read."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractOrigin, ContractState, CopyReading
from portal.core.clock import legal_date
from portal.core.documents.freezing import freeze
from portal.core.documents.tree import Document, Paragraph, Section, Text
from portal.core.language import Language
from portal.paper.models import PaperReview, ReviewState
from portal.vendors.models import Vendor
from tests.conftest import NOW

SENTENCE = "Le Responsable du traitement peut s'opposer au changement dans les trente (30) jours d'un avis complet."
READ = "The Customer may object within ten (10) business days of receipt."


def unread_contract(session: Session, vendor: Vendor, **facts: Any) -> Contract:
    """A contract in force whose text nobody has read."""
    number = session.scalar(select(func.count()).select_from(Contract))
    values = {
        "key": f"{vendor.key}-{number}", "vendor_id": vendor.id, "template_key": "", "title": "Accord",
        "state": ContractState.IN_FORCE, "copy_reading": CopyReading.READ, "origin": ContractOrigin.RECEIVED,
        "effective_on": legal_date(NOW), "created_at": NOW, **facts,
    }  # fmt: skip
    row = Contract(**values)
    session.add(row)
    session.flush()
    return row


def drafted_contract(
    session: Session, vendor: Vendor, sentence: str = SENTENCE, positions: Any = (), **facts: Any
) -> Contract:
    """One drafted here, whose clause on sub-processors is one sentence."""
    row = unread_contract(session, vendor, **{"origin": ContractOrigin.DRAFTED, "counting_number": 1, **facts})
    article = Section("Sous-traitance", (Paragraph((Text(sentence),)),), "5", "CL15", "article")
    session.add(ContractVersion(
        contract_id=row.id, number=1, language=Language.FR, facts={}, clauses=[], coverage=[], blanks=[],
        tree=freeze(Document("Accord", Language.FR, (article,))), positions=list(positions), covered=1, required=1,
        sha256="0" * 64, created_at=NOW,
    ))  # fmt: skip
    session.flush()
    return row


def received_contract(session: Session, vendor: Vendor, *quotes: tuple[str, float], **facts: Any) -> Contract:
    """One received, with the delays to object that were read in it: passage and days."""
    row = unread_contract(session, vendor, **facts)
    terms = [{"id": "objection_period", "unit": "days", "value": days, "span": [quote, 0, 1, 1]}
             for quote, days in quotes]  # fmt: skip
    session.add(PaperReview(
        vendor_id=vendor.id, title="x", file_name="x.pdf", state=ReviewState.CHECKED, contract_id=row.id,
        findings={"terms": terms}, document={"text": f"Preamble. {READ} End."}, created_at=NOW,
    ))  # fmt: skip
    session.flush()
    return row
