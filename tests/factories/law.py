"""What every page that states the law owes its reader, and findings that touch it."""

from datetime import date

from sqlalchemy.orm import Session

from portal.audits.models import Audit, AuditFinding
from portal.findings.models import Finding
from portal.findings.rules import Severity
from tests.conftest import NOW
from tests.pages import Page


def finding_of(session: Session, audit: Audit, key: str, *, is_answer: bool = True, **facts: object) -> Finding:
    """An open finding on a question, or on what was measured."""
    values: dict[str, object] = {
        "vendor_id": audit.vendor_id, "subject": key, "severity": Severity.MAJOR,
        "title": f"Constat {key}", "action": "Corriger.", "due_on": date(2026, 12, 24), "opened_at": NOW,
    }  # fmt: skip
    finding = Finding(**{**values, **facts})
    session.add(finding)
    session.flush()
    if is_answer:
        link = AuditFinding(audit_id=audit.id, question_key=key, finding_id=finding.id, seen_at=NOW)
        session.add(link)
        session.flush()
    return finding


def check_statements(page: Page, *, at_least: int = 1) -> None:
    """Each statement of law carries its article and since when it holds."""
    found = page.all("//*[contains(concat(' ', normalize-space(@class), ' '), ' law__text ')]")
    assert len(found) >= at_least, f"{len(found)} statements of law"
    for statement in found:
        text = " ".join(statement.text_content().split())
        for name in ("law__article", "law__since"):
            parts = statement.xpath(f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")
            assert parts, f"no {name} in « {text} »"
            assert all(part.text_content().strip() for part in parts), f"empty {name} in « {text} »"
