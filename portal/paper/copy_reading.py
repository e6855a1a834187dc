"""What a signed copy shows, read as any contract received: without a text that can be read, nothing."""

from collections.abc import Sequence

from portal.contracts.rules.copy_names import names_company
from portal.contracts.rules.exits import CertificateReading
from portal.contracts.rules.exits import reading_of as certificate_reading
from portal.contracts.rules.life import CopyReading
from portal.core.reading import NotRead
from portal.documents_in.errors import UnreadableDocument
from portal.paper.contract_check import CheckedContract, read_and_check_apart
from portal.paper.rules.check_result import ContractVerdict


def read_signed_copy(data: bytes, name: str, names: Sequence[str]) -> CopyReading:
    """Whether a copy has a text, which binds a processor and names the vendor; `names` are those it goes by."""
    try:
        found = read_and_check_apart(data, name)
    except (UnreadableDocument, NotRead):
        return CopyReading.UNREADABLE
    return reading_of(found, names)


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
