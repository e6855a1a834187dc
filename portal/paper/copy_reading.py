"""What a signed copy shows, read as any contract received: without a text that can be read, nothing."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from portal.contracts.rules.copy_names import names_company
from portal.contracts.rules.exits import CertificateReading
from portal.contracts.rules.exits import reading_of as certificate_reading
from portal.contracts.rules.life import ArticleCoverage, CopyReading
from portal.core.reading import NotRead
from portal.documents_in.errors import UnreadableDocument
from portal.paper.contract_check import CheckedContract, read_and_check_apart
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.article_coverage import article_coverage
from portal.paper.rules.check_result import Check, ContractVerdict
from portal.paper.rules.rulings import Ruling, final_statuses


def read_signed_copy(data: bytes, name: str, names: Sequence[str]) -> tuple[CopyReading, ArticleCoverage | None]:
    """Whether a copy has a text, which binds a processor and names the vendor, and what it writes of art. 28.

    `names` are those that the vendor goes by; what a copy covers is unknown when it shows no contract with it.
    """
    try:
        found = read_and_check_apart(data, name)
    except (UnreadableDocument, NotRead):
        return CopyReading.UNREADABLE, None
    reading = reading_of(found, names)
    return reading, coverage_of(found.check) if reading.is_known else None


def coverage_of(check: Check, rulings: Mapping[str, Ruling] = MappingProxyType({})) -> ArticleCoverage:
    """What a checked text writes of art. 28, with the words of lawyers on it."""
    return article_coverage(check, final_statuses(check, rulings), load_rulebook().contract)


def read_certificate(data: bytes, name: str, holder: str) -> CertificateReading:
    """Whether a certificate has a text, which speaks of deletion or return and names a company."""
    try:
        found = read_and_check_apart(data, name)
    except (UnreadableDocument, NotRead):
        return CertificateReading.UNREADABLE
    return certificate_reading(found.document.text, holder)


def reading_of(found: CheckedContract, names: Sequence[str]) -> CopyReading:
    """What a copy that could be opened shows."""
    if not found.document.text.strip():
        return CopyReading.UNREADABLE
    if found.check.verdict is ContractVerdict.NOT_A_CONTRACT:
        return CopyReading.NOT_BINDING
    return CopyReading.READ if names_company(found.document.text, names) else CopyReading.OTHER_NAME
