"""Reads the seals and signatures of a PDF that anybody made, by pyHanko; loaded in a child process alone.

Whether a seal holds is mathematics: the bytes it covers, its digest, the key in its certificate. Whom that certificate
names is what its issuer says; this looks no further than the file, and asks no network.
"""

import hashlib
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.reading_child import answering
from portal.core.seal.found import FoundSeal, SealState

_STATES = {
    SignatureCoverageLevel.ENTIRE_FILE: SealState.WHOLE,
    SignatureCoverageLevel.ENTIRE_REVISION: SealState.CONTINUED,
}
"""A seal that leaves out a part of the file it was put on proves nothing of it."""


def _seals(pdf: bytes) -> tuple[FoundSeal, ...]:
    try:
        embedded = PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures
        return tuple(map(_seal, embedded))
    except MemoryError:
        raise
    except Exception as failure:  # pyHanko stumbles over what is abusive in ways that it does not declare
        raise Refused(N_("Les cachets de ce PDF ne se lisent pas : le fichier est abîmé.")) from failure


def _seal(embedded: EmbeddedPdfSignature) -> FoundSeal:
    certificate = embedded.signer_cert
    names = certificate.subject.native
    signer = str(names.get("common_name") or names.get("organization_name") or certificate.subject.human_friendly)
    digest = hashlib.sha256(certificate.dump()).hexdigest()
    claimed = embedded.self_reported_timestamp
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    try:
        status = validate_pdf_signature(embedded, context, skip_diff=True)
    except SignatureValidationError:
        return FoundSeal(signer, digest, SealState.ALTERED, claimed, None, good_when_made=False)
    holds = status.intact and status.valid
    state = _STATES.get(embedded.evaluate_signature_coverage(), SealState.ALTERED) if holds else SealState.ALTERED
    stamp = status.timestamp_validity
    stamped = stamp.timestamp if stamp is not None and stamp.intact and stamp.valid else None
    return FoundSeal(signer, digest, state, claimed, stamped, good_when_made=_was_good(certificate, stamped or claimed))


def _was_good(certificate: object, at: datetime | None) -> bool:
    validity = certificate["tbs_certificate"]["validity"]  # type: ignore[index] # asn1crypto is not typed
    since, until = validity["not_before"].native, validity["not_after"].native
    return at is not None and bool(since <= at <= until)


seals = answering(_seals)
